"""From every number to the demands behind it, and back; trends and flows are counted from the same rows."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
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
from tests.domains.statistics.test_measures import COUNTY, TOWN, VILLAGE, given_registry

from shuzhi.domains.statistics import services
from shuzhi.spine import clock
from shuzhi.spine.actors import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant
from shuzhi.spine.errors import AccessDenied, InvalidInput, NotFound

pytestmark = pytest.mark.django_db

SINCE, UNTIL = START - DAY, START + 27 * DAY


@pytest.fixture(autouse=True)
def _in_june() -> Iterator[None]:
    with clock.stopped_at(START + 40 * DAY):
        yield


def rows(name: str = "resolution_rate", *, by: Actor = SYSTEM, **asked: str) -> list[int | None]:
    page = services.rows_of_measure(name, since=SINCE, until=UNTIL, by=by, **asked)
    return [row.demand_id for row in page.rows]


def actor(**scope: str) -> Actor:
    return Actor(ActorKind.STAFF, "7", grants=(Grant(role="unit_head", **scope),))


def test_the_rows_behind_a_number_are_as_many_as_it_says():
    told_of(
        *(handled_and_closed(n, solved=n > 2) for n in range(1, 9)),
        handled(9).called_back(reached=False).closed(),
    )

    (card,) = services.measures(since=SINCE, until=UNTIL, names=["resolution_rate"])

    assert len(rows(part="numerator")) == card.numerator == 6
    assert len(rows(part="denominator")) == card.denominator == 8
    assert rows(part="unreached") == [9]
    assert len(rows()) == 9


def test_a_demand_knows_every_figure_that_counts_it_and_as_what():
    told_of(handled_and_closed(1, solved=False), handled_and_closed(2))

    found = {one.name: one.row.part for one in services.figures_of_demand(1, by=SYSTEM)}

    assert found["resolution_rate"] == "denominator"
    assert found["satisfaction_rate"] == "numerator"
    assert found["repeat_rate"] == "denominator"
    assert all(1 in rows(name) for name in found)


def test_rows_go_on_where_the_page_before_ended():
    told_of(*(handled_and_closed(n, at=START + n * DAY / 10) for n in range(1, 61)))

    first = services.rows_of_measure("on_time_rate", since=SINCE, until=UNTIL, by=SYSTEM)
    second = services.rows_of_measure(
        "on_time_rate", since=SINCE, until=UNTIL, after=first.next_after, by=SYSTEM
    )

    assert (len(first.rows), len(second.rows), second.next_after) == (50, 10, "")
    assert {row.row_id for row in (*first.rows, *second.rows)} == set(range(1, 61))


def test_rows_are_narrowed_by_place_matter_unit_and_channel():
    given_registry()
    told_of(
        handled_and_closed(1, area=VILLAGE),
        handled_and_closed(2, area="990101001001"),
        handled_and_closed(3, category="04", area="", channel="hotline", unit=HOUSING),
    )

    assert rows(area=TOWN) == [1]
    assert rows(category="04") == rows(channel="hotline") == rows(unit=HOUSING) == [3]
    assert rows(category="02") == [2, 1]


def test_everybody_sees_the_rows_of_their_own_unit_and_places_only():
    given_registry()
    told_of(handled_and_closed(1, unit=WATER), handled_and_closed(2, unit=HOUSING, area=VILLAGE))

    assert rows(by=actor(unit=WATER)) == [1]
    assert rows(by=actor(area=COUNTY)) == [2, 1]
    assert rows(by=actor(area=COUNTY, unit=HOUSING)) == [2]
    assert services.figures_of_demand(2, by=actor(unit=WATER)) == []
    with pytest.raises(AccessDenied):
        rows(by=ANONYMOUS)


@pytest.mark.parametrize(
    "asked",
    [
        {"part": "mood"},
        {"after": "yesterday_1"},
        {"after": "2026-05-01T00:00:00+00:00_x"},
        {"channel": "owl"},
    ],
)
def test_nonsense_is_refused(asked: dict[str, str]):
    with pytest.raises(InvalidInput):
        rows(**asked)


def test_a_quote_in_a_code_is_only_a_code():
    with pytest.raises(NotFound):
        rows(unit="x' OR '1'='1")


def test_a_trend_compares_the_last_steps_with_as_many_before():
    told_of(
        *(Order(n, at=START + day * DAY).received() for n, day in enumerate((1, 2, 9, 15, 16, 16, 22, 23), 1))
    )
    week = timedelta(days=7)

    (card,) = services.trends(["received"], until=START + 28 * DAY, step=week, steps=2, shown=4)

    assert card.values == (2, 1, 3, 2)
    assert (card.now.numerator, card.before.numerator, card.clear) == (5, 3, False)
    assert card.starts[0] == START


def test_a_change_beyond_chance_is_told_from_one_within():
    good = (handled_and_closed(n, at=START + DAY, solved=True) for n in range(1, 41))
    poor = (handled_and_closed(n, at=START + 8 * DAY, solved=False) for n in range(41, 81))
    told_of(*good, *poor)

    (card,) = services.trends(
        ["resolution_rate"], until=START + 15 * DAY, step=timedelta(days=7), steps=1, shown=2
    )

    assert (card.before.rate, card.now.rate, card.clear) == (1, 0, True)


def test_flows_lead_from_the_channel_over_the_matter_to_the_outcome():
    given_registry()
    told_of(
        handled_and_closed(1, channel="hotline"),
        handled_and_closed(2, channel="hotline", late=30),
        Order(3, channel="web").received().dispatched(due_at=START + 5 * DAY),
        Order(4, channel="web").received().dispatched(due_at=START + 50 * DAY),
        Order(5, channel="web", category="04").received().moved("merge", "merged"),
    )

    found = {
        (one.channel, one.category, one.outcome): one.orders
        for one in services.flows(since=SINCE, until=UNTIL, by=SYSTEM)
    }

    assert found == {
        ("hotline", "02", "on_time"): 1,
        ("hotline", "02", "late"): 1,
        ("web", "02", "overdue"): 1,
        ("web", "02", "open"): 1,
        ("web", "04", "aside"): 1,
    }


def test_a_running_period_is_counted_again_when_more_is_known():
    since, until = START, START + 41 * DAY
    told_of(Order(1).received())
    before = services.measures(since=since, until=until, names=["received"])

    told_of(Order(2).received())
    after = services.measures(since=since, until=until, names=["received"])

    assert [card.numerator for card in (*before, *after)] == [1, 2]


def test_overdue_is_past_its_time_without_an_answer():
    told_of(
        Order(1).received().dispatched(due_at=START + 5 * DAY),
        Order(2).received().dispatched(due_at=START + 50 * DAY),
        handled(3),
        handled_and_closed(4),
    )

    (card,) = services.measures(since=SINCE, until=UNTIL, names=["overdue_share"])

    assert (card.numerator, card.denominator, card.excluded) == (1, 2, {"done": 2})
