"""Work orders come into being: one for every demand that arrived, in batches, exactly once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from django.db import transaction
from django.utils import timezone

from shuzhi.domains.casework import journey
from shuzhi.domains.casework.deadlines import Limit, Limits, TimeUnit
from shuzhi.domains.casework.journey import Step
from shuzhi.domains.casework.lifecycle import Action, State
from shuzhi.domains.casework.models import Assist, OrderStep, WorkOrder
from shuzhi.domains.casework.services import news, orders
from shuzhi.domains.casework.services.orders import Loaded
from shuzhi.domains.intake import services as intake
from shuzhi.domains.registry import services as registry
from shuzhi.domains.registry.cards import TimeLimit
from shuzhi.spine import access, outbox
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.calendar import WorkingCalendar

CHUNK = 1000


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
    sla = registry.sla_for(kind, urgency=urgency, category=category, on=on)
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
    """Register an order for every demand that has none yet; a repeat of an open one joins it. Returns how many."""
    calendar = registry.working_calendar()
    rows = _new_rows(arrived, calendar)
    by_demand = {one.demand_id: one for one in arrived}
    steps = [journey.first_step(at=row.opened_at, by=by.reference) for row in rows]
    OrderStep.objects.bulk_create(
        [orders.step_row(row, step) for row, step in zip(rows, steps, strict=True)], batch_size=CHUNK
    )
    outbox.announce_all([orders.moved_event(row, step) for row, step in zip(rows, steps, strict=True)], by=by)
    for row in rows:
        if (repeated := by_demand[row.demand_id].same_as) is not None:
            _join(row, repeated, calendar, by)
    return len(rows)


def _new_rows(arrived: Sequence[NewOrder], calendar: WorkingCalendar) -> list[WorkOrder]:
    """Insert what is missing, and only that: a call-taker's page may be registering the same demand right now.

    Rows that somebody else inserted meanwhile have their first step already; ours have none yet.
    """
    wanted = {one.demand_id: one for one in arrived}
    known = set(WorkOrder.objects.filter(demand_id__in=wanted).values_list("demand_id", flat=True))
    missing = [one for demand_id, one in wanted.items() if demand_id not in known]
    if not missing:
        return []
    limits = cache(limits_for)  # asked once for all that are alike in a batch
    fresh = [_row(one, limits, calendar) for one in missing]
    WorkOrder.objects.bulk_create(fresh, batch_size=CHUNK, ignore_conflicts=True)
    ours = WorkOrder.objects.filter(demand_id__in=[one.demand_id for one in missing], steps__isnull=True)
    return list(ours.order_by("demand_id"))


def _row(one: NewOrder, limits_of: Callable[..., Limits], calendar: WorkingCalendar) -> WorkOrder:
    local_day = timezone.localtime(one.received_at).date()
    limits = limits_of(one.kind, one.urgency, one.category, on=local_day)
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
        limits=journey.write_limits(limits),
        opened_at=one.received_at,
        moved_at=one.received_at,
    )
    step = journey.first_step(at=one.received_at, by="")
    orders.set_due(row, [step], Loaded(row, [step], calendar).read(step.at))
    return row


def _join(row: WorkOrder, demand_id: int, calendar: WorkingCalendar, by: Actor) -> None:
    """A person said "me too": the order joins the one that is open, and keeps its own notices and rating."""
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
    demand = intake.get_demand(demand_id, by=by)
    arrived = NewOrder(
        demand_id=demand.id,
        kind=demand.kind,
        channel=demand.channel,
        category=demand.category,
        area=demand.area,
        urgency=demand.urgency,
        flags=demand.flags,
        same_as=demand.same_as,
        received_at=demand.received_at,
        can_be_called=not demand.anonymous,
    )
    register_work_orders([arrived], by=SYSTEM)
    return orders.number_of_demand(demand_id)
