"""What the world sees of briefs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class BriefCard:
    """A brief in a list. kind: daily, weekly, monthly or special.   state: draft or issued.   edits: how often changed."""

    id: int
    kind: str
    title: str
    since: datetime
    until: datetime
    question: int | None
    language: str
    state: str
    number: int
    edits: int
    made_by: str
    made_at: datetime
    issued_by: str
    issued_at: datetime | None


@dataclass(frozen=True)
class EditCard:
    """Who changed the text, and the text as it was then."""

    by: str
    name: str
    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class BriefDetail:
    """One brief. generated: as the system made it; text: as it stands.   figures: what each number rests on.

    label: what must be seen about how it was made.   changed: figures whose number a person wrote otherwise.
    """

    brief: BriefCard
    generated: str
    text: str
    figures: tuple[Mapping[str, Any], ...]
    edits: tuple[EditCard, ...]
    label: str
    changed: tuple[int, ...]
