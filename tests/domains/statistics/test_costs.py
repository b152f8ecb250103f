"""What a solved demand costs: only where the cost is known, never per person, never for what was not solved."""

import io
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from tests.domains.statistics.given import (
    DAY,
    HOUSING,
    START,
    WATER,
    Order,
    handled,
    handled_and_closed,
    told_of,
)
from tests.domains.statistics.test_measures import SINCE, UNTIL, given_registry, measure
from typer.testing import CliRunner

from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics.cli import app
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM

pytestmark = pytest.mark.django_db
DAYS = (UNTIL - SINCE).days


@pytest.fixture(autouse=True)
def _in_june() -> Iterator[None]:
    with clock.stopped_at(START + 40 * DAY):
        yield


def given_cost(unit: str, yuan: str, *, first: str = "2026-01-01", last: str = "2026-12-31") -> None:
    text = f"单位代码,起始日期,截止日期,金额（元）\n{unit},{first},{last},{yuan}\n"
    assert registry.import_csv("costs", io.BytesIO(text.encode()), by=SYSTEM).accepted == 1


def test_the_cost_of_the_period_is_divided_by_what_was_solved_in_it():
    given_registry()
    given_cost(WATER, "3650")  # ten yuan a day
    told_of(*(handled_and_closed(n, unit=WATER) for n in range(1, 5)))

    card = measure("cost_per_solved", by="unit", group=WATER)

    assert (card.scale, card.numerator, card.denominator) == ("fen", DAYS * 1000, 4)
    assert card.rate == DAYS * 1000 / 4
    assert (card.low, card.rankable) == (None, False)
    assert measure("cost_per_solved").rate == card.rate


def test_what_the_requester_calls_unsolved_cost_something_and_solved_nothing():
    given_registry()
    given_cost(WATER, "3650")
    told_of(handled_and_closed(1, unit=WATER), handled_and_closed(2, unit=WATER, solved=False))
    told_of(handled_and_closed(3, unit=WATER).rated(solved=False, satisfaction=1))

    assert measure("cost_per_solved").denominator == 1


def test_a_unit_whose_cost_is_not_known_for_every_day_is_left_out_and_said():
    given_registry()
    given_cost(WATER, "3650")
    given_cost(HOUSING, "1000", first="2026-05-10")
    told_of(handled_and_closed(1, unit=WATER), handled_and_closed(2, unit=HOUSING))

    everything = measure("cost_per_solved")

    assert (everything.denominator, everything.excluded) == (1, {"no_cost": 1})
    assert measure("cost_per_solved", by="unit", group=HOUSING).rate is None


def test_a_unit_that_solves_nothing_makes_the_rest_dearer():
    given_registry()
    given_cost(WATER, "3650")
    given_cost(HOUSING, "3650")
    told_of(handled_and_closed(1, unit=WATER), handled(2, unit=HOUSING))

    assert measure("cost_per_solved").rate == 2 * DAYS * 1000


def test_costs_belong_to_units_and_to_no_category():
    given_registry()
    given_cost(WATER, "3650")
    told_of(handled_and_closed(1, unit=WATER, category="04"))

    card = measure("cost_per_solved", by="category", group="04")

    assert (card.rate, card.excluded) == (None, {"no_cost": 1})


def test_page_table_and_command_line_say_yuan():
    given_registry()
    given_cost(WATER, "36500")
    told_of(*(handled_and_closed(n, unit=WATER) for n in range(1, 5)))
    with clock.stopped_at(UNTIL):
        page = Client().get("/figures/", headers={"accept-language": "en"}).content.decode()
        table = (
            Client()
            .get(reverse("statistics:table"), headers={"accept-language": "en"})
            .content.decode("utf-8-sig")
        )
        shown = CliRunner().invoke(app, ["show", "--name", "cost_per_solved"]).output

    assert "700.00 yuan" in page
    assert "2800.00,4,700.0000" in table
    assert "¥700.00" in shown


@pytest.mark.parametrize(
    ("unit", "first", "last", "yuan"),
    [
        (WATER, "2026-05-01", "2026-04-01", "1"),
        (WATER, "2026-01-01", "2026-12-31", "-1"),
        (WATER, "2026-01-01", "2026-12-31", "0.001"),
        (WATER, "2026-01-01", "2026-12-31", "1e9"),
        (WATER, "2026-01-01", "2026-12-31", ""),
        ("nobody", "2026-01-01", "2026-12-31", "1"),
        (HOUSING, "2025-06-01", "2026-06-01", "1"),
    ],
)
def test_a_cost_that_cannot_be_is_sent_back(unit, first, last, yuan):
    given_registry()
    given_cost(HOUSING, "5")
    text = f"unit,from_date,until_date,amount_yuan\n{unit},{first},{last},{yuan}\n"

    report = registry.import_csv("costs", io.BytesIO(text.encode()), by=SYSTEM)

    assert (report.accepted, report.quarantined) == (0, 1)


def test_an_amount_may_be_corrected_and_said_twice_it_counts_once():
    given_registry()
    given_cost(WATER, "100")
    given_cost(WATER, "3650")
    text = f"unit,from_date,until_date,amount_yuan\n{WATER},2026-01-01,2026-12-31,3650\n"

    assert registry.import_csv("costs", io.BytesIO(text.encode()), by=SYSTEM).unchanged == 1
    told_of(handled_and_closed(1, unit=WATER))
    assert measure("cost_per_solved").numerator == DAYS * 1000


def test_settled_at_first_contact_are_those_that_nobody_had_to_come_back_for():
    def answered(number: int) -> Order:
        order = Order(number).received().moved("triage", "triaged").moved("answer_directly", "answered")
        return order.closed()

    reopened = answered(2).moved("reopen", "triaged", unit="").closed()
    unsolved = answered(3).rated(solved=False, satisfaction=1)
    told_of(answered(1), reopened, unsolved, handled_and_closed(4))

    card = measure("first_contact_rate")

    assert (card.numerator, card.denominator) == (1, 4)
