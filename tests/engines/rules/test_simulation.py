"""Figures of a reform against values worked out by hand."""

import doctest
import random
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.engines.rules import Coded
from shuzhi.engines.rules.simulation import (
    Outcomes,
    budget,
    deciles,
    effect,
    effect_by,
    gini,
    gini_near,
    measures,
    monthly_budget,
    poverty,
    replicates,
    resampling,
    scenario_digest,
    spread,
    summarise,
    take_up_path,
    theil,
)


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
    def of(incomes):
        return deciles(np.array(incomes), np.ones(len(incomes), np.int64)).tolist()

    assert of(range(20)) == [i // 2 + 1 for i in range(20)]
    assert of([7, 9, 7, 7]) == [1, 8, 1, 1]


def test_a_measure_without_income_is_refused():
    for measure in (gini, theil):
        with pytest.raises(ValueError, match="incomes"):
            measure([0, 0])


@given(
    st.lists(st.tuples(st.integers(0, 10**8), st.integers(1, 6), st.integers(1, 50)), min_size=2, max_size=30)
)
def test_gini_over_arrays_is_the_exact_one_to_nine_digits(rows):
    incomes, people, weights = (np.array(column) for column in zip(*rows, strict=True))
    found = gini_near(incomes + 1, people, weights)(weights)
    assert found == pytest.approx(gini((incomes + 1).tolist(), (people * weights).tolist()), abs=1e-9)


def test_the_interval_of_gini_is_that_of_ranking_every_draw_anew():
    rng = np.random.default_rng(11)
    incomes, people = rng.lognormal(12, 0.8, 4_000).astype(np.int64), rng.integers(1, 6, 4_000)
    weights = np.ones(4_000, np.int64)
    fast = spread(gini_near(incomes, people, weights), weights, rng=np.random.default_rng(5), repeats=60)
    exact = spread(
        lambda drawn: gini(incomes.tolist(), (people * drawn).tolist()),
        weights,
        rng=np.random.default_rng(5),
        repeats=60,
    )
    width = exact.high - exact.low
    assert (fast.low, fast.high) == pytest.approx((exact.low, exact.high), abs=width / 20)


def test_nine_of_ten_intervals_of_a_total_hold_the_truth():
    """2,000 of a nation's households are drawn 200 times; the true cost is known."""
    nation = random.Random(5)
    amounts = np.array([nation.choice((0, 0, 0, 300_00, 1100_00)) for _ in range(100_000)])
    rng, hits = np.random.default_rng(20260101), 0
    for _ in range(200):
        sample = amounts[rng.integers(0, len(amounts), 2_000)]
        weights = np.full(2_000, 50)
        found = spread(lambda weight, sample=sample: float(sample @ weight), weights, rng=rng, repeats=150)
        hits += found.low <= amounts.sum() <= found.high
    assert 0.85 <= hits / 200 <= 0.95


def test_the_same_seed_gives_the_same_interval():
    amounts, weights = np.arange(50), np.ones(50, dtype=np.int64)
    found = [
        spread(lambda w: float(amounts @ w), weights, rng=np.random.default_rng(3), repeats=40)
        for _ in range(2)
    ]
    assert found[0] == found[1]


def test_too_little_to_draw_from_is_refused():
    with pytest.raises(ValueError, match="two households"):
        list(replicates(np.array([1]), rng=np.random.default_rng(1)))


def test_the_budget_climbs_with_take_up():
    path = take_up_path(first_ppm=500_000, final_ppm=1_000_000, ramp_months=2, months=3)
    assert monthly_budget([100_01, 100_01, 200_00], path) == [50_01, 100_01, 200_00]
    with pytest.raises(ValueError, match="wanted"):
        take_up_path(first_ppm=900_000, final_ppm=100_000, ramp_months=2, months=3)


def _outcomes(rows: list[tuple[int, int, bool, int, int, int, bool, str]]) -> Outcomes:
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return Outcomes(*columns[:7], {"area": Coded.of(columns[7].tolist())})


ROW = st.tuples(
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.booleans(),
    st.integers(1, 9),
    st.integers(1, 6),
    st.integers(1, 10**7),
    st.booleans(),
    st.sampled_from(["a", "b"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ROW, min_size=3, max_size=25))
def test_the_summary_of_arrays_is_what_the_exact_measures_say(rows):
    found = summarise(_outcomes(rows), poverty_line_fen=600_000, seed=1, repeats=20)

    before, after = ([row[side] if row[2] else None for row in rows] for side in (0, 1))
    weights = [row[3] for row in rows]
    assert found.effect == effect(before, after, weights)
    assert found.by["area"] == effect_by([row[7] for row in rows], before, after, weights)
    sure = [row for row in rows if row[2] and row[6]]
    if found.after is not None:
        incomes, heads = [(r[5] + r[1]) // r[4] for r in sure], [r[3] * r[4] for r in sure]
        assert found.after.gini.figure == pytest.approx(gini(incomes, heads), abs=1e-9)
        assert found.after.theil == pytest.approx(theil(incomes, heads), abs=1e-9)
        shown = [found.after.poverty_share.figure, found.after.poverty_depth, found.after.poverty_severity]
        assert shown == pytest.approx([poverty(incomes, 600_000, alpha=a, weights=heads) for a in range(3)])


def test_a_scenario_is_the_same_when_its_parts_are_and_another_when_one_differs():
    parts = {"book": "a", "reform": "b", "as_of": "2026-01-01", "seed": 1}
    assert scenario_digest(parts) == scenario_digest(dict(reversed(parts.items())))
    assert scenario_digest(parts) != scenario_digest({**parts, "seed": 2})


def test_the_documented_examples_hold():
    assert [doctest.testmod(module).failed for module in (budget, measures, resampling)] == [0, 0, 0]
