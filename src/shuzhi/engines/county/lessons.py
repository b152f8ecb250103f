"""Labelled messages to learn from: every situation in every phrasing, categories by their descriptions, types by their wishes."""

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import cycle

from shuzhi.engines.county.phrasing import compose
from shuzhi.engines.county.register import registry
from shuzhi.engines.county.registry_records import Area, CountyRegistry
from shuzhi.engines.county.situations import Situation, situations
from shuzhi.engines.county.slots import Slots

_REGISTERS = ("plain", "plain", "polite", "terse", "elderly", "angry")
_COMPLAINT = "complaint"
_WISHES = 6
"""Messages made of each frame of a wish."""
_DESCRIPTIONS = 4
"""Messages made of each half of a category's key words."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A message with its truth. category: names from the top down, joined by "/", "" when it has none.

    kind: "" when it is not known.   group: lessons of one number share their sentences, so they never stand on both sides of a split.
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
    found += _of_descriptions(county, rng, 1 + max(one.group for one in found))
    found += _of_wishes(rng, 1 + max(one.group for one in found))
    return found + list(_of_grievances(county, rng, 1 + max(one.group for one in found)))


def _of_situations(county: CountyRegistry, rng: random.Random) -> Iterator[Lesson]:
    """Each message uses one phrasing of every part only."""
    community, town, whole = _areas(county)
    group, paths = 0, _paths(county)
    for situation in situations().values():
        places = _places(county, situation, community)
        for phrasing in range(len(situation.problem)):
            one = _in_one_phrasing(situation, phrasing)
            for register in _REGISTERS:
                slots = Slots(rng, place=rng.choice(places), community=community, town=town, county=whole)
                text = f"{one.title[0].format_map(slots)}\n{compose(register, one, slots, rng)}"
                # Its sentences are those of any type: what is wanted shows the type, see below.
                yield Lesson(text, paths[situation.leaf], "", group)
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


def _of_wishes(rng: random.Random, group: int) -> Iterator[Lesson]:
    """What somebody wants decides about the type, not the matter: each frame is filled with the matters of all."""
    source = files("shuzhi.engines.county").joinpath("data", "kinds.toml")
    told = tomllib.loads(source.read_text(encoding="utf-8"))
    words = told.pop("words")
    for kind, one in told.items():
        for frame in one["frames"]:
            for _each in range(_WISHES):
                filled = {name: rng.choice(known) for name, known in words.items()}
                yield Lesson(frame.format_map(filled), "", kind, group)
            group += 1


def _of_grievances(county: CountyRegistry, rng: random.Random, group: int) -> Iterator[Lesson]:
    """Who only tells what is wrong complains."""
    community, town, whole = _areas(county)
    for situation in situations().values():
        if situation.kind != _COMPLAINT:
            continue
        places = _places(county, situation, community)
        for problem, detail in zip(situation.problem, cycle(situation.detail)):
            slots = Slots(rng, place=rng.choice(places), community=community, town=town, county=whole)
            yield Lesson((problem + detail).format_map(slots), "", _COMPLAINT, group)
            group += 1


def _areas(county: CountyRegistry) -> tuple[Area, Area, Area]:
    """The first community and town, and the whole county."""
    community, town, whole = (
        next(area for area in county.areas if area.level == level)
        for level in ("community", "town", "county")
    )
    return community, town, whole


def _places(county: CountyRegistry, situation: Situation, community: Area) -> list[str]:
    return [one.name for one in county.places if one.kind == situation.place] or [community.name]


def _paths(county: CountyRegistry) -> dict[str, str]:
    """Code of each category → its names from the top down: codes differ between counties, names seldom do."""
    found: dict[str, str] = {}
    for one in sorted(county.categories, key=lambda category: category.level):
        above = found.get(one.parent or "", "")
        found[one.code] = f"{above}/{one.name}" if above else one.name
    return found
