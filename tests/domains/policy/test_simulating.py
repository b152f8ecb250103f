"""A reform is tried on invented people before it meets real ones."""

import csv
import io
import re
from datetime import date
from typing import ClassVar

import pytest
from django.core.cache import cache
from django.test import Client
from tests.factories import client_of, staff
from tests.made_once import made_once

from shuzhi.domains.policy import services as policy
from shuzhi.domains.policy import telling
from shuzhi.domains.policy.refusals import NoPopulation, ReformNotAccepted
from shuzhi.domains.policy.services import Reform, TakeUp
from shuzhi.engines import county as synthetic
from shuzhi.engines import rules
from shuzhi.spine import accounts
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import AccessDenied, InvalidInput

LIVING, DAY, HOMES = "minimum_living", date(2026, 1, 1), 1_500
HIGHER = Reform(amounts={"标准": "1300"}, on=DAY)
PAGE = f"/desk/policy/books/{LIVING}/simulation/"


@pytest.fixture
def people(county):
    given_population()


@made_once
def given_population() -> None:
    policy.keep_population(seed=7, households=HOMES, by=SYSTEM)


@pytest.fixture
def client():
    return client_of(staff("policy_officer"))


def test_without_a_population_it_says_how_to_make_one(county):
    with pytest.raises(NoPopulation, match="shuzhi policy population"):
        policy.simulate(LIVING, reform=HIGHER, by=SYSTEM)


@pytest.mark.usefixtures("people")
class TestFigures:
    def test_the_cost_is_what_the_walk_gives_household_by_household(self):
        card = policy.simulate(LIVING, reform=HIGHER, by=SYSTEM)

        found = synthetic.survey(7, synthetic.people(7, synthetic.registry(7), HOMES))
        book = rules.shipped_book(LIVING)
        laws = [book, rules.reformed(book, as_of=DAY, params={"标准": 1300})]
        walkers = [rules.Walker(rules.bind(one, as_of=DAY)) for one in laws]
        cost, unknown, at = 0, 0, 0
        for n, size in enumerate(found.households["people"]):
            members = tuple(
                {name: found.persons[name][at + i] for name in ("工资", "年经营净收入")} for i in range(size)
            )
            at += size
            home = rules.Situation({"货币财产": found.households["货币财产"][n]}, members)
            old, new = (walker.walk(home).household["低保金"] for walker in walkers)
            if old is None or new is None:
                unknown += 1
            else:
                cost += new - old
        assert (card.figures["cost_fen"], card.figures["unknown"]) == (cost, unknown)
        assert cost > 0
        assert card.synthetic
        assert card.demo

    def test_the_same_question_is_counted_once_and_another_one_anew(self):
        """A slider that comes back, and everybody who opens the page, is answered at once; nothing else is."""
        other = Reform(amounts={"标准": "1250"}, on=DAY)
        first, changed, again = (
            policy.simulate(LIVING, reform=one, by=SYSTEM) for one in (HIGHER, other, HIGHER)
        )

        cache.clear()
        assert first == again == policy.simulate(LIVING, reform=HIGHER, by=SYSTEM)
        assert 0 < changed.figures["cost_fen"] < first.figures["cost_fen"]

    def test_groups_add_up_and_intervals_hold_their_figures(self):
        figures = policy.simulate(LIVING, reform=HIGHER, by=SYSTEM).figures

        for groups in figures["by"].values():
            assert sum(one["winners"] for one in groups.values()) == figures["winners"]
        for name in ("cost", "winners"):
            figure = figures["cost_fen" if name == "cost" else name]
            low, high = figures[f"{name}_90_percent"]
            assert low < figure < high
        assert figures["after"]["poverty_share"] < figures["before"]["poverty_share"]

    def test_the_law_in_force_against_itself_changes_nothing(self):
        figures = policy.simulate(LIVING, reform=Reform(on=DAY), by=SYSTEM).figures
        assert (figures["cost_fen"], figures["winners"], figures["losers"]) == (0, 0, 0)

    def test_an_edited_formula_is_a_reform_and_a_faulty_one_is_refused(self):
        half = Reform(
            formulas={"低保金": "round((标准 - 人均收入) * 人数 / 2, 2) if 符合条件 else 0"}, on=DAY
        )
        figures = policy.simulate(LIVING, reform=half, by=SYSTEM).figures
        assert figures["losers"] > 0 == figures["winners"]
        for wrong in (
            Reform(formulas={"低保金": "__import__('os')"}, on=DAY),
            Reform(amounts={"标准": "x"}, on=DAY),
        ):
            with pytest.raises(ReformNotAccepted):
                policy.simulate(LIVING, reform=wrong, by=SYSTEM)

    def test_the_budget_replays_each_month_and_a_yearly_grant_is_paid_once_a_year(self):
        card = policy.simulate(LIVING, reform=Reform(on=date(2025, 1, 15)), take_up=TakeUp(), by=SYSTEM)
        months = {month: before for month, before, _after in card.budget_fen}
        assert len(months) == 12
        assert months[date(2025, 7, 1)] > months[date(2025, 6, 1)]
        yearly = policy.simulate("childcare_allowance", reform=Reform(on=DAY), take_up=TakeUp(), by=SYSTEM)
        assert [month for month, before, _after in yearly.budget_fen if before] == [date(2026, 1, 1)]

    def test_who_claims_later_is_paid_later_and_a_cut_is_felt_at_once(self):
        def budget(reform, take_up):
            return policy.simulate(LIVING, reform=reform, take_up=take_up, by=SYSTEM).budget_fen

        climbing = TakeUp(40, 80, 3)
        (_m, old, new), *_ = budget(HIGHER, TakeUp())
        paid = [(one, other) for _month, one, other in budget(HIGHER, climbing)]
        lower = Reform(amounts={"标准": "1100"}, on=DAY)
        (_m, _old, cut), *_ = budget(lower, TakeUp())
        (_m, now, felt), *_ = budget(lower, climbing)

        more = [other - one for one, other in paid]
        assert all(one == pytest.approx(0.8 * old, abs=1) for one, _other in paid)
        assert more[:4] == pytest.approx([share * (new - old) for share in (0.4, 0.6, 0.8, 0.8)], abs=2)
        assert now - felt == pytest.approx(0.8 * (old - cut), abs=1)

    @pytest.mark.parametrize(
        "asked", [TakeUp(90, 80, 1), TakeUp(0, 101, 1), TakeUp(0, 100, 13), TakeUp(0, 100, 0)]
    )
    def test_shares_that_cannot_be_are_refused(self, asked):
        with pytest.raises(InvalidInput):
            policy.simulate(LIVING, reform=HIGHER, take_up=asked, by=SYSTEM)

    def test_what_the_population_does_not_hold_is_named_and_unknown(self):
        card = policy.simulate("temporary_assistance", reform=Reform(on=DAY), by=SYSTEM)
        assert len(card.unknown_columns) == 5
        assert card.figures["unknown"] == HOMES

    def test_a_scenario_is_kept_once_and_gives_the_same_figures_again(self):
        first = policy.keep_scenario(LIVING, title="1300", reform=HIGHER, by=SYSTEM)
        again = policy.keep_scenario(LIVING, title="again", reform=HIGHER, by=SYSTEM)
        other = policy.keep_scenario(
            LIVING, title="1400", reform=Reform(amounts={"标准": "1400"}, on=DAY), by=SYSTEM
        )

        assert first == again
        assert other.digest != first.digest
        assert (
            policy.scenario(first.digest, by=SYSTEM).figures
            == policy.simulate(LIVING, reform=HIGHER, by=SYSTEM).figures
        )
        assert [one.title for one in policy.scenarios(LIVING, by=SYSTEM)] == ["1400", "1300"]

    def test_a_share_is_set_in_percent_as_the_book_writes_it(self):
        rate = next(
            one for one in policy.levers("unemployment_benefit", on=DAY, by=SYSTEM) if one.name == "比例"
        )
        assert (rate.value, rate.most, rate.unit) == ("90", "180", "%")

    def test_who_may_not_read_the_books_may_not_simulate(self):
        with pytest.raises(AccessDenied):
            policy.simulate(LIVING, reform=HIGHER, by=staff("call_taker"))


@pytest.mark.usefixtures("people")
class TestPage:
    def test_the_page_shows_who_gains_and_what_the_model_does_not_know(self, client):
        page = client.get(PAGE, {"amount.标准": "1300", "on": "2026-01-01"}).content.decode()
        figures = policy.simulate(LIVING, reform=HIGHER, by=SYSTEM).figures
        assert f"{figures['winners']:,}" in page
        assert "虚构" in page
        assert page.count('class="bar"') > 20

    def test_the_months_of_a_page_follow_the_take_up_that_was_typed(self, client):
        asked = {
            "amount.标准": "1300",
            "on": "2026-01-01",
            "months": "1",
            "first": "40",
            "final": "80",
            "ramp": "3",
        }
        page = client.get(PAGE, asked).content.decode()
        card = policy.simulate(LIVING, reform=HIGHER, take_up=TakeUp(40, 80, 3), by=SYSTEM)

        assert all(telling.yuan(new) in page for _month, _old, new in card.budget_fen)
        assert client.get(PAGE, asked | {"first": "90"}).status_code == 422

    def test_a_scenario_kept_on_the_page_comes_back_by_its_link(self, client):
        asked = "amount.%E6%A0%87%E5%87%86=1300&on=2026-01-01"
        client.post(PAGE + "keep/", {"title": "提标一百元", "query": asked})
        assert "提标一百元" in client.get(PAGE).content.decode()

    def test_a_faulty_amount_is_answered_on_the_page(self, client):
        assert client.get(PAGE, {"amount.标准": "x"}).status_code == 422

    def test_the_table_has_a_line_for_each_group(self, client):
        answer = client.get(PAGE.rstrip("/") + ".csv", {"amount.标准": "1300", "on": "2026-01-01"})
        rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
        costs = {
            kind: sum(int(r["cost_fen"]) for r in rows if r["kind"] == kind)
            for kind in {r["kind"] for r in rows}
        }
        assert len(set(costs.values())) == 1
        assert {"all", "area", "decile"} <= set(costs)


@pytest.mark.usefixtures("people")
class TestApi:
    WHERE = "/api/policy/simulate"
    ASKED: ClassVar = {"book": LIVING, "on": "2026-01-01", "amounts": {"标准": 1300}}

    @pytest.fixture
    def system(self):
        key = accounts.create_key("model of the finance office", scopes=["policy_officer"], by=SYSTEM)
        return Client(headers={"authorization": f"Bearer {key.secret}", "accept-language": "en"})

    def test_another_system_gets_the_figures_of_the_desk(self, system):
        answer = system.post(self.WHERE, self.ASKED | {"months": True}, content_type="application/json")

        found = answer.json()
        assert found["figures"] == policy.simulate(LIVING, reform=HIGHER, by=SYSTEM).figures
        assert found["synthetic"] is True
        assert len(found["budget_fen"]) == 12

    def test_an_edited_formula_may_be_sent_and_a_fault_is_a_problem_with_its_place(self, system):
        half = {"book": LIVING, "on": "2026-01-01", "formulas": {"低保金": "标准 if 符合条件 else 0"}}
        wrong = self.ASKED | {"formulas": {"低保金": "标准 +"}}

        good, bad = (system.post(self.WHERE, one, content_type="application/json") for one in (half, wrong))

        assert good.json()["figures"]["losers"] > 0
        assert bad.status_code == 422
        assert bad.headers["content-type"] == "application/problem+json"
        assert re.search(r"\d+:\d+", bad.json()["title"])

    def test_whoever_has_no_key_may_not_simulate(self):
        answer = Client().post(self.WHERE, self.ASKED, content_type="application/json")

        assert answer.status_code in (401, 403)
