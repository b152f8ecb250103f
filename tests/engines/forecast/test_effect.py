"""What a decision changed is told with an interval, and only when there is enough to say it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.engines.forecast import interrupted


def weeks(rng: np.random.Generator, before: int, after: int, level: float, change: float, spread: float = 1):
    means = level * np.where(np.arange(before + after) < before, 1.0, 1 + change)
    counts = rng.poisson(means) if spread == 1 else rng.negative_binomial(means / (spread - 1), 1 / spread)
    return counts[:before].astype(float), counts[before:].astype(float)


@pytest.mark.thorough
@pytest.mark.parametrize(("change", "spread"), [(0.0, 1), (-0.5, 1), (0.4, 1), (0.0, 3), (-0.5, 3)])
def test_the_interval_holds_the_planted_change_about_nineteen_times_in_twenty(
    change: float, spread: float
) -> None:
    rng = np.random.default_rng(7)
    found = [interrupted(*weeks(rng, 26, 8, 30, change, spread)) for _ in range(300)]

    assert 0.91 <= np.mean([one.low <= change <= one.high for one in found]) <= 0.985


def test_a_trend_that_ran_before_is_not_taken_for_an_effect() -> None:
    rising = np.array([10.0 * 1.05**week for week in range(34)])

    found = interrupted(rising[:26], rising[26:])

    assert found.change == pytest.approx(0, abs=0.01)
    assert found.without == pytest.approx(rising[26:].sum(), rel=0.01)


def test_nothing_more_coming_is_a_clear_fall() -> None:
    found = interrupted(np.full(20, 6.0), np.zeros(8))

    assert found.is_clear
    assert found.change < -0.8
    assert found.came == 0


def test_nothing_is_learnt_from_a_week_that_is_not_known() -> None:
    before, after = np.full(20, 40.0), np.full(8, 20.0)
    before[5], after[3] = np.nan, np.nan

    found = interrupted(before, after)

    assert found.change == pytest.approx(-0.5)
    assert found.came == 7 * 20
    assert found.without == pytest.approx(7 * 40)
    assert len(found.expected) == 28


@given(
    st.lists(st.integers(0, 60), min_size=8, max_size=40),
    st.lists(st.integers(0, 60), min_size=2, max_size=12),
)
@settings(max_examples=60, deadline=None)
def test_the_change_lies_within_its_interval(before: list[int], after: list[int]) -> None:
    first, later = np.array(before, dtype=float), np.array(after, dtype=float)
    if first.sum() + later.sum() < 10:
        with pytest.raises(ValueError, match="too few"):
            interrupted(first, later)
        return

    found = interrupted(first, later)

    assert -1 <= found.low <= found.change <= found.high
    assert len(found.expected) == len(before) + len(after)


@pytest.mark.parametrize(("before", "after"), [(7, 8), (20, 1)])
def test_too_few_weeks_say_nothing(before: int, after: int) -> None:
    with pytest.raises(ValueError, match="too few"):
        interrupted(np.full(before, 5.0), np.full(after, 5.0))
