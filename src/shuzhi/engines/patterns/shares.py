"""Groups in which something happens to more of the cases than among all others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from shuzhi.engines.patterns.discovery import FALSE_SHARE, false_shares

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class HighShare(Generic[K]):
    """It happened to `came` of `cases`; as among all others, it would have been `expected`.

    chance: of at least so many when the group is like the others.   false_share: how much of the findings up to this
    one is expected to be chance.
    """

    group: K
    came: int
    cases: int
    expected: float
    chance: float
    false_share: float


def high_shares(
    counted: Mapping[K, tuple[int, int]], *, false_share: float = FALSE_SHARE
) -> list[HighShare[K]]:
    """Groups with a share above that of all others together, the most certain first.

    counted: for each group to how many of how many cases it happened.   Source: Fisher's exact test, one-sided (1935).

    >>> found = high_shares({"here": (18, 40), "there": (20, 400), "elsewhere": (18, 360)})
    >>> [(one.group, one.came, round(one.expected)) for one in found]
    [('here', 18, 2)]
    """
    from scipy import stats

    happened, cases = sum(came for came, _ in counted.values()), sum(of for _, of in counted.values())
    if any(not 0 <= came <= of for came, of in counted.values()):
        raise ValueError("it can happen to some of the cases, to none or to all")
    chances = [
        float(stats.hypergeom.sf(came - 1, cases, happened, of)) if of else 1.0
        for came, of in counted.values()
    ]
    found = [
        HighShare(group, came, of, _elsewhere(came, of, happened, cases), chance, float(share))
        for (group, (came, of)), chance, share in zip(
            counted.items(), chances, false_shares(chances), strict=True
        )
        if share <= false_share
    ]
    return sorted(found, key=lambda one: (one.chance, -one.came, str(one.group)))


def _elsewhere(came: int, of: int, happened: int, cases: int) -> float:
    """How many it would be if the group were like all the others."""
    return of * (happened - came) / (cases - of) if cases > of else float(came)
