"""Who is told of a step: the requester and the followers of a demand, the unit that must act."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from shuzhi.domains.casework.lifecycle import REOPEN_WITHIN, Action, State
from shuzhi.domains.casework.models import WorkOrder
from shuzhi.domains.intake import services as intake
from shuzhi.domains.notices import services as notices
from shuzhi.domains.notices.cards import Recipient
from shuzhi.domains.registry import services as registry
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.events import DueTimeApproached, Event, WorkOrderMoved

# News that is older than a day (histories taken over from another system) helps nobody on the phone.
FRESH = timedelta(days=1)

_TO_REQUESTER: Mapping[str, str] = {
    Action.DISPATCH: "demand_dispatched",
    Action.REDISPATCH: "demand_dispatched",
    Action.APPROVE_REPLY: "demand_replied",
    Action.ANSWER_DIRECTLY: "demand_replied",
    Action.CLOSE: "demand_closed_please_rate",
    Action.REOPEN: "reopened",
}
_TO_UNIT: Mapping[str, str] = {Action.DISPATCH: "order_dispatched", Action.REDISPATCH: "order_dispatched"}


def tell_people(heard: Iterable[Event]) -> None:
    """Queue the messages that steps call for, in the listener's own transaction."""
    now = clock.now()
    moves = [one for one in heard if isinstance(one, WorkOrderMoved) and now - one.at < FRESH]
    due = [one for one in heard if isinstance(one, DueTimeApproached)]
    rows = WorkOrder.objects.in_bulk([one.order_id for one in (*moves, *due)])
    for move in moves:
        if row := rows.get(move.order_id):
            _tell_requester(row, move)
            _tell_unit(row, move)
    for one in due:
        if (row := rows.get(one.order_id)) and row.unit:
            template = "order_overdue" if one.percent >= 100 else "demand_due_soon"
            _send(Recipient("unit", row.unit), template, {"number": row.number, "due": row.due_at}, row)


def _tell_requester(row: WorkOrder, move: WorkOrderMoved) -> None:
    template = _TO_REQUESTER.get(move.action)
    if template is None or row.state == State.MERGED:
        return
    for demand_id in [row.demand_id, *row.merged.values_list("demand_id", flat=True)]:
        demand = intake.get_demand(demand_id, by=SYSTEM)
        phone = intake.contact_of(demand_id, by=SYSTEM).phone
        if phone:
            context = {"public_code": demand.public_code} | _context(template, row)
            _send(Recipient("phone", phone), template, context, row)


def _context(template: str, row: WorkOrder) -> dict[str, object]:
    unit = registry.get_unit(row.unit).name if row.unit else ""
    known: dict[str, dict[str, object]] = {
        "demand_dispatched": {"unit": unit, "due": row.due_at},
        "demand_replied": {"unit": unit},
        "demand_closed_please_rate": {"reopen_until": (row.closed_at or clock.now()) + REOPEN_WITHIN},
        "reopened": {"due": row.due_at},
    }
    return known[template]


def _tell_unit(row: WorkOrder, move: WorkOrderMoved) -> None:
    if (template := _TO_UNIT.get(move.action)) and move.unit:
        _send(Recipient("unit", move.unit), template, {"number": row.number, "due": row.due_at}, row)


def _send(to: Recipient, template: str, context: dict[str, object], row: WorkOrder) -> None:
    notices.send_message(to=to, template=template, context=context, about=f"work_order:{row.pk}", by=SYSTEM)
