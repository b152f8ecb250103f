"""Who is told of a step: the requester and the followers of a demand, the unit that must act."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from shuzhi.domains.casework.journey import REGISTER
from shuzhi.domains.casework.lifecycle import REOPEN_WITHIN, Action, State
from shuzhi.domains.casework.models import OrderStep, WorkOrder
from shuzhi.domains.intake import services as intake
from shuzhi.domains.intake.cards import ContactCard, DemandCard
from shuzhi.domains.notices import services as notices
from shuzhi.domains.notices.cards import Recipient, RecipientKind
from shuzhi.domains.registry import services as registry
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.events import DueTimeApproached, Event, WorkOrderMoved

# News that is older than a day (histories taken over from another system) helps nobody on the phone.
FRESH = timedelta(days=1)

_TO_REQUESTER: Mapping[str, str] = {
    REGISTER: "demand_received",
    Action.DISPATCH: "demand_dispatched",
    Action.REDISPATCH: "demand_dispatched",
    Action.APPROVE_REPLY: "demand_replied",
    Action.ANSWER_DIRECTLY: "demand_replied",
    Action.RECORD_CALLBACK: "callback_missed",
    Action.CLOSE: "demand_closed_please_rate",
    Action.REOPEN: "reopened",
}
_TO_UNIT: Mapping[str, str] = {
    Action.DISPATCH: "order_dispatched",
    Action.REDISPATCH: "order_dispatched",
    Action.ADJUDICATE: "order_dispatched",
    Action.REMIND: "order_reminded",
}
# Steps that followers hear of: all that the requester hears of, but not the tries to reach the requester.
_TO_FOLLOWERS = frozenset(_TO_REQUESTER) - {REGISTER, Action.RECORD_CALLBACK}


@dataclass(frozen=True)
class _Requesters:
    """Everybody whom a batch of steps concerns, looked up at once: demands, contacts, and who joined which order."""

    demands: Mapping[int, DemandCard]
    contacts: Mapping[int, ContactCard]
    joined: Mapping[int, Sequence[int]]


def tell_people(heard: Iterable[Event]) -> None:
    """Queue the messages that steps call for, in the listener's own transaction."""
    now = clock.now()
    moves: list[WorkOrderMoved] = []
    due: list[DueTimeApproached] = []
    for one in heard:
        if isinstance(one, WorkOrderMoved) and now - one.at < FRESH:
            moves.append(one)
        elif isinstance(one, DueTimeApproached):
            due.append(one)
    rows = WorkOrder.objects.in_bulk({one.order_id for one in moves} | {one.order_id for one in due})
    _tell_of_moves([(rows[move.order_id], move) for move in moves if move.order_id in rows])
    for one in due:
        if (row := rows.get(one.order_id)) and row.unit:
            template = "order_overdue" if one.percent >= 100 else "demand_due_soon"
            _send(Recipient(RecipientKind.UNIT, row.unit), template, _number_and_due(row), row)


def _tell_of_moves(moves: Sequence[tuple[WorkOrder, WorkOrderMoved]]) -> None:
    requesters = _requesters_of([row for row, move in moves if _is_news(row, move)])
    for row, move in moves:
        if _is_news(row, move) and _calls_for_news(row, move):
            _tell_requesters(row, move, requesters)
        _tell_unit(row, move)


def _is_news(row: WorkOrder, move: WorkOrderMoved) -> bool:
    """Steps of a merged order are told by the order that it joined."""
    return move.action in _TO_REQUESTER and row.state != State.MERGED


def _requesters_of(rows: Sequence[WorkOrder]) -> _Requesters:
    if not rows:
        return _Requesters({}, {}, {})
    joined: dict[int, list[int]] = {}
    children = WorkOrder.objects.filter(merged_into__in=[row.pk for row in rows], state=State.MERGED)
    for parent_id, demand_id in children.values_list("merged_into_id", "demand_id"):
        joined.setdefault(parent_id, []).append(demand_id)
    ids = {row.demand_id for row in rows}.union(*joined.values())
    return _Requesters(intake.get_demands(ids, by=SYSTEM), intake.contacts_of(ids, by=SYSTEM), joined)


def _tell_requesters(row: WorkOrder, move: WorkOrderMoved, known: _Requesters) -> None:
    """The order's own requester, and everybody whose order is merged into it; each hears of a step once."""
    template = _TO_REQUESTER[move.action]
    for demand_id in [row.demand_id, *known.joined.get(row.pk, ())]:
        context = {"public_code": known.demands[demand_id].public_code}
        contact = known.contacts.get(demand_id)
        if contact and contact.phone:
            told = context | _context(template, row, move)
            _send(Recipient(RecipientKind.PHONE, contact.phone), template, told, row)
        if move.action in _TO_FOLLOWERS:
            notices.tell_subscribers(
                context["public_code"],
                template="demand_updated",
                context=context,
                about=f"work_order:{row.pk}",
                by=SYSTEM,
            )


def _calls_for_news(row: WorkOrder, move: WorkOrderMoved) -> bool:
    """A call-back that was answered needs no message."""
    if move.action != Action.RECORD_CALLBACK:
        return True
    step = OrderStep.objects.filter(order=row, number=move.step).first()
    return step is not None and not step.details.get("reached")


def _context(template: str, row: WorkOrder, move: WorkOrderMoved) -> dict[str, object]:
    due = {"due": move.due_at or row.due_at}
    match template:
        case "demand_received" | "reopened":
            return {**due}
        case "demand_dispatched":
            return {"unit": _unit_name(move.unit), **due}
        case "demand_replied":
            return {"unit": _unit_name(move.unit)}
        case "demand_closed_please_rate":
            return {"reopen_until": move.at + REOPEN_WITHIN}
        case _:
            return {}


def _unit_name(code: str) -> str:
    """The unit that answered; a direct answer comes from the hotline itself."""
    return registry.get_unit(code).name if code else str(_("The hotline"))


def _tell_unit(row: WorkOrder, move: WorkOrderMoved) -> None:
    if (template := _TO_UNIT.get(move.action)) and move.unit:
        _send(Recipient(RecipientKind.UNIT, move.unit), template, _number_and_due(row), row)


def _number_and_due(row: WorkOrder) -> dict[str, object]:
    return {"number": row.number, "due": row.due_at}


def _send(to: Recipient, template: str, context: dict[str, object], row: WorkOrder) -> None:
    notices.send_message(to=to, template=template, context=context, about=f"work_order:{row.pk}", by=SYSTEM)
