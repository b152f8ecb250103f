"""Whom one may compare with whom: only peers, and only with enough cases."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Generic, TypeVar

from shuzhi.engines.fairness.intervals import wilson_interval
from shuzhi.engines.fairness.shrinkage import Count

T = TypeVar("T")

# Below 30 the rate of a group says more about luck than about work. Source: the platform's published rule.
LEAST_TRIALS = 30


@dataclass(frozen=True, slots=True)
class Tier(Generic[T]):
    """Peers. ranked: the best rate first.   too_few: those with too few trials for a rank, in the order given."""

    code: str
    ranked: tuple[T, ...]
    too_few: tuple[T, ...]


def is_rankable(trials: int, *, least: int = LEAST_TRIALS) -> bool:
    return trials >= least


def tiers(
    members: Iterable[T],
    *,
    tier: Callable[[T], str],
    trials: Callable[[T], int],
    rate: Callable[[T], float],
    least: int = LEAST_TRIALS,
) -> list[Tier[T]]:
    """Members arranged among their peers, tiers in the order in which they first appear; there is no common list.

    tier: which peers a member belongs to.   rate: asked only of members with at least `least` trials; equal rates
    keep the order given.   Returns every member exactly once.

    >>> units = [("a", "town", 40, 0.8), ("b", "town", 12, 1.0), ("c", "firm", 90, 0.7), ("d", "town", 50, 0.9)]
    >>> for found in tiers(units, tier=lambda u: u[1], trials=lambda u: u[2], rate=lambda u: u[3]):
    ...     print(found.code, [u[0] for u in found.ranked], [u[0] for u in found.too_few])
    town ['d', 'a'] ['b']
    firm ['c'] []
    """
    peers: dict[str, list[T]] = {}
    for member in members:
        peers.setdefault(tier(member), []).append(member)
    return [
        Tier(
            code,
            tuple(
                sorted(
                    (one for one in found if is_rankable(trials(one), least=least)), key=rate, reverse=True
                )
            ),
            tuple(one for one in found if not is_rankable(trials(one), least=least)),
        )
        for code, found in peers.items()
    ]


def differ(one: Count, other: Count, *, among: int, confidence: float = 0.95) -> bool:
    """Whether two of `among` peers differ by more than chance, even when they were picked as the best and the worst.

    one, other: with trials > 0.   among: peers, at least 2; the doubt is shared by all their pairs, because the
    extremes of many equal peers lie far apart.   confidence: that no equal pair of the whole tier is told apart.
    Returns whether the intervals do not overlap, which is stricter than a test of the difference.
    Source: Bonferroni correction, Dunn 1961, J. Am. Stat. Assoc. 56, 52-64.

    >>> differ(Count(180, 200), Count(150, 200), among=2), differ(Count(180, 200), Count(150, 200), among=18)
    (True, False)
    """
    pairs = among * (among - 1) / 2
    if pairs < 1:
        raise ValueError("a comparison needs two peers")
    shared = 1 - (1 - confidence) / pairs
    first, second = wilson_interval(*one, confidence=shared), wilson_interval(*other, confidence=shared)
    return first.low > second.high or second.low > first.high


def counts_differ(one: int, other: int, *, confidence: float = 0.95) -> bool:
    """Whether two numbers of events in spans of the same length differ by more than chance.

    one, other: counts of things that happen independently of each other, >= 0.   confidence: probability, above 0
    and below 1.   Given their sum, one of them is binomial with 1/2 when both spans are alike.
    Source: Przyborowski and Wilenski 1940, Biometrika 31, 313-323 (the conditional test), by its normal approximation.

    >>> counts_differ(120, 90), counts_differ(12, 9), counts_differ(0, 0)
    (True, False, False)
    """
    if min(one, other) < 0:
        raise ValueError("counts are not negative")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    return abs(one - other) > z * sqrt(one + other)
