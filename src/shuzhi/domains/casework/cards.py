"""What the world sees of casework."""

from dataclasses import dataclass
from datetime import date, datetime

from shuzhi.domains.casework.automation import Proof
from shuzhi.domains.casework.deadlines import Clocks, Level
from shuzhi.domains.casework.drafting import Change
from shuzhi.domains.casework.journey import BY_ITSELF, Step
from shuzhi.domains.casework.lifecycle import Move


@dataclass(frozen=True, kw_only=True)
class WorkOrderCard:
    """A work order in a list. `level` is green, yellow from 70 % of the working time used, red when overdue."""

    id: int
    number: str
    demand_id: int
    title: str
    state: str
    unit: str
    unit_name: str
    kind: str
    channel: str
    category: str
    area: str
    urgency: str
    flags: tuple[str, ...]
    opened_at: datetime
    moved_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    outcome: str
    rung: str
    marks: tuple[str, ...]
    level: Level
    merged_into: str = ""
    answered_at: datetime | None = None
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AutomaticRule:
    """From a day on, orders whose category was read at least so surely go by themselves; 0: none do."""

    from_date: date
    confidence_ppm: int
    because: str
    by_label: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AutomaticCard:
    """An order that was dispatched by itself, and why. confidence: of its reading, 0 to 1.

    proof: what had been shown by then.   version: the model that read it.   catalogue: category, area and version of
    the row that names the unit.   looked_at, kept: when a person did and whether it stayed; None while nobody has.
    """

    order: WorkOrderCard
    unit_name: str
    at: datetime
    confidence: float
    proof: Proof
    version: str
    catalogue: tuple[str, ...]
    looked_at: datetime | None
    kept: bool | None


@dataclass(frozen=True, kw_only=True)
class HeldDemandCard:
    """A demand without an order. reason: a stable code of what stands in the way; trying: the worker has it again."""

    demand_id: int
    reason: str
    kind: str
    urgency: str
    category: str
    area: str
    received_at: datetime
    held_at: datetime
    tried_at: datetime
    tried: int
    trying: bool


@dataclass(frozen=True, kw_only=True)
class ReplyFinding:
    """One thing to mend in a reply: a stable code, how grave ("block", "warn", "info"), the reason, the words meant."""

    code: str
    severity: str
    reason: str
    quote: str = ""


@dataclass(frozen=True, kw_only=True)
class DraftSource:
    """What a reply may draw on. kind: "article" or "reply"; key: id of the article or number of the earlier order.

    reasons: words that it shares with the demand.   fits: it is about the same group of categories, not only some words.
    """

    kind: str
    key: str
    citation: str
    words: str
    basis: str
    reasons: tuple[str, ...]
    fits: bool

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, kw_only=True)
class DraftCard:
    """A generated draft with its sources (kind, key, citation), and what a person changed before it went out.

    rephrased_by: the language model that put the articles into other words.   untaken: why its words were not taken.
    """

    id: int
    text: str
    sources: tuple[tuple[str, str, str], ...]
    made_at: datetime
    changes: tuple[Change, ...] = ()
    rephrased_by: str = ""
    untaken: str = ""


@dataclass(frozen=True, kw_only=True)
class WorkOrderPage:
    """A whole order: its history, clocks, the moves open to the reader, and what is joined with it.

    helping: assisting units that are not done and for which the reader may say so.
    """

    card: WorkOrderCard
    steps: tuple[Step, ...]
    clocks: Clocks
    moves: tuple[Move, ...]
    merged: tuple[WorkOrderCard, ...] = ()
    assists: tuple["AssistCard", ...] = ()
    helping: tuple[str, ...] = ()

    @property
    def went_by_itself(self) -> bool:
        """Whether it was ever dispatched without asking anybody."""
        return any(step.details.get(BY_ITSELF) for step in self.steps)


@dataclass(frozen=True, kw_only=True)
class AssistCard:
    unit: str
    unit_name: str
    due_at: datetime | None
    done_at: datetime | None
    level: Level


@dataclass(frozen=True, kw_only=True)
class PublicStep:
    """A step as the requester sees it: no names, no inner notes. basis: the law, the source or the path it cites.

    in_force: its receipt verifies; else the step is named, and what it says is not told.
    """

    action: str
    at: datetime
    to_state: str
    unit_name: str
    text: str = ""
    because: str = ""
    basis: str = ""
    outcome: str = ""
    in_force: bool = True


@dataclass(frozen=True, kw_only=True)
class ProgressCard:
    """The track page of one demand. generated: the reply began as a generated draft, which must be said.

    held_back: why the newest steps are not in force yet, "" when all are.   has_letter: a decision stands in force.
    """

    number: str
    state: str
    stage: int
    unit_name: str
    due_at: datetime | None
    closed_at: datetime | None
    outcome: str
    steps: tuple[PublicStep, ...]
    reply: str
    replied_at: datetime | None
    merged_into: bool
    people: int
    generated: bool
    may_rate: bool
    may_reopen: bool
    may_appeal: bool
    may_withdraw: bool
    reopen_until: datetime | None
    held_back: str
    has_letter: bool
    rating: "RatingCard | None" = None


@dataclass(frozen=True, kw_only=True)
class LetterCard:
    """A decision in force, to be printed. action: the step whose words it holds.   log, index: of its receipt."""

    number: str
    action: str
    text: str
    because: str
    basis: str
    outcome: str
    generated: bool
    unit_name: str
    decided_at: datetime
    log: str
    index: int


@dataclass(frozen=True, kw_only=True)
class RatingCard:
    contacted: bool
    solved: bool
    satisfaction: int
    comment: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class WorkOrderList:
    """One page of a list; `next_after` continues it and is empty at the end."""

    orders: tuple[WorkOrderCard, ...]
    next_after: str


@dataclass(frozen=True, kw_only=True)
class BoardRow:
    """One unit, category or area on the supervisor's board: open orders by level, and what waits where."""

    code: str
    name: str
    open: int
    green: int
    yellow: int
    red: int
    unsigned: int
    supervised: int
