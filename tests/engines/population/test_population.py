"""A population fitted to published totals, and how near it comes."""

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.engines.population import (
    Marginal,
    fit,
    fit_report,
    fitted_weights,
    fitting,
    whole_numbers,
)


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


TRAITS = {"area": ["a", "a", "b", "b", "b"], "kind": ["old", "young", "old", "young", "young"]}


def test_the_weights_of_a_sample_reach_the_published_totals():
    totals = {"area": {"a": 400, "b": 600}, "kind": {"old": 300, "young": 700}}

    weights, report = fitted_weights(TRAITS, totals, rng=np.random.default_rng(1))

    for kind, published in totals.items():
        for label, people in published.items():
            held = sum(w for w, known in zip(weights, TRAITS[kind], strict=True) if known == label)
            assert abs(held - people) <= 1
    assert weights.sum() == report.people == 1000
    assert max(report.misplaced) <= 0.001
    assert abs(weights[3] - weights[4]) <= 1


def test_a_label_without_a_published_total_is_refused():
    with pytest.raises(ValueError, match="kind: no total is published for young"):
        fitted_weights(TRAITS, {"kind": {"old": 5}}, rng=np.random.default_rng(1))


def test_the_documented_examples_hold():
    assert doctest.testmod(fitting).failed == 0
