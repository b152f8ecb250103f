"""Finds the county's own areas and places in a text and says how sure it is, from what else the text names."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shuzhi.engines.text.readings import VERSION, PlaceName, Suggestion

_DEPTH: Mapping[str, int] = {
    "city": 1, "county": 2, "town": 3, "subdistrict": 3, "township": 3, "community": 4, "village": 4, "grid": 5,
}  # fmt: skip
_PLACE_DEPTH = 6
_NEARBY = re.compile(r"(?:的)?(附近|旁边|旁|对面|隔壁|周边|路口|后面|前面|门口|边上|斜对面|不远处|一带)")
_SHORT_ALIAS = 2
_FULL, _ALIAS, _SHORT = 0.95, 0.85, 0.7
_BY_RELATION = 0.9
"""A place that is only near the spot keeps most of its confidence: the area is still right."""
_CONTEXT = 3.0
"""How many times likelier a reading is when a wider area that holds it is named too."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name of a place as found in a text: offsets and the places it may mean."""

    start: int
    end: int
    words: str
    candidates: tuple[int, ...]


class Gazetteer:
    """The county's places, ready to judge which of them a text means."""

    def __init__(self, places: Sequence[PlaceName]) -> None:
        self._places = tuple(places)
        self._areas = [one.area or (one.code if one.code.isdigit() else "") for one in self._places]
        self._stems = {one.code: _stem(one.code) for one in self._places if one.level in _DEPTH}
        self._names: dict[str, list[int]] = {}
        for number, place in enumerate(self._places):
            for name in dict.fromkeys((place.name, *place.aliases)):
                if len(name) >= _SHORT_ALIAS:
                    self._names.setdefault(name, []).append(number)

    @property
    def names(self) -> Mapping[str, tuple[int, ...]]:
        """Every name and the numbers of the places it may mean."""
        return {name: tuple(numbers) for name, numbers in self._names.items()}

    def judge(
        self, text: str, hits: Iterable[tuple[int, int]], *, within: str = ""
    ) -> tuple[Suggestion, ...]:
        """Which places the text means, most exact first, up to 5.

        hits: (start, end) of names found in the text, any overlaps.   within: code of the area that the answer must
        lie in (its trailing zeros do not count), empty for anywhere.
        """
        mentions = [self._mention(text, start, end) for start, end in _longest(hits)]
        codes = {self._places[number].code for one in mentions for number in one.candidates}
        named = [(code, self._stems[code]) for code in codes if code in self._stems]
        best: dict[int, Suggestion] = {}
        for mention in mentions:
            self._weigh(text, mention, within, named, best)
        order = sorted(best, key=lambda number: (-self._depth(number), -best[number].confidence, number))
        certain = [best[number] for number in order if best[number].confidence >= 0.5]
        doubtful = [best[number] for number in order if best[number].confidence < 0.5]
        return tuple((certain + sorted(doubtful, key=lambda one: -one.confidence))[:5])

    def _weigh(
        self,
        text: str,
        mention: Mention,
        within: str,
        named: Sequence[tuple[str, str]],
        best: dict[int, Suggestion],
    ) -> None:
        allowed = [number for number in mention.candidates if self._lies_in(number, within)]
        weights = {number: self._context(number, named) for number in allowed}
        total = sum(weights.values())
        relation = _NEARBY.match(text, mention.end)
        for number, weight in weights.items():
            place = self._places[number]
            sure = (
                _FULL
                if mention.words == place.name
                else _ALIAS
                if len(mention.words) > _SHORT_ALIAS
                else _SHORT
            )
            confidence = sure * weight / total * (_BY_RELATION if relation else 1.0)
            reasons = (mention.words, relation[1]) if relation else (mention.words,)
            if number not in best or best[number].confidence < confidence:
                span = (mention.start, relation.end() if relation else mention.end)
                best[number] = Suggestion(place.code, round(confidence, 3), reasons, VERSION, span)

    def _mention(self, text: str, start: int, end: int) -> Mention:
        words = text[start:end]
        return Mention(start, end, words, tuple(self._names[words]))

    def _depth(self, number: int) -> int:
        return _DEPTH.get(self._places[number].level, _PLACE_DEPTH)

    def _lies_in(self, number: int, within: str) -> bool:
        return not within or self._areas[number].startswith(_stem(within))

    def _context(self, number: int, named: Sequence[tuple[str, str]]) -> float:
        """named: codes and stems of the areas that the text names."""
        area, own = self._areas[number], self._places[number].code
        holders = sum(code != own and area.startswith(stem) for code, stem in named)
        return _CONTEXT**holders


def _stem(code: str) -> str:
    """The part of an area code that its inner areas share: whole steps of 2-2-2-3-3 digits.

    >>> _stem("990102000000"), _stem("990102003000")
    ('990102', '990102003')
    """
    for width in (2, 4, 6, 9):
        if code[width:].strip("0") == "":
            return code[:width]
    return code


def _longest(hits: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of overlapping hits the longest stay, in text order."""
    chosen: list[tuple[int, int]] = []
    for start, end in sorted(hits, key=lambda hit: (hit[0] - hit[1], hit[0])):
        if all(end <= other_start or other_end <= start for other_start, other_end in chosen):
            chosen.append((start, end))
    return sorted(chosen)
