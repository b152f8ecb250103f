"""Small groups are drawn to their peers, large ones speak for themselves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.fairness import Count, shrink


@st.composite
def count(draw: st.DrawFn, least: int = 0) -> Count:
    trials = draw(st.integers(least, 5000))
    return Count(draw(st.integers(0, trials)), trials)


groups = st.lists(count(), min_size=1, max_size=30)


def pooled_rate(counts: list[Count]) -> float:
    return sum(one.successes for one in counts) / sum(one.trials for one in counts)


@given(groups)
def test_a_shrunk_rate_lies_between_the_groups_own_and_that_of_all(counts: list[Count]):
    for one, rate in zip(counts, shrink(counts), strict=True):
        if not one.trials:
            assert rate is None
            continue
        own, pooled = one.successes / one.trials, pooled_rate(counts)
        assert min(own, pooled) - 1e-12 <= rate <= max(own, pooled) + 1e-12


@given(st.lists(count(least=1), min_size=2, max_size=30))
def test_the_order_in_which_groups_come_does_not_matter(counts: list[Count]):
    backwards = list(reversed(shrink(list(reversed(counts)))))

    assert shrink(counts) == pytest.approx(backwards)


@given(st.lists(st.integers(0, 200), min_size=2, max_size=20))
def test_groups_of_one_size_keep_their_order(successes: list[int]):
    rates = shrink([Count(one, 200) for one in successes])

    assert all(
        rates[one] <= rates[other] + 1e-12
        for one in range(len(successes))
        for other in range(len(successes))
        if successes[one] <= successes[other]
    )


def test_of_two_groups_with_the_same_rate_the_smaller_one_is_drawn_further():
    counts = [Count(10, 10), Count(500, 500), Count(300, 500), Count(200, 500)]

    small, large, *_rest = shrink(counts)

    assert pooled_rate(counts) < small < large < 1


def test_groups_that_differ_by_chance_only_share_one_rate():
    assert shrink([Count(50, 100), Count(51, 100), Count(49, 100)]) == pytest.approx([0.5, 0.5, 0.5])


def test_groups_that_have_nothing_in_common_are_left_alone():
    assert shrink([Count(0, 1000), Count(1000, 1000)]) == pytest.approx([0, 1], abs=0.01)


def test_without_any_trial_nothing_is_known():
    assert shrink([Count(0, 0), Count(0, 0)]) == [None, None]
    assert shrink([]) == []


def test_shrunk_rates_miss_the_truth_by_less_than_raw_ones():
    """What shrinkage is for: 400 groups whose true rates are drawn from Beta(8, 2), most of them small."""
    rng = np.random.default_rng(1973)
    truth = rng.beta(8, 2, 400)
    trials = rng.integers(3, 40, 400)
    counts = [Count(int(rng.binomial(n, p)), int(n)) for n, p in zip(trials, truth, strict=True)]

    shrunk = np.array(shrink(counts))
    raw = np.array([one.successes / one.trials for one in counts])

    assert np.mean((shrunk - truth) ** 2) < 0.7 * np.mean((raw - truth) ** 2)


def test_what_is_no_rate_is_refused():
    with pytest.raises(ValueError, match="is not a rate"):
        shrink([Count(3, 2)])
