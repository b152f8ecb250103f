"""A rule book in memory: inputs, dated parameters, dated rules, grants and the book's own cases."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Generic, TypeVar

from .findings import Place
from .kinds import Kind, Value
from .tree import Entity, Tree

if TYPE_CHECKING:
    from .situation import Situation

Content = TypeVar("Content")
Steps = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Version(Generic[Content]):
    """What holds from `start` (until the next version, or through `until`), known since `published`."""

    start: date
    until: date | None
    published: date
    content: Content
    law: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Law:
    title: str
    number: str
    start: date
    published: date
    checked_on: date | None
    verified: bool
    url: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """What the law says at a citation. quoted: its own words, from `source`; else what it means, in the book's words."""

    text: str
    source: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Input:
    """A fact from outside: integers from `low` to `high` in steps of its kind; `fixed`: nobody can change it."""

    name: str
    entity: Entity
    kind: Kind
    low: int
    high: int
    source: str
    fresh_days: int | None
    ask: str
    en: str
    fixed: bool


@dataclass(frozen=True, slots=True)
class Param:
    name: str
    kind: Kind
    versions: tuple[Version[Value], ...]
    law: str
    en: str
    unit: str


@dataclass(frozen=True, slots=True)
class LadderParam:
    """A table of steps: (reached, value) pairs, ascending; `kind` of the value, `reached` of the threshold."""

    name: str
    reached: Kind
    kind: Kind
    versions: tuple[Version[Steps], ...]
    law: str
    en: str


@dataclass(frozen=True, slots=True)
class Formula:
    text: str
    tree: Tree


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    entity: Entity
    kind: Kind
    versions: tuple[Version[Formula], ...]
    law: str
    say: str
    say_en: str
    en: str
    bound: int


@dataclass(frozen=True, slots=True)
class Grant:
    """A payment that the book creates: which rule, how often, once per what, who confirms."""

    rule: str
    each: str
    once_per: tuple[str, ...]
    review: str


@dataclass(frozen=True, slots=True)
class BookCase:
    """One worked example: the situation as written, and what every named rule must give."""

    name: str
    place: Place
    as_of: date
    situation: "Situation"
    expect: dict[str, Value]
    member_expect: tuple[dict[str, Value], ...]
    missing: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Book:
    """A checked book. `rules` stand in an order in which each needs only those before it."""

    policy: str
    en: str
    law: Law
    articles: dict[str, Article]
    inputs: dict[str, Input]
    params: dict[str, Param]
    ladders: dict[str, LadderParam]
    rules: dict[str, Rule]
    grants: tuple[Grant, ...]
    cases: tuple[BookCase, ...]
    digest: str
    text: str = field(repr=False)

    @property
    def verified(self) -> bool:
        """Whether the law and every amount were checked against the source; if not, results are a demo."""
        amounts = [v.verified for p in self.params.values() for v in p.versions]
        steps = [v.verified for p in self.ladders.values() for v in p.versions]
        return self.law.verified and all(amounts) and all(steps)


def in_force(
    versions: tuple[Version[Content], ...], *, as_of: date, known_on: date | None = None
) -> Version[Content] | None:
    """The version that holds on a date, as far as it was published by `known_on` (None: all we know today)."""
    found = None
    for version in versions:
        if version.start <= as_of and (known_on is None or version.published <= known_on):
            found = version
    if found is not None and found.until is not None and found.until < as_of:
        return None
    return found
