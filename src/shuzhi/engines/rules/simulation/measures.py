"""What a reform does to a population, exactly: cost, who gains and loses, inequality, poverty.

Amounts are integers in fen, one per unit (household or person), with an optional whole-number weight each.
None is unknown and is counted apart, never as zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Amounts = Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Effect:
    """A reform in numbers: weighted units and fen; `unknown` units have no answer on one side at least."""

    units: int
    unknown: int
    winners: int
    losers: int
    unchanged: int
    cost_before_fen: int
    cost_after_fen: int

    @property
    def cost_fen(self) -> int:
        """What the reform costs more (negative: saves), over the units whose answer is known."""
        return self.cost_after_fen - self.cost_before_fen


def effect(before: Amounts, after: Amounts, weights: Sequence[int] | None = None) -> Effect:
    """Cost, winners and losers.

    >>> effect([0, 100, 50, None], [10, 90, 50, 5]).cost_fen
    0
    """
    counts = {"unknown": 0, "winners": 0, "losers": 0, "unchanged": 0}
    old_cost = new_cost = units = 0
    for old, new, weight in zip(before, after, weights or [1] * len(before), strict=True):
        units += weight
        if old is None or new is None:
            counts["unknown"] += weight
            continue
        counts["winners" if new > old else "losers" if new < old else "unchanged"] += weight
        old_cost += old * weight
        new_cost += new * weight
    return Effect(units, **counts, cost_before_fen=old_cost, cost_after_fen=new_cost)


def effect_by(
    groups: Sequence[str], before: Amounts, after: Amounts, weights: Sequence[int] | None = None
) -> Mapping[str, Effect]:
    """The effect for each group (area, age band, income decile, household type), sorted by name."""
    rows: dict[str, list[int]] = {}
    for index, group in enumerate(groups):
        rows.setdefault(group, []).append(index)
    return {
        group: effect(
            [before[i] for i in chosen],
            [after[i] for i in chosen],
            [weights[i] for i in chosen] if weights else None,
        )
        for group, chosen in sorted(rows.items())
    }


def deciles(incomes: Ints, weights: Ints) -> NDArray[np.int32]:
    """The decile, 1 to 10, of every income: by the weight of those before it; equal incomes share the lower.

    incomes, weights: (n_units,).

    >>> deciles(np.array([7, 7, 7, 9]), np.ones(4, np.int64)).tolist()
    [1, 1, 1, 8]
    """
    order = np.argsort(incomes, kind="stable")
    ranked, weight = incomes[order], weights[order]
    before = (np.cumsum(weight) - weight)[np.searchsorted(ranked, ranked)]
    found = np.empty(len(incomes), np.int32)
    found[order] = np.minimum(before * 10 // weight.sum() + 1, 10)
    return found


def gini(incomes: Sequence[int], weights: Sequence[int] | None = None) -> float:
    """Gini coefficient, 0 (equal) to 1, exact in integers until the last division.

    Source: Lerman & Yitzhaki 1989, J. Econometrics 42, 43-47 (weighted form). Raises ValueError without income.

    >>> gini([1, 2, 3, 4])
    0.25
    """
    pairs = sorted(zip(incomes, weights or [1] * len(incomes), strict=True))
    total = sum(income * weight for income, weight in pairs)
    people = sum(weight for _, weight in pairs)
    if total <= 0 or (pairs and pairs[0][0] < 0):
        raise ValueError("Gini needs incomes of 0 or more, not all 0")
    before = sum_below = 0
    for income, weight in pairs:
        sum_below += income * weight * (2 * before + weight - people)
        before += weight
    return sum_below / (people * total)


def theil(incomes: Sequence[int], weights: Sequence[int] | None = None) -> float:
    """Theil T index, 0 to ln n; an income of 0 adds 0 (the limit of x ln x).

    Source: Theil 1967, Economics and Information Theory, ch. 4. Raises ValueError without income.

    >>> theil([5, 5, 5])
    0.0
    """
    weight = weights or [1] * len(incomes)
    people, total = sum(weight), sum(x * w for x, w in zip(incomes, weight, strict=True))
    if total <= 0 or min(incomes) < 0:
        raise ValueError("Theil needs incomes of 0 or more, not all 0")
    mean = total / people
    return sum(w * (x / mean) * log(x / mean) for x, w in zip(incomes, weight, strict=True) if x) / people


def poverty(incomes: Sequence[int], line: int, *, alpha: int, weights: Sequence[int] | None = None) -> float:
    """Foster-Greer-Thorbecke index: share of poor (alpha 0), depth (1), severity (2), each 0 to 1.

    line: fen, above 0; below it is poor. Source: Foster, Greer & Thorbecke 1984, Econometrica 52, 761-766.

    >>> poverty([0, 50, 100, 200], 100, alpha=1)
    0.375
    """
    if line <= 0 or alpha < 0 or not incomes:
        raise ValueError("a poverty line above 0, alpha of 0 or more and incomes are needed")
    weight = weights or [1] * len(incomes)
    gaps = (w * ((line - x) / line) ** alpha for x, w in zip(incomes, weight, strict=True) if x < line)
    return sum(gaps) / sum(weight)
