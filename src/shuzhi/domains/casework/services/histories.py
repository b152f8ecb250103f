"""Whole histories at once: orders that another system (or the demo county) has already carried through."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from shuzhi.domains.casework import journey
from shuzhi.domains.casework.journey import Brought, Step
from shuzhi.domains.casework.lifecycle import Action, IllegalMove
from shuzhi.domains.casework.models import OrderStep, WorkOrder
from shuzhi.domains.casework.refusals import MoveRefused
from shuzhi.domains.casework.services import orders
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access, events, outbox
from shuzhi.spine.actors import Actor
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
    rows = list(WorkOrder.objects.filter(demand_id__in=wanted).prefetch_related("steps"))
    fresh: list[OrderStep] = []
    moved: list[events.Event] = []
    for row in rows:
        history = [orders.read_step(step) for step in row.steps.all()]
        known = len(history)
        for past in wanted[row.demand_id].steps:
            history.append(_past_step(row, history, past))
        read = journey.read_clocks(
            history, orders.matter_of(row), registry.working_calendar(), now=history[-1].at
        )
        for index in range(known, len(history)):
            fresh.append(orders.step_row(row, history[index]))
            row.outcome = journey.outcome_of(history[: index + 1]) or ""
            moved += _announced(row, history[index])
        orders.project(row, history, read)
    OrderStep.objects.bulk_create(fresh, batch_size=1000)
    save_columns(rows, _PROJECTED)
    outbox.announce_all(moved, by=by)
    return len(rows)


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
    "next_reminder_at",
)


def _past_step(row: WorkOrder, history: Sequence[Step], past: PastStep) -> Step:
    try:
        return journey.next_step(
            history,
            orders.matter_of(row),
            registry.working_calendar(),
            action=past.action,
            brought=past.brought,
            now=past.at,
            by=past.by,
            by_label=past.by_label,
        )
    except IllegalMove as illegal:
        raise MoveRefused(illegal) from None


def _announced(row: WorkOrder, step: Step) -> list[events.Event]:
    told: list[events.Event] = [replace(orders.moved_event(row, step), unit=step.unit)]
    order_id = events.WorkOrderId(row.pk)
    if step.action == Action.RECORD_CONTACT:
        told.append(events.ContactRecorded(order_id=order_id, unit=step.unit, in_time=True, at=step.at))
    if step.action == Action.RECORD_CALLBACK:
        heard = step.details
        told.append(
            events.CallbackRecorded(
                order_id=order_id,
                unit=step.unit,
                attempt=1,
                reached=bool(heard["reached"]),
                contacted=heard.get("contacted") if heard["reached"] else None,
                solved=heard.get("solved") if heard["reached"] else None,
                satisfaction=heard.get("rating") if heard["reached"] else None,
                via="phone",
                at=step.at,
            )
        )
    return told
