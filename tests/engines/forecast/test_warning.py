"""Early warning: what is more than chance is found early, what is chance is left alone."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.forecast import (
    LEVELS,
    DailySeries,
    agree,
    chance,
    change_point,
    dispersion,
    level_of,
    warn,
)

FIRST = date(2025, 1, 1)


def on(index: int) -> date:
    return FIRST + timedelta(days=index)


def test_a_burst_is_warned_of_on_its_first_day() -> None:
    counts = np.array([1.0, 0, 2, 1, 0, 1, 1, 12])

    found = warn(DailySeries(FIRST, counts), np.full(8, 0.8), on(7), tests=20)

    assert found is not None
    assert (found.level, found.first, found.last) == ("red", on(7), on(7))
    assert (found.came, found.expected) == (12, pytest.approx(0.8))


def test_a_slow_rise_is_found_over_several_days() -> None:
    counts = np.array([1.0, 1, 1, 1, 4, 4, 5, 4, 5, 4, 5])

    found = warn(DailySeries(FIRST, counts), np.ones(11), on(10), tests=20)

    assert found is not None
    assert found.first == on(4)


def test_an_ordinary_day_an_empty_day_and_two_cases_are_no_warning() -> None:
    series = DailySeries(FIRST, np.array([9.0, 11, 10, 0, 2]))

    assert warn(series, np.full(5, 10.0), on(2)) is None
    assert warn(series, np.full(5, 10.0), on(3)) is None
    assert warn(DailySeries(FIRST, np.array([0.0, 2])), np.full(2, 0.01), on(1)) is None


def test_a_day_outside_of_the_series_is_refused() -> None:
    with pytest.raises(ValueError, match="not a day of the series"):
        warn(DailySeries(FIRST, np.ones(3)), np.ones(3), on(3))


@pytest.mark.thorough
def test_in_quiet_years_there_are_no_more_false_alarms_than_promised() -> None:
    rng = np.random.default_rng(11)
    most = dict(LEVELS)["blue"]
    episodes = months = 0
    for mean in (0.1, 0.5, 2, 10, 40):
        series = DailySeries(FIRST, rng.poisson(mean, 3000).astype(float))
        expected = np.full(3000, mean)
        days = [index for index in range(7, 3000) if warn(series, expected, on(index))]
        episodes += sum(1 for before, day in zip([-9, *days], days, strict=False) if day - before > 7)
        months += 3000 / 30

    assert episodes / months <= most


def test_more_looks_make_the_same_finding_less_surprising() -> None:
    series, expected = DailySeries(FIRST, np.array([1.0, 1, 6])), np.ones(3)

    few, many = warn(series, expected, on(2), tests=1), warn(series, expected, on(2), tests=10)

    assert few is not None
    assert many is None or many.false_alarms == pytest.approx(10 * few.false_alarms)


@given(st.integers(0, 60), st.floats(0.01, 40), st.floats(1, 5))
def test_more_cases_are_never_more_likely(came: int, expected: float, spread: float) -> None:
    assert 0 <= chance(came + 1, expected, spread) <= chance(came, expected, spread) <= 1


@given(st.floats(0.1, 30), st.integers(1, 60))
def test_varied_counts_make_a_high_count_less_surprising(expected: float, more: int) -> None:
    came = round(4 * expected + 3 + more)

    assert chance(came, expected, 3.0) >= chance(came, expected, 1.0)


def test_spread_is_one_for_poisson_counts_and_more_for_varied_ones() -> None:
    rng = np.random.default_rng(12)
    means = np.full(2000, 8.0)

    assert dispersion(rng.poisson(8, 2000).astype(float), means) == pytest.approx(1, abs=0.1)
    assert dispersion(rng.negative_binomial(4, 1 / 3, 2000).astype(float), means) > 2


def test_an_old_outbreak_does_not_hide_the_next_one() -> None:
    counts = np.random.default_rng(13).poisson(2.0, 1000).astype(float)
    counts[500:508] = 80

    assert dispersion(counts, np.full(1000, 2.0)) < 1.2


def test_levels_are_graver_the_fewer_false_alarms_they_bring() -> None:
    assert [level_of(most) for _level, most in LEVELS] == [level for level, _most in LEVELS]
    assert level_of(1.0) == ""


def test_sources_that_agree_say_more_than_each_alone() -> None:
    assert agree([0.01, 0.02]) < 0.01
    assert agree([0.01, 0.9]) > 0.01
    assert agree([]) == 1


def test_a_lasting_shift_is_dated_to_its_first_days() -> None:
    rng = np.random.default_rng(14)
    counts = rng.poisson(np.r_[np.full(60, 9.0), np.full(30, 16.0)]).astype(float)

    began = change_point(counts, np.full(90, 9.0))

    assert began is not None
    assert 55 <= began <= 64
    assert change_point(counts[:60], np.full(60, 9.0)) is None
