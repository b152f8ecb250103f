"""The working calendar: which days and minutes an office works, with holidays and swapped working days (调休).

Everything about a place is data: time zone, weekly working days, daily hours, exceptions of single days.
Times are wall-clock minutes of the calendar's time zone; seconds are dropped. Working hours are assumed
not to contain a daylight-saving change (China has had none since 1991).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

import chinese_calendar
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MINUTES_A_DAY = 24 * 60
MONDAY_TO_FRIDAY = frozenset({1, 2, 3, 4, 5})

_YEARS_TO_SEARCH = 10

# The names that `chinesecalendar` gives; a place's own days bring names of their own.
_HOLIDAY_NAMES: Mapping[str, Promise] = {
    "New Year's Day": _("New Year's Day"),
    "Spring Festival": _("Spring Festival"),
    "Tomb-sweeping Day": _("Tomb-sweeping Day"),
    "Labour Day": _("Labour Day"),
    "Dragon Boat Festival": _("Dragon Boat Festival"),
    "Mid-autumn Festival": _("Mid-autumn Festival"),
    "National Day": _("National Day"),
}


@dataclass(frozen=True, order=True, slots=True)
class Interval:
    """A stretch of working time within a day, in minutes after midnight: `opens` is in it, `closes` ends it."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= MINUTES_A_DAY:
            raise ValueError(f"a working interval must open before it closes, within one day: {self}")

    @classmethod
    def parse(cls, text: str) -> "Interval":
        """Read "09:00-12:00"; "24:00" is the end of the day.

        >>> Interval.parse("13:30-17:30")
        Interval(opens=810, closes=1050)
        """
        opens, dash, closes = text.partition("-")
        if not dash:
            raise ValueError(f"a working interval looks like 09:00-12:00, not {text!r}")
        return cls(_minute_of_day(opens), _minute_of_day(closes))

    def __str__(self) -> str:
        return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (self.opens, self.closes))


def _minute_of_day(text: str) -> int:
    hour, colon, minute = text.strip().partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and int(minute) < 60):
        raise ValueError(f"a time of day looks like 09:00, not {text!r}")
    return int(hour) * 60 + int(minute)


Hours = tuple[Interval, ...]
OFFICE_HOURS: Hours = (Interval(9 * 60, 12 * 60), Interval(13 * 60 + 30, 17 * 60 + 30))


def parse_hours(text: str) -> Hours:
    """Read the hours of a day, e.g. "09:00-12:00, 13:30-17:30"; an empty text is no hours."""
    return tuple(Interval.parse(part) for part in text.split(",") if part.strip())


def format_hours(hours: Hours) -> str:
    """Write hours as `parse_hours` reads them."""
    return ", ".join(str(interval) for interval in hours)


class DayKind(StrEnum):
    HOLIDAY = "holiday"
    SWAPPED_WORKDAY = "swapped_workday"
    SPECIAL_HOURS = "special_hours"

    @property
    def label(self) -> Promise:
        return _DAY_KIND_TEXT[self]


_DAY_KIND_TEXT = {
    DayKind.HOLIDAY: _("Holiday"),
    DayKind.SWAPPED_WORKDAY: _("Swapped working day"),
    DayKind.SPECIAL_HOURS: _("Special hours"),
}


@dataclass(frozen=True, slots=True)
class DayException:
    """A day that differs from its weekday; a swapped working day without hours works the usual hours."""

    kind: DayKind
    name: str = ""
    hours: Hours = ()

    def __post_init__(self) -> None:
        if self.kind is DayKind.HOLIDAY and self.hours:
            raise ValueError("a holiday has no working hours; use special hours for a day partly worked")
        if self.kind is DayKind.SPECIAL_HOURS and not self.hours:
            raise ValueError("special hours need at least one interval; use a holiday for a day not worked")
        _require_apart(self.hours)

    @property
    def label(self) -> str | Promise:
        return _HOLIDAY_NAMES.get(self.name, self.name) or self.kind.label


def _require_apart(hours: Hours) -> None:
    if any(after.opens < before.closes for before, after in pairwise(hours)):
        raise ValueError("working intervals must be in order and must not overlap")


@dataclass(frozen=True, slots=True)
class _Year:
    """One year worked out: `before[i]` is the working minutes of the year before its day number i; first: its ordinal."""

    first: int
    before: list[int]
    workdays: list[date]


@dataclass(frozen=True)
class WorkingCalendar:
    """When an office works. Immutable: an edited calendar is a new one, and deadlines follow because they recompute.

    zone: IANA time zone name.   workweek: ISO weekdays (Monday is 1).   hours: of a usual working day.
    exceptions: single days.   covered: years whose public holidays are known; others follow the weekday rule.
    """

    zone: str = "Asia/Shanghai"
    workweek: frozenset[int] = MONDAY_TO_FRIDAY
    hours: Hours = OFFICE_HOURS
    exceptions: Mapping[date, DayException] = field(default_factory=dict)
    covered: frozenset[int] = frozenset()
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False, compare=False)
    _timezone: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.workweek or not self.workweek <= frozenset(range(1, 8)):
            raise ValueError("the working week needs ISO weekdays from 1 to 7")
        if not self.hours:
            raise ValueError("a working day needs at least one interval of hours")
        _require_apart(self.hours)
        object.__setattr__(self, "exceptions", dict(self.exceptions))
        object.__setattr__(self, "_timezone", ZoneInfo(self.zone))

    def with_days(self, days: Mapping[date, DayException]) -> "WorkingCalendar":
        """This calendar with a place's own days laid on top."""
        return replace(self, exceptions={**self.exceptions, **days})

    def covers(self, year: int) -> bool:
        """Whether the public holidays of a year are known; when not, a page should warn that dates may move."""
        return year in self.covered

    def hours_on(self, day: date) -> Hours:
        """The working intervals of a day; empty when nobody works."""
        exception = self.exceptions.get(day)
        if exception is None:
            return self.hours if day.isoweekday() in self.workweek else ()
        if exception.kind is DayKind.HOLIDAY:
            return ()
        return exception.hours or self.hours

    def is_workday(self, day: date) -> bool:
        return bool(self.hours_on(day))

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody works at this moment; closing time is no longer open."""
        day, minute = self._place(moment)
        return any(interval.opens <= minute < interval.closes for interval in self.hours_on(day))

    def local(self, moment: datetime) -> datetime:
        """The moment in the calendar's time zone, to the minute. Raises ValueError for a naive datetime."""
        if moment.tzinfo is None:
            raise ValueError("the working calendar needs an aware datetime")
        if moment.tzinfo is self._timezone and not moment.second and not moment.microsecond:
            return moment
        return moment.astimezone(self._timezone).replace(second=0, microsecond=0)

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """Working minutes from start to end; 0 when the end is not after the start."""
        (first, first_minute), (last, last_minute) = self._place(start), self._place(end)
        if (last, last_minute) <= (first, first_minute):
            return 0
        whole_years = sum(self._year(year).before[-1] for year in range(first.year, last.year))
        return (
            whole_years + self._worked_in_year(last, last_minute) - self._worked_in_year(first, first_minute)
        )

    def add_working_minutes(self, start: datetime, minutes: int) -> datetime:
        """The earliest moment by which so many working minutes have passed since the start.

        minutes: 0 gives the start itself. A count that fills a day ends at closing time, not at the next opening.
        Raises ValueError for negative minutes, and when ten years hold no more working time.
        """
        if minutes < 0:
            raise ValueError("working minutes to add must not be negative")
        if minutes == 0:
            return self.local(start)
        day, minute = self._place(start)
        target = minutes + self._worked_in_year(day, minute)
        for number, year in self._years_from(day.year):
            if target <= year.before[-1]:
                index = bisect_left(year.before, target) - 1
                found = date(number, 1, 1) + timedelta(days=index)
                return self._moment(found, self._minute_after(found, target - year.before[index]))
            target -= year.before[-1]
        raise ValueError("the calendar has no more working time within ten years")

    def workday_on_or_after(self, day: date) -> date:
        return day if self.is_workday(day) else self.nth_workday_after(day, 1)

    def nth_workday_after(self, day: date, n: int) -> date:
        """The n-th working day after a day that is itself not counted (Civil Code, art. 201). n is at least 1."""
        if n < 1:
            raise ValueError("count working days from 1")
        missing = n
        for _number, year in self._years_from(day.year):
            index = bisect_right(year.workdays, day) + missing - 1
            if index < len(year.workdays):
                return year.workdays[index]
            missing = index - len(year.workdays) + 1
        raise ValueError("the calendar has no more working days within ten years")

    def end_of_business(self, day: date) -> datetime:
        """Closing time of a working day. Raises ValueError when nobody works on that day."""
        hours = self.hours_on(day)
        if not hours:
            raise ValueError(f"{day} is not a working day")
        return self._moment(day, hours[-1].closes)

    def next_opening(self, moment: datetime) -> datetime:
        """The moment itself when somebody works then, else the next time that somebody does."""
        day, minute = self._place(moment)
        for interval in self.hours_on(day):
            if minute < interval.closes:
                return self._moment(day, max(minute, interval.opens))
        following = self.nth_workday_after(day, 1)
        return self._moment(following, self.hours_on(following)[0].opens)

    def _place(self, moment: datetime) -> tuple[date, int]:
        local = self.local(moment)
        return local.date(), local.hour * 60 + local.minute

    def _moment(self, day: date, minute: int) -> datetime:
        if minute == MINUTES_A_DAY:
            day, minute = day + timedelta(days=1), 0
        return datetime.combine(day, time(minute // 60, minute % 60), tzinfo=self._timezone)

    def _worked_in_year(self, day: date, minute: int) -> int:
        year = self._year(day.year)
        worked = year.before[day.toordinal() - year.first]
        for interval in self.hours_on(day):
            if minute > interval.opens:
                worked += min(minute, interval.closes) - interval.opens
        return worked

    def _minute_after(self, day: date, minutes: int) -> int:
        """The minute of the day by which so many of its working minutes (at least 1) have passed."""
        for interval in self.hours_on(day):
            length = interval.closes - interval.opens
            if minutes <= length:
                return interval.opens + minutes
            minutes -= length
        raise RuntimeError(f"{day} has fewer working minutes than its year says")

    def _years_from(self, number: int) -> Iterator[tuple[int, _Year]]:
        return ((year, self._year(year)) for year in range(number, number + _YEARS_TO_SEARCH))

    def _year(self, number: int) -> _Year:
        known = self._years.get(number)
        if known is None:
            known = self._years[number] = self._work_out(number)
        return known

    def _work_out(self, number: int) -> _Year:
        before, workdays = [0], []
        length = date(number, 12, 31).timetuple().tm_yday
        for day in (date(number, 1, 1) + timedelta(days=index) for index in range(length)):
            hours = self.hours_on(day)
            if hours:
                workdays.append(day)
            before.append(before[-1] + sum(interval.closes - interval.opens for interval in hours))
        return _Year(date(number, 1, 1).toordinal(), before, workdays)


def published_years() -> frozenset[int]:
    """The years whose holidays and swapped working days the installed `chinesecalendar` knows."""
    return frozenset(day.year for day in chinese_calendar.holidays)


def from_chinese_calendar(
    years: Iterable[int], *, zone: str = "Asia/Shanghai", hours: Hours = OFFICE_HOURS
) -> WorkingCalendar:
    """The national calendar of these years: holidays and swapped working days as the State Council published them.

    A year that is not published yet follows the weekday rule and is not `covered`.
    """
    covered = frozenset(years) & published_years()
    days = {
        day: DayException(kind, name)
        for kind, source in (
            (DayKind.HOLIDAY, chinese_calendar.holidays),
            (DayKind.SWAPPED_WORKDAY, chinese_calendar.workdays),
        )
        for day, name in source.items()
        if day.year in covered
    }
    return WorkingCalendar(zone=zone, hours=hours, exceptions=days, covered=covered)
