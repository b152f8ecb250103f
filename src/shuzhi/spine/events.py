"""The plot: everything that can happen, in story order.

Bodies hold ids, codes, amounts and dates, never words or names: the ledger publishes and never forgets.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, NewType

DemandId = NewType("DemandId", int)
WorkOrderId = NewType("WorkOrderId", int)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. The class name in the past tense is its name for ever."""

    known: ClassVar[dict[str, type["Event"]]] = {}

    def __init_subclass__(cls) -> None:
        if cls.__name__ in Event.known:
            raise RuntimeError(f"two events are called {cls.__name__}")
        if cls.__name__ != "Decision":
            Event.known[cls.__name__] = cls


@dataclass(frozen=True, kw_only=True)
class Decision(Event):
    """An event that binds somebody: the ledger seals it and gives the person a receipt."""


# The county's own data


@dataclass(frozen=True, kw_only=True)
class RegistryImported(Event):
    """A data set of the registry (areas, units, catalogue, …) was loaded."""

    dataset: str
    accepted: int
    quarantined: int


@dataclass(frozen=True, kw_only=True)
class CalendarChanged(Event):
    """A day of the working calendar was edited: deadlines that cross it move."""

    day: date


@dataclass(frozen=True, kw_only=True)
class CatalogueChangeProposed(Event):
    """A ruling named the unit for this category and area; number: of the work order that it settled."""

    category: str
    area: str
    unit: str
    order_id: WorkOrderId
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class CatalogueChanged(Event):
    category: str
    area: str
    unit: str
    version: int


@dataclass(frozen=True, kw_only=True)
class ReadingTaken(Event):
    """Something was measured or foretold. A later one for the same station, quantity and moments corrects it.

    quantity, unit: codes of the registry.   value_milli: thousandths of the unit.   station: "" for the area as a whole.
    told_at: when it was told; before observed_at, it is a forecast.
    """

    station: str
    area: str
    quantity: str
    unit: str
    value_milli: int
    observed_at: datetime
    told_at: datetime


# What the county knows


@dataclass(frozen=True, kw_only=True)
class ArticleWritten(Event):
    """Somebody wrote a version of a knowledge article; a second person is to review it."""

    article_id: int
    version: int


@dataclass(frozen=True, kw_only=True)
class ArticleReviewed(Event):
    """A second person approved or declined a version of a knowledge article."""

    article_id: int
    version: int
    approved: bool


@dataclass(frozen=True, kw_only=True)
class ArticleCited(Event):
    """An article was cited in an answer for an order: what its usage is counted by."""

    article_id: int
    version: int
    order_id: WorkOrderId


@dataclass(frozen=True, kw_only=True)
class FactsChanged(Event):
    """Facts about the people of a household were added or ended: what depends on them is looked at again."""

    household: str


# Listen: a demand arrives


@dataclass(frozen=True, kw_only=True)
class DemandReceived(Decision):
    """A demand was accepted through a channel; its requester holds the public code.

    reachable: the requester left a phone or an address, so that somebody can call back.
    """

    demand_id: DemandId
    channel: str
    kind: str
    category: str
    area: str
    urgency: str
    flags: tuple[str, ...] = ()
    same_as: DemandId | None = None
    received_at: datetime
    anonymous: bool = False
    reachable: bool = True


@dataclass(frozen=True, kw_only=True)
class DemandSupplemented(Event):
    """The requester or the staff added words or a photo to a demand."""

    demand_id: DemandId


@dataclass(frozen=True, kw_only=True)
class DemandSplit(Event):
    """A person made demands of their own of some points of a demand, which stays."""

    demand_id: DemandId
    into: tuple[DemandId, ...]


@dataclass(frozen=True, kw_only=True)
class RequesterErased(Event):
    """What opens the words and the contact of whoever sent a demand was destroyed; the demand stays, masked."""

    demand_id: DemandId


@dataclass(frozen=True, kw_only=True)
class SuggestionJudged(Event):
    """A person accepted or overrode what the machine suggested: what the text engine learns from."""

    demand_id: DemandId
    field: str
    suggested: str
    confidence_ppm: int
    chosen: str
    accepted: bool
    version: str


@dataclass(frozen=True, kw_only=True)
class ModelPromoted(Event):
    """A person let another text model make the suggestions for a field; former: the one that served before."""

    target: str
    version: str
    former: str


@dataclass(frozen=True, kw_only=True)
class ModelRolledBack(Event):
    """A person took a text model back; version: the earlier one that makes the suggestions again."""

    target: str
    version: str
    former: str


@dataclass(frozen=True, kw_only=True)
class DemandsImported(Event):
    """A file of demands was read to its end; every row is accounted for."""

    import_id: int
    accepted: int
    merged: int
    quarantined: int


# Understand and act: the work order moves


@dataclass(frozen=True, kw_only=True)
class DemandHeld(Event):
    """No work order could be registered for a demand. `reason` is the code of what stands in the way."""

    demand_id: DemandId
    reason: str


@dataclass(frozen=True, kw_only=True)
class DemandReleased(Event):
    """A demand that was held is to be tried again: the registry was mended, or somebody asked for it."""

    demand_id: DemandId


@dataclass(frozen=True, kw_only=True)
class WorkOrderMoved(Decision):
    """A work order took a step of the state machine. `action`, states and marks are codes of casework's lifecycle.

    order_id, demand_id: ids.  unit: the unit responsible after the step.  outcome: "" until a reply or closing says it.
    ground: the articles of law that the step cites, "" for none.
    late_minutes: working minutes past the promised time at this step, 0 when in time.
    """

    order_id: WorkOrderId
    demand_id: DemandId
    step: int
    action: str
    from_state: str
    to_state: str
    unit: str
    category: str
    area: str
    kind: str
    channel: str
    urgency: str
    outcome: str = ""
    ground: str = ""
    marks: tuple[str, ...] = ()
    due_at: datetime | None = None
    late_minutes: int = 0
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AutomaticDispatchSet(Event):
    """From a day on, orders read at least so surely go to their units by themselves; 0: none do."""

    confidence_ppm: int
    from_date: date


@dataclass(frozen=True, kw_only=True)
class DispatchedAutomatically(Event):
    """An order went to its unit without asking anybody, because of what people's decisions had shown.

    confidence_ppm, version: of the reading of its category.   right of cases: orders read as surely that people left
    where the catalogue says; least_ppm: lower bound of that share, 95 %.   catalogue_…: the row that names the unit.
    """

    order_id: WorkOrderId
    unit: str
    confidence_ppm: int
    version: str
    cases: int
    right: int
    least_ppm: int
    catalogue_category: str
    catalogue_area: str
    catalogue_version: int


@dataclass(frozen=True, kw_only=True)
class AutomaticDispatchJudged(Event):
    """A person looked at an order that went by itself. unit: where it had gone; kept: that was right."""

    order_id: WorkOrderId
    unit: str
    kept: bool


@dataclass(frozen=True, kw_only=True)
class ContactRecorded(Event):
    """The handling unit spoke with the requester; `in_time` is measured against the contact limit."""

    order_id: WorkOrderId
    unit: str
    in_time: bool
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CallbackRecorded(Event):
    """One try of a call-back. Silence is never satisfaction: `reached` false leaves the other answers unset."""

    order_id: WorkOrderId
    unit: str
    attempt: int
    reached: bool
    contacted: bool | None = None
    solved: bool | None = None
    satisfaction: int | None = None
    via: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DueTimeApproached(Event):
    """A work order passed 50, 80 or 100 percent of its time."""

    order_id: WorkOrderId
    unit: str
    percent: int


# Publish and evaluate come back to the citizen


@dataclass(frozen=True, kw_only=True)
class DemandRated(Event):
    """The requester rated the outcome after closing: contacted, solved and satisfied are asked apart."""

    demand_id: DemandId
    order_id: WorkOrderId
    unit: str
    contacted: bool
    solved: bool
    satisfaction: int


@dataclass(frozen=True, kw_only=True)
class HotIssueJudged(Event):
    """A person merged, split, confirmed or restored a hot issue. judgement: merged, split, confirmed or undone.

    other_id: the issue that was merged into this one, or split off from it.
    """

    issue_id: int
    judgement: str
    other_id: int | None = None
    demands: int = 0


# Decide: a question goes to a leader, and what was settled is carried out


@dataclass(frozen=True, kw_only=True)
class QuestionMoved(Event):
    """A question of the decision desk moved: put_forward, send_back, withdraw or supersede. States are insight's."""

    question_id: int
    move: str
    from_state: str
    to_state: str


@dataclass(frozen=True, kw_only=True)
class QuestionDecided(Decision):
    """A leader chose one of the options of a question.

    option: its number, of `options`.   cost_fen: what it costs.   starts_on: from when it acts.   supersedes: the
    decision that it replaces.   record_seal: SHA-256 of the whole record: question, evidence, options, reason.
    """

    question_id: int
    option: int
    options: int
    evidence: int
    cost_fen: int
    area: str
    category: str
    issue_id: int | None = None
    supersedes: int | None = None
    starts_on: date
    record_seal: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DecisionTaskGiven(Decision):
    """A unit is to do something after a decision, by a day."""

    question_id: int
    task_id: int
    unit: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class DecisionTaskDone(Decision):
    """A unit said that its task is done. late_days: after the day that was set, 0 in time."""

    question_id: int
    task_id: int
    unit: str
    late_days: int


@dataclass(frozen=True, kw_only=True)
class BriefMade(Event):
    """The system wrote a brief from the store of measures: daily, weekly, monthly or special."""

    brief_id: int
    kind: str
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class BriefPublished(Event):
    """A person issued a brief. number: which one of its kind in the year.   edited: people changed what was generated."""

    brief_id: int
    kind: str
    number: int
    edited: bool


@dataclass(frozen=True, kw_only=True)
class WarningRaised(Event):
    """More than chance was found in an area, or a standing warning became graver.

    subject: a checklist that gathers several matters, or a category.   level: red, orange, yellow or blue.
    """

    warning_id: int
    area: str
    subject: str
    level: str
    first_day: date
    last_day: date


@dataclass(frozen=True, kw_only=True)
class WarningMoved(Event):
    """A person acknowledged a warning, acts on it or closed it. outcome: true or false, once it is closed."""

    warning_id: int
    state: str
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class ChecklistWritten(Event):
    """A county wrote a version of its own of what to do when a warning opens."""

    code: str
    version: int
    from_date: date


@dataclass(frozen=True, kw_only=True)
class TopicJudged(Event):
    """A person made a matter the topic of a coming month, led by a unit, or declined it."""

    topic_id: int
    month: date
    category: str
    accepted: bool
    unit: str = ""


# Policy: the law as code decides, pays, explains, and is held to account


@dataclass(frozen=True, kw_only=True)
class RuleBookProposed(Event):
    """A version of a rule book waits for the second person. rule_package: SHA-256 of its text."""

    book: str
    version: int
    rule_package: str
    starts_on: date


@dataclass(frozen=True, kw_only=True)
class RuleBookApproved(Decision):
    """A second person approved a version: from `starts_on` the book decides by it."""

    book: str
    version: int
    rule_package: str
    starts_on: date


@dataclass(frozen=True, kw_only=True)
class ContractPaused(Decision):
    """Automatic decisions and payments of a book were stopped, or go on again (paused False)."""

    book: str
    paused: bool


@dataclass(frozen=True, kw_only=True)
class EntitlementFound(Event):
    """The facts of a person or household meet the conditions of a book, and nothing is paid yet."""

    award_id: int
    book: str
    rule: str
    area: str
    amount_fen: int


@dataclass(frozen=True, kw_only=True)
class EntitlementAnswered(Event):
    """The person said yes or no to an entitlement that was offered."""

    award_id: int
    accepted: bool


@dataclass(frozen=True, kw_only=True)
class EntitlementDecided(Decision):
    """An entitlement was granted, raised, refused, cut, stopped or kept.

    rule_package: SHA-256 of the book that was used.   inputs_seal: salted SHA-256 of the facts that were used; the
    person's receipt opens it.   by_machine: no person was needed, which is never so for anything adverse.
    """

    award_id: int
    decision_id: int
    book: str
    rule: str
    area: str
    outcome: str
    amount_fen: int
    as_of: date
    rule_package: str
    inputs_seal: str
    by_machine: bool
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PaymentOrdered(Decision):
    """Money is to be paid once for a period; negative: to be recovered, as a person decided."""

    payment_id: int
    award_id: int
    decision_id: int
    period: str
    amount_fen: int


@dataclass(frozen=True, kw_only=True)
class DisputeOpened(Decision):
    """The person disputes a decision: a human looks at it anew."""

    award_id: int
    decision_id: int
    review_id: int


@dataclass(frozen=True, kw_only=True)
class ScenarioKept(Event):
    """A simulation of a reform was kept. digest: of all that went in.   cost_fen: more for each period.

    winners, losers, households: of the synthetic population.
    """

    digest: str
    book: str
    cost_fen: int
    winners: int
    losers: int
    households: int


@dataclass(frozen=True, kw_only=True)
class MessageQueued(Event):
    """A message to a person waits in the notices room."""

    message_id: int
    kind: str


# Accounts


@dataclass(frozen=True, kw_only=True)
class RoleGranted(Event):
    user_id: int
    role: str
    unit: str
    area: str


@dataclass(frozen=True, kw_only=True)
class RoleRevoked(Event):
    user_id: int
    role: str
    unit: str
    area: str
