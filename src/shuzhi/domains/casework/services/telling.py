"""Who is told of a step: the requester and the followers of a demand, the unit that must act."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from shuzhi.domains.casework.journey import REGISTER
from shuzhi.domains.casework.lifecycle import REOPEN_WITHIN, Action, State
from shuzhi.domains.casework.models import OrderStep, WorkOrder
from shuzhi.domains.intake import services as intake
from shuzhi.domains.intake.cards import ContactCard
from shuzhi.domains.notices import services as notices
from shuzhi.domains.notices.cards import Letter, Recipient, RecipientKind
from shuzhi.domains.registry import services as registry
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.events import DueTimeApproached, WorkOrderMoved
from shuzhi.spine.outbox import Announced

# News that is older than a day (histories taken over from another system) helps nobody on the phone.
FRESH = timedelta(days=1)

_AT_ONCE: Mapping[str, str] = {
    REGISTER: "demand_received",
    Action.DISPATCH: "demand_dispatched",
    Action.REDISPATCH: "demand_dispatched",
    Action.RECORD_CALLBACK: "callback_missed",
    Action.REOPEN: "reopened",
}
# No receipt, no effect: of these the requester hears once witnesses have seen them.
_ONCE_WITNESSED: Mapping[str, str] = {
    Action.APPROVE_REPLY: "demand_replied",
    Action.ANSWER_DIRECTLY: "demand_replied",
    Action.CONFIRM_REJECTION: "demand_refused",
    Action.REFER: "demand_referred",
    Action.CLOSE: "demand_closed_please_rate",
}
_TO_UNIT: Mapping[str, str] = {
    Action.DISPATCH: "order_dispatched",
    Action.REDISPATCH: "order_dispatched",
    Action.ADJUDICATE: "order_dispatched",
    Action.REMIND: "order_reminded",
}
# Steps that followers hear of: all that the requester hears of, but not the tries to reach the requester.
_TO_FOLLOWERS = frozenset({*_AT_ONCE, *_ONCE_WITNESSED} - {REGISTER, Action.RECORD_CALLBACK})


@dataclass(frozen=True)
class _Requesters:
    """Everybody whom a batch of steps concerns, looked up at once: codes, contacts, and who joined which order."""

    public_codes: Mapping[int, str]
    contacts: Mapping[int, ContactCard]
    joined: Mapping[int, Sequence[int]]
    followed: Collection[str]


def tell_people(heard: Iterable[Announced]) -> None:
    """Queue the messages that steps call for at once, in the listener's own transaction.

    However long the listener stood still, people are told: news counts as old by when it was announced.
    """
    moves: list[WorkOrderMoved] = []
    due: list[DueTimeApproached] = []
    for told in heard:
        one = told.event
        if isinstance(one, WorkOrderMoved) and told.at - one.at < FRESH:
            moves.append(one)
        elif isinstance(one, DueTimeApproached):
            due.append(one)
    rows = WorkOrder.objects.in_bulk({one.order_id for one in moves} | {one.order_id for one in due})
    moved = [(rows[move.order_id], move) for move in moves if move.order_id in rows]
    letters = [*_of_moves(moved, _AT_ONCE), *_to_units(moved)]
    for one in due:
        if (row := rows.get(one.order_id)) and row.unit:
            template = "order_overdue" if one.percent >= 100 else "demand_due_soon"
            letters.append(_to_unit(row.unit, template, row))
    notices.send_messages(letters, by=SYSTEM)


def tell_decisions(heard: Iterable[Announced]) -> None:
    """Queue the messages about decisions; the caller hears of them once they are witnessed.

    However long that took, the requester is told.
    """
    moves = [
        one.event
        for one in heard
        if isinstance(one.event, WorkOrderMoved)
        and one.event.action in _ONCE_WITNESSED
        and one.at - one.event.at < FRESH
    ]
    rows = WorkOrder.objects.in_bulk({move.order_id for move in moves})
    told = [(rows[move.order_id], move) for move in moves if move.order_id in rows]
    notices.send_messages(list(_of_moves(told, _ONCE_WITNESSED)), by=SYSTEM)


def _of_moves(
    moves: Sequence[tuple[WorkOrder, WorkOrderMoved]], templates: Mapping[str, str]
) -> Iterator[Letter]:
    # Steps of a merged order are told by the order that it joined.
    news = [(row, move) for row, move in moves if move.action in templates and row.state != State.MERGED]
    requesters = _requesters_of([row for row, _move in news])
    units = {unit.code: unit.name for unit in registry.units()}
    for row, move in news:
        if _calls_for_news(row, move):
            yield from _to_requesters(row, move, templates[move.action], requesters, units)


def _to_units(moves: Iterable[tuple[WorkOrder, WorkOrderMoved]]) -> Iterator[Letter]:
    for row, move in moves:
        if (template := _TO_UNIT.get(move.action)) and move.unit:
            yield _to_unit(move.unit, template, row)


def _requesters_of(rows: Sequence[WorkOrder]) -> _Requesters:
    if not rows:
        return _Requesters({}, {}, {}, ())
    joined: dict[int, list[int]] = {}
    children = WorkOrder.objects.filter(merged_into__in=[row.pk for row in rows], state=State.MERGED)
    for parent_id, demand_id in children.values_list("merged_into_id", "demand_id"):
        joined.setdefault(parent_id, []).append(demand_id)
    ids = {row.demand_id for row in rows}.union(*joined.values())
    codes = intake.public_codes(ids, by=SYSTEM)
    contacts = intake.contacts_of(ids, by=SYSTEM)
    return _Requesters(codes, contacts, joined, notices.followed(codes.values()))


def _to_requesters(
    row: WorkOrder, move: WorkOrderMoved, template: str, known: _Requesters, units: Mapping[str, str]
) -> Iterator[Letter]:
    """The order's own requester, and everybody whose order is merged into it; each hears of a step once."""
    about = f"work_order:{row.pk}"
    for demand_id in [row.demand_id, *known.joined.get(row.pk, ())]:
        code = known.public_codes[demand_id]
        contact = known.contacts.get(demand_id)
        if contact and (phone := notices.mobile_of(contact.phone)):
            told = {"public_code": code, **_context(template, row, move, units)}
            yield Letter(Recipient(RecipientKind.PHONE, phone), template, told, about)
        if move.action in _TO_FOLLOWERS and code in known.followed:
            notices.tell_subscribers(
                code, template="demand_updated", context={"public_code": code}, about=about, by=SYSTEM
            )


def _calls_for_news(row: WorkOrder, move: WorkOrderMoved) -> bool:
    """A call-back that was answered needs no message."""
    if move.action != Action.RECORD_CALLBACK:
        return True
    step = OrderStep.objects.filter(order=row, number=move.step).first()
    return step is not None and not step.details.get("reached")


def _context(
    template: str, row: WorkOrder, move: WorkOrderMoved, units: Mapping[str, str]
) -> dict[str, object]:
    due = {"due": move.due_at or row.due_at}
    match template:
        case "demand_received" | "reopened":
            return {**due}
        case "demand_dispatched":
            return {"unit": units.get(move.unit, move.unit), **due}
        case "demand_replied":
            # A direct answer comes from the hotline itself.
            return {"unit": units.get(move.unit, move.unit) if move.unit else str(_("The hotline"))}
        case "demand_closed_please_rate":
            return {"reopen_until": move.at + REOPEN_WITHIN}
        case _:
            return {}


def _to_unit(unit: str, template: str, row: WorkOrder) -> Letter:
    context = {"number": row.number, "due": row.due_at}
    return Letter(Recipient(RecipientKind.UNIT, unit), template, context, f"work_order:{row.pk}")
