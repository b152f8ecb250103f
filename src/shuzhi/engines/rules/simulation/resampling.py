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


def gini_near(incomes: Ints, heads: Ints, weights: Ints) -> Figure:
    """The Gini coefficient of a population as a function of weights near its own.

    Exact at `weights`; elsewhere its tangent there, so that a draw costs one sum and not a ranking.
    incomes: 0 or more, in fen; heads: people that share one income; weights: of households; all (n_households,).
    Source: Lerman & Yitzhaki 1989, J. Econometrics 42, 43-47; linearised as in Langel & Tillé 2013, J. R. Stat. Soc. A
    176, 521-540.

    >>> ones = np.ones(4, np.int64)
    >>> gini_near(np.array([1, 2, 3, 4]), ones, ones)(ones)
    0.25
    """
    order = np.argsort(incomes, kind="stable")
    ranked, people = incomes[order].astype(np.float64), (heads * weights)[order].astype(np.float64)
    upto, held = np.cumsum(people), ranked * people
    everybody, total = upto[-1], held.sum()
    if not total:
        return lambda drawn: 0.0
    plus_one = _dot(held, 2 * upto - people) / (everybody * total)
    own_and_above = total - np.cumsum(held) + held
    slope = 2 * (ranked * (upto - people) + own_and_above) / (everybody * total)
    slope -= plus_one * (1 / everybody + ranked / total)
    tangent = np.empty_like(slope)
    tangent[order] = slope
    tangent *= heads
    start = float(plus_one) - 1 - _dot(tangent, weights)
    return lambda drawn: start + _dot(tangent, drawn)


def _dot(first: Floats, second: Ints | Floats) -> float:
    """The sum of products in one thread and one order: the same digits everywhere, whatever else the machine does."""
    return float(np.einsum("i,i", first, second))
