"""Wilson's interval against published figures and its own promises."""

from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.fairness import Interval, wilson_interval


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    trials = draw(st.integers(1, 100_000))
    return draw(st.integers(0, trials)), trials


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_bounds_are_those_of_the_literature(successes: int, trials: int, low: float, high: float):
    """Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3."""
    assert wilson_interval(successes, trials).rounded(4) == Interval(low, high)


@given(counts(), st.floats(0.5, 0.999))
def test_each_bound_is_a_rate_that_the_count_just_does_not_contradict(
    count: tuple[int, int], confidence: float
):
    """Wilson's own definition: the observed rate is z standard errors, as computed at the bound, away from it."""
    successes, trials = count
    z = NormalDist().inv_cdf((1 + confidence) / 2)

    interval = wilson_interval(successes, trials, confidence=confidence)

    for bound in (interval.low, interval.high):
        distance = (successes / trials - bound) ** 2
        assert distance == pytest.approx(z * z * bound * (1 - bound) / trials, abs=1e-9)


@given(counts())
def test_the_rate_lies_inside_and_the_bounds_inside_of_zero_and_one(count: tuple[int, int]):
    successes, trials = count

    interval = wilson_interval(successes, trials)

    assert 0 <= interval.low <= successes / trials <= interval.high <= 1


@given(counts())
def test_failures_have_the_mirrored_interval(count: tuple[int, int]):
    successes, trials = count
    one, other = wilson_interval(successes, trials), wilson_interval(trials - successes, trials)

    assert one.low == pytest.approx(1 - other.high, abs=1e-9)


@given(counts(), st.integers(2, 50))
def test_more_of_the_same_makes_the_interval_narrower(count: tuple[int, int], times: int):
    successes, trials = count
    few, many = wilson_interval(successes, trials), wilson_interval(successes * times, trials * times)

    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (3, 2), (-1, 5)])
def test_what_is_no_rate_is_refused(successes: int, trials: int):
    with pytest.raises(ValueError, match="is not a rate"):
        wilson_interval(successes, trials)
