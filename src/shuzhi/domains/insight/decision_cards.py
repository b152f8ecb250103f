"""What the world sees of the decision desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shuzhi.domains.ledger.cards import EntryCard
from shuzhi.domains.statistics.cards import BreakCard


@dataclass(frozen=True, kw_only=True)
class QuestionCard:
    """A question in a list. state: a `questions.State`.   issue: number of its hot issue.   chosen: number of the option."""

    id: int
    title: str
    area: str
    category: str
    issue: int | None
    state: str
    options: int
    evidence: int
    tasks: int
    tasks_done: int
    drafted_by: str
    drafted_at: datetime
    moved_at: datetime
    chosen: int | None
    starts_on: date | None
    decided_by: str
    decided_name: str
    decided_at: datetime | None


@dataclass(frozen=True)
class QuestionPage:
    """One page of a list. `next_after` continues it, "" at the end."""

    items: tuple[QuestionCard, ...]
    next_after: str


@dataclass(frozen=True)
class EvidenceCard:
    """kind: issue, measure, scenario or warning.   label: what it is, in the reader's language.

    figures: what it said when it was taken; their keys depend on the kind and stand in docs/guide/decisions.md.
    """

    id: int
    kind: str
    reference: str
    label: str
    figures: Mapping[str, Any]
    note: str
    taken_at: datetime


@dataclass(frozen=True)
class OptionCard:
    number: int
    title: str
    cost_fen: int
    benefit: str
    affected: str


@dataclass(frozen=True, kw_only=True)
class TaskCard:
    id: int
    question: int
    question_title: str
    unit: str
    title: str
    due_on: date
    given_at: datetime
    told: str
    done_at: datetime | None
    late: bool


@dataclass(frozen=True, kw_only=True)
class QuestionDetail:
    """Everything about one question. lacking: what it still needs, as codes.   digest: of the record, "" before.

    receipt: the ledger's entry of the decision, once witnesses have signed it and it verifies.   held_back: why there is none.
    """

    question: QuestionCard
    background: str
    risk: str
    basis: str
    sent_back_because: str
    because: str
    digest: str
    lacking: tuple[str, ...]
    evidence: tuple[EvidenceCard, ...]
    options: tuple[OptionCard, ...]
    tasks: tuple[TaskCard, ...]
    supersedes: int | None
    superseded_by: int | None
    receipt: EntryCard | None
    held_back: str


@dataclass(frozen=True, kw_only=True)
class EffectCard:
    """What came each week before and since a decision, where and about what it was made.

    first: the day on which the first week begins.   came: demands per week.   before: how many of the weeks lie before
    the decision.   expected: the same weeks had the earlier level and trend gone on; empty while `why_not` says why
    nothing can be told: not_decided, too_early or too_few.   change, low, high: as a share of what was to be expected,
    with its 95 % interval.   clear: the interval leaves one direction only.   next_on: the day when one more week is over.
    incomplete: places of weeks in which nothing was told on some day; nothing is learnt from them.   breaks: of the line.
    """

    question: int
    area: str
    category: str
    first: date | None = None
    starts_on: date | None = None
    came: tuple[int, ...] = ()
    before: int = 0
    expected: tuple[float, ...] = ()
    change: float | None = None
    low: float | None = None
    high: float | None = None
    clear: bool = False
    why_not: str = ""
    next_on: date | None = None
    incomplete: tuple[int, ...] = ()
    breaks: tuple[BreakCard, ...] = ()
