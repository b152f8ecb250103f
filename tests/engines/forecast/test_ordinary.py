"""What is ordinary is learnt from earlier days alone, and warnings against it keep their promise."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.forecast import (
    LEVELS,
    DailySeries,
    Ordinary,
    day_pattern,
    ordinary,
    ordinary_within,
    spreads,
    warn,
)

FIRST = date(2024, 1, 1)  # a Monday
DAYS = 800
WEEK = np.array([1.3, 1.2, 1.1, 1.0, 1.0, 0.8, 0.6])
KINDS = [shift % 7 for shift in range(DAYS)]
BUSY = np.array([WEEK[kind] for kind in KINDS])


def drawn(means: list[float], *, seed: int, season: np.ndarray | None = None) -> np.ndarray:
    rng = np.random.default_rng(seed)
    factor = BUSY if season is None else BUSY * season
    return rng.poisson(np.array(means)[:, None] * factor).astype(float)


def test_the_pattern_of_the_week_and_of_holidays_is_found() -> None:
    kinds = [7 if shift % 50 == 10 else kind for shift, kind in enumerate(KINDS)]
    means = 300 * np.where(np.array(kinds) == 7, 0.5, BUSY)
    total = np.random.default_rng(1).poisson(means).astype(float)

    pattern = day_pattern(total, kinds)

    assert pattern[-7:] == pytest.approx(BUSY[-7:], rel=0.1)
    assert pattern[760] == pytest.approx(0.5, rel=0.15)


def test_missing_days_do_not_lower_what_is_ordinary() -> None:
    counts = drawn([6.0, 9.0], seed=4)
    gap = slice(770, 777)
    empty = counts.copy()
    empty[:, gap] = 0
    total = empty.sum(axis=0)
    unknown = total.copy()
    unknown[gap] = np.nan

    whole, taken_for_zero, known_as_missing = (
        ordinary(known, day_pattern(day, KINDS), [0, 1]).expected[:, -7:].sum()
        for known, day in ((counts, counts.sum(axis=0)), (empty, total), (empty, unknown))
    )

    assert known_as_missing == pytest.approx(whole, rel=0.03)
    assert taken_for_zero < 0.95 * whole


def test_a_day_and_what_follows_teach_nothing_about_that_day() -> None:
    counts = drawn([2.0, 5.0], seed=2)
    changed = counts.copy()
    changed[:, 600:] += 400

    before, after = (_learnt(one) for one in (counts, changed))

    for one, other in zip(before, after, strict=True):
        assert one[:, :601] == pytest.approx(other[:, :601])


def _learnt(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    found = ordinary(counts, day_pattern(counts.sum(axis=0), KINDS), [0, 0])
    return found.expected, found.doubt, spreads(counts, found.expected)


def test_what_was_frequent_at_this_time_last_year_is_expected_again() -> None:
    season = np.where((np.arange(DAYS) % 364 >= 180) & (np.arange(DAYS) % 364 < 240), 4.0, 1.0)
    counts = drawn([3.0, 4.0], seed=3, season=season)

    expected = ordinary(counts, day_pattern(counts.sum(axis=0), KINDS), [0, 0]).expected

    began = 364 + 185
    assert expected[0, began : began + 7].mean() > 2.2 * 3


def test_few_counts_leave_more_doubt_than_many() -> None:
    found = ordinary(drawn([0.05, 9.0], seed=4), BUSY, [0, 1])

    assert found.doubt[0, -1] > 5 * found.doubt[1, -1] > 0


def test_what_just_began_does_not_become_ordinary() -> None:
    counts = drawn([4.0], seed=5)
    counts[0, -7:] += 40

    assert ordinary(counts, BUSY, [0]).expected[0, -1] < 8


@pytest.mark.thorough
def test_quiet_years_bring_no_more_alarms_than_promised() -> None:
    means = [0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 6.0, 12.0] * 3
    counts = drawn(means, seed=6)
    found = ordinary(counts, day_pattern(counts.sum(axis=0), KINDS), list(range(10)) * 3)
    varied = spreads(counts, found.expected)
    alarms, since = 0, 440
    for row in range(len(means)):
        series, last = DailySeries(FIRST, counts[row]), -99
        for day in range(since, DAYS):
            told = warn(
                series,
                found.expected[row],
                FIRST + timedelta(days=day),
                spread=varied[row, day],
                doubt=found.doubt[row, day],
                tests=len(means),
            )
            if told:
                alarms += day - last > 7
                last = day

    assert alarms / ((DAYS - since) / 30) <= dict(LEVELS)["blue"]


def _part(counts: Sequence[float], whole: Sequence[float], share: float) -> float:
    """What is ordinary on the last day for a part of a larger series that has no season."""
    larger = np.array([whole], dtype=float)
    usual = Ordinary(np.full(larger.shape, np.mean(whole)), np.zeros(larger.shape))
    found = ordinary_within(np.array([counts], dtype=float), larger, usual, np.full(larger.shape, share))
    return float(found.expected[0, -1])


def test_a_town_that_has_no_cases_of_its_own_is_expected_its_share_or_less() -> None:
    nothing = _part([0] * 90, [1] * 90, 0.02)

    assert 0 < nothing < 0.02


def test_a_town_with_many_cases_of_its_own_is_expected_what_it_has() -> None:
    many = _part([3] * 90, [6] * 90, 0.1)

    assert 2.5 < many <= 3


@given(st.integers(0, 5), st.integers(0, 5), st.floats(0.01, 0.5))
def test_more_cases_of_its_own_never_make_less_ordinary(fewer: int, more: int, share: float) -> None:
    low, high = sorted((fewer, more))

    assert _part([low] * 90, [10] * 90, share) <= _part([high] * 90, [10] * 90, share)
