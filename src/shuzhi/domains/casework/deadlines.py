"""The clocks of a work order: a pure function of what happened, the limits promised, the calendar and the time.

Nothing here is stored. A calendar edited afterwards, a late extension or a corrected history change the
answer, because every reading computes it anew.

How time is counted:
- The day on which a limit in days starts is not counted; the last day ends at closing time, and a last calendar
  day on which nobody works moves to the next working day (Civil Code, art. 201 and 203; Administrative
  Licensing Law, art. 82). Limits in hours start at once (Civil Code, art. 201).
- Minutes and hours run day and night; working hours run inside business hours only.
- The citizen's clocks (contact, finish) start when the order is opened and survive a return or a transfer; a
  reopened order starts them anew. The unit's clocks (sign-in, return window) start with each dispatch.
- Only the finish clock stops for a suspension: to contact the requester and to sign in remain possible.
- A reply ends the finish clock. Sent back for rework, the order is taken never to have been answered.
- Steps count in the order in which they were recorded. A step dated before its predecessor, which a machine
  clock that jumped back leaves behind, counts as simultaneous with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.casework.measuring import (
    Limit,
    Ruler,
    Span,
    TimeUnit,
    due_after,
    extend,
    minutes_between,
    postpone,
)
from shuzhi.spine.calendar import WorkingCalendar

__all__ = [
    "Clock",
    "ClockKind",
    "ClockState",
    "ClockStep",
    "Clocks",
    "Level",
    "Limit",
    "Limits",
    "Reminder",
    "StepKind",
    "Terms",
    "TimeUnit",
    "clocks",
    "due_after",
    "rounds",
    "terms",
]

YELLOW_FROM = Fraction(70, 100)
REMIND_AT = (50, 80, 100)

# An assisting unit may use this part of the time that the lead has left, so that the lead can still write the reply.
ASSIST_PART = Fraction(4, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What was promised for this order. Where the statutory finish comes later than the promised one, it prevails."""

    contact: Limit
    sign_in: Limit
    finish: Limit
    return_window: Limit
    statutory_finish: Limit | None = None


class StepKind(StrEnum):
    OPENED = "opened"
    DISPATCHED = "dispatched"
    TRANSFERRED = "transferred"
    SIGNED_IN = "signed_in"
    RETURN_REQUESTED = "return_requested"
    RETURN_REFUSED = "return_refused"
    RETURNED = "returned"
    CONTACTED = "contacted"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    EXTENDED = "extended"
    ASSIST_INVITED = "assist_invited"
    ASSIST_DONE = "assist_done"
    ASSIST_RELEASED = "assist_released"
    REPLIED = "replied"
    REWORK = "rework"
    MERGED = "merged"
    UNMERGED = "unmerged"
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class ClockStep:
    """Something that moves a clock. `limit` is needed for an extension and an assist; `unit` for an assist."""

    kind: StepKind
    at: datetime
    limit: Limit | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("a clock step needs an aware datetime")
        if self.limit is None and self.kind in (StepKind.EXTENDED, StepKind.ASSIST_INVITED):
            raise ValueError(f"a step of kind {self.kind} needs its limit")


class ClockKind(StrEnum):
    CONTACT = "contact"
    SIGN_IN = "sign_in"
    FINISH = "finish"
    ASSIST = "assist"

    @property
    def label(self) -> Promise:
        return _CLOCK_TEXT[self]


_CLOCK_TEXT = {
    ClockKind.CONTACT: _("First contact"),
    ClockKind.SIGN_IN: _("Sign-in"),
    ClockKind.FINISH: _("Reply"),
    ClockKind.ASSIST: _("Assistance"),
}


class ClockState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    SUSPENDED = "suspended"
    DONE = "done"


class Level(StrEnum):
    """The three colours, the same on every board: green, yellow from 70 % of the time used, red when overdue."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Reminder:
    """A point of the clock. `at` is unknown (None) while a suspended clock has not reached it."""

    percent: int
    at: datetime | None
    reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One reading. Minutes are working minutes, or plain minutes for limits that run day and night.

    due: None while the clock waits to start.   share: used ÷ total, 0 to 1.   excluded_minutes: suspended time.
    yellow_at: when 70 % of the time is used.
    late_minutes: as the requester lives them, day and night.   late_working_minutes: of office time.
    """

    kind: ClockKind
    state: ClockState
    limit: Limit
    unit: str = ""
    started_at: datetime | None = None
    due: datetime | None = None
    done_at: datetime | None = None
    used_minutes: int = 0
    total_minutes: int = 0
    excluded_minutes: int = 0
    late_minutes: int = 0
    late_working_minutes: int = 0
    level: Level = Level.GREEN
    yellow_at: datetime | None = None
    reminders: tuple[Reminder, ...] = ()

    @property
    def share(self) -> float:
        if not self.total_minutes:
            return 1.0 if self.late_minutes else 0.0
        return min(1.0, self.used_minutes / self.total_minutes)

    @property
    def in_time(self) -> bool | None:
        """Whether what was due came in time; None while it is neither done nor overdue."""
        if self.late_minutes:
            return False
        return True if self.state is ClockState.DONE else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the rules ask of the clocks: the part of a reading that decides, without what only boards show."""

    finish_due: datetime | None
    late_working_minutes: int
    return_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """All clocks of an order's present round; return_until is None while no unit may return it."""

    contact: Clock
    sign_in: Clock
    finish: Clock
    assists: tuple[Clock, ...] = ()
    return_until: datetime | None = None
    return_open: bool = False

    @property
    def terms(self) -> Terms:
        return Terms(
            finish_due=self.finish.due,
            late_working_minutes=self.finish.late_working_minutes,
            return_until=self.return_until,
        )

    @property
    def level(self) -> Level:
        """The colour of the order: the worst of the clocks that still run; once replied, that of the reply."""
        if self.finish.state is ClockState.DONE:
            return self.finish.level
        levels = {clock.level for clock in (self.contact, self.sign_in, self.finish) if not clock.done_at}
        return max(levels, key=list(Level).index)


_ENDS = frozenset({StepKind.REPLIED, StepKind.CLOSED, StepKind.MERGED})
_ENDS_SUSPENSION = _ENDS | {StepKind.RESUMED}
_REVIVES = frozenset({StepKind.REWORK, StepKind.UNMERGED})
_HANDS_OVER = frozenset({StepKind.DISPATCHED, StepKind.TRANSFERRED, StepKind.RETURN_REFUSED})
_ANSWERS_SIGN_IN = frozenset({StepKind.SIGNED_IN, StepKind.RETURN_REQUESTED}) | _ENDS
_ENDS_ASSIST = frozenset({StepKind.ASSIST_DONE, StepKind.ASSIST_RELEASED})


def rounds(history: Iterable[ClockStep]) -> tuple[tuple[ClockStep, ...], ...]:
    """The history cut at each reopening, its times made to run forward: clocks belong to the last round."""
    cut: list[list[ClockStep]] = []
    latest: datetime | None = None
    for step in history:
        if latest is not None and step.at < latest:
            step = replace(step, at=latest)
        latest = step.at
        if not cut or step.kind is StepKind.REOPENED:
            cut.append([])
        cut[-1].append(step)
    return tuple(tuple(steps) for steps in cut)


def clocks(
    history: Iterable[ClockStep], limits: Limits, calendar: WorkingCalendar, *, now: datetime
) -> Clocks:
    """Read every clock of a work order.

    history: in recorded order, the first step being `opened`.   now: taken as the last step's time if earlier.
    Raises ValueError for an empty history and for naive datetimes.
    """
    return _reading(history, limits, calendar, now).all()


def terms(history: Iterable[ClockStep], limits: Limits, calendar: WorkingCalendar, *, now: datetime) -> Terms:
    """The terms that `clocks` would read, in a fraction of its time: for steps that are judged in thousands."""
    return _reading(history, limits, calendar, now).terms()


def _reading(
    history: Iterable[ClockStep], limits: Limits, calendar: WorkingCalendar, now: datetime
) -> "_Reading":
    known = rounds(history)
    if not known:
        raise ValueError("a work order's clocks need at least the step that opened it")
    steps = known[-1]
    return _Reading(steps, limits, calendar, max(calendar.local(now), calendar.local(steps[-1].at)))


@dataclass(frozen=True, slots=True)
class _Reading:
    """One round of an order, read at one moment."""

    steps: Sequence[ClockStep]
    limits: Limits
    calendar: WorkingCalendar
    now: datetime

    def all(self) -> Clocks:
        finish = self._finish()
        until = self._return_until()
        return Clocks(
            contact=self._contact(),
            sign_in=self._sign_in(),
            finish=finish,
            assists=self._assists(finish),
            return_until=until,
            return_open=until is not None and self.now <= until,
        )

    def terms(self) -> Terms:
        _limit, due, _excluded, _open_now = self._promised()
        ended = self._ended_at()
        end = self.calendar.local(ended) if ended else self.now
        return Terms(
            finish_due=due,
            late_working_minutes=self.calendar.working_minutes_between(due, end),
            return_until=self._return_until(),
        )

    def _start(self) -> datetime:
        return self.calendar.local(self.steps[0].at)

    def _contact(self) -> Clock:
        contacted = next((step.at for step in self.steps if step.kind is StepKind.CONTACTED), None)
        start = self._start()
        due = due_after(start, self.limits.contact, self.calendar)
        return self._clock(ClockKind.CONTACT, self.limits.contact, start, due, contacted or self._ended_at())

    def _sign_in(self) -> Clock:
        index = self._last_hand_over()
        if index is None:
            return Clock(kind=ClockKind.SIGN_IN, state=ClockState.WAITING, limit=self.limits.sign_in)
        start = self.calendar.local(self.steps[index].at)
        answered = next((step.at for step in self.steps[index + 1 :] if step.kind in _ANSWERS_SIGN_IN), None)
        due = due_after(start, self.limits.sign_in, self.calendar)
        return self._clock(ClockKind.SIGN_IN, self.limits.sign_in, start, due, answered)

    def _return_until(self) -> datetime | None:
        index = self._last_hand_over()
        if index is None:
            return None
        return due_after(self.steps[index].at, self.limits.return_window, self.calendar)

    def _last_hand_over(self) -> int | None:
        """Where the present unit received the order; None before dispatch and once a return was approved."""
        for index in range(len(self.steps) - 1, -1, -1):
            if self.steps[index].kind is StepKind.RETURNED:
                return None
            if self.steps[index].kind in _HANDS_OVER:
                return index
        return None

    def _finish(self) -> Clock:
        limit, due, excluded, open_now = self._promised()
        clock = self._clock(ClockKind.FINISH, limit, self._start(), due, self._ended_at(), excluded)
        if open_now and not clock.late_minutes:
            waiting = tuple(replace(r, at=None) if not r.reached else r for r in clock.reminders)
            return replace(clock, state=ClockState.SUSPENDED, reminders=waiting)
        return clock

    def _promised(self) -> tuple[Limit, datetime, list[Span], bool]:
        """The limit that prevails, when the reply is due, the suspensions in it, whether one is still open."""
        start = self._start()
        limit, due = self.limits.finish, due_after(start, self.limits.finish, self.calendar)
        if self.limits.statutory_finish is not None:
            statutory = due_after(start, self.limits.statutory_finish, self.calendar)
            if statutory > due:
                limit, due = self.limits.statutory_finish, statutory
        for step in self.steps:
            if step.kind is StepKind.EXTENDED and step.limit is not None:
                due = extend(due, step.limit, self.calendar)
        spans, open_now = self._suspensions()
        due, excluded = postpone(due, spans, limit, self.calendar)
        return limit, due, excluded, open_now

    def _ended_at(self) -> datetime | None:
        """The first ending that no rework or undone merge took back."""
        ended: datetime | None = None
        for step in self.steps:
            if step.kind in _REVIVES:
                ended = None
            elif step.kind in _ENDS and ended is None:
                ended = step.at
        return ended

    def _suspensions(self) -> tuple[list[Span], bool]:
        """Suspended spans in order, and whether the last one is still open; that one lasts until now."""
        spans: list[Span] = []
        since: datetime | None = None
        for step in self.steps:
            if step.kind is StepKind.SUSPENDED and since is None:
                since = step.at
            elif since is not None and step.kind in _ENDS_SUSPENSION:
                spans.append((self.calendar.local(since), self.calendar.local(step.at)))
                since = None
        if since is not None:
            spans.append((self.calendar.local(since), self.now))
        return spans, since is not None

    def _assists(self, finish: Clock) -> tuple[Clock, ...]:
        return tuple(
            self._assist(index, step, finish)
            for index, step in enumerate(self.steps)
            if step.kind is StepKind.ASSIST_INVITED
        )

    def _assist(self, index: int, invited: ClockStep, finish: Clock) -> Clock:
        """A child clock: its own limit, but always before the lead is due (unless the lead is overdue already)."""
        limit, start = invited.limit or finish.limit, self.calendar.local(invited.at)
        due = due_after(start, limit, self.calendar)
        ruler = Ruler(self.calendar, finish.limit)
        left = ruler.between(start, finish.due) if finish.due else 0
        if left:
            due = min(due, ruler.add(start, int(left * ASSIST_PART)))
        done = next(
            (
                step.at
                for step in self.steps[index:]
                if step.kind in _ENDS_ASSIST and step.unit == invited.unit
            ),
            None,
        )
        return replace(self._clock(ClockKind.ASSIST, limit, start, due, done), unit=invited.unit)

    def _clock(
        self,
        kind: ClockKind,
        limit: Limit,
        start: datetime,
        due: datetime,
        done: datetime | None,
        excluded: Sequence[Span] = (),
    ) -> Clock:
        ruler = Ruler(self.calendar, limit, excluded)
        end = self.calendar.local(done) if done else self.now
        total = ruler.running(start, due)
        used = ruler.running(start, min(end, due))
        late = max(0, minutes_between(due, end))
        return Clock(
            kind=kind,
            state=ClockState.DONE if done else ClockState.RUNNING,
            limit=limit,
            started_at=start,
            due=due,
            done_at=end if done else None,
            used_minutes=used,
            total_minutes=total,
            excluded_minutes=sum(ruler.between(since, until) for since, until in excluded),
            late_minutes=late,
            late_working_minutes=self.calendar.working_minutes_between(due, end),
            level=_level(used, total, done=done is not None, late=late > 0),
            yellow_at=ruler.moment(start, int(100 * YELLOW_FROM * total)),
            reminders=tuple(
                Reminder(percent, due, end >= due)
                if percent == 100
                else Reminder(percent, ruler.moment(start, total * percent), used * 100 >= total * percent)
                for percent in REMIND_AT
            ),
        )


def _level(used: int, total: int, *, done: bool, late: bool) -> Level:
    if late:
        return Level.RED
    if not done and used >= YELLOW_FROM * total:
        return Level.YELLOW
    return Level.GREEN
