"""Weights for the households of a sample, so that together they reach published totals."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .fitting import FitReport, Marginal, fit, fit_report, whole_numbers

Labels = Sequence[str]


def fitted_weights(
    traits: Mapping[str, Labels], totals: Mapping[str, Mapping[str, int]], *, rng: np.random.Generator
) -> tuple[NDArray[np.int64], FitReport]:
    """How many households each sampled household stands for, in whole numbers, and how near the totals are.

    traits: by kind (area, household_type), a label per sampled household.   totals: by the same kinds, the
    published number of households of each label; every kind adds up to the same number.
    Raises ValueError where a total has no sampled household, or the sample has a label without a total.
    """
    labels = {kind: sorted(published) for kind, published in totals.items()}
    places = []
    for kind, known in labels.items():
        strange = set(traits[kind]) - set(known)
        if strange:
            raise ValueError(f"{kind}: no total is published for {', '.join(sorted(strange)[:5])}")
        index = {label: number for number, label in enumerate(known)}
        places.append(np.array([index[label] for label in traits[kind]]))
    shape = tuple(len(known) for known in labels.values())
    cells = np.ravel_multi_index(tuple(places), shape)
    sample = np.bincount(cells, minlength=int(np.prod(shape)))
    marginals = [
        Marginal((axis,), np.array([float(totals[kind][label]) for label in known]))
        for axis, (kind, known) in enumerate(labels.items())
    ]
    wanted = whole_numbers(fit(sample.reshape(shape).astype(np.float64), marginals).table, rng=rng)
    return _dealt(cells, sample, wanted.ravel(), rng), fit_report(wanted, marginals)


def _dealt(
    cells: NDArray[np.int64], sample: NDArray[np.int64], wanted: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Each cell's households shared evenly among its sampled ones, the remainder by lot."""
    order = rng.permutation(len(cells))
    turn = np.empty(len(cells), dtype=np.int64)
    by_cell = order[np.argsort(cells[order], kind="stable")]
    starts = np.cumsum(sample) - sample
    turn[by_cell] = np.arange(len(cells)) - starts[cells[by_cell]]
    share, rest = np.divmod(wanted, np.maximum(sample, 1))
    return np.asarray(share[cells] + (turn < rest[cells]), dtype=np.int64)
