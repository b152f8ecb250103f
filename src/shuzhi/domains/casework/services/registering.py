"""Work orders come into being: one for every demand that arrived, in batches, exactly once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.utils import timezone

from shuzhi.domains.casework import automation, journey
from shuzhi.domains.casework.deadlines import Limit, Limits, TimeUnit
from shuzhi.domains.casework.journey import Matter, Step
from shuzhi.domains.casework.lifecycle import Action, State
from shuzhi.domains.casework.models import Assist, HeldDemand, OrderStep, WorkOrder
from shuzhi.domains.casework.services import news, orders
from shuzhi.domains.casework.services.orders import Loaded
from shuzhi.domains.intake import services as intake
from shuzhi.domains.intake.cards import DemandCard
from shuzhi.domains.registry import services as registry
from shuzhi.domains.registry.cards import SlaCard, TimeLimit
from shuzhi.domains.registry.services import SlaTable
from shuzhi.spine import access, outbox
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.calendar import WorkingCalendar
from shuzhi.spine.rows import insert_rows


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    """What registering needs of a demand."""

    demand_id: int
    kind: str
    channel: str
    category: str
    area: str
    urgency: str
    flags: tuple[str, ...]
    same_as: int | None
    received_at: datetime
    can_be_called: bool


def limits_for(kind: str, urgency: str, category: str, *, on: date) -> Limits:
    """The promised and statutory limits in force on a day, from the registry's SLA matrix."""
    return _limits(registry.sla_for(kind, urgency=urgency, category=category, on=on))


def _limits(sla: SlaCard) -> Limits:
    return Limits(
        contact=_limit(sla.contact),
        sign_in=_limit(sla.sign_in),
        finish=_limit(sla.finish),
        return_window=_limit(sla.return_window),
        statutory_finish=_limit(sla.statutory) if sla.statutory else None,
    )


def _limit(promised: TimeLimit) -> Limit:
    return Limit(promised.amount, TimeUnit(promised.unit))


def order_number(demand_id: int, received_at: datetime) -> str:
    """A number that staff can say on the phone: the day, then the demand's own number, e.g. 26-1123-00417."""
    return f"{timezone.localtime(received_at):%y-%m%d}-{demand_id:05d}"


@transaction.atomic
def register_work_orders(arrived: Sequence[NewOrder], *, by: Actor) -> int:
    """Register an order for every demand that has none yet; a repeat of an open one joins it. Returns how many.

    All or none. Raises NoTimeLimit when the registry promises nothing for one of them.
    """
    calendar = registry.working_calendar()
    by_demand = {one.demand_id: one for one in arrived}
    rows = _new_rows(by_demand, calendar)
    steps = [journey.first_step(at=row.opened_at, by=by.reference) for row in rows]
    insert_rows(OrderStep, orders.STEP_COLUMNS, map(orders.step_values, rows, steps))
    outbox.announce_all(map(orders.moved_event, rows, steps), by=by)
    for row in rows:
        if (repeated := by_demand[row.demand_id].same_as) is not None:
            _join(row, repeated, calendar, by)
    HeldDemand.objects.filter(demand_id__in=by_demand).delete()
    return len(rows)


def _new_rows(wanted: Mapping[int, NewOrder], calendar: WorkingCalendar) -> list[WorkOrder]:
    """Insert what is missing, and only that: a call-taker's page may be registering the same demand right now.

    Rows that somebody else inserted meanwhile have their first step already; ours have none yet.
    """
    known = set(WorkOrder.objects.filter(demand_id__in=wanted).values_list("demand_id", flat=True))
    promises = _Promises(registry.sla_table())
    fresh = {
        demand_id: _row(one, promises, calendar)
        for demand_id, one in wanted.items()
        if demand_id not in known
    }
    if not fresh:
        return []
    insert_rows(WorkOrder, _COLUMNS, map(_values, fresh.values()), unless_taken="demand_id")
    ours = WorkOrder.objects.filter(demand_id__in=fresh, steps__isnull=True).order_by("demand_id")
    for demand_id, pk in ours.values_list("demand_id", "pk"):
        row = fresh[demand_id]
        row.pk, row._state.adding = pk, False
    return [row for _demand_id, row in sorted(fresh.items()) if row.pk]


_COLUMNS = tuple(one.name for one in WorkOrder._meta.concrete_fields if not one.primary_key)
_values = attrgetter(*(one.attname for one in WorkOrder._meta.concrete_fields if not one.primary_key))


@dataclass
class _Promises:
    """The limits of a batch, looked up once for all demands that are alike; also as an order keeps them."""

    table: SlaTable
    known: dict[tuple[str, str, str, date], tuple[Limits, dict[str, Any]]] = field(default_factory=dict)

    def of(self, one: NewOrder, day: date) -> tuple[Limits, dict[str, Any]]:
        alike = (one.kind, one.urgency, one.category, day)
        if alike not in self.known:
            sla = self.table.limits_of(one.kind, urgency=one.urgency, category=one.category, on=day)
            limits = _limits(sla)
            self.known[alike] = limits, journey.write_limits(limits)
        return self.known[alike]


def _row(one: NewOrder, promises: _Promises, calendar: WorkingCalendar) -> WorkOrder:
    limits, written = promises.of(one, timezone.localtime(one.received_at).date())
    row = WorkOrder(
        number=order_number(one.demand_id, one.received_at),
        demand_id=one.demand_id,
        state=State.REGISTERED,
        kind=one.kind,
        channel=one.channel,
        category=one.category,
        area=one.area,
        urgency=one.urgency,
        flags=list(one.flags),
        can_be_called=one.can_be_called,
        limits=written,
        opened_at=one.received_at,
        moved_at=one.received_at,
    )
    step = journey.first_step(at=one.received_at, by="")
    matter = Matter(
        limits=limits, emergency=one.urgency == orders.LIFE_SAFETY, can_be_called=one.can_be_called
    )
    orders.set_due(row, [step], journey.read_clocks([step], matter, calendar, now=step.at))
    return row


def _join(row: WorkOrder, demand_id: int, calendar: WorkingCalendar, by: Actor) -> None:
    """A person said "me too": the order joins the one that is open, and keeps its own notices and rating.

    Not when its own words tell of danger: who said "me too" to a lamp may be writing from a lift that is stuck.
    """
    if automation.needs_a_person(
        state=row.state, urgency=row.urgency, flags=row.flags, secret=False, matters=1
    ):
        return
    rows = WorkOrder.objects.select_for_update()
    parent = rows.filter(demand_id=demand_id).first()
    if parent and parent.merged_into_id:
        parent = rows.get(pk=parent.merged_into_id)
    if parent is None or not parent.is_open or parent.pk == row.pk:
        return
    first = journey.first_step(at=row.opened_at, by=by.reference)
    step = replace(
        first,
        details={"into": parent.number},
        number=2,
        action=Action.MERGE,
        from_state=State.REGISTERED,
        to_state=State.MERGED,
    )
    row.merged_into = parent
    save_step(Loaded(row, [first], calendar), step, by=by)


def save_step(loaded: Loaded, step: Step, *, by: Actor) -> None:
    """Write a step, bring the order's columns up to it, and announce it: one transaction with the caller's."""
    read = loaded.add(step)
    row = loaded.row
    orders.step_row(row, step).save(force_insert=True)
    row.save()
    if read.assists or step.action == Action.REOPEN:
        row.assists.all().delete()
        Assist.objects.bulk_create(orders.assist_rows(row, read))
    outbox.announce_all(news.of_step(loaded), by=by)


def ensure_registered(demand_id: int, *, by: Actor) -> str:
    """The number of a demand's order, registered now if the worker has not come to it yet."""
    access.require_somewhere(by, "casework.read")
    number = WorkOrder.objects.filter(demand_id=demand_id).values_list("number", flat=True).first()
    if number is not None:
        return number
    new = order_of(intake.get_demand(demand_id, by=by), can_be_called=intake.can_be_called(demand_id))
    register_work_orders([new], by=SYSTEM)
    return orders.number_of_demand(demand_id)


def order_of(demand: DemandCard, *, can_be_called: bool) -> NewOrder:
    """What registering needs of a demand, read off its card instead of the news of its arrival."""
    return NewOrder(
        demand_id=demand.id,
        kind=demand.kind,
        channel=demand.channel,
        category=demand.category,
        area=demand.area,
        urgency=demand.urgency,
        flags=demand.flags,
        same_as=demand.same_as,
        received_at=demand.received_at,
        can_be_called=can_be_called,
    )
