"""A work order as its steps tell it: the facts and clocks that follow, and the next step. Pure.

The steps are the only truth. What a page shows, what a guard asks and when an order is due are read off them anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from shuzhi.domains.casework.deadlines import (
    Clocks,
    ClockStep,
    Limit,
    Limits,
    StepKind,
    Terms,
    TimeUnit,
    clocks,
    due_after,
    rounds,
    terms,
)
from shuzhi.domains.casework.lifecycle import (
    Action,
    Given,
    IllegalMove,
    OrderFacts,
    Outcome,
    Rung,
    State,
    check,
)
from shuzhi.spine.calendar import WorkingCalendar

REGISTER = "register"
BY_ITSELF = "by_itself"
"""Detail of the steps that the program took without asking anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `unit` is responsible after it; `details` holds codes, numbers and ISO dates of the action."""

    number: int
    action: str
    at: datetime
    from_state: str
    to_state: str
    unit: str
    by: str
    by_label: str = ""
    because: str = ""
    ground: str = ""
    text: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    late_minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What an order is about, as far as guards and clocks ask."""

    limits: Limits
    emergency: bool = False
    can_be_called: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What an actor brings to a step beside the guarded `Given`: words and the limit asked for."""

    given: Given = field(default_factory=Given)
    text: str = ""
    limit: Limit | None = None
    contacted: bool | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


_CLOCK_KINDS: Mapping[str, tuple[StepKind, ...]] = {
    REGISTER: (StepKind.OPENED,),
    Action.DISPATCH: (StepKind.DISPATCHED,),
    Action.ADJUDICATE: (StepKind.DISPATCHED,),
    Action.REDISPATCH: (StepKind.TRANSFERRED,),
    Action.SIGN_IN: (StepKind.SIGNED_IN,),
    Action.REQUEST_RETURN: (StepKind.RETURN_REQUESTED,),
    Action.REFUSE_RETURN: (StepKind.RETURN_REFUSED,),
    Action.APPROVE_RETURN: (StepKind.RETURNED,),
    Action.TAKE_BACK: (StepKind.RETURNED,),
    Action.RECORD_CONTACT: (StepKind.CONTACTED,),
    Action.SUSPEND: (StepKind.SUSPENDED,),
    Action.RESUME: (StepKind.RESUMED,),
    Action.APPROVE_EXTENSION: (StepKind.EXTENDED,),
    Action.INVITE_ASSIST: (StepKind.ASSIST_INVITED,),
    Action.COMPLETE_ASSIST: (StepKind.ASSIST_DONE,),
    Action.RELEASE_ASSIST: (StepKind.ASSIST_RELEASED,),
    Action.ANSWER_DIRECTLY: (StepKind.REPLIED,),
    Action.REPLY: (StepKind.REPLIED,),
    Action.REFER: (StepKind.CLOSED,),
    Action.REJECT: (StepKind.CLOSED,),
    # A refusal that does not stand, like a reply that does not: the order is taken never to have been answered.
    Action.DECLINE_REJECTION: (StepKind.REWORK,),
    Action.APPEAL: (StepKind.REWORK,),
    Action.REQUEST_REWORK: (StepKind.REWORK,),
    Action.MERGE: (StepKind.MERGED,),
    Action.UNMERGE: (StepKind.UNMERGED,),
    Action.TERMINATE: (StepKind.CLOSED,),
    Action.WITHDRAW: (StepKind.CLOSED,),
    Action.CLOSE: (StepKind.CLOSED,),
    Action.REOPEN: (StepKind.REOPENED,),
}


# An answer or a referral that was not enough: dispatching takes it back, and the clock never stopped.
_ENDED_BEFORE = frozenset({State.ANSWERED, State.REFERRED, State.CALLBACK})


def read_limit(data: Mapping[str, Any] | None) -> Limit | None:
    return Limit(int(data["amount"]), TimeUnit(data["unit"])) if data else None


def write_limit(limit: Limit | None) -> dict[str, Any] | None:
    return {"amount": limit.amount, "unit": str(limit.unit)} if limit else None


def read_limits(data: Mapping[str, Any]) -> Limits:
    def must(name: str) -> Limit:
        limit = read_limit(data[name])
        if limit is None:
            raise ValueError(f"an order needs its {name} limit")
        return limit

    return Limits(
        contact=must("contact"),
        sign_in=must("sign_in"),
        finish=must("finish"),
        return_window=must("return_window"),
        statutory_finish=read_limit(data.get("statutory_finish")),
    )


def write_limits(limits: Limits) -> dict[str, Any]:
    names = ("contact", "sign_in", "finish", "return_window", "statutory_finish")
    return {name: write_limit(getattr(limits, name)) for name in names}


def clock_steps(steps: Iterable[Step], *, now: datetime) -> list[ClockStep]:
    """What the clocks hear of a history. A suspension that nobody ended ends by itself on the day it was granted until."""
    heard: list[ClockStep] = []
    asked: Limit | None = None
    until: datetime | None = None
    for step in steps:
        if until and until < step.at:
            heard.append(ClockStep(StepKind.RESUMED, until))
            until = None
        if step.to_state != State.SUSPENDED:
            until = None
        elif step.action == Action.SUSPEND:
            until = _until(step)
        if step.action == Action.REQUEST_EXTENSION:
            asked = read_limit(step.details.get("limit"))
        limit = asked if step.action == Action.APPROVE_EXTENSION else read_limit(step.details.get("limit"))
        kinds = _CLOCK_KINDS.get(step.action, ())
        if step.action == Action.DISPATCH and step.from_state in _ENDED_BEFORE:
            kinds = (StepKind.REWORK, StepKind.DISPATCHED)
        heard += [ClockStep(kind, step.at, limit, str(step.details.get("unit", ""))) for kind in kinds]
    if until and until <= now:
        heard.append(ClockStep(StepKind.RESUMED, until))
    return heard


def _until(step: Step) -> datetime | None:
    """The moment until which a suspension was granted."""
    kept = step.details.get("until")
    return datetime.fromisoformat(kept) if kept else None


def suspended_until(steps: Sequence[Step]) -> datetime | None:
    """Until when a suspended order was allowed to wait; None for any other."""
    if steps[-1].to_state != State.SUSPENDED:
        return None
    return next(_until(step) for step in reversed(steps) if step.action == Action.SUSPEND)


def read_clocks(steps: Sequence[Step], matter: Matter, calendar: WorkingCalendar, *, now: datetime) -> Clocks:
    return clocks(clock_steps(steps, now=now), matter.limits, calendar, now=now)


def read_terms(steps: Sequence[Step], matter: Matter, calendar: WorkingCalendar, *, now: datetime) -> Terms:
    return terms(clock_steps(steps, now=now), matter.limits, calendar, now=now)


def contact_due(steps: Sequence[Step], matter: Matter, calendar: WorkingCalendar) -> datetime:
    """By when the requester of the present round is to be called; no later step moves it."""
    this_round = rounds(clock_steps(steps, now=steps[-1].at))[-1]
    return due_after(this_round[0].at, matter.limits.contact, calendar)


def facts_of(
    steps: Sequence[Step], matter: Matter, *, now: datetime, by: str = "", terms: Terms | None = None
) -> OrderFacts:
    """Everything a guard may ask. Without `terms`, what depends on clocks (return window, due time) is unknown."""
    facts = OrderFacts(
        state=State(steps[0].to_state),
        now=now,
        by=by,
        emergency=matter.emergency,
        can_be_called=matter.can_be_called,
        return_until=terms.return_until if terms else None,
        finish_due=terms.finish_due if terms else None,
    )
    for step in steps:
        facts = facts_after(facts, step)
    return facts


def facts_after(facts: OrderFacts, step: Step) -> OrderFacts:
    """The facts after one more step. What a round collects starts anew with its reopening."""
    if step.action == Action.REOPEN:
        facts = OrderFacts(
            state=facts.state,
            now=facts.now,
            by=facts.by,
            emergency=facts.emergency,
            can_be_called=facts.can_be_called,
            return_until=facts.return_until,
            finish_due=facts.finish_due,
            reopenings=facts.reopenings + 1,
            rung=facts.rung,
        )
    changed = _changed(facts, step)
    if rung := step.details.get("rung"):
        changed["rung"] = max(Rung(rung), facts.rung or Rung(rung), key=lambda one: one.height)
    return replace(facts, state=State(step.to_state), has_unit=bool(step.unit), **changed)


def _changed(facts: OrderFacts, step: Step) -> dict[str, Any]:
    """Each action changes what it decides and nothing else."""
    match step.action:
        case Action.REFER:
            return {"emergency_referred": True}
        case Action.REJECT:
            return {"rejected_by": step.by, "rejection_confirmed": False}
        case Action.CONFIRM_REJECTION:
            return {"rejection_confirmed": True}
        case Action.DECLINE_REJECTION | Action.APPEAL:
            return {"rejected_by": "", "rejection_confirmed": False}
        case Action.DISPATCH | Action.REDISPATCH | Action.ADJUDICATE:
            # What the unit before had asked for is nobody's request any more.
            return {
                "extension_asked_by": "",
                "termination_asked_by": "",
                "dispatched_by_itself": bool(step.details.get(BY_ITSELF)),
                "ruled": facts.ruled or step.action == Action.ADJUDICATE,
            }
        case Action.REFUSE_RETURN:
            return {"returns_refused": facts.returns_refused + 1}
        case Action.RECORD_CONTACT:
            return {"contacts": facts.contacts + 1}
        case Action.INVITE_ASSIST:
            helping = facts.assisting | {str(step.details["unit"])}
            return {"assists": facts.assists + 1, "assisting": helping}
        case Action.COMPLETE_ASSIST | Action.RELEASE_ASSIST:
            return {"assisting": facts.assisting - {str(step.details["unit"])}}
        case Action.REQUEST_EXTENSION:
            return {"extension_asked_by": step.by}
        case Action.APPROVE_EXTENSION:
            return {"extension_asked_by": "", "extensions": facts.extensions + 1}
        case Action.REFUSE_EXTENSION:
            return {"extension_asked_by": ""}
        case Action.REPLY | Action.ANSWER_DIRECTLY:
            return {
                "replied_by": step.by,
                "callback_tries": 0,
                "callback_reached": False,
                "says_solved": None,
            }
        case Action.RECORD_CALLBACK:
            reached = bool(step.details.get("reached"))
            return {
                "callback_tries": facts.callback_tries + 1,
                "callback_reached": facts.callback_reached or reached,
                "says_solved": step.details.get("solved") if reached else facts.says_solved,
            }
        case Action.REQUEST_TERMINATION:
            return {"termination_asked_by": step.by}
        case Action.REFUSE_TERMINATION:
            return {"termination_asked_by": ""}
        case Action.MERGE:
            return {"merged_from": State(step.from_state)}
        case Action.UNMERGE:
            return {"merged_from": None}
        case Action.CLOSE:
            return {"closed_at": step.at}
        case _:
            return {}


def first_step(*, at: datetime, by: str, details: Mapping[str, Any] | None = None) -> Step:
    """Registering: the order exists and its clocks run from the moment the demand arrived."""
    return Step(
        number=1,
        action=REGISTER,
        at=at,
        from_state="",
        to_state=State.REGISTERED,
        unit="",
        by=by,
        details=details or {},
    )


def next_step(
    steps: Sequence[Step],
    matter: Matter,
    calendar: WorkingCalendar,
    *,
    action: Action,
    brought: Brought,
    now: datetime,
    by: str,
    by_label: str = "",
    parent_open: bool = False,
    told: OrderFacts | None = None,
) -> Step:
    """The step that an action makes now; raises IllegalMove when the life cycle forbids it.

    told: the facts of these steps (`facts_after` the last of them) where the caller has them already.
    """
    read = read_terms(steps, matter, calendar, now=now)
    facts = replace(
        told or facts_of(steps, matter, now=now),
        now=now,
        by=by,
        return_until=read.return_until,
        finish_due=read.finish_due,
        parent_open=parent_open,
    )
    move = check(facts, action, brought.given)
    last = steps[-1]
    _require_terms(action, brought, facts, lead=last.unit)
    return Step(
        number=last.number + 1,
        action=action,
        at=max(now, last.at),
        from_state=last.to_state,
        to_state=move.target(facts),
        unit=_unit_after(action, brought.given, last.unit),
        by=by,
        by_label=by_label,
        because=brought.given.reason.strip(),
        ground=brought.given.ground.strip(),
        text=brought.text.strip(),
        details=_details(action, brought, facts),
        late_minutes=read.late_working_minutes,
    )


def _require_terms(action: Action, brought: Brought, facts: OrderFacts, *, lead: str) -> None:
    """What the clocks and the queues of helpers cannot do without: how long, and which unit."""
    unit = brought.given.unit
    if action in (Action.REQUEST_EXTENSION, Action.INVITE_ASSIST) and brought.limit is None:
        raise IllegalMove("limit-missing", _("Say how many working days."), {})
    if action is Action.INVITE_ASSIST and unit == lead:
        raise IllegalMove(
            "lead-cannot-assist", _("The lead unit cannot assist itself. Name another unit."), {}
        )
    if action in (Action.COMPLETE_ASSIST, Action.RELEASE_ASSIST) and unit not in facts.assisting:
        raise IllegalMove("not-assisting", _("This unit is not assisting on this order."), {})


class Ask(StrEnum):
    """A request on an order that waits for another person's decision."""

    REFUSAL = "refusal"
    EXTENSION = "extension"
    TERMINATION = "termination"


def asks_of(facts: OrderFacts) -> list[Ask]:
    waits = {
        Ask.REFUSAL: facts.state is State.REJECTED and not facts.rejection_confirmed,
        Ask.EXTENSION: facts.state in _AT_WORK and bool(facts.extension_asked_by),
        Ask.TERMINATION: facts.state in _AT_WORK and bool(facts.termination_asked_by),
    }
    return [ask for ask, waiting in waits.items() if waiting]


_AT_WORK = frozenset({State.ACCEPTED, State.HANDLING, State.SUSPENDED})
_HANDS_OVER = frozenset({Action.DISPATCH, Action.REDISPATCH, Action.ADJUDICATE})
_TAKES_BACK = frozenset(
    {Action.APPROVE_RETURN, Action.TAKE_BACK, Action.REOPEN, Action.APPEAL, Action.DECLINE_REJECTION}
)


def _unit_after(action: Action, given: Given, unit: str) -> str:
    if action in _HANDS_OVER:
        return given.unit
    return "" if action in _TAKES_BACK else unit


def _details(action: Action, brought: Brought, facts: OrderFacts) -> dict[str, Any]:
    given = brought.given
    details: dict[str, Any] = dict(brought.details)
    if given.outcome is not None:
        details["outcome"] = str(given.outcome)
    if brought.limit is not None:
        details["limit"] = write_limit(brought.limit)
    if given.until is not None:
        details["until"] = given.until.isoformat()
    for name in ("plan", "source", "path"):
        if value := getattr(given, name).strip():
            details[name] = value
    if action in (Action.INVITE_ASSIST, Action.COMPLETE_ASSIST, Action.RELEASE_ASSIST):
        details["unit"] = given.unit
    if action is Action.RECORD_CALLBACK:
        details |= {"reached": given.reached, "solved": given.solved, "rating": given.rating}
        details["contacted"] = brought.contacted
    if rung := _rung_after(action, facts.rung):
        details["rung"] = str(rung)
    return details


def _rung_after(action: Action, rung: Rung | None) -> Rung | None:
    if action is Action.REMIND:
        return Rung.REMINDED
    if action is Action.SUPERVISE:
        return Rung.SUPERVISED
    return rung.next() if action is Action.ESCALATE and rung else None


def outcome_of(steps: Iterable[Step]) -> Outcome | None:
    """The last outcome that a reply, an answer or a closing stated; reopening takes it back."""
    outcome: Outcome | None = None
    for step in steps:
        if step.action in (Action.REOPEN, Action.REQUEST_REWORK):
            outcome = None
        elif step.details.get("outcome"):
            outcome = Outcome(step.details["outcome"])
    return outcome
