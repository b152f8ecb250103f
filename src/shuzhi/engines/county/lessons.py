"""Labelled messages to learn from: every situation in every phrasing, every category by its description."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from shuzhi.engines.county.phrasing import compose
from shuzhi.engines.county.register import registry
from shuzhi.engines.county.registry_records import CountyRegistry
from shuzhi.engines.county.situations import Situation, situations
from shuzhi.engines.county.slots import Slots

_REGISTERS = ("plain", "plain", "polite", "terse", "elderly", "angry")
_DESCRIPTIONS = 4
"""Messages made of each half of a category's key words."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A message with its truth. category: names from the top down, joined by "/".   kind: "" when it is not known.

    group: lessons of one number share their sentences, so they never stand on both sides of a split.
    """

    text: str
    category: str
    kind: str
    group: int


def lessons(seed: int) -> list[Lesson]:
    """All lessons, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, no secret
    county = registry(seed)
    found = list(_of_situations(county, rng))
    return found + list(_of_descriptions(county, rng, 1 + max(one.group for one in found)))


def _of_situations(county: CountyRegistry, rng: random.Random) -> Iterator[Lesson]:
    """Each message uses one phrasing of every part only."""
    community, town, whole = (
        next(area for area in county.areas if area.level == level)
        for level in ("community", "town", "county")
    )
    group, paths = 0, _paths(county)
    for situation in situations().values():
        places = [one.name for one in county.places if one.kind == situation.place] or [community.name]
        for phrasing in range(len(situation.problem)):
            one = _in_one_phrasing(situation, phrasing)
            for register in _REGISTERS:
                slots = Slots(rng, place=rng.choice(places), community=community, town=town, county=whole)
                text = f"{one.title[0].format_map(slots)}\n{compose(register, one, slots, rng)}"
                yield Lesson(text, paths[situation.leaf], situation.kind, group)
            group += 1


def _in_one_phrasing(situation: Situation, phrasing: int) -> Situation:
    def one(sentences: tuple[str, ...]) -> tuple[str, ...]:
        return (sentences[phrasing % len(sentences)],) * 2

    return replace(
        situation,
        title=one(situation.title),
        problem=one(situation.problem),
        detail=one(situation.detail),
        history=one(situation.history),
        ask=one(situation.ask),
    )


def _of_descriptions(county: CountyRegistry, rng: random.Random, group: int) -> Iterator[Lesson]:
    """So that categories without a situation are known too."""
    paths = _paths(county)
    for category in county.categories:
        for half in range(2 if category.keywords else 0):
            words = list(category.keywords[half::2]) or list(category.keywords)
            for _each in range(_DESCRIPTIONS):
                rng.shuffle(words)
                yield Lesson(f"{category.name}，{'，'.join(words[:3])}", paths[category.code], "", group)
            group += 1


def _paths(county: CountyRegistry) -> dict[str, str]:
    """Code of each category → its names from the top down: codes differ between counties, names seldom do."""
    found: dict[str, str] = {}
    for one in sorted(county.categories, key=lambda category: category.level):
        above = found.get(one.parent or "", "")
        found[one.code] = f"{above}/{one.name}" if above else one.name
    return found
