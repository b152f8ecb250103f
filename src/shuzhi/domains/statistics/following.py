"""What each event changes in the fact of its work order. No queries here: facts in, facts changed.

The codes are casework's: a room below hears them in events and cannot import them.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from shuzhi.domains.statistics.facts import Fact
from shuzhi.spine.events import CallbackRecorded, ContactRecorded, DemandRated, WorkOrderMoved

REPEAT_WITHIN = timedelta(days=30)
CLOSED = "closed"


class Aside(StrEnum):
    """Why an order is nobody's merit or blame."""

    MERGED = "merged"
    REFUSED = "refused"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"
    THREAT = "threat"


def open_fact(event: WorkOrderMoved, *, threat: bool, reachable: bool) -> Fact:
    """The fact of an order that is heard of for the first time."""
    return Fact(
        order_id=event.order_id,
        demand_id=event.demand_id,
        threat=threat,
        reachable=reachable,
        set_aside=Aside.THREAT if threat else "",
        opened_at=event.at,
        began_at=event.at,
    )


def move(fact: Fact, event: WorkOrderMoved) -> None:
    if change := _ON_ACTION.get(event.action):
        change(fact, event)
    if event.unit or event.action in _TAKES_UNIT_AWAY:
        fact.unit = event.unit
    if event.to_state == CLOSED:
        _close(fact, event)
    fact.steps = event.step
    fact.state, fact.outcome = event.to_state, event.outcome
    fact.category, fact.area, fact.kind = event.category, event.area, event.kind
    fact.channel, fact.urgency = event.channel, event.urgency
    fact.due_at, fact.late_minutes = event.due_at, event.late_minutes


def contact(fact: Fact, event: ContactRecorded) -> None:
    """The first contact of an order is the one that is measured."""
    if fact.first_contact_at is None:
        fact.first_contact_at, fact.contact_in_time = event.at, event.in_time


def call_back(fact: Fact, event: CallbackRecorded) -> None:
    """A try that reached nobody leaves what was said in an earlier one."""
    fact.callback_tries += 1
    if event.reached:
        fact.callback_reached = True
        fact.callback_contacted = event.contacted
        fact.callback_solved = event.solved
        fact.callback_satisfaction = event.satisfaction


def rate(fact: Fact, event: DemandRated) -> None:
    fact.rated_contacted, fact.rated_solved = event.contacted, event.solved
    fact.rated_satisfaction = event.satisfaction


def repeat(fact: Fact, received_at: datetime) -> None:
    """The same matter was brought again: counted when that was within 30 days after closing."""
    if fact.closed_at and timedelta() <= received_at - fact.closed_at <= REPEAT_WITHIN:
        fact.repeated = True


def _forget_callback(fact: Fact) -> None:
    fact.callback_tries, fact.callback_reached = 0, False
    fact.callback_contacted = fact.callback_solved = fact.callback_satisfaction = None


def _dispatch(fact: Fact, event: WorkOrderMoved) -> None:
    fact.dispatches += 1
    fact.dispatched_at = fact.dispatched_at or event.at
    fact.first_unit = fact.first_unit or event.unit
    fact.replied_at = None


def _redispatch(fact: Fact, event: WorkOrderMoved) -> None:
    fact.redispatches += 1
    _dispatch(fact, event)


def _adjudicate(fact: Fact, event: WorkOrderMoved) -> None:
    """A ruling that leaves the order where it is confirms the dispatch."""
    (_dispatch if event.unit == fact.unit else _redispatch)(fact, event)


def _reply(fact: Fact, event: WorkOrderMoved) -> None:
    fact.replied_at = event.at
    _forget_callback(fact)


def _answer_directly(fact: Fact, event: WorkOrderMoved) -> None:
    fact.answered_directly = True
    _reply(fact, event)


def _rework(fact: Fact, event: WorkOrderMoved) -> None:
    fact.reworks += 1
    fact.replied_at = None


def _close(fact: Fact, event: WorkOrderMoved) -> None:
    fact.closed_at = event.at
    fact.first_closed_at = fact.first_closed_at or event.at
    if fact.replied_at:
        fact.minutes_taken = max(0, int((fact.replied_at - fact.began_at).total_seconds() // 60))


def _reopen(fact: Fact, event: WorkOrderMoved) -> None:
    fact.reopenings += 1
    fact.began_at = event.at
    fact.closed_at = fact.replied_at = fact.minutes_taken = None
    fact.rated_contacted = fact.rated_solved = fact.rated_satisfaction = None
    _forget_callback(fact)
    _count_again(fact, event)


def _count_again(fact: Fact, event: WorkOrderMoved) -> None:
    fact.set_aside = Aside.THREAT if fact.threat else ""


def _set_aside(reason: Aside) -> Callable[[Fact, WorkOrderMoved], None]:
    def set_aside(fact: Fact, event: WorkOrderMoved) -> None:
        fact.set_aside = reason

    return set_aside


def _count(column: str) -> Callable[[Fact, WorkOrderMoved], None]:
    def count(fact: Fact, event: WorkOrderMoved) -> None:
        setattr(fact, column, getattr(fact, column) + 1)

    return count


# A unit whose return was approved, or from which an automatic dispatch was taken back, is not measured by the order any
# more. After reopening, the unit that closed it still is, until another one gets it.
_TAKES_UNIT_AWAY = frozenset({"approve_return", "take_back"})

_ON_ACTION: Mapping[str, Callable[[Fact, WorkOrderMoved], None]] = {
    "dispatch": _dispatch,
    "redispatch": _redispatch,
    "adjudicate": _adjudicate,
    "approve_return": _count("returns"),
    "answer_directly": _answer_directly,
    "reply": _reply,
    "request_rework": _rework,
    "approve_extension": _count("extensions"),
    "suspend": _count("suspensions"),
    "reopen": _reopen,
    "merge": _set_aside(Aside.MERGED),
    "unmerge": _count_again,
    "reject": _set_aside(Aside.REFUSED),
    "decline_rejection": _count_again,
    "appeal": _count_again,
    "refer": _set_aside(Aside.REFERRED),
    "terminate": _set_aside(Aside.WITHDRAWN),
    "withdraw": _set_aside(Aside.WITHDRAWN),
}
HEARD_ACTIONS = frozenset(_ON_ACTION)
