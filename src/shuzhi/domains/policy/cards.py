"""What the world sees of books, answers, entitlements, payments and simulations."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shuzhi.domains.ledger.cards import EntryCard


@dataclass(frozen=True, kw_only=True)
class BookCard:
    """A book in a list. demo: an amount or article of it was not verified against the law."""

    code: str
    title: str
    title_en: str
    number: int
    digest: str
    demo: bool
    starts_on: date
    law: str
    grants: bool
    paused: bool
    two_signatures: bool


@dataclass(frozen=True, kw_only=True)
class VersionCard:
    """state: proposed, approved or rejected.   in_force: decides today."""

    code: str
    number: int
    digest: str
    title: str
    demo: bool
    starts_on: date
    state: str
    in_force: bool
    returns_to: int | None
    because: str
    proposed_by: str
    proposed_at: datetime
    settled_by: str
    settled_at: datetime | None
    receipt: EntryCard | None = None


@dataclass(frozen=True)
class LineCard:
    """One amount or formula of a book with its article. since: "" when it holds from the beginning."""

    name: str
    text: str
    law: str
    since: str
    demo: bool


@dataclass(frozen=True)
class ArticleCard:
    """What the law says where a book cites it. quoted: its own words; else what it means."""

    cited: str
    text: str
    source: str
    quoted: bool


@dataclass(frozen=True)
class BookDetail:
    """page: the whole book in Markdown, with its graph."""

    book: BookCard
    articles: tuple[ArticleCard, ...]
    amounts: tuple[LineCard, ...]
    formulas: tuple[LineCard, ...]
    page: str
    versions: tuple[VersionCard, ...]


@dataclass(frozen=True)
class Changed:
    """Households that a change of a book touches, by the facts that the county knew at that moment."""

    at: datetime
    checked: int
    gain: int
    lose: int
    unclear: int
    before_fen: int
    after_fen: int


@dataclass(frozen=True)
class DiffCard:
    """Two versions line by line: mark is " ", "-" or "+"."""

    first: int
    second: int
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class QuestionCard:
    """The question that decides most. key: where the answer goes, e.g. "p0.月收入".   left: how many may follow."""

    key: str
    text: str
    label: str
    kind: str
    unit: str
    codes: tuple[str, ...]
    member: int | None
    left: int


@dataclass(frozen=True)
class ReasonCard:
    """One condition with the person's own values and the article. status: because, not_because or not_yet_known."""

    text: str
    status: str
    law: str
    member: int | None
    parts: tuple["ReasonCard", ...]


@dataclass(frozen=True)
class GivenCard:
    """A fact that the answer used. source: the register that said it, "" when the person did."""

    key: str
    label: str
    shown: str
    source: str


@dataclass(frozen=True, kw_only=True)
class AnswerCard:
    """verdict: yes, no or unknown.   amount_fen: for one period; None when unknown.   each: month, quarter, year, once."""

    book: BookCard
    as_of: date
    verdict: str
    amount_fen: int | None
    each: str
    reason: ReasonCard
    given: tuple[GivenCard, ...]
    missing: tuple[str, ...]
    changes: tuple[str, ...]
    question: QuestionCard | None
    receipt: str


@dataclass(frozen=True)
class DifferenceCard:
    rule: str
    member: int | None
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class EntitlementCard:
    id: int
    code: str
    title: str
    rule: str
    subject: str
    household: str
    area: str
    state: str
    amount_fen: int
    demo: bool
    from_day: date
    reached: str


@dataclass(frozen=True, kw_only=True)
class DecisionCard:
    """receipt: the entry of the ledger with which it is in force; None as long as there is none, and at the desk."""

    id: int
    number: int
    outcome: str
    amount_fen: int
    as_of: date
    digest: str
    inputs_seal: str
    by_machine: bool
    because: str
    made_at: datetime
    receipt: EntryCard | None = None


@dataclass(frozen=True, kw_only=True)
class PaymentCard:
    id: int
    key: str
    period: str
    amount_fen: int
    batch: int | None
    ordered_at: datetime


@dataclass(frozen=True)
class EntitlementDetail:
    """held_back: why the newest decisions are not in force yet, "" when all that are shown are."""

    entitlement: EntitlementCard
    decisions: tuple[DecisionCard, ...]
    payments: tuple[PaymentCard, ...]
    reason: ReasonCard | None
    words: str
    held_back: str = ""


@dataclass(frozen=True)
class NoticeCard:
    """A decision in force, to be printed. given: the facts that it rests on.   receipt: its entry of the ledger."""

    entitlement: EntitlementCard
    decision: DecisionCard
    book: BookCard
    reason: ReasonCard
    given: tuple[GivenCard, ...]
    receipt: EntryCard


@dataclass(frozen=True, kw_only=True)
class ReviewCard:
    """Something that only a person may decide. verdicts: for and against; empty in lists."""

    id: int
    kind: str
    entitlement: EntitlementCard
    proposed_fen: int
    as_of: date
    opened_at: datetime
    first_signed: bool
    words: str
    verdicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class SweepCard:
    """What one look at all households found. unclear: a fact that decides is not known; refused: facts that do not fit."""

    code: str
    as_of: date
    checked: int
    entitled: int
    found: int
    unclear: int
    refused: int


@dataclass(frozen=True)
class RunCard:
    """What one run of payments did. reviews: cuts and stops that wait for a person."""

    period: str
    paid: int
    total_fen: int
    reviews: int


@dataclass(frozen=True)
class BatchCard:
    id: int
    code: str
    period: str
    orders: int
    total_fen: int
    digest: str
    made_at: datetime


@dataclass(frozen=True)
class LeverCard:
    """An amount that a reform may change. value: in force on the day, in the book's unit; most: end of the slider."""

    name: str
    label: str
    unit: str
    value: str
    most: str
    law: str


@dataclass(frozen=True)
class TakeUp:
    """Who claims, of those entitled.

    Under the law in force `final_percent`; what a reform gives more is claimed by `first_percent` in the first month,
    and that climbs evenly to `final_percent` in month number `months`.
    """

    first_percent: int = 100
    final_percent: int = 100
    months: int = 1


@dataclass(frozen=True, kw_only=True)
class SimulationCard:
    """A reform beside the law in force. figures: in fen and households, as `simulation.shown` names them.

    scenario: the digest of all that went in.   unknown_columns: facts of the book that the population does not hold.
    budget_fen: what is paid each month from the day on, law in force and reform, when people claim as `take_up` says;
    empty unless asked for.
    """

    book: BookCard
    scenario: str
    as_of: date
    rule: str
    synthetic: bool
    demo: bool
    households: int
    people: int
    unknown_columns: tuple[str, ...]
    poverty_line_fen: int
    figures: dict[str, Any]
    take_up: TakeUp | None = None
    budget_fen: tuple[tuple[date, int, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ScenarioCard:
    """A simulation that was kept. asked: the changed amounts and formulas, the day and the line."""

    digest: str
    code: str
    title: str
    asked: dict[str, Any]
    figures: dict[str, Any]
    made_by: str
    made_at: datetime
