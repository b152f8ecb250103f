"""Who is told of a step: the requester and the followers of a demand, the unit that must act."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from shuzhi.domains.casework.journey import REGISTER
from shuzhi.domains.casework.lifecycle import REOPEN_WITHIN, Action, State
from shuzhi.domains.casework.models import OrderStep, WorkOrder
from shuzhi.domains.intake import services as intake
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
    for move in moves:
        if row := rows.get(move.order_id):
            _tell_requesters(row, move)
            _tell_unit(row, move)
    for one in due:
        if (row := rows.get(one.order_id)) and row.unit:
            template = "order_overdue" if one.percent >= 100 else "demand_due_soon"
            _send(Recipient(RecipientKind.UNIT, row.unit), template, _number_and_due(row), row)


def _tell_requesters(row: WorkOrder, move: WorkOrderMoved) -> None:
    """The order's own requester, and everybody whose order is merged into it; each hears of a step once."""
    template = _TO_REQUESTER.get(move.action)
    if template is None or row.state == State.MERGED or not _calls_for_news(row, move):
        return
    joined = row.merged.filter(state=State.MERGED).values_list("demand_id", flat=True)
    for demand_id in [row.demand_id, *joined]:
        demand = intake.get_demand(demand_id, by=SYSTEM)
        context = {"public_code": demand.public_code}
        phone = intake.contact_of(demand_id, by=SYSTEM).phone
        if phone:
            told = context | _context(template, row, move)
            _send(Recipient(RecipientKind.PHONE, phone), template, told, row)
        if move.action in _TO_FOLLOWERS:
            notices.tell_subscribers(
                demand.public_code,
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
