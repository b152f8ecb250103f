"""A table of people from its published totals: iterative proportional fitting, then whole people."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]
Counts = NDArray[np.int64]

MAX_ROUNDS = 1_000


@dataclass(frozen=True, slots=True)
class Marginal:
    """Published totals over some axes of the table: `totals` has the shape of those axes, in their order."""

    axes: tuple[int, ...]
    totals: Table


@dataclass(frozen=True, slots=True)
class Fitted:
    """The fitted table, the rounds it took, and the largest difference from any total, relative to all people."""

    table: Table
    rounds: int
    worst: float


@dataclass(frozen=True, slots=True)
class FitReport:
    """How near a table of people comes to its marginals.

    misplaced: share of people in a wrong cell of a marginal (half the total absolute error over all people),
    one for each marginal.   srmse: standardised root mean square error of each marginal (0 is perfect).
    """

    people: int
    misplaced: tuple[float, ...]
    srmse: tuple[float, ...]


def fit(seed: Table, marginals: Sequence[Marginal], *, tolerance: float = 1e-9) -> Fitted:
    """The table that keeps the seed's associations (odds ratios) and has the marginals' totals.

    seed: (n_1, …, n_k), 0 or more; a 0 stays 0 (nobody can be there).   marginals: of equal sum.
    Raises ValueError on shapes or sums that do not go together, and when the totals cannot be reached.
    Source: Deming & Stephan 1940, Ann. Math. Statist. 11, 427-444.

    >>> fit(np.ones((2, 2)), [Marginal((0,), np.array([6., 4.])), Marginal((1,), np.array([5., 5.]))]).table.tolist()
    [[3.0, 3.0], [2.0, 2.0]]
    """
    _check(seed, marginals)
    table, people = seed.astype(np.float64), float(marginals[0].totals.sum())
    worst = np.inf
    for rounds in range(1, MAX_ROUNDS + 1):
        for marginal in marginals:
            table = _scaled(table, marginal)
        worst = max(float(np.abs(_sums(table, m) - m.totals).max()) for m in marginals) / people
        if worst <= tolerance:
            return Fitted(table, rounds, worst)
    raise ValueError(f"the totals cannot be reached from this seed: still {worst:.2e} of the people away")


def whole_numbers(table: Table, *, rng: np.random.Generator) -> Counts:
    """Whole people with the table's total: each cell rounded down, the rest drawn by the fractions.

    Source: Lovelace & Ballas 2013, Comput. Environ. Urban Syst. 41, 1-11 (truncate, replicate, sample).
    """
    below = np.floor(table)
    rest = table - below
    missing = round(float(table.sum())) - int(below.sum())
    counts = below.astype(np.int64)
    if missing:
        drawn = rng.choice(table.size, size=missing, replace=False, p=(rest / rest.sum()).ravel())
        np.add.at(counts.reshape(-1), drawn, 1)
    return counts


def fit_report(counts: Counts, marginals: Sequence[Marginal]) -> FitReport:
    """How near whole people come to the marginals.

    >>> fit_report(np.array([[3, 3], [2, 2]]), [Marginal((0,), np.array([6., 4.]))])
    FitReport(people=10, misplaced=(0.0,), srmse=(0.0,))
    """
    people = int(counts.sum())
    away = [_sums(counts.astype(np.float64), m) - m.totals for m in marginals]
    misplaced = tuple(float(np.abs(a).sum()) / 2 / people for a in away)
    srmse = tuple(
        float(np.sqrt((a**2).mean()) / m.totals.mean()) for a, m in zip(away, marginals, strict=True)
    )
    return FitReport(people, misplaced, srmse)


def _check(seed: Table, marginals: Sequence[Marginal]) -> None:
    if not marginals or (seed < 0).any():
        raise ValueError("marginals and a seed of 0 or more are wanted")
    people = marginals[0].totals.sum()
    for marginal in marginals:
        shape = tuple(seed.shape[axis] for axis in marginal.axes)
        if tuple(sorted(marginal.axes)) != marginal.axes or marginal.totals.shape != shape:
            raise ValueError(f"the totals over axes {marginal.axes} have not the shape {shape}")
        if (marginal.totals < 0).any() or people <= 0 or abs(marginal.totals.sum() - people) > 1e-6 * people:
            raise ValueError("the marginals do not all add up to the same people")
        if ((_sums(seed, marginal) == 0) & (marginal.totals > 0)).any():
            raise ValueError("a total above 0 falls where the seed has nobody")


def _sums(table: Table, marginal: Marginal) -> Table:
    others = tuple(axis for axis in range(table.ndim) if axis not in marginal.axes)
    return np.asarray(table.sum(axis=others))


def _scaled(table: Table, marginal: Marginal) -> Table:
    now = _sums(table, marginal)
    factor = np.divide(marginal.totals, now, out=np.zeros_like(now), where=now > 0)
    shape = [table.shape[axis] if axis in marginal.axes else 1 for axis in range(table.ndim)]
    return table * factor.reshape(shape)
