"""Loading and saving work orders: the only code that turns rows into journeys and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any

from shuzhi.domains.casework import journey
from shuzhi.domains.casework.cards import WorkOrderCard
from shuzhi.domains.casework.deadlines import Clocks, ClockState, Level
from shuzhi.domains.casework.journey import Matter, Step
from shuzhi.domains.casework.lifecycle import OPEN, Action, OrderFacts, State
from shuzhi.domains.casework.models import Assist, OrderStep, WorkOrder
from shuzhi.domains.casework.wording import cited
from shuzhi.domains.registry import services as registry
from shuzhi.spine import clock, events
from shuzhi.spine.calendar import WorkingCalendar
from shuzhi.spine.errors import NotFound

LIFE_SAFETY = "life_safety"


@dataclass
class Loaded:
    """An order row with its history, and the calendar that its clocks follow: read once for a whole batch of orders."""

    row: WorkOrder
    steps: list[Step]
    calendar: WorkingCalendar = field(default_factory=registry.working_calendar)

    @cached_property
    def matter(self) -> Matter:
        """Read once: what an order is about is settled before a step is taken, never by one."""
        return matter_of(self.row)

    def read(self, now: datetime) -> Clocks:
        return journey.read_clocks(self.steps, self.matter, self.calendar, now=now)

    def facts(self, now: datetime, *, by: str = "", read: Clocks | None = None) -> OrderFacts:
        return journey.facts_of(self.steps, self.matter, now=now, by=by, terms=read.terms if read else None)

    def add(self, step: Step) -> Clocks:
        """Take a step into the history and bring the row's columns up to it; returns the clocks as of then."""
        self.steps.append(step)
        read = self.read(step.at)
        project(self.row, self.steps, read)
        return read

    def add_past(self, step: Step, facts: OrderFacts) -> None:
        """Take a step into the history without reading what boards show: for many steps at once, then `set_due`.

        facts: as they are after the step.
        """
        self.steps.append(step)
        follow(self.row, self.steps, facts)
        self.row.due_at = journey.read_terms(self.steps, self.matter, self.calendar, now=step.at).finish_due


def matter_of(row: WorkOrder) -> Matter:
    return Matter(
        limits=journey.read_limits(row.limits),
        emergency=row.urgency == LIFE_SAFETY,
        can_be_called=row.can_be_called,
    )


def load(number: str, *, lock: bool = False) -> Loaded:
    rows = WorkOrder.objects.select_for_update() if lock else WorkOrder.objects.all()
    row = rows.filter(number=number).first() if number.isprintable() else None
    if row is None:
        raise NotFound(what=number)
    return Loaded(row, history_of(row))


def history_of(row: WorkOrder) -> list[Step]:
    return [read_step(step) for step in row.steps.all()]


def number_of_demand(demand_id: int) -> str:
    number = WorkOrder.objects.filter(demand_id=demand_id).values_list("number", flat=True).first()
    if number is None:
        raise NotFound(what=str(demand_id))
    return number


_COPIED = (
    *("number", "action", "at", "from_state", "to_state", "unit"),
    *("by", "by_label", "because", "ground", "text", "details", "late_minutes"),
)

_copied = attrgetter(*_COPIED)


def read_step(row: OrderStep) -> Step:
    return Step(**{name: getattr(row, name) for name in _COPIED})


def basis_of(step: Step) -> str:
    """The law, the source or the path that a step cites to the requester."""
    match step.action:
        case Action.REJECT:
            return step.ground
        case Action.REFER:
            return str(step.details.get("path", ""))
        case Action.ANSWER_DIRECTLY:
            return str(step.details.get("source", ""))
        case _:
            return ""


def step_row(order: WorkOrder, step: Step) -> OrderStep:
    values: dict[str, Any] = {name: getattr(step, name) for name in _COPIED}
    return OrderStep(order=order, **values | {"details": dict(step.details)})


STEP_COLUMNS = ("order", *_COPIED)


def step_values(order: WorkOrder, step: Step) -> list[object]:
    """The values of `STEP_COLUMNS`."""
    return [order.pk, *_copied(step)]


def project(row: WorkOrder, steps: Sequence[Step], read: Clocks) -> None:
    """Bring the order's own columns up to its history; lists and locks use them, nothing decides by them."""
    follow(row, steps, journey.facts_of(steps, matter_of(row), now=steps[-1].at))
    set_due(row, steps, read)


def follow(row: WorkOrder, steps: Sequence[Step], facts: OrderFacts) -> None:
    """The columns that follow from the steps alone, without clocks."""
    last = steps[-1]
    row.state, row.unit, row.moved_at = last.to_state, last.unit, last.at
    row.is_open = State(last.to_state) in OPEN
    row.outcome = journey.outcome_of(steps) or ""
    row.rung = facts.rung or ""
    row.marks = sorted(facts.marks)
    row.asks = " ".join(journey.asks_of(facts))
    row.closed_at = last.at if last.to_state == State.CLOSED else None


def set_due(row: WorkOrder, steps: Sequence[Step], read: Clocks) -> None:
    """The stored times of the reply clock: when it is due, turns yellow, ended, and calls for the next reminder.

    A suspended clock is due when it would be if it ran from now on; it is looked at again when its suspension ends.
    An extension or a reopening gives time back, so that the reminders it takes back may be sent again.
    """
    finish = read.finish
    row.due_at, row.yellow_at, row.answered_at = finish.due, finish.yellow_at, finish.done_at
    reached = max((one.percent for one in finish.reminders if one.reached), default=0)
    row.reminded_percent = min(row.reminded_percent, reached)
    match finish.state:
        case ClockState.DONE:
            row.next_reminder_at = None
        case ClockState.SUSPENDED:
            row.next_reminder_at = journey.suspended_until(steps)
        case _:
            ahead = (one.at for one in finish.reminders if one.at and not one.reached)
            row.next_reminder_at = min(ahead, default=None)


def assist_rows(row: WorkOrder, read: Clocks) -> list[Assist]:
    """The helpers of the present round, as the clocks read them."""
    return [Assist(order=row, unit=one.unit, due_at=one.due, done_at=one.done_at) for one in read.assists]


def level_of(row: WorkOrder, now: datetime) -> Level:
    """The level by the stored due times: the same answer as the clocks give, without reading the history."""
    end = row.answered_at or now
    if row.due_at and end > row.due_at:
        return Level.RED
    soon = row.answered_at is None and row.yellow_at is not None and end >= row.yellow_at
    return Level.YELLOW if soon else Level.GREEN


def moved_event(row: WorkOrder, step: Step) -> events.WorkOrderMoved:
    return events.WorkOrderMoved(
        order_id=events.WorkOrderId(row.pk),
        demand_id=events.DemandId(row.demand_id),
        step=step.number,
        action=step.action,
        from_state=step.from_state,
        to_state=step.to_state,
        unit=step.unit,
        category=row.category,
        area=row.area,
        kind=row.kind,
        channel=row.channel,
        urgency=row.urgency,
        outcome=row.outcome,
        ground=cited(f"{step.ground} {basis_of(step)}"),
        marks=tuple(row.marks),
        due_at=row.due_at,
        late_minutes=step.late_minutes,
        at=step.at,
    )


def cards(rows: Sequence[WorkOrder], titles: Mapping[int, str]) -> tuple[WorkOrderCard, ...]:
    """Cards for rows, with the titles that intake gave for their demands."""
    names = {unit.code: unit.label for unit in registry.units()}
    now = clock.now()
    return tuple(
        _card(row, titles.get(row.demand_id, ""), names.get(row.unit, row.unit), now) for row in rows
    )


def _card(row: WorkOrder, title: str, unit_name: str, now: datetime) -> WorkOrderCard:
    return WorkOrderCard(
        id=row.pk,
        number=row.number,
        demand_id=row.demand_id,
        title=title,
        state=row.state,
        unit=row.unit,
        unit_name=unit_name,
        kind=row.kind,
        channel=row.channel,
        category=row.category,
        area=row.area,
        urgency=row.urgency,
        flags=tuple(row.flags),
        opened_at=row.opened_at,
        moved_at=row.moved_at,
        due_at=row.due_at,
        closed_at=row.closed_at,
        outcome=row.outcome,
        rung=row.rung,
        marks=tuple(row.marks),
        level=level_of(row, now),
        merged_into=row.merged_into.number if row.merged_into else "",
        answered_at=row.answered_at,
        asks=tuple(row.asks.split()),
    )
