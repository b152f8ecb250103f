"""Readings: what was known when, how rare they were, and how often forecasts were wrong."""

from datetime import date, timedelta

import pytest

from shuzhi.domains.insight.readings import Readings
from shuzhi.domains.statistics.services import DayReading

HERE, THERE = "990102000000", "990103000000"
DAY = date(2026, 6, 10)


def before(days: int) -> date:
    return DAY - timedelta(days=days)


def rain(told: int, day: int, value: float, *, area: str = HERE) -> DayReading:
    """Told so many days before DAY for a day so many days before it."""
    return DayReading(before(told), before(day), area, "rain", value)


def test_who_asks_for_a_moment_in_the_past_learns_what_was_known_then() -> None:
    known = Readings((rain(0, 0, 80), rain(2, 0, 20), rain(1, 0, 55)))

    assert [
        one.value if (one := known.on(DAY, HERE, "rain", known=before(ago))) else None for ago in (3, 2, 1, 0)
    ] == [None, 20, 55, 80]
    assert known.regressors(DAY)["rain"][DAY] == pytest.approx(4.025, abs=0.01)
    assert known.on(DAY, THERE, "rain", known=DAY) is None
    assert known.on(DAY, HERE, "water_level", known=DAY) is None


def test_a_forecast_that_did_not_come_is_a_false_alarm_one_that_nearly_came_is_none() -> None:
    known = Readings(
        (
            *(rain(ago, ago, value) for ago, value in ((0, 10), (1, 46), (2, 60), (3, 0))),
            *(rain(ago + 1, ago, 55) for ago in (0, 1, 2)),
            rain(9, 3, 99),
        )
    )

    assert known.false_alarms("rain", 50, lead_days=3) == pytest.approx(30 / 4)
    assert known.exceedance(rain(0, 0, 45)) == pytest.approx(3 / 5)


def test_how_rare_a_reading_is_is_told_by_its_own_area() -> None:
    known = Readings((*(rain(n, n, n) for n in range(9)), *(rain(n, n, 99, area=THERE) for n in range(9))))

    assert known.exceedance(rain(0, 0, 9)) == pytest.approx(1 / 10)
    assert known.exceedance(rain(0, 0, 9, area=THERE)) == 1


def test_nothing_told_is_nothing_known() -> None:
    assert (Readings().digest, Readings().regressors(DAY), dict(Readings().series)) == ("", {}, {})
