"""Clocks that nobody may forget: reminders at 50, 80 and 100 percent, and due times after the calendar changed."""

from django.db import transaction

from shuzhi.domains.casework.models import WorkOrder
from shuzhi.domains.casework.services import orders
from shuzhi.domains.casework.services.orders import Loaded
from shuzhi.domains.registry import services as registry
from shuzhi.spine import clock, events, outbox
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.rows import save_columns

CHUNK = 200
_TIMES = ("due_at", "yellow_at", "answered_at", "next_reminder_at", "reminded_percent")


@transaction.atomic
def remind_units() -> int:
    """Announce every order that passed 50, 80 or 100 percent of its time since the last look; returns how many."""
    now = clock.now()
    due = WorkOrder.objects.filter(is_open=True, next_reminder_at__lte=now).select_for_update()
    rows = list(due.order_by("next_reminder_at").prefetch_related("steps")[:CHUNK])
    if not rows:
        return 0
    calendar = registry.working_calendar()
    for row in rows:
        loaded = Loaded(row, orders.history_of(row), calendar)
        read = loaded.read(now)
        percent = max((one.percent for one in read.finish.reminders if one.reached), default=0)
        if percent > row.reminded_percent:
            outbox.announce(
                events.DueTimeApproached(order_id=events.WorkOrderId(row.pk), unit=row.unit, percent=percent),
                by=SYSTEM,
            )
            row.reminded_percent = percent
        orders.set_due(row, loaded.steps, read)
    save_columns(rows, _TIMES)
    return len(rows)


def recompute_due_times() -> int:
    """Read every open order's clocks anew: after the calendar or the working hours changed. Returns how many."""
    changed, last = 0, 0
    while chunk := _recompute_chunk(after=last):
        changed, last = changed + len(chunk), chunk[-1]
    return changed


@transaction.atomic
def _recompute_chunk(*, after: int) -> list[int]:
    """Locked, so that no step taken meanwhile is overwritten; returns the ids done."""
    now = clock.now()
    open_ones = WorkOrder.objects.select_for_update().filter(is_open=True, pk__gt=after)
    rows = list(open_ones.order_by("pk").prefetch_related("steps")[:CHUNK])
    calendar = registry.working_calendar()
    for row in rows:
        loaded = Loaded(row, orders.history_of(row), calendar)
        orders.set_due(row, loaded.steps, loaded.read(now))
    save_columns(rows, _TIMES)
    return [row.pk for row in rows]
