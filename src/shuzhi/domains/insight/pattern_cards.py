"""What the world sees of patterns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from shuzhi.domains.insight.warning_cards import EvidenceCard


@dataclass(frozen=True, kw_only=True)
class PatternCard:
    """Something that belongs together more than chance explains. kind: "hotspot", "following" or "returning".

    area: that holds all places, "" for the whole.   places: names of towns.   category, then: codes; of a following,
    `then` comes `lag` days after the category.   first_day, last_day: when it happened, last included.   came, expected:
    so often, and what would be ordinary.   cases: of a returning, the people of whom `came` called again.   chance: of
    so much by chance alone.   false_share: how much of the findings up to this one is expected to be chance.
    """

    id: int
    kind: str
    area: str
    area_name: str
    places: tuple[str, ...]
    category: str
    category_name: str
    then: str
    then_name: str
    lag: int
    first_day: date
    last_day: date
    came: int
    cases: int
    expected: float
    chance: float
    false_share: float

    @property
    def ratio(self) -> float:
        """How many times as much as is ordinary; counts below 0.1 are not told apart."""
        return self.came / max(self.expected, 0.1)


@dataclass(frozen=True, kw_only=True)
class PatternDetail:
    """One finding with what its picture shows and the demands that belong together. series: of a following, how often it
    came 0, 1, … days later; of a hotspot, demands week by week; marked: the places in it that the finding is about."""

    pattern: PatternCard
    series: tuple[int, ...]
    marked: tuple[int, ...]
    series_from: date
    evidence: tuple[tuple[EvidenceCard, ...], ...]


@dataclass(frozen=True)
class PatternRunCard:
    """One search: when, in the demands of which days, how many were looked at, by kind, and how many findings it gave."""

    made_at: datetime
    first_day: date
    last_day: date
    looked: Mapping[str, int]
    found: int


@dataclass(frozen=True)
class PatternPage:
    """What the newest search found, the most certain first in each kind. run: None while nobody searched."""

    run: PatternRunCard | None
    items: tuple[PatternCard, ...]


@dataclass(frozen=True, kw_only=True)
class ReturningGroup:
    """How many people called again about a matter. callers: None where they are too few to be told."""

    area: str
    area_name: str
    category: str
    category_name: str
    callers: int | None
    calls: int | None


@dataclass(frozen=True, kw_only=True)
class ReturningCard:
    """Somebody who called again, for those who may speak with people. reporter: an opaque key; demands: ids."""

    reporter: str
    area_name: str
    category_name: str
    calls: int
    first_at: datetime
    last_at: datetime
    demands: tuple[int, ...]
