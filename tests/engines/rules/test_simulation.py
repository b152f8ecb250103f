"""Figures of a reform against values worked out by hand."""

import random
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.rules.simulation import bootstrap, deciles, effect, effect_by, gini, poverty, theil


def test_the_cost_of_a_reform_leaves_unknown_households_out_and_counts_them():
    found = effect([0, 100, 50, None, 7], [10, 90, 50, 5, None], [1, 2, 3, 4, 5])
    assert (found.units, found.unknown, found.winners, found.losers, found.unchanged) == (15, 9, 1, 2, 3)
    assert (found.cost_before_fen, found.cost_after_fen, found.cost_fen) == (350, 340, -10)


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.none() | st.integers(0, 99), st.none() | st.integers(0, 99)),
        min_size=1,
    )
)
def test_the_groups_of_an_effect_add_up_to_the_whole(rows):
    groups, before, after = ([row[i] for row in rows] for i in range(3))
    parts, whole = effect_by(groups, before, after).values(), effect(before, after)
    assert sum(p.cost_fen for p in parts) == whole.cost_fen
    assert sum(p.winners for p in parts) == whole.winners


@pytest.mark.parametrize(
    ("incomes", "weights", "expected"),
    [
        ([1, 2, 3, 4], None, 0.25),
        ([0, 0, 0, 1], None, 0.75),
        ([5, 5, 5], None, 0.0),
        ([1, 3], [3, 1], 0.25),
        ([100, 200, 700], None, 0.4),
    ],
)
def test_gini_is_the_hand_value_to_nine_digits(incomes, weights, expected):
    assert gini(incomes, weights) == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=30))
def test_gini_is_half_the_mean_difference_over_the_mean(incomes):
    n, total = len(incomes), sum(incomes)
    assert gini(incomes) == pytest.approx(
        sum(abs(a - b) for a in incomes for b in incomes) / (2 * n * total), abs=1e-9
    )


def test_a_weight_counts_as_that_many_people():
    assert gini([1, 5], [2, 3]) == pytest.approx(gini([1, 1, 5, 5, 5]), abs=1e-12)
    assert theil([1, 5], [2, 3]) == pytest.approx(theil([1, 1, 5, 5, 5]), abs=1e-12)
    assert poverty([1, 5], 4, alpha=2, weights=[2, 3]) == poverty([1, 1, 5, 5, 5], 4, alpha=2)


def test_theil_of_one_owner_is_the_logarithm_of_the_people():
    assert theil([0, 0, 0, 8]) == pytest.approx(log(4), abs=1e-12)


def test_poverty_by_hand():
    incomes = [0, 50, 100, 200]
    assert [poverty(incomes, 100, alpha=a) for a in (0, 1, 2)] == [0.5, 0.375, 0.3125]


def test_deciles_hold_a_tenth_each_and_equal_incomes_stay_together():
    assert deciles(list(range(20))) == [i // 2 + 1 for i in range(20)]
    assert deciles([7, 7, 7, 9]) == [1, 1, 1, 8]


def test_a_measure_without_income_is_refused():
    for measure in (gini, theil):
        with pytest.raises(ValueError, match="incomes"):
            measure([0, 0])


def test_nine_of_ten_bootstrap_intervals_hold_the_true_mean():
    rng, hits = random.Random(20260101), 0
    for _ in range(200):
        sample = [rng.gauss(100, 15) for _ in range(60)]

        def mean(rows, sample=sample):
            return sum(sample[row] for row in rows) / len(rows)

        found = bootstrap(len(sample), mean, rng=rng, repeats=120)
        hits += found.low <= 100 <= found.high
    assert 0.84 <= hits / 200 <= 0.95


def test_the_same_rng_gives_the_same_interval():
    found = [bootstrap(30, lambda rows: sum(rows), rng=random.Random(7), repeats=50) for _ in range(2)]
    assert found[0] == found[1]
