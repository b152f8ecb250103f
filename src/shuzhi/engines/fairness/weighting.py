"""Whom we did not hear: what people need, when every place counts by its people and not by its voices."""

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from shuzhi.engines.fairness.intervals import wilson_interval

K = TypeVar("K", bound=Hashable)
T = TypeVar("T", bound=Hashable)

# Few voices never speak for many people: a place weighs at most so many times what its voices are.
MOST_WEIGHT = 5.0


@dataclass(frozen=True, slots=True)
class Heard:
    """How much of a place was heard. share: of all people; voices: of all demands; weight: share over voices, bounded.

    less, more: whether it was heard less or more than its people make us expect, beyond chance.
    """

    people: int
    demands: int
    share: float
    voices: float
    weight: float
    less: bool
    more: bool


@dataclass(frozen=True, slots=True)
class Need(Generic[K, T]):
    """raw: each matter's share of all demands.   weighed: its share when each place counts by its people.

    heard: each place with people.   unheard: places with people and no demand at all, which no weight can speak for.
    """

    raw: Mapping[T, float]
    weighed: Mapping[T, float]
    heard: Mapping[K, Heard]
    unheard: frozenset[K]


def post_stratify(
    demands: Mapping[K, Mapping[T, int]], people: Mapping[K, int], *, confidence: float = 0.95
) -> Need[K, T]:
    """Shares of matters by voices and by people.

    demands: place → matter → how many, >= 0; places without people are left out of both.   people: place → inhabitants,
    >= 0, somebody somewhere.   confidence: that a place heard as expected is not said to be heard less or more; it is
    shared by all places.
    Each place's demands are taken as a sample of what its people need, and weigh its share of the people; weights are
    bounded, so the places that speak little do not let a few voices speak for everybody.
    Source: Holt and Smith 1979, J. R. Stat. Soc. A 142, 33-46 (post-stratification); Potter 1990, Proc. Surv. Res. Meth.
    (bounded weights).

    >>> found = post_stratify({"old town": {"noise": 70, "roads": 10}, "hills": {"roads": 20}}, {"old town": 500, "hills": 500})
    >>> round(found.raw["roads"], 2), round(found.weighed["roads"], 2), found.heard["hills"].less
    (0.3, 0.56, True)
    """
    living = {place: many for place, many in people.items() if many > 0}
    if not living:
        raise ValueError("nobody lives anywhere")
    told = {place: sum(demands.get(place, {}).values()) for place in living}
    everybody, everything = sum(living.values()), sum(told.values())
    heard = {
        place: _heard(many, told[place], everybody, everything, 1 - (1 - confidence) / len(living))
        for place, many in living.items()
    }
    raw: defaultdict[T, float] = defaultdict(float)
    weighed: defaultdict[T, float] = defaultdict(float)
    for place in living:
        for matter, many in demands.get(place, {}).items():
            raw[matter] += many
            weighed[matter] += many * heard[place].weight
    return Need(
        _shares(raw), _shares(weighed), heard, frozenset(place for place, many in told.items() if not many)
    )


def _heard(people: int, demands: int, everybody: int, everything: int, confidence: float) -> Heard:
    share = people / everybody
    voices = demands / everything if everything else 0.0
    weight = min(MOST_WEIGHT, share / voices) if voices else 0.0
    interval = wilson_interval(demands, everything, confidence=confidence) if everything else None
    return Heard(
        people=people,
        demands=demands,
        share=share,
        voices=voices,
        weight=weight,
        less=bool(interval and interval.high < share),
        more=bool(interval and interval.low > share),
    )


def _shares(counted: Mapping[T, float]) -> dict[T, float]:
    total = sum(counted.values())
    return {matter: many / total if total else 0.0 for matter, many in counted.items()}
