"""What a brief is written from: facts of its period, or of the question that it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shuzhi.domains.statistics.cards import BreakCard

Figure = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A measure of two periods. figure and before: what they rest on, with numerator, denominator, rate and scale."""

    label: str
    figure: Figure
    before: Figure


@dataclass(frozen=True, kw_only=True)
class Voiced:
    """A hot issue."""

    id: int
    title: str
    place: str
    stage: str
    people: int
    demands: int


@dataclass(frozen=True, kw_only=True)
class Warned:
    """An early warning of the period. reading: what was measured or foretold, "" where demands say it alone."""

    id: int
    title: str
    place: str
    level: str
    state: str
    came: int
    usual: str
    reading: str


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A decision of the period with what it changed so far, as a sentence."""

    id: int
    title: str
    chosen: str
    effect: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a periodic brief is written from. received: its denominator counts the demands.   groups: (name, figure).

    breaks: of the lines, in the period and the one before, which it is held against.
    """

    first: date
    last: date
    received: Measured
    groups: Sequence[tuple[str, Figure]]
    measures: Sequence[Measured]
    issues: Sequence[Voiced]
    warnings: Sequence[Warned]
    decisions: Sequence[Settled]
    waiting: int
    late_tasks: int
    breaks: Sequence[BreakCard]
    synthetic: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a special brief about a question is written from. evidence: (label, said, figure).   decided: "" before."""

    id: int
    background: str
    basis: str
    risk: str
    evidence: Sequence[tuple[str, str, Figure]]
    options: Sequence[tuple[str, int, str, str]]
    decided: str
    because: str
    effect: str
    synthetic: bool
