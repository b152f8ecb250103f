"""Books on the shelf: two people, dated versions, the way back, and what a change does to people."""

from datetime import date

import pytest
from tests.domains.policy.given import given_old_people, given_poor_household
from tests.factories import announced, at, client_of, deliver, local, staff, witness

from shuzhi.domains.policy import services as policy
from shuzhi.domains.policy.refusals import BookNotAccepted, NoBookInForce, SecondPersonNeeded
from shuzhi.engines import rules
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import AccessDenied
from shuzhi.spine.events import RuleBookApproved

OLD_AGE, LIVING = "old_age_allowance_shanghai", "minimum_living"
MAY = local("2026-05-11 09:00")


def higher(text: str) -> str:
    """The old-age book with 200 instead of 180 yuan from the age of 80, and its cases with it."""
    return (
        text.replace("[80, 180]", "[80, 200]")
        .replace("true, 80, 180", "true, 80, 200")
        .replace("true, 89, 180", "true, 89, 200")
    )


def given_proposal(*, starts_on: date = date(2026, 6, 1)) -> int:
    text = policy.text_of(OLD_AGE, 1, by=SYSTEM)
    return policy.propose_book(
        OLD_AGE,
        text=higher(text),
        starts_on=starts_on,
        because="提高标准",
        by=staff("policy_officer", name="first"),
    ).number


@pytest.mark.usefixtures("county")
class TestShelf:
    def test_every_shipped_book_decides_after_setup_and_loading_again_adds_nothing(self):
        assert {card.code for card in policy.books()} == set(rules.shipped_books())
        assert policy.load_shipped_books(by=SYSTEM) == 0

    def test_the_page_of_a_book_shows_what_the_law_says_and_in_english_the_units_in_english(self):
        client = client_of(staff("policy_officer"))
        page = client.get(f"/desk/policy/books/{LIVING}/", headers={"accept-language": "en"}).content.decode()
        article = rules.shipped_book(LIVING).articles["第九条"]

        assert article.text in page
        assert "1,200.00 yuan a month" in page

    def test_unverified_amounts_are_marked_demo(self):
        assert all(card.demo for card in policy.books() if card.code != "talent_subsidy")

    def test_the_rule_package_is_the_hash_of_the_text(self):
        card = next(card for card in policy.books() if card.code == OLD_AGE)

        assert card.digest == rules.shipped_book(OLD_AGE).digest


@pytest.mark.usefixtures("county")
class TestTwoPeople:
    def test_the_proposer_cannot_approve(self):
        number = given_proposal()

        with pytest.raises(SecondPersonNeeded):
            policy.approve_book(OLD_AGE, number, by=staff("policy_officer", name="first"))

    def test_a_second_person_lets_it_decide_from_its_day_on(self):
        with at(MAY):
            number = given_proposal()
            policy.approve_book(OLD_AGE, number, by=staff("policy_officer", name="second"))

            today = next(one for one in policy.books() if one.code == OLD_AGE)
            june = next(one for one in policy.books(on=date(2026, 6, 1)) if one.code == OLD_AGE)

        assert (today.number, june.number) == (1, number)
        deliver()
        assert announced(RuleBookApproved)[-1].rule_package == june.digest

    def test_every_approval_is_an_entry_of_the_public_ledger_that_the_page_of_the_book_leads_to(self):
        number = given_proposal()
        policy.approve_book(OLD_AGE, number, by=staff("policy_officer", name="second"))
        deliver()
        early = policy.book_detail(OLD_AGE, by=SYSTEM).versions
        witness()
        new, old = policy.book_detail(OLD_AGE, by=SYSTEM).versions
        page = client_of(staff("policy_officer")).get(f"/desk/policy/books/{OLD_AGE}/").content.decode()

        assert [one.receipt for one in early] == [None, None]
        assert (new.receipt.type, old.receipt.type) == ("rule.book-approved",) * 2
        assert new.receipt.index > old.receipt.index
        assert new.receipt.code in page
        assert old.receipt.code in page

    def test_a_version_is_settled_once(self):
        number = given_proposal()
        policy.approve_book(OLD_AGE, number, by=staff("policy_officer", name="second"))

        with pytest.raises(Exception, match="已经处理"):
            policy.reject_book(OLD_AGE, number, because="", by=staff("policy_officer", name="third"))

    def test_an_earlier_version_comes_back_by_two_people_and_the_years_between_stay_as_they_were(self):
        with at(MAY):
            number = given_proposal()
            policy.approve_book(OLD_AGE, number, by=staff("policy_officer", name="second"))
            back = policy.roll_back(
                OLD_AGE,
                to=1,
                starts_on=date(2026, 9, 1),
                because="复议",
                by=staff("policy_officer", name="first"),
            )
            policy.approve_book(OLD_AGE, back.number, by=staff("policy_officer", name="second"))
            said = policy.Told({"p0.出生日期": "1940-01-01", "p0.本市户籍": "yes"})
            amounts = [
                policy.answer(OLD_AGE, told=said, on=day).amount_fen
                for day in (date(2026, 5, 1), date(2026, 6, 1), date(2026, 9, 1))
            ]

        assert amounts == [18000, 20000, 18000]

    def test_the_difference_of_two_versions_counts_who_gains_who_loses_and_what_is_unclear(self):
        given_old_people(3)
        given_poor_household()
        number = given_proposal()

        with at(MAY):
            card = policy.diff(OLD_AGE, first=1, second=number, by=staff("policy_officer"))
            people = policy.people_between(OLD_AGE, first=1, second=number, by=staff("policy_officer"))

        assert (people.checked, people.gain, people.lose, people.unclear) == (3, 3, 0, 0)
        assert (people.before_fen, people.after_fen) == (54_000, 60_000)
        assert ("+", True) in {(mark, "200" in line) for mark, line in card.lines}
        with at(MAY):
            back = policy.people_between(OLD_AGE, first=number, second=1, by=staff("policy_officer"))
        assert (back.gain, back.lose) == (0, 3)

    def test_the_page_of_a_difference_counts_people_when_asked_and_then_keeps_the_count(self):
        """To ask every household of a county takes seconds: the page itself does not wait for it."""
        given_old_people(3)
        page = f"/desk/policy/books/{OLD_AGE}/diff/?first=1&second={given_proposal()}"
        client = client_of(staff("policy_officer"), language="en")

        with at(MAY):
            shown = [client.get(address).content.decode() for address in (page, f"{page}&count=1", page)]

        assert ["Households that gain" in one for one in shown] == [False, True, True]
        assert "Count the households" in shown[0]

    def test_who_may_only_read_cannot_propose(self):
        with pytest.raises(AccessDenied):
            policy.propose_book(OLD_AGE, text="", starts_on=date(2026, 6, 1), because="", by=staff("leader"))

    def test_before_its_first_day_a_book_decides_nothing(self):
        with pytest.raises(NoBookInForce):
            policy.answer(OLD_AGE, told=policy.Told({}), on=date(2001, 1, 1))


@pytest.mark.usefixtures("county")
class TestHostileBooks:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "a: &a [*a]",
            'policy: x\nrules: {a: {of: person, law: 一, is: \'__import__("os").system("id")\'}}',
            "policy: x\nrules: {a: {of: person, law: 一, is: '9**9**9**9'}}",
            "x" * 200_000,
            "[" * 5000,
            "policy: !!python/object/apply:os.system ['id']",
        ],
        ids=["empty", "bomb", "import", "power", "long", "deep", "tag"],
    )
    def test_a_hostile_text_is_refused_with_a_place(self, text):
        with pytest.raises(BookNotAccepted) as refusal:
            policy.propose_book(
                "hostile", text=text, starts_on=date(2026, 6, 1), because="", by=staff("policy_officer")
            )

        assert ":" in refusal.value.details["findings"]

    def test_a_text_whose_own_cases_fail_is_refused(self):
        text = policy.text_of(OLD_AGE, 1, by=SYSTEM).replace("[80, 180]", "[80, 181]")

        with pytest.raises(BookNotAccepted, match="case"):
            policy.propose_book(
                OLD_AGE, text=text, starts_on=date(2026, 6, 1), because="", by=staff("policy_officer")
            )
