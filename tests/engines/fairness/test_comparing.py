"""Comparisons stay among peers with enough cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.fairness import LEAST_TRIALS, Count, differ, is_rankable, tiers

members = st.lists(
    st.tuples(st.sampled_from(["town", "department", "firm"]), st.integers(0, 60), st.floats(0, 1)),
    max_size=40,
)


def arranged(found: list[tuple[str, int, float]]) -> list:
    return tiers(found, tier=lambda one: one[0], trials=lambda one: one[1], rate=lambda one: one[2])


def test_thirty_trials_are_enough_and_twenty_nine_are_not():
    assert (is_rankable(30), is_rankable(29)) == (True, False)


@given(members)
def test_every_member_stands_once_and_among_its_own_tier(found: list[tuple[str, int, float]]):
    standing = [(tier.code, one) for tier in arranged(found) for one in (*tier.ranked, *tier.too_few)]

    assert sorted(one for _code, one in standing) == sorted(found)
    assert all(code == one[0] for code, one in standing)


@given(members)
def test_a_rank_needs_enough_trials_and_follows_the_rate(found: list[tuple[str, int, float]]):
    for tier in arranged(found):
        rates = [one[2] for one in tier.ranked]
        assert rates == sorted(rates, reverse=True)
        assert all(one[1] >= LEAST_TRIALS for one in tier.ranked)
        assert all(one[1] < LEAST_TRIALS for one in tier.too_few)


def test_a_lucky_small_unit_does_not_lead_the_list():
    (towns,) = arranged([("town", 2, 1.0), ("town", 90, 0.8), ("town", 40, 0.9)])

    assert towns.ranked == (("town", 40, 0.9), ("town", 90, 0.8))
    assert towns.too_few == (("town", 2, 1.0),)


def test_the_best_and_the_worst_of_equal_peers_are_seldom_told_apart():
    """Eighteen equal towns, two hundred times: naive intervals would find a winner every third time."""
    rng = np.random.default_rng(18)
    told_apart = 0
    for successes in rng.binomial(400, 0.8, size=(200, 18)):
        best, worst = (Count(int(one), 400) for one in (successes.max(), successes.min()))
        told_apart += differ(best, worst, among=18)

    assert told_apart <= 10


def test_a_gap_that_is_clear_between_two_may_be_chance_among_many():
    best, worst = Count(180, 200), Count(150, 200)

    assert differ(best, worst, among=2)
    assert not differ(best, worst, among=30)


def test_nobody_is_compared_with_nobody():
    with pytest.raises(ValueError, match="two peers"):
        differ(Count(1, 2), Count(1, 2), among=1)
