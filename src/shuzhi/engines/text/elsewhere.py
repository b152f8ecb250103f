"""Finds addresses outside of the county: only where a text names a county-level division in full.

"四川省达州市大竹县", "四川大竹县" and, less surely, "大竹县" are found. A name that several divisions share (鼓楼区), or that is
an ordinary word (城区), counts only behind its city or province; "小区", "市区" and streets that are called after a city are
no address. Names and codes: statistical division codes of 2023, National Bureau of Statistics.
"""

import csv
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from shuzhi.engines.text.word_finder import WordFinder

_WHOLE, _PARTLY, _ALONE = 0.98, 0.95, 0.8
"""How sure an address is with province and city, with one of them, and without."""
_LONG_ENOUGH = 3
"""Characters of a name that stands alone; shorter ones (城区, 西区) are ordinary words."""
_SHORTENED = ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市")
_GOES_ON = tuple("路街道桥村店站楼校域场")
"""Behind a name these make it the name of a street, or another word: 大竹县路, 梅溪湖区域, 沙河市场."""
_BEFORE = frozenset('，。；：、！？,.;:!? \n\t（(“"在到从去是于回向对与和由往来经给住有为至的')
"""Behind one of these a name may stand without city and province: elsewhere it may be part of a longer word (沿海城市)."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A county-level division that a text names. code: its six digits.   name: with city and province.

    start, end: where it is named.   confidence: 0 to 1.
    """

    code: str
    name: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True)
class _Divisions:
    """counties: name → codes.   above: name of a city or province, long or short → codes, the trailing zeros left out."""

    names: dict[str, str]
    counties: dict[str, list[str]]
    above: dict[str, list[str]]
    finder: WordFinder
    words: list[str]


def elsewhere(text: str, *, own: Collection[str] = ()) -> tuple[Elsewhere, ...]:
    """The addresses outside of the county, in the order in which they stand. own: names of the county's own areas.

    >>> [(one.name, one.confidence) for one in elsewhere("我老家四川达州大竹县的房子")]
    [('四川省达州市大竹县', 0.98)]
    """
    known = _divisions()
    hits = next(known.finder.find([text]).by_text(1))
    named = [(start, end, known.words[word]) for start, end, word in hits]
    ending = defaultdict(list)
    for start, end, word in named:
        if word in known.above:
            ending[end].append((start, word))
    found: list[Elsewhere] = []
    for start, end, word in sorted(named, key=lambda one: (one[0], -one[1])):
        if word not in known.counties or word in own or text.startswith(_GOES_ON, end):
            continue
        if not found or start >= found[-1].end:
            alone = (
                len(word) >= _LONG_ENOUGH
                and not word.endswith("城区")
                and (not start or text[start - 1] in _BEFORE)
            )
            found += _addresses(word, (start, end), ending, known, alone=alone)
    return tuple(found)


def _addresses(
    word: str,
    span: tuple[int, int],
    ending: Mapping[int, Sequence[tuple[int, str]]],
    known: _Divisions,
    *,
    alone: bool,
) -> Iterator[Elsewhere]:
    """The division meant, when it is certain which. ending: names of cities and provinces by where they end.

    alone: whether the name may stand without city and province.
    """
    best: dict[str, tuple[int, int]] = {}
    for code in known.counties[word]:
        steps, first = 0, span[0]
        for width in (4, 2):
            before = [
                at
                for at, name in ending.get(first, ())
                if any(one == code[:width] for one in known.above[name])
            ]
            if before:
                steps, first = steps + 1, min(before)
        best[code] = (steps, first)
    most = max(steps for steps, _first in best.values())
    meant = [code for code, (steps, _first) in best.items() if steps == most]
    if len(meant) == 1 and (most or alone):
        code = meant[0]
        sure = (_ALONE, _PARTLY, _WHOLE)[most]
        yield Elsewhere(code, _whole_name(code, known.names), best[code][1], span[1], sure)


def _whole_name(code: str, names: dict[str, str]) -> str:
    above = (names.get(code[:2], ""), names.get(code[:4], ""))
    return "".join((*dict.fromkeys(above), names[code]))


@cache
def _divisions() -> _Divisions:
    """Read once, when an address is first looked for."""
    source = files("shuzhi.engines.text").joinpath("data", "divisions.csv").read_text(encoding="utf-8")
    names = {row["code"]: row["name"] for row in csv.DictReader(source.splitlines())}
    counties, above = defaultdict(list), defaultdict(list)
    for code, name in names.items():
        if len(code) == 6:
            counties[name].append(code)
        else:
            for form in dict.fromkeys((name, _short(name))):
                above[form].append(code)
    words = list(dict.fromkeys((*counties, *above)))
    return _Divisions(names, dict(counties), dict(above), WordFinder(words), words)


def _short(name: str) -> str:
    """四川省 → 四川; a name that would be left with one character stays."""
    for tail in _SHORTENED:
        if name.endswith(tail) and len(name) - len(tail) >= 2:
            return name.removesuffix(tail)
    return name
