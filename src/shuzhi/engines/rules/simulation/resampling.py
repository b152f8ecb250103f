"""How sure a simulated figure is: the households drawn again and again, as weights."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Figure = Callable[[Ints], float]

REPEATS = 400
CONFIDENCE = 0.90


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure with its percentile interval."""

    figure: float
    low: float
    high: float


def replicates(weights: Ints, *, rng: np.random.Generator, repeats: int = REPEATS) -> Iterator[Ints]:
    """Bootstrap weights of sampled households: each replicate draws as many households as there are, with repetition.

    weights: (n_households,), 1 or more people's worth each.   Yields `repeats` arrays of the same shape.
    Source: Efron 1979, Ann. Statist. 7, 1-26; as weights: Rao & Wu 1988, J. Am. Stat. Assoc. 83, 231-241.
    """
    rows = len(weights)
    if rows < 2 or repeats < 20:
        raise ValueError("two households and twenty repeats are needed")
    for _ in range(repeats):
        yield weights * np.bincount(rng.integers(0, rows, rows), minlength=rows)


def spread(
    figure: Figure,
    weights: Ints,
    *,
    rng: np.random.Generator,
    repeats: int = REPEATS,
    confidence: float = CONFIDENCE,
) -> Spread:
    """A weighted figure and the interval that holds it with the given confidence (percentile method)."""
    if not 0 < confidence < 1:
        raise ValueError("a confidence between 0 and 1 is needed")
    drawn = [figure(weight) for weight in replicates(weights, rng=rng, repeats=repeats)]
    tail = 50 * (1 - confidence)
    low, high = np.percentile(drawn, [tail, 100 - tail])
    return Spread(figure(weights), float(low), float(high))


def gini_with_weights(incomes: NDArray[np.int64]) -> Figure:
    """The Gini coefficient of these incomes as a function of their weights; sorted once, asked often.

    incomes: 0 or more, in fen.   Source: Lerman & Yitzhaki 1989, J. Econometrics 42, 43-47.

    >>> gini_with_weights(np.array([1, 2, 3, 4]))(np.array([1, 1, 1, 1]))
    0.25
    """
    order = np.argsort(incomes, kind="stable")
    ranked = incomes[order].astype(np.float64)

    def gini(weights: Ints) -> float:
        weight = weights[order].astype(np.float64)
        people, total = weight.sum(), float(ranked @ weight)
        before = np.cumsum(weight) - weight
        return float((ranked * weight) @ (2 * before + weight - people) / (people * total))

    return gini
