"""Whole histories at once: orders that another system (or the demo county) has already carried through."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from shuzhi.domains.casework import journey
from shuzhi.domains.casework.journey import Brought, Step
from shuzhi.domains.casework.lifecycle import Action, State
from shuzhi.domains.casework.models import Assist, OrderStep, WorkOrder
from shuzhi.domains.casework.services import news, orders
from shuzhi.domains.casework.services.orders import Loaded
from shuzhi.domains.casework.services.stepping import close_joined, next_step
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access, events, outbox
from shuzhi.spine.actors import Actor
from shuzhi.spine.calendar import WorkingCalendar
from shuzhi.spine.rows import save_columns

CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class PastStep:
    """A step that was taken elsewhere: what was done, when, by whom (a reference such as "staff:17")."""

    action: Action
    at: datetime
    by: str
    by_label: str = ""
    brought: Brought = field(default_factory=Brought)


@dataclass(frozen=True, kw_only=True)
class PastJourney:
    demand_id: int
    steps: tuple[PastStep, ...]


def import_journeys(
    journeys: Iterable[PastJourney], *, by: Actor, on_progress: Callable[[int], None] | None = None
) -> int:
    """Add past steps to registered orders, each checked by the life cycle as if it were taken now.

    Orders that joined another follow that one and are passed over; so are steps that an order took already, so that
    a history told again, or told to its end after it was cut off, adds only what is missing.
    Works in chunks of 500 orders, each one transaction. Returns how many orders were carried on.
    Raises MoveRefused at the first step that the life cycle forbids; the chunk that holds it leaves nothing.
    """
    access.require(by, "casework.dispatch")
    done = 0
    chunk: list[PastJourney] = []
    for one in journeys:
        chunk.append(one)
        if len(chunk) == CHUNK:
            done += _import_chunk(chunk, by)
            chunk = []
            if on_progress:
                on_progress(done)
    done += _import_chunk(chunk, by)
    if on_progress:
        on_progress(done)
    return done


@transaction.atomic
def _import_chunk(chunk: Sequence[PastJourney], by: Actor) -> int:
    wanted = {one.demand_id: one for one in chunk}
    alone = WorkOrder.objects.exclude(state=State.MERGED).filter(demand_id__in=wanted)
    open_ones = alone.select_for_update()
    rows = list(open_ones.order_by("pk").prefetch_related("steps"))
    calendar = registry.working_calendar()
    carried = [_carry(row, wanted[row.demand_id].steps, calendar) for row in rows]
    OrderStep.objects.bulk_create(
        [orders.step_row(one.row, step) for one in carried for step in one.fresh], batch_size=1000
    )
    Assist.objects.bulk_create([assist for one in carried for assist in one.assists])
    save_columns(rows, _PROJECTED)
    outbox.announce_all([event for one in carried for event in one.told], by=by)
    closed = {one.row.pk: one for one in carried if one.row.state == State.CLOSED and one.fresh}
    joined = WorkOrder.objects.filter(merged_into__in=closed, state=State.MERGED)
    leads = set(joined.values_list("merged_into", flat=True))
    for pk, one in closed.items():
        if pk in leads:
            close_joined(one.row, one.fresh[-1], by=by)
    return len(rows)


@dataclass
class _Carried:
    """An order that went on, and what has to be written of it."""

    row: WorkOrder
    fresh: list[Step] = field(default_factory=list)
    told: list[events.Event] = field(default_factory=list)
    assists: list[Assist] = field(default_factory=list)


def _carry(row: WorkOrder, past: Sequence[PastStep], calendar: WorkingCalendar) -> _Carried:
    """Take the past steps, each judged by the life cycle with the facts and clocks of its own time.

    The row's columns follow each step as far as its event tells of them; what only boards show is read once, at the
    end. A row that was reminded already is read whole at each step, because a step may take reminders back.
    """
    carried = _Carried(row)
    loaded = Loaded(row, orders.history_of(row), calendar)
    facts = loaded.facts(loaded.steps[-1].at)
    taken = {(step.action, step.at) for step in loaded.steps}
    for one in past:
        if (one.action, one.at) in taken:
            continue
        step = next_step(
            loaded, one.action, one.brought, at=one.at, by=one.by, by_label=one.by_label, told=facts
        )
        facts = journey.facts_after(facts, step)
        if row.reminded_percent:
            loaded.add(step)
        else:
            loaded.add_past(step, facts)
        carried.fresh.append(step)
        carried.told += news.of_step(loaded)
    if carried.fresh:
        read = loaded.read(loaded.steps[-1].at)
        orders.set_due(row, loaded.steps, read)
        carried.assists = orders.assist_rows(row, read)
    return carried


_PROJECTED = (
    "state",
    "unit",
    "moved_at",
    "is_open",
    "outcome",
    "rung",
    "marks",
    "closed_at",
    "due_at",
    "yellow_at",
    "answered_at",
    "next_reminder_at",
    "reminded_percent",
    "asks",
)
