"""The outlook of many series: sums agree, the baseline serves where nothing beats it, the record is honest."""

from datetime import date, timedelta

import numpy as np
import pytest

from shuzhi.engines.forecast import BASELINE, DailySeries, Days, Outlook, look_ahead

MONDAY = date(2025, 1, 6)
DAYS = 300
WEEK = (30, 28, 26, 25, 24, 12, 10)
PARENTS = {"a x": ("a", "x"), "a y": ("a", "y"), "b x": ("b", "x"), "b y": ("b", "y")} | dict.fromkeys(
    "abxy", ("all",)
)


def two_places_two_matters(seed: int = 1, days: int = DAYS) -> dict[str, DailySeries]:
    rng = np.random.default_rng(seed)
    means = np.array([WEEK[shift % 7] for shift in range(days)]) / 4
    leaves = {name: rng.poisson(means * (1 + at)).astype(float) for at, name in enumerate(list(PARENTS)[:4])}
    sums = {part: sum(c for name, c in leaves.items() if part in name.split()) for part in "abxy"}
    counts = leaves | sums | {"all": sum(leaves.values())}
    return {name: DailySeries(MONDAY, np.asarray(one)) for name, one in counts.items()}


@pytest.fixture(scope="module")
def found() -> dict[str, Outlook]:
    return look_ahead(two_places_two_matters(), PARENTS, Days())


def test_what_is_served_adds_up_and_beats_the_baseline(found: dict[str, Outlook]) -> None:
    assert all(one.scaled < 1 and one.served != BASELINE for one in found.values())
    assert found["all"].expected == pytest.approx(found["a"].expected + found["b"].expected)
    assert found["x"].expected == pytest.approx(found["a x"].expected + found["b x"].expected)
    assert found["all"].expected.mean() == pytest.approx(sum(WEEK) / 7 / 4 * 10, rel=0.1)


def test_every_model_stands_beside_the_one_that_serves(found: dict[str, Outlook]) -> None:
    assert set(found["all"].errors) == {BASELINE, "weekday_mean", "poisson_regression"}


def test_bands_hold_the_expected_count_and_nine_of_ten_judged_days(found: dict[str, Outlook]) -> None:
    for one in found.values():
        assert (one.low <= one.expected).all()
        assert (one.expected <= one.high).all()
        assert one.low.sum() < one.total_low <= one.expected.sum() <= one.total_high < one.high.sum()
    shares = [one.covered / one.judged for one in found.values()]
    assert np.mean(shares) == pytest.approx(0.9, abs=0.06)


@pytest.mark.thorough
def test_the_record_of_a_day_does_not_depend_on_that_day_or_later_ones() -> None:
    series = two_places_two_matters()
    changed = {
        name: DailySeries(MONDAY, np.r_[one.counts[:-7], np.full(7, 900.0)]) for name, one in series.items()
    }

    before, after = look_ahead(series, PARENTS, Days()), look_ahead(changed, PARENTS, Days())

    served = [name for name in series if before[name].served != BASELINE != after[name].served]
    assert "all" in served
    for name in served:
        assert [(d.expected, d.low, d.high) for d in before[name].record] == [
            (d.expected, d.low, d.high) for d in after[name].record
        ]
    assert before["all"].record[-1].day == MONDAY + timedelta(days=DAYS - 1)


def test_a_series_that_repeats_itself_is_served_as_last_week() -> None:
    same = {"only": DailySeries(MONDAY, np.tile([5.0, 4, 3, 2, 1, 0, 7], 30))}

    told = look_ahead(same, {}, Days())["only"]

    assert told.served == BASELINE
    assert told.expected.tolist() == [5, 4, 3, 2, 1, 0, 7]
    assert np.isnan(told.scaled)


def test_weather_is_tried_only_where_it_is_known_and_as_it_was_known_then() -> None:
    rng = np.random.default_rng(4)
    days = [MONDAY + timedelta(days=shift) for shift in range(DAYS + 7)]
    rain = {day: float(rng.random() < 0.3) for day in days}
    counts = rng.poisson([20 * (3 if rain[day] else 1) for day in days[:DAYS]]).astype(float)
    series = {"wet": DailySeries(MONDAY, counts)}

    def promised(before: date) -> Days:
        return Days(regressors={"rain": {day: rain[day] for day in days if day < before + timedelta(days=7)}})

    told = look_ahead(series, {}, promised)["wet"]

    assert told.served == "poisson_weather"
    assert "poisson_weather" not in look_ahead(series, {}, Days())["wet"].errors


def test_a_short_history_has_no_outlook() -> None:
    assert look_ahead(two_places_two_matters(days=40), PARENTS, Days()) == {}
    assert look_ahead({}, {}, Days()) == {}
    assert set(look_ahead(two_places_two_matters(days=42), PARENTS, Days())) == {*PARENTS, "all"}
