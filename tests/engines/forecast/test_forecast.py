"""Forecasts: what a model may know, which one is served, bands that hold, sums that agree."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.engines.forecast import (
    BASELINE,
    DailySeries,
    Days,
    backtest,
    band,
    choose,
    covered,
    poisson_regression,
    poisson_weather,
    reconcile,
    seasonal_naive,
    weekday_mean,
)

MONDAY = date(2025, 1, 6)
ORDINARY = Days()


def drawn(days: int, *, seed: int, week: tuple[float, ...] = (30, 28, 26, 25, 24, 12, 10)) -> DailySeries:
    rng = np.random.default_rng(seed)
    means = np.array([week[shift % 7] for shift in range(days)])
    return DailySeries(MONDAY, rng.poisson(means).astype(float))


def test_the_baseline_repeats_the_last_week() -> None:
    history = DailySeries(MONDAY, np.arange(14.0))

    assert seasonal_naive(history, 9, ORDINARY).tolist() == [7, 8, 9, 10, 11, 12, 13, 7, 8]


def test_a_missing_day_is_looked_up_a_week_earlier() -> None:
    counts = np.arange(14.0)
    counts[7] = np.nan

    assert seasonal_naive(DailySeries(MONDAY, counts), 1, ORDINARY).tolist() == [0]


def test_no_history_expects_nothing() -> None:
    empty = DailySeries(MONDAY, np.empty(0))

    for model in (seasonal_naive, weekday_mean, poisson_regression):
        assert model(empty, 3, ORDINARY).tolist() == [0, 0, 0]


def test_negative_infinite_and_nested_counts_are_refused() -> None:
    for counts in ([-1.0], [np.inf], [[1.0]]):
        with pytest.raises(ValueError, match=r"counts|dimension"):
            DailySeries(MONDAY, np.array(counts))


def test_the_regression_finds_the_week() -> None:
    expected = poisson_regression(drawn(700, seed=1), 7, ORDINARY)

    assert expected == pytest.approx([30, 28, 26, 25, 24, 12, 10], rel=0.15)


def test_the_regression_knows_a_holiday_that_it_has_seen() -> None:
    history = drawn(700, seed=2)
    holidays = [MONDAY + timedelta(days=shift) for shift in range(21, 700, 70)]
    quiet = history.counts.copy()
    for day in holidays:
        quiet[(day - MONDAY).days] = 3
    known = Days(holidays=frozenset([*holidays, MONDAY + timedelta(days=700)]))

    expected = poisson_regression(DailySeries(MONDAY, quiet), 2, known)

    assert expected[0] < 6
    assert expected[1] > 20


def test_a_saturday_that_is_worked_counts_as_a_monday() -> None:
    saturday = MONDAY + timedelta(days=705)

    expected = poisson_regression(drawn(700, seed=3), 7, Days(worked=frozenset([saturday])))

    assert expected[5] == pytest.approx(expected[0], rel=0.01)


def test_weather_that_matters_is_used() -> None:
    rng = np.random.default_rng(4)
    days = [MONDAY + timedelta(days=shift) for shift in range(407)]
    rain = {day: float(rng.random() < 0.2) for day in days}
    rain[days[400]], rain[days[401]] = 1.0, 0.0
    counts = rng.poisson([20 * (3 if rain[day] else 1) for day in days[:400]]).astype(float)

    known = Days(regressors={"rain": rain})

    expected = poisson_weather(DailySeries(MONDAY, counts), 2, known)

    assert expected == pytest.approx([60, 20], rel=0.15)
    assert poisson_regression(DailySeries(MONDAY, counts), 1, known)[0] < 45


def test_a_new_level_is_followed() -> None:
    rng = np.random.default_rng(5)
    counts = rng.poisson([10.0] * 300 + [20.0] * 40).astype(float)

    assert poisson_regression(DailySeries(MONDAY, counts), 7, ORDINARY).mean() > 17


def test_what_beats_the_baseline_is_served_and_its_error_is_smaller() -> None:
    tested = backtest(drawn(700, seed=6), ORDINARY)
    served = choose(tested)

    assert served.model != BASELINE
    assert served.error == min(one.error for one in tested.values())
    assert served.scaled < 1
    assert tested[BASELINE].scaled == 1


def test_a_series_that_repeats_itself_is_left_to_the_baseline() -> None:
    same = DailySeries(MONDAY, np.tile([5.0, 4, 3, 2, 1, 0, 7], 30))

    assert choose(backtest(same, ORDINARY)).model == BASELINE


def test_a_fold_knows_nothing_of_its_own_days() -> None:
    history = drawn(200, seed=7)
    changed = history.counts.copy()
    changed[-7:] = 500

    before = backtest(history, ORDINARY)["poisson_regression"].expected
    after = backtest(DailySeries(MONDAY, changed), ORDINARY)["poisson_regression"].expected

    assert np.array_equal(before, after)


def test_a_series_too_short_to_be_tested_is_refused() -> None:
    with pytest.raises(ValueError, match="folds"):
        backtest(drawn(60, seed=8), ORDINARY)


@pytest.mark.thorough
def test_bands_cover_what_they_promise_on_days_they_have_not_seen() -> None:
    shares = []
    for seed in range(12):
        series = drawn(400, seed=seed)
        early = choose(backtest(series.until(series.after - timedelta(days=91)), ORDINARY))
        late = backtest(series, ORDINARY)[early.model]
        bands = [band(expected, early.expected, early.came) for expected in late.expected]
        low, high = np.array([one[0] for one in bands]), np.array([one[1] for one in bands])
        shares.append(covered(low, high, late.came))

    assert np.mean(shares) == pytest.approx(0.9, abs=0.03)


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=30), st.floats(0.5, 0.98))
def test_a_wider_promise_gives_a_wider_band(expected: list[float], coverage: float) -> None:
    rng = np.random.default_rng(9)
    tested = np.full(200, 8.0)
    came = rng.poisson(8.0, 200).astype(float)

    low, high = band(np.array(expected), tested, came, coverage=coverage)
    lower, higher = band(np.array(expected), tested, came, coverage=coverage + 0.01)

    assert (lower <= low).all()
    assert (higher >= high).all()
    assert (low >= 0).all()


@settings(max_examples=50)
@given(st.data())
def test_reconciled_forecasts_add_up_and_are_never_negative(data: st.DataObject) -> None:
    counts = st.floats(0, 100)
    towns = {f"t{number}": data.draw(counts) for number in range(data.draw(st.integers(2, 6)))}
    parents = {town: (f"c{number % 2}",) for number, town in enumerate(towns)}
    parents |= {"c0": ("city",), "c1": ("city",)}
    nodes = {**towns, "c0": data.draw(counts), "c1": data.draw(counts), "city": data.draw(counts)}
    errors = {node: data.draw(st.floats(0.1, 50)) for node in nodes}

    told = reconcile({node: np.array([value]) for node, value in nodes.items()}, parents, errors)

    for parent in ("c0", "c1", "city"):
        assert told[parent][0] == pytest.approx(
            sum(told[child][0] for child, above in parents.items() if parent in above)
        )
    assert min(value[0] for value in told.values()) >= 0


def test_what_already_adds_up_is_left_alone() -> None:
    told = reconcile(
        {"a": np.array([2.0]), "b": np.array([3.0]), "all": np.array([5.0])},
        {"a": ("all",), "b": ("all",)},
        {},
    )

    assert [told[node][0] for node in ("a", "b", "all")] == pytest.approx([2, 3, 5])


def test_what_is_counted_by_place_and_by_matter_adds_up_both_ways() -> None:
    leaves = {(place, matter): f"{place} {matter}" for place in "ab" for matter in "xy"}
    parents = {name: (place, matter) for (place, matter), name in leaves.items()}
    parents |= dict.fromkeys("abxy", ("all",))
    nodes = {
        name: np.array([float(3 + number)]) for number, name in enumerate([*leaves.values(), *"abxy", "all"])
    }

    told = reconcile(nodes, parents, {})

    for part in ("a", "b", "x", "y"):
        assert told[part][0] == pytest.approx(sum(told[name][0] for name in leaves.values() if part in name))
    assert told["all"][0] == pytest.approx(told["a"][0] + told["b"][0])
    assert told["all"][0] == pytest.approx(told["x"][0] + told["y"][0])


def test_what_is_known_well_moves_little() -> None:
    told = reconcile(
        {"a": np.array([2.0]), "b": np.array([3.0]), "all": np.array([15.0])},
        {"a": ("all",), "b": ("all",)},
        {"a": 0.001, "b": 10.0, "all": 0.001},
    )

    assert told["a"][0] == pytest.approx(2, abs=0.01)
    assert told["b"][0] == pytest.approx(13, abs=0.01)


def test_circles_and_parents_without_a_forecast_are_refused() -> None:
    one = np.array([1.0])
    with pytest.raises(ValueError, match="without a forecast"):
        reconcile({"a": one, "b": one}, {"a": ("b",), "b": ("nowhere",)}, {})
    with pytest.raises(ValueError, match="above itself"):
        reconcile({"a": one, "b": one, "c": one}, {"a": ("b",), "b": ("c",), "c": ("b",)}, {})
