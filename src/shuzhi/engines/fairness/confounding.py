"""Whether two groups may be compared at all when they do different work: the guard against Simpson's paradox."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from shuzhi.engines.fairness.shrinkage import Count

K = TypeVar("K", bound=Hashable)

# Less than a point is nobody's lead, in either way of comparing.
TRIFLE = 0.01


@dataclass(frozen=True, slots=True)
class Comparison:
    """One group against another. crude: difference of the two rates.   alike: the same among cases of the same kind,
    None where they share no kind.   shared: share of all cases that are of a kind that both have.
    """

    crude: float
    alike: float | None
    shared: float

    @property
    def reverses(self) -> bool:
        """Whether who is ahead, by a point or more, depends on whether like is compared with like."""
        if self.alike is None or min(abs(self.crude), abs(self.alike)) < TRIFLE:
            return False
        return self.crude * self.alike < 0


def compare_alike(one: Mapping[K, Count], other: Mapping[K, Count]) -> Comparison:
    """Compare two groups as a whole and among cases of the same kind.

    one, other: successes and trials per kind of case (e.g. category), each group with at least one trial.
    The difference among alike cases is the Mantel-Haenszel one: kinds weigh by how many cases both groups have of them,
    so a kind that only one of them handles weighs nothing.
    Sources: Simpson 1951, J. R. Stat. Soc. B 13, 238-241; Greenland and Robins 1985, Biometrics 41, 55-68 (the weights).

    >>> large, small = "large stones", "small stones"
    >>> open_surgery, keyhole = {small: Count(81, 87), large: Count(192, 263)}, {small: Count(234, 270), large: Count(55, 80)}
    >>> found = compare_alike(open_surgery, keyhole)
    >>> round(found.crude, 3), round(found.alike, 3), found.reverses
    (-0.046, 0.054, True)
    """
    if (
        not (trials := [sum(count.trials for count in group.values()) for group in (one, other)])[0]
        or not trials[1]
    ):
        raise ValueError("without a trial there is no rate to compare")
    difference = weights = 0.0
    shared = 0
    for kind in one.keys() & other.keys():
        first, second = one[kind], other[kind]
        if first.trials and second.trials:
            weight = first.trials * second.trials / (first.trials + second.trials)
            difference += weight * (first.successes / first.trials - second.successes / second.trials)
            weights += weight
            shared += first.trials + second.trials
    return Comparison(
        _rate(one) - _rate(other), difference / weights if weights else None, shared / sum(trials)
    )


def _rate(group: Mapping[K, Count]) -> float:
    return sum(one.successes for one in group.values()) / sum(one.trials for one in group.values())
