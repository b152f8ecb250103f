"""Clocks that nobody may forget: reminders at 50, 80 and 100 percent, and due times after the calendar changed."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from shuzhi.domains.casework import journey
from shuzhi.domains.casework.deadlines import Clocks
from shuzhi.domains.casework.models import WorkOrder
from shuzhi.domains.casework.services import orders
from shuzhi.domains.registry import services as registry
from shuzhi.spine import clock, events, outbox
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.rows import save_columns

CHUNK = 200


@transaction.atomic
def remind_units() -> int:
    """Announce every order that passed 50, 80 or 100 percent of its time since the last look; returns how many."""
    now = clock.now()
    due = WorkOrder.objects.filter(is_open=True, next_reminder_at__lte=now).select_for_update()
    rows = list(due.order_by("next_reminder_at").prefetch_related("steps")[:CHUNK])
    for row in rows:
        read = _read(row, now)
        percent = max((one.percent for one in read.finish.reminders if one.reached), default=0)
        if percent > row.reminded_percent:
            outbox.announce(
                events.DueTimeApproached(order_id=events.WorkOrderId(row.pk), unit=row.unit, percent=percent),
                by=SYSTEM,
            )
            row.reminded_percent = percent
        orders.set_due(row, read)
    save_columns(rows, ["reminded_percent", "next_reminder_at", "due_at", "yellow_at"])
    return len(rows)


def recompute_due_times() -> int:
    """Read every open order's clocks anew: after the calendar or the working hours changed."""
    changed = 0
    for chunk in _open_orders():
        with transaction.atomic():
            now = clock.now()
            for row in chunk:
                orders.set_due(row, _read(row, now))
            save_columns(chunk, ["due_at", "yellow_at", "next_reminder_at"])
        changed += len(chunk)
    return changed


def _open_orders() -> Iterator[list[WorkOrder]]:
    last = 0
    while True:
        rows = WorkOrder.objects.filter(is_open=True, pk__gt=last).order_by("pk").prefetch_related("steps")
        chunk = list(rows[:CHUNK])
        if not chunk:
            return
        yield chunk
        last = chunk[-1].pk


def _read(row: WorkOrder, now: datetime) -> Clocks:
    steps = [orders.read_step(step) for step in row.steps.all()]
    return journey.read_clocks(steps, orders.matter_of(row), registry.working_calendar(), now=now)
