"""Contracts without a chain: found, told, decided, paid once, disputed; nothing adverse by the machine alone."""

from datetime import date

import pytest
from django.test import Client
from tests.domains.policy.given import (
    LIVING,
    OLD_AGE,
    given_granted,
    given_old_people,
    given_poor_household,
    load,
)
from tests.factories import VILLAGE, announced, at, client_of, deliver, local, staff, witness
from tests.made_once import made_once

from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.ledger.refusals import NotYetWitnessed
from shuzhi.domains.notices.models import Message
from shuzhi.domains.policy import services as policy
from shuzhi.domains.policy.models import BookVersion, Entitlement, Payment
from shuzhi.domains.policy.refusals import AlreadySettled, ContractIsPaused, SecondPersonNeeded
from shuzhi.domains.policy.services import paying
from shuzhi.domains.policy.services.deciding import nothing_known, open_review
from shuzhi.domains.policy.states import Kind
from shuzhi.domains.registry import services as registry
from shuzhi.engines import rules
from shuzhi.spine.actors import ANONYMOUS, SYSTEM
from shuzhi.spine.errors import InvalidInput
from shuzhi.spine.events import EntitlementDecided, PaymentOrdered
from shuzhi.spine.sealing import unseal

MAY = local("2026-05-11 09:00")
JUNE = local("2026-06-11 09:00")


@pytest.fixture(autouse=True)
def _in_may(county: None):
    with at(MAY):
        yield


def link_of_offer() -> str:
    """The secret of the newest offer, as its reader sees it in the message."""
    text = unseal(Message.objects.filter(template="policy_offer").latest("pk").context_sealed)
    return text.split("/policy/offer/")[1].split("/")[0]


@made_once
def given_case(*, code: str = OLD_AGE) -> str:
    policy.sweep(code, by=SYSTEM)
    policy.offer(code, by=SYSTEM)
    return link_of_offer()


def book() -> policy.BookCard:
    return next(one for one in policy.books() if one.code == OLD_AGE)


def given_table_from_april(step: str, *, published: date = date(2026, 6, 1)) -> None:
    """The amount from 80 years, changed for the time from April on, published in June or later."""
    table = f"[[0, 0], [65, 75], [70, 150], {step}, [90, 350], [100, 600]]"
    old = policy.text_of(OLD_AGE, 1, by=SYSTEM)
    text = old.replace("津贴表: {", f"津贴表: {{2026-04-01: {{value: {table}, published: {published}}}, ")
    new = policy.propose_book(
        OLD_AGE, text=text, starts_on=published, because="更正", by=staff("policy_officer")
    )
    policy.approve_book(OLD_AGE, new.number, by=SYSTEM)


def given_stopped(*, by) -> None:
    """The one who is granted is stopped, as an officer decided."""
    row, version = Entitlement.objects.get(), BookVersion.objects.get(code=OLD_AGE, number=1)
    review = open_review(row, Kind.STOP, nothing_known(row, version), version, MAY.date())
    policy.settle_review(review.pk, favourable=False, because="已迁出", by=by)


def paid() -> list[int]:
    """Every amount that was ordered, in its order."""
    deliver()
    return [one.amount_fen for one in announced(PaymentOrdered)]


def the_review() -> int:
    (one,) = policy.reviews(by=SYSTEM)
    return one.id


class TestFinding:
    def test_who_is_entitled_is_found_once(self):
        given_old_people(3)

        first, again = policy.sweep(OLD_AGE, by=SYSTEM), policy.sweep(OLD_AGE, by=SYSTEM)

        assert (first.checked, first.found, again.found) == (3, 3, 0)

    def test_facts_that_nobody_allowed_are_not_used(self):
        given_old_people(3, consent=False)

        assert policy.sweep(OLD_AGE, by=SYSTEM).found == 0

    def test_tomorrows_birthdays_are_met_in_time(self):
        given_old_people(1, birth="1961-05-12")

        assert policy.sweep(OLD_AGE, by=SYSTEM).found == 0
        assert policy.sweep(OLD_AGE, on=date(2026, 5, 12), by=SYSTEM).found == 1

    def test_a_change_of_facts_is_enough(self):
        given_poor_household(wage=5000)
        assert policy.sweep(LIVING, by=SYSTEM).found == 0

        registry.record_fact(
            "P", person="P-1", name="工资", value=500, source="人社.工资", since=date(2026, 5, 1), by=SYSTEM
        )
        deliver()

        assert [one.code for one in policy.entitlements(by=SYSTEM)] == [LIVING]

    def test_people_with_a_landline_are_listed_for_a_visit_and_the_others_are_told(self):
        given_old_people(2)
        landline = f"H0-1,H0,{VILLAGE},老人0,1940-01-01,0571-88887777"
        load("people", "code,household,area,name,birth,phone", [landline])
        policy.sweep(OLD_AGE, by=SYSTEM)

        assert policy.offer(OLD_AGE, by=SYSTEM) == (1, 1)

    def test_people_without_a_phone_are_listed_for_a_visit(self):
        given_old_people(2, phone=False)
        policy.sweep(OLD_AGE, by=SYSTEM)

        assert policy.offer(OLD_AGE, by=SYSTEM) == (0, 2)
        assert len(policy.entitlements(visits=True, by=SYSTEM)) == 2

    def test_a_no_is_kept_and_nobody_asks_again(self):
        given_old_people(1)
        policy.answer_offer(given_case(), accepted=False, by=ANONYMOUS)

        assert policy.sweep(OLD_AGE, by=SYSTEM).found == 0
        assert policy.offer(OLD_AGE, by=SYSTEM) == (0, 0)


class TestDeciding:
    def test_where_the_law_asks_nobody_one_click_is_enough(self):
        given_old_people(1)

        assert policy.answer_offer(given_case(), accepted=True, by=ANONYMOUS) == "granted"
        deliver()
        (told,) = announced(EntitlementDecided)
        assert (told.outcome, told.amount_fen, told.by_machine) == ("granted", 18000, True)

    def test_where_the_law_asks_a_person_a_person_decides(self):
        given_poor_household()

        assert policy.answer_offer(given_case(code=LIVING), accepted=True, by=ANONYMOUS) == "accepted"
        assert policy.settle_review(the_review(), favourable=True, by=staff("policy_officer"))
        assert policy.entitlements(by=SYSTEM)[0].state == "granted"

    def test_a_refusal_wants_a_reason_and_is_settled_once(self):
        given_poor_household()
        policy.answer_offer(given_case(code=LIVING), accepted=True, by=ANONYMOUS)
        number = the_review()

        with pytest.raises(InvalidInput):
            policy.settle_review(number, favourable=False, by=staff("policy_officer"))
        policy.settle_review(number, favourable=False, because="收入核对有误", by=staff("policy_officer"))
        with pytest.raises(AlreadySettled):
            policy.settle_review(number, favourable=True, by=staff("policy_officer"))

    def test_two_signatures_are_of_two_people(self):
        given_poor_household()
        policy.set_signatures(LIVING, two=True, by=SYSTEM)
        policy.answer_offer(given_case(code=LIVING), accepted=True, by=ANONYMOUS)
        number, first = the_review(), staff("policy_officer", name="first")

        assert not policy.settle_review(number, favourable=True, by=first)
        with pytest.raises(SecondPersonNeeded):
            policy.settle_review(number, favourable=True, by=first)
        assert policy.settle_review(number, favourable=True, by=staff("policy_officer", name="second"))

    def test_the_file_of_a_decision_is_worked_out_again_offline_and_its_seal_is_in_the_event(self):
        given_old_people(1)
        secret = given_case()
        policy.answer_offer(secret, accepted=True, by=ANONYMOUS)
        deliver()
        with pytest.raises(NotYetWitnessed):
            policy.decision_file(secret, 1)
        witness()

        claim = rules.parse_claim(policy.decision_file(secret, 1))

        assert rules.recompute(claim).agrees
        (told,) = announced(EntitlementDecided)
        assert (claim["inputs_seal"], claim["rule_package"]) == (told.inputs_seal, told.rule_package)

    def test_the_public_ledger_names_the_rule_package_of_what_the_rules_decided_alone(self):
        given_old_people(1)
        policy.answer_offer(given_case(), accepted=True, by=ANONYMOUS)
        deliver()

        leaves = [one.leaf for one in ledger.entries().items if one.type == "entitlement.decided"]

        assert len(leaves) == 1
        assert f"rule sha256:{rules.shipped_book(OLD_AGE).digest}" in leaves[0]
        assert "H0-1" not in leaves[0]

    def test_a_dispute_goes_to_a_human_who_did_not_decide(self):
        given_poor_household()
        secret = given_case(code=LIVING)
        policy.answer_offer(secret, accepted=True, by=ANONYMOUS)
        first, second = (staff("policy_officer", name=name) for name in ("first", "second"))
        policy.settle_review(the_review(), favourable=False, because="存款未申报", by=first)

        number = policy.dispute_by_link(secret, words="存款是借来的", by=ANONYMOUS)

        with pytest.raises(SecondPersonNeeded):
            policy.settle_review(number, favourable=True, by=first)
        policy.settle_review(number, favourable=True, by=second)
        deliver()
        assert policy.entitlement_of_link(secret).entitlement.state == "accepted"
        witness()
        assert policy.entitlement_of_link(secret).entitlement.state == "granted"

    @pytest.mark.parametrize(("wage", "kind"), [(900, "cut"), (3000, "stop")])
    def test_who_wins_a_dispute_has_again_what_was_granted_before(self, wage, kind):
        given_poor_household(wage=800)
        secret = given_case(code=LIVING)
        policy.answer_offer(secret, accepted=True, by=ANONYMOUS)
        first, second, third = (staff("policy_officer", name=name) for name in ("first", "second", "third"))
        policy.settle_review(the_review(), favourable=True, by=first)
        granted = policy.entitlement_of_link(secret).entitlement.amount_fen
        said = {"person": "P-1", "name": "工资", "source": "人社.工资", "by": SYSTEM}
        registry.record_fact("P", value=wage, since=date(2026, 5, 2), **said)
        policy.pay(LIVING, by=SYSTEM)
        assert [one.kind for one in policy.reviews(by=SYSTEM)] == [kind]
        policy.settle_review(the_review(), favourable=False, because="工资增加", by=first)

        for judge, favourable in ((second, False), (third, True)):
            number = policy.dispute_by_link(secret, words="工资记错了", by=ANONYMOUS)
            policy.settle_review(number, favourable=favourable, because="核实", by=judge)

        with at(JUNE):
            policy.pay(LIVING, by=SYSTEM)
        witness()
        found = policy.entitlement_of_link(secret).entitlement
        assert (found.state, found.amount_fen) == ("granted", granted)
        assert paid()[-1] == granted

    @pytest.mark.parametrize(("wage", "later"), [(900, [30000, 10000]), (3000, [40000])])
    def test_who_wins_a_dispute_is_paid_once_what_a_cut_or_stop_kept_back(self, wage, later):
        """Cut or stopped in May, won in July: June is owed; May was paid in full, and July is paid by its own run."""
        given_poor_household(wage=800)
        secret = given_case(code=LIVING)
        policy.answer_offer(secret, accepted=True, by=ANONYMOUS)
        first, second = (staff("policy_officer", name=name) for name in ("first", "second"))
        policy.settle_review(the_review(), favourable=True, by=first)
        said = {"person": "P-1", "name": "工资", "source": "人社.工资", "by": SYSTEM}
        registry.record_fact("P", value=wage, since=date(2026, 5, 2), **said)
        policy.pay(LIVING, by=SYSTEM)
        policy.settle_review(the_review(), favourable=False, because="工资增加", by=first)
        with at(JUNE):
            policy.pay(LIVING, by=SYSTEM)

        with at(local("2026-07-11 09:00")):
            number = policy.dispute_by_link(secret, words="工资记错了", by=ANONYMOUS)
            policy.settle_review(number, favourable=True, by=second)
            at_once = paid()
            with at(JUNE):
                policy.pay(LIVING, by=SYSTEM)
            policy.pay(LIVING, by=SYSTEM)

        assert at_once == [40000, *later]
        assert paid() == [40000, *later, 40000]
        periods = Payment.objects.order_by("pk").values_list("period", flat=True)
        assert [*periods] == ["2026-05", *("2026-06" for _one in later), "2026-07"]


class TestPaying:
    def test_a_period_is_paid_once_however_often_it_is_run(self):
        given_granted(3)

        runs = [policy.pay(OLD_AGE, by=SYSTEM).paid for _time in range(3)]
        deliver()

        assert runs == [3, 0, 0]
        assert sum(one.amount_fen for one in announced(PaymentOrdered)) == 3 * 18000

    def test_what_a_person_stops_while_a_run_looks_at_the_facts_is_neither_paid_nor_granted_again(
        self, monkeypatch
    ):
        given_granted(2)
        of_the_facts = paying._matches

        def meanwhile(*asked):
            """The page of somebody else, at the worst moment."""
            found = of_the_facts(*asked)
            row = Entitlement.objects.order_by("pk").first()
            version = BookVersion.objects.get(code=OLD_AGE)
            review = open_review(row, Kind.STOP, nothing_known(row, version), version, MAY.date())
            policy.settle_review(review.pk, favourable=False, because="已迁出", by=staff("policy_officer"))
            Entitlement.objects.exclude(pk=row.pk).update(amount_fen=20000)
            return found

        monkeypatch.setattr(paying, "_matches", meanwhile)

        assert policy.pay(OLD_AGE, by=SYSTEM).total_fen == 20000
        assert [row.state for row in Entitlement.objects.order_by("pk")] == ["stopped", "granted"]

    def test_the_next_period_is_paid_again(self):
        given_granted(1)
        policy.pay(OLD_AGE, by=SYSTEM)

        with at(JUNE):
            assert policy.pay(OLD_AGE, by=SYSTEM).paid == 1

    def test_more_is_granted_at_once_and_less_waits_for_a_person_while_the_old_amount_goes_on(self):
        given_poor_household(wage=800)
        policy.answer_offer(given_case(code=LIVING), accepted=True, by=ANONYMOUS)
        policy.settle_review(the_review(), favourable=True, by=staff("policy_officer"))
        said = {"person": "P-1", "name": "工资", "source": "人社.工资", "by": SYSTEM}
        registry.record_fact("P", value=700, since=date(2026, 5, 2), **said)

        more = policy.pay(LIVING, by=SYSTEM)
        registry.record_fact("P", value=1000, since=date(2026, 6, 1), **said)
        with at(JUNE):
            registry.record_fact(
                "P", name="货币财产", value=0, source="民政.核对", since=date(2026, 6, 1), by=SYSTEM
            )
            less = policy.pay(LIVING, by=SYSTEM)

        assert (more.total_fen, less.total_fen, less.reviews) == (50000, 50000, 1)
        assert policy.reviews(by=SYSTEM)[0].kind == "cut"

    def test_a_paused_book_pays_and_decides_nothing(self):
        given_granted(1)
        policy.pause(OLD_AGE, because="复核标准", by=SYSTEM)

        for act in (policy.pay, policy.sweep, policy.offer):
            with pytest.raises(ContractIsPaused):
                act(OLD_AGE, by=SYSTEM)
        policy.resume(OLD_AGE, by=SYSTEM)
        assert policy.pay(OLD_AGE, by=SYSTEM).paid == 1

    def test_a_file_holds_each_payment_once_and_is_the_same_whenever_it_is_made(self):
        given_granted(2)
        policy.pay(OLD_AGE, by=SYSTEM)
        witness()
        made = policy.make_order_file(OLD_AGE, period="2026-05", by=SYSTEM)

        first, again = (policy.order_file(made.id, by=SYSTEM) for _time in range(2))

        assert first == again
        assert len(first.decode().splitlines()) == 3
        with pytest.raises(InvalidInput):
            policy.make_order_file(OLD_AGE, period="2026-05", by=SYSTEM)

    def test_a_payment_enters_a_file_once_witnesses_have_seen_it_and_the_page_says_how_many_wait(self):
        given_granted(2)
        policy.pay(OLD_AGE, by=SYSTEM)
        witness()
        given_old_people(3)
        policy.sweep(OLD_AGE, by=SYSTEM)
        policy.offer(OLD_AGE, by=SYSTEM)
        (third,) = policy.entitlements(code=OLD_AGE, state="offered", by=SYSTEM)
        policy.record_visit(third.id, accepted=True, by=SYSTEM)
        policy.pay(OLD_AGE, by=SYSTEM)
        desk = client_of(staff("policy_officer"))

        early = desk.get("/desk/policy/payments/").content.decode()
        first = policy.make_order_file(OLD_AGE, period="2026-05", by=SYSTEM)
        with pytest.raises(InvalidInput) as refused:
            policy.make_order_file(OLD_AGE, period="2026-05", by=SYSTEM)
        none_ready = desk.get("/desk/policy/payments/").content.decode()
        witness()
        second = policy.make_order_file(OLD_AGE, period="2026-05", by=SYSTEM)

        assert (first.orders, second.orders) == (2, 1)
        assert "见证" in refused.value.sentence
        assert "1 笔待见证" in early
        assert "没有回执" in early
        assert 'value="2026-05"' in early
        assert 'value="2026-05"' not in none_ready
        assert "待见证" not in desk.get("/desk/policy/payments/").content.decode()

    def test_a_standard_raised_for_the_past_is_paid_later_once(self):
        given_granted(1)
        policy.pay(OLD_AGE, by=SYSTEM)
        given_table_from_april("[80, 200]")

        with at(JUNE):
            later = [policy.reconcile(OLD_AGE, periods_paid=("2026-05",), by=SYSTEM) for _time in range(2)]

        assert later == [(1, 0), (0, 0)]

    def test_a_standard_raised_twice_for_the_past_adds_up_to_what_it_is_now(self):
        given_granted(1)
        policy.pay(OLD_AGE, by=SYSTEM)

        for day, step, published in (("06-11", "[80, 200]", "06-01"), ("07-11", "[80, 230]", "07-01")):
            given_table_from_april(step, published=date.fromisoformat(f"2026-{published}"))
            with at(local(f"2026-{day} 09:00")):
                policy.reconcile(OLD_AGE, periods_paid=("2026-05",), by=SYSTEM)

        assert paid() == [18000, 2000, 3000]

    def test_an_officer_applies_a_change_of_law_to_a_period_that_was_paid(self):
        given_granted(1)
        policy.pay(OLD_AGE, by=SYSTEM)
        witness()
        policy.make_order_file(OLD_AGE, period="2026-05", by=SYSTEM)
        given_table_from_april("[80, 200]")
        desk, asked = (
            client_of(staff("policy_officer")),
            {"code": OLD_AGE, "period": "2026-05", "again": "on"},
        )

        with at(JUNE):
            offered = desk.get("/desk/policy/payments/").content.decode()
            told = desk.post("/desk/policy/payments/pay/", asked, follow=True).content.decode()
            desk.post("/desk/policy/payments/pay/", asked)
            refused = client_of(staff("leader")).post("/desk/policy/payments/pay/", asked, follow=True)

        assert "<option>2026-05</option>" in offered
        assert "已补发 1 笔" in told
        assert refused.status_code == 403
        assert paid() == [18000, 2000]

    def test_what_was_overpaid_is_taken_back_only_by_a_person_who_says_why(self):
        given_granted(1)
        policy.pay(OLD_AGE, by=SYSTEM)
        given_table_from_april("[80, 170]")

        with at(JUNE):
            found = policy.reconcile(OLD_AGE, periods_paid=("2026-05",), by=SYSTEM)
            again = policy.reconcile(OLD_AGE, periods_paid=("2026-05",), by=SYSTEM)
            before = paid()
            with pytest.raises(InvalidInput):
                policy.settle_review(the_review(), favourable=False, by=staff("policy_officer"))
            policy.settle_review(the_review(), favourable=False, because="多发", by=staff("policy_officer"))

        assert (found, again, before) == ((0, 1), (0, 0), [18000])
        assert paid() == [18000, -1000]

    def test_a_reclaim_that_a_person_waives_takes_nothing(self):
        given_granted(1)
        policy.pay(OLD_AGE, by=SYSTEM)
        given_table_from_april("[80, 170]")

        with at(JUNE):
            policy.reconcile(OLD_AGE, periods_paid=("2026-05",), by=SYSTEM)
            policy.settle_review(the_review(), favourable=True, by=staff("policy_officer"))

        assert paid() == [18000]

    def test_who_wins_a_dispute_about_a_reclaim_has_the_money_back_once_and_nothing_that_was_stopped(self):
        given_old_people(1)
        secret = given_case()
        policy.answer_offer(secret, accepted=True, by=ANONYMOUS)
        policy.pay(OLD_AGE, by=SYSTEM)
        given_table_from_april("[80, 170]")
        first, second, third = (staff("policy_officer", name=name) for name in ("first", "second", "third"))
        given_stopped(by=first)

        with at(JUNE):
            policy.reconcile(OLD_AGE, periods_paid=("2026-05",), by=SYSTEM)
            policy.settle_review(the_review(), favourable=False, because="多发", by=first)
            for judge, favourable in ((second, False), (third, True), (first, True)):
                number = policy.dispute_by_link(secret, words="没有多发", by=ANONYMOUS)
                page = client_of(judge).get(f"/desk/policy/queue/{number}/").content.decode()
                policy.settle_review(number, favourable=favourable, because="核实", by=judge)
            policy.pay(OLD_AGE, by=SYSTEM)

        assert ">不予追回</button>" in page
        assert paid() == [18000, -1000, 1000]
        assert [one.state for one in policy.entitlements(by=SYSTEM)] == ["stopped"]

    def test_after_a_death_nobody_is_found_and_the_stop_waits_for_a_person(self):
        given_granted(2)
        for household in ("H0", "H1"):
            registry.record_fact(
                household,
                person=f"{household}-1",
                name="死亡日期",
                value="2026-05-03",
                source="公安.人口",
                since=date(2026, 5, 3),
                by=SYSTEM,
            )

        run = policy.pay(OLD_AGE, by=SYSTEM)

        assert run.reviews == 2
        assert {one.kind for one in policy.reviews(by=SYSTEM)} == {"stop"}
        assert policy.sweep(OLD_AGE, by=SYSTEM).entitled == 0


class TestPages:
    def test_the_desk_pauses_a_book_lets_it_go_on_and_asks_for_two_signatures(self):
        client, where = client_of(staff("policy_officer")), "/desk/policy/found/"

        client.post(where + "switch/", {"code": OLD_AGE, "paused": "on", "because": ""})
        assert not book().paused
        client.post(where + "switch/", {"code": OLD_AGE, "paused": "on", "because": "复核标准"})
        assert book().paused
        client.post(where + "switch/", {"code": OLD_AGE, "paused": ""})
        assert not book().paused
        client.post(where + "signatures/", {"code": OLD_AGE, "two": "on"})
        assert book().two_signatures
        client.post(where + "signatures/", {"code": OLD_AGE, "two": ""})
        assert not book().two_signatures
        assert client_of(staff("leader")).post(where + "signatures/", {"code": OLD_AGE}).status_code == 403

    def test_a_person_reads_the_offer_says_yes_and_sees_why(self):
        given_old_people(1)
        secret, client = given_case(), Client(headers={"accept-language": "zh-hans"})

        assert "180" in client.get(f"/policy/offer/{secret}/").content.decode()
        early = client.post(
            f"/policy/offer/{secret}/answer/", {"answer": "yes"}, follow=True
        ).content.decode()
        witness()
        page = client.get(f"/policy/offer/{secret}/").content.decode()

        assert "已记录，待见证" in early
        assert "第三十三条" not in early
        assert "第三十三条" in page
        assert (
            client.get(f"/policy/offer/{secret}/decision/1/").json()["rule_package"]
            == rules.shipped_book(OLD_AGE).digest
        )

    def test_the_notice_of_a_decision_is_printed_with_its_receipt_and_only_then(self, tmp_path):
        given_old_people(1)
        secret, client = given_case(), Client(headers={"accept-language": "en"})
        client.post(f"/policy/offer/{secret}/answer/", {"answer": "yes"})
        deliver()
        where = f"/policy/offer/{secret}/decision/1/notice/"

        early, told_early = client.get(where), Message.objects.filter(template="policy_decided").count()
        witness()
        notice = client.get(where).content.decode()

        code = ledger.require_effect(ledger.ref_of_award(policy.entitlements(by=SYSTEM)[0].id, 1)).entry.code
        assert (early.status_code, told_early) == (409, 0)
        assert "180" in notice
        assert code in notice
        assert "QR code: opens the public entry" in notice
        assert Message.objects.filter(template="policy_decided").count() == 1
        for tile in (tmp_path / "ledger" / "public").rglob("tile/0/**/*"):
            if tile.is_file():
                tile.write_bytes(bytes(len(tile.read_bytes())))
        assert client.get(where).status_code == 409
        assert "does not verify" in client.get(f"/policy/offer/{secret}/").content.decode()
        assert client.get(f"/policy/offer/{secret}/decision/1/").status_code == 409

    def test_a_wrong_link_shows_nothing(self):
        assert Client().get("/policy/offer/guess/").status_code == 404

    def test_the_desk_finds_decides_pays_and_hands_over_a_file(self):
        given_poor_household()
        client = client_of(staff("policy_officer"))
        client.post("/desk/policy/found/look/", {"code": LIVING})
        policy.answer_offer(link_of_offer(), accepted=True, by=ANONYMOUS)
        number = the_review()

        for path in ("found/", "queue/", f"queue/{number}/", "payments/", ""):
            assert client.get(f"/desk/policy/{path}").status_code == 200, path
        assert client.post(f"/desk/policy/queue/{number}/settle/", {"verdict": "against"}).status_code == 422
        client.post(f"/desk/policy/queue/{number}/settle/", {"verdict": "for"})
        client.post("/desk/policy/payments/pay/", {"code": LIVING})
        witness()
        client.post("/desk/policy/payments/pay/", {"code": LIVING, "period": "2026-05"})

        assert b"minimum_living" in client.get("/desk/policy/payments/1/").content or policy.batches(
            by=SYSTEM
        )

    def test_who_may_only_read_cannot_pay(self):
        client = client_of(staff("leader"))

        assert client.get("/desk/policy/payments/").status_code == 403
        assert client.get("/desk/policy/queue/").status_code == 200
