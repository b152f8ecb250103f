"""A population fitted to totals, its intervals, and the budget that follows."""

import doctest
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.engines.population import (
    Marginal,
    budget,
    fit,
    fit_report,
    fitting,
    gini_with_weights,
    monthly_budget,
    replicates,
    resampling,
    spread,
    take_up_path,
    whole_numbers,
)
from shuzhi.engines.rules.simulation import gini


def _marginals_of(table: np.ndarray) -> list[Marginal]:
    """The totals by (age, sex) and by area of a table (age, sex, area)."""
    return [Marginal((0, 1), table.sum(axis=2)), Marginal((2,), table.sum(axis=(0, 1)))]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6))
def test_the_fitted_table_has_the_totals_and_keeps_the_odds_of_the_seed(number):
    rng = np.random.default_rng(number)
    truth, seed = (rng.integers(1, 1000, (4, 2, 3)).astype(float) for _ in range(2))

    found = fit(seed, _marginals_of(truth))

    assert found.worst <= 1e-9
    assert np.allclose(found.table.sum(axis=2), truth.sum(axis=2))
    odds = [t[0, 0, 0] * t[1, 0, 1] / (t[0, 0, 1] * t[1, 0, 0]) for t in (seed, found.table)]
    assert odds[0] == pytest.approx(odds[1], rel=1e-6)


def test_a_place_without_people_in_the_seed_stays_empty():
    seed = np.array([[1.0, 0.0], [1.0, 1.0]])
    found = fit(seed, [Marginal((0,), np.array([3.0, 7.0])), Marginal((1,), np.array([6.0, 4.0]))])
    assert found.table.round(6).tolist() == [[3, 0], [3, 4]]


@pytest.mark.parametrize(
    ("totals", "why"),
    [
        ([[3.0, 7.0], [6.0, 5.0]], "same people"),
        ([[3.0, 7.0, 1.0], [6.0, 5.0]], "shape"),
        ([[-3.0, 13.0], [6.0, 4.0]], "same people"),
        ([[9.0, 1.0], [1.0, 9.0]], "cannot be reached"),
    ],
)
def test_totals_that_do_not_go_together_are_refused(totals, why):
    seed = np.array([[1.0, 0.0], [1.0, 1.0]])
    with pytest.raises(ValueError, match=why):
        fit(seed, [Marginal((axis,), np.array(row)) for axis, row in enumerate(totals)])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_whole_people_are_as_many_as_the_table_and_at_most_one_from_each_cell_away(number):
    rng = np.random.default_rng(number)
    table = fit(
        rng.uniform(0.5, 2, (5, 2, 4)), _marginals_of(rng.integers(1, 400, (5, 2, 4)).astype(float))
    ).table
    counts = whole_numbers(table, rng=rng)
    assert counts.sum() == round(table.sum())
    assert np.abs(counts - table).max() < 1


def test_the_report_counts_the_misplaced_by_hand():
    report = fit_report(np.array([[7, 3]]), [Marginal((1,), np.array([5.0, 5.0]))])
    assert (report.people, report.misplaced, report.srmse) == (10, (0.2,), (0.4,))


def test_a_county_of_a_million_is_fitted_with_few_misplaced():
    rng = np.random.default_rng(7)
    truth = rng.dirichlet(np.ones(18 * 2 * 30), 1).reshape(18, 2, 30) * 1_000_000
    marginals = _marginals_of(truth)
    counts = whole_numbers(fit(np.ones((18, 2, 30)), marginals).table, rng=rng)
    assert max(fit_report(counts, marginals).misplaced) < 0.001


@given(st.lists(st.tuples(st.integers(0, 10**8), st.integers(1, 50)), min_size=2, max_size=30))
def test_gini_over_arrays_is_the_exact_one_to_nine_digits(rows):
    incomes, weights = [row[0] + 1 for row in rows], [row[1] for row in rows]
    found = gini_with_weights(np.array(incomes))(np.array(weights))
    assert found == pytest.approx(gini(incomes, weights), abs=1e-9)


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


def test_the_documented_examples_hold():
    failed = [doctest.testmod(module).failed for module in (budget, fitting, resampling)]
    assert failed == [0, 0, 0]
