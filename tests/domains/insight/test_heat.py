"""Heat and stages follow from counts and dates alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.domains.insight.heat import Stage, heat_of, rank_of, stage_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
people = st.integers(1, 10_000)
ago = st.floats(0, 400)


def before(*days: float) -> list[datetime]:
    return [NOW - day * DAY for day in sorted(days, reverse=True)]


@given(people, ago, people, ago, st.floats(0, 300))
def test_the_rank_orders_as_the_heat_does_at_every_later_moment(
    some: int, some_ago: float, others: int, others_ago: float, later: float
) -> None:
    one, other = NOW - some_ago * DAY, NOW - others_ago * DAY
    then = NOW + later * DAY
    difference = rank_of(some, one) - rank_of(others, other)

    if abs(difference) > 1e-6:
        assert (difference > 0) == (heat_of(some, one, then) > heat_of(others, other, then))


def test_heat_halves_in_thirty_days() -> None:
    assert heat_of(8, NOW - 30 * DAY, NOW) == pytest.approx(4)
    assert heat_of(8, NOW - 60 * DAY, NOW) == pytest.approx(2)
    assert heat_of(8, NOW + DAY, NOW) == 8


@pytest.mark.parametrize(
    ("received", "unfinished", "stage"),
    [
        (before(3, 1), 2, Stage.EMERGING),
        (before(20, 12, 5, 4, 1), 5, Stage.GROWING),
        (before(20, 12, 11, 5), 4, Stage.HANDLED),
        (before(40, 30, 20), 0, Stage.RESOLVED),
        (before(40, 30, 20), 1, Stage.HANDLED),
        (before(40, 30, 10), 0, Stage.HANDLED),
        (before(90, 80, 3), 1, Stage.RECURRING),
        (before(200, 100, 50), 0, Stage.RESOLVED),
        (before(90, 1), 2, Stage.GROWING),
    ],
)
def test_the_stage_tells_where_an_issue_stands(
    received: list[datetime], unfinished: int, stage: Stage
) -> None:
    assert stage_of(received, unfinished=unfinished, now=NOW) is stage
