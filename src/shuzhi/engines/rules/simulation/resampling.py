"""How sure a simulated figure is: the households drawn again and again, as weights."""

from collections.abc import Callable, Iterator, Mapping
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
        yield weights * np.bincount(rng.integers(0, rows, rows, dtype=np.int32), minlength=rows)


def spreads(
    figures: Mapping[str, Figure],
    weights: Ints,
    *,
    rng: np.random.Generator,
    repeats: int = REPEATS,
    confidence: float = CONFIDENCE,
) -> dict[str, Spread]:
    """Weighted figures, each with the interval that holds it with the given confidence (percentile method).

    Every draw serves all figures, so those of the law in force and of the reform rest on the same households.
    """
    if not 0 < confidence < 1:
        raise ValueError("a confidence between 0 and 1 is needed")
    drawn: dict[str, list[float]] = {name: [] for name in figures}
    for weight in replicates(weights, rng=rng, repeats=repeats):
        for name, figure in figures.items():
            drawn[name].append(figure(weight))
    tail = 50 * (1 - confidence)
    found = {}
    for name, figure in figures.items():
        low, high = np.percentile(drawn[name], [tail, 100 - tail])
        found[name] = Spread(figure(weights), float(low), float(high))
    return found


def spread(
    figure: Figure,
    weights: Ints,
    *,
    rng: np.random.Generator,
    repeats: int = REPEATS,
    confidence: float = CONFIDENCE,
) -> Spread:
    """One figure with its interval."""
    return spreads({"": figure}, weights, rng=rng, repeats=repeats, confidence=confidence)[""]


def gini_with_weights(incomes: NDArray[np.int64], heads: Ints | None = None) -> Figure:
    """The Gini coefficient of these incomes as a function of the weights of their households.

    incomes: 0 or more, in fen, (n_households,); sorted once, asked often.   heads: people that share one income.
    Source: Lerman & Yitzhaki 1989, J. Econometrics 42, 43-47.

    >>> gini_with_weights(np.array([1, 2, 3, 4]))(np.array([1, 1, 1, 1]))
    0.25
    """
    order = np.argsort(incomes, kind="stable")
    ranked = incomes[order].astype(np.float64)
    sizes = np.ones(len(ranked)) if heads is None else heads[order].astype(np.float64)

    def gini(weights: Ints) -> float:
        weight = weights[order] * sizes
        upto = np.cumsum(weight)
        people, held = upto[-1], ranked * weight
        total = held.sum()
        if not total:
            return 0.0
        return float((2 * (held @ upto) - held @ weight - people * total) / (people * total))

    return gini
