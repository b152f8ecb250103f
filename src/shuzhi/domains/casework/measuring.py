"""Stretches of promised time: how they are written, when they end, how much of them is used.

Minutes and hours run day and night; working hours and days follow the working calendar. How a day is counted
is said in `deadlines`, which reads a work order's clocks with these measures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shuzhi.spine.calendar import WorkingCalendar

Span = tuple[datetime, datetime]


class TimeUnit(StrEnum):
    MINUTE = "minute"
    HOUR = "hour"
    WORKING_HOUR = "working_hour"
    WORKDAY = "workday"
    CALENDAR_DAY = "calendar_day"

    @property
    def runs_day_and_night(self) -> bool:
        return self in (TimeUnit.MINUTE, TimeUnit.HOUR)


@dataclass(frozen=True, slots=True)
class Limit:
    """A stretch of promised or statutory time. 0 working or calendar days: by closing time of the day it starts."""

    amount: int
    unit: TimeUnit

    def __post_init__(self) -> None:
        least = 0 if self.unit in (TimeUnit.WORKDAY, TimeUnit.CALENDAR_DAY) else 1
        if self.amount < least:
            raise ValueError(f"a limit in {self.unit} is at least {least}, not {self.amount}")

    @property
    def label(self) -> str:
        """In words, in the reader's language: "5 working days"."""
        n = self.amount
        if n == 0:
            return str(_("the same day"))
        sentences = {
            TimeUnit.MINUTE: ngettext("%(n)d minute", "%(n)d minutes", n),
            TimeUnit.HOUR: ngettext("%(n)d hour", "%(n)d hours", n),
            TimeUnit.WORKING_HOUR: ngettext("%(n)d working hour", "%(n)d working hours", n),
            TimeUnit.WORKDAY: ngettext("%(n)d working day", "%(n)d working days", n),
            TimeUnit.CALENDAR_DAY: ngettext("%(n)d day", "%(n)d days", n),
        }
        return sentences[self.unit] % {"n": n}


def due_after(start: datetime, limit: Limit, calendar: WorkingCalendar) -> datetime:
    """When a limit that starts now ends, before any suspension or extension.

    >>> from zoneinfo import ZoneInfo
    >>> friday = datetime(2026, 5, 8, 16, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    >>> due_after(friday, Limit(1, TimeUnit.WORKDAY), WorkingCalendar()).isoformat()
    '2026-05-11T17:30:00+08:00'
    """
    moment = calendar.local(start)
    match limit.unit:
        case TimeUnit.MINUTE:
            return elapse(moment, limit.amount, calendar)
        case TimeUnit.HOUR:
            return elapse(moment, limit.amount * 60, calendar)
        case TimeUnit.WORKING_HOUR:
            return calendar.add_working_minutes(moment, limit.amount * 60)
        case TimeUnit.WORKDAY if limit.amount:
            return calendar.end_of_business(calendar.nth_workday_after(moment.date(), limit.amount))
        case TimeUnit.CALENDAR_DAY if limit.amount:
            last = moment.date() + timedelta(days=limit.amount)
            return calendar.end_of_business(calendar.workday_on_or_after(last))
        case _:
            return calendar.end_of_business(calendar.next_opening(moment).date())


@dataclass(frozen=True, slots=True)
class Ruler:
    """Measures a clock in its own minutes: working minutes, or plain ones for limits that run day and night."""

    calendar: WorkingCalendar
    limit: Limit
    excluded: Sequence[Span] = ()

    def between(self, start: datetime, end: datetime) -> int:
        if self.limit.unit.runs_day_and_night:
            return max(0, minutes_between(start, end))
        return self.calendar.working_minutes_between(start, end)

    def running(self, start: datetime, end: datetime) -> int:
        """Minutes from start to end without the excluded spans."""
        stopped = sum(self.between(max(since, start), min(until, end)) for since, until in self.excluded)
        return max(0, self.between(start, end) - stopped)

    def add(self, start: datetime, minutes: int) -> datetime:
        if self.limit.unit.runs_day_and_night:
            return elapse(start, minutes, self.calendar)
        return self.calendar.add_working_minutes(start, minutes)

    def moment(self, start: datetime, hundredths: int) -> datetime:
        """When so many hundredths of a running minute have passed, rounded up to a minute."""
        at = self.add(start, -(-hundredths // 100))
        for since, until in self.excluded:
            if since < at:
                at = self.add(at, self.between(since, until))
        return at


def extend(due: datetime, limit: Limit, calendar: WorkingCalendar) -> datetime:
    """The due time moved on by an extension; days count from the day that ends at or holds the present due time."""
    if limit.unit in (TimeUnit.WORKDAY, TimeUnit.CALENDAR_DAY):
        return due_after(due - timedelta(minutes=1), limit, calendar)
    return due_after(due, limit, calendar)


def postpone(
    due: datetime, suspensions: Iterable[Span], limit: Limit, calendar: WorkingCalendar
) -> tuple[datetime, list[Span]]:
    """The due time moved on by every suspension that began before it, and those suspensions.

    A limit in calendar days moves by calendar time, and from there to the next opening if nobody works then.
    """
    counted: list[Span] = []
    ruler = Ruler(calendar, limit)
    pending = due
    for since, until in suspensions:
        if since >= due:
            continue
        counted.append((since, until))
        if limit.unit is TimeUnit.CALENDAR_DAY:
            pending = elapse(pending, minutes_between(since, until), calendar)
            due = _usable(pending, calendar)
        else:
            due = ruler.add(due, ruler.between(since, until))
    return due, counted


def _usable(moment: datetime, calendar: WorkingCalendar) -> datetime:
    """The moment itself when it lies in working time or ends it, else the next opening."""
    in_use = calendar.is_open(moment - timedelta(minutes=1))
    return moment if in_use else calendar.next_opening(moment)


def elapse(start: datetime, minutes: int, calendar: WorkingCalendar) -> datetime:
    """Plain minutes on the clock of the world, so that a change to summer time neither adds nor takes an hour."""
    return calendar.local(start.astimezone(UTC) + timedelta(minutes=minutes))


def minutes_between(start: datetime, end: datetime) -> int:
    return int((end.astimezone(UTC) - start.astimezone(UTC)) / timedelta(minutes=1))
