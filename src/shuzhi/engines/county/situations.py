"""The authored situations that people of the county get into, and the sentences they have for each."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from shuzhi.engines.county.seasons import SEASONS


@dataclass(frozen=True, slots=True)
class Situation:
    """One matter with several authored phrasings of each part.

    leaf: category code of six digits.   kind: inquiry, help, complaint, report, suggestion, praise or other.
    urgency: life_safety, utilities_outage, urgent, normal or complex.   place: kind of place, or "home" for where the
    person lives.   weight: relative frequency.   tilt: "poor" or "rich" areas have more of it.   fix: what was done when it was solved.   limit: why it could not be.
    """

    code: str
    leaf: str
    kind: str
    urgency: str
    place: str
    weight: float
    season: str
    tilt: str
    night: bool
    title: tuple[str, ...]
    problem: tuple[str, ...]
    detail: tuple[str, ...]
    history: tuple[str, ...]
    ask: tuple[str, ...]
    fix: str
    limit: str


@cache
def situations() -> dict[str, Situation]:
    """Every authored situation by its code, in order of code."""
    folder = files("shuzhi.engines.county").joinpath("data", "situations")
    found: dict[str, Situation] = {}
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        for code, table in tomllib.loads(entry.read_text(encoding="utf-8")).items():
            if code in found:
                raise ValueError(f"situation {code} is written twice")
            found[code] = _situation(code, table)
    return dict(sorted(found.items()))


def _situation(code: str, table: dict[str, object]) -> Situation:
    season = str(table.get("season", "flat"))
    if season not in SEASONS:
        raise ValueError(f"situation {code}: no season {season}")
    return Situation(
        code=code,
        leaf=str(table["leaf"]),
        kind=str(table["kind"]),
        urgency=str(table.get("urgency", "normal")),
        place=str(table.get("place", "home")),
        weight=float(str(table.get("weight", 1))),
        season=season,
        tilt=str(table.get("tilt", "")),
        night=bool(table.get("night", False)),
        title=_sentences(code, table, "title"),
        problem=_sentences(code, table, "problem"),
        detail=_sentences(code, table, "detail"),
        history=_sentences(code, table, "history"),
        ask=_sentences(code, table, "ask"),
        fix=str(table["fix"]),
        limit=str(table["limit"]),
    )


def _sentences(code: str, table: dict[str, object], part: str) -> tuple[str, ...]:
    sentences = table[part]
    if not isinstance(sentences, list) or len(sentences) < 2:
        raise ValueError(f"situation {code}: {part} needs at least two phrasings")
    return tuple(str(sentence) for sentence in sentences)
