"""When: the working calendar, as the State Council publishes it and as the county edits it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext as _

from shuzhi.domains.registry import versions
from shuzhi.domains.registry.cards import CalendarDayCard, ImportReport
from shuzhi.domains.registry.models import CalendarDay, OfficeHours
from shuzhi.domains.registry.refusals import YearNotPublished
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.calendar import (
    MONDAY_TO_FRIDAY,
    OFFICE_HOURS,
    DayException,
    DayKind,
    Hours,
    Interval,
    WorkingCalendar,
    from_chinese_calendar,
    published_years,
)
from shuzhi.spine.errors import InvalidInput
from shuzhi.spine.events import CalendarChanged, Event, RegistryImported
from shuzhi.spine.outbox import announce, announce_all

NATIONAL, OWN = "national", "own"
FIRST_YEAR, LAST_YEAR = 1990, 2100
LONGEST_REACH = timedelta(
    days=60
)  # as far ahead as promises usually go, so that a year is missed before it begins


def parse_hours(text: str) -> Hours:
    """Read "09:00-12:00,13:30-17:30"; "" is no hours. Raises ValueError for anything that is not office hours."""
    parts = text.replace("，", ",").replace("：", ":").replace("；", ",").replace(";", ",").split(",")
    hours = tuple(Interval.parse(part) for part in parts if part.strip())
    if any(after.opens < before.closes for before, after in pairwise(hours)):
        raise ValueError("working intervals must be in order and must not overlap")
    return hours


def write_hours(hours: Hours) -> str:
    return ",".join(map(str, hours))


def _load() -> WorkingCalendar:
    rows = list(CalendarDay.objects.order_by("day"))
    covered = frozenset(row.day.year for row in rows if row.source == NATIONAL)
    dated = [(row.from_date, parse_hours(row.hours)) for row in OfficeHours.objects.order_by("from_date")]
    days = {row.day: DayException(DayKind(row.kind), row.note, parse_hours(row.hours)) for row in rows}
    latest = dated[-1][1] if dated else OFFICE_HOURS
    first_year = min([*covered, *(since.year for since, _hours in dated)], default=0)
    seasonal = _earlier_hours(dated, days, since=date(first_year, 1, 1)) if dated else {}
    return WorkingCalendar(hours=latest, exceptions={**days, **seasonal}, covered=covered)


def _earlier_hours(
    dated: list[tuple[date, Hours]], days: Mapping[date, DayException], *, since: date
) -> dict[date, DayException]:
    """The working days before the latest change of office hours, with the hours of their time.

    A calendar has one set of usual hours, the latest; days of earlier sets become days with special hours.
    """
    found: dict[date, DayException] = {}
    periods = [(since, OFFICE_HOURS), *dated]
    for (start, hours), (end, _next) in pairwise(periods):
        for day in (start + timedelta(days=n) for n in range((end - start).days)):
            own = days.get(day)
            works = day.isoweekday() in MONDAY_TO_FRIDAY if own is None else own.kind is not DayKind.HOLIDAY
            if works and not (own and own.hours):
                found[day] = DayException(DayKind.SPECIAL_HOURS, own.name if own else "", hours)
    return found


working_calendar = versions.Cached(_load, versions.CALENDAR)


def uncovered_year() -> int | None:
    """The first year that today's deadlines reach and whose public holidays are not loaded; None when all are."""
    calendar, today = working_calendar(), clock.today()
    reached = sorted({today.year, (today + LONGEST_REACH).year})
    return next((year for year in reached if not calendar.covers(year)), None)


def calendar_days(year: int) -> list[CalendarDayCard]:
    """Every day of a year."""
    calendar = working_calendar()
    rows = {row.day: row for row in CalendarDay.objects.filter(day__year=year)}
    return [_card(day, calendar, rows.get(day)) for day in _days_of(year)]


def _days_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range(first.replace(month=12, day=31).timetuple().tm_yday))


def _card(day: date, calendar: WorkingCalendar, row: CalendarDay | None) -> CalendarDayCard:
    hours = calendar.hours_on(day)
    label = str(DayException(DayKind(row.kind), row.note, parse_hours(row.hours)).label) if row else ""
    return CalendarDayCard(
        day=day,
        working=bool(hours),
        hours=write_hours(hours),
        kind=row.kind if row else "",
        note=label,
        source=row.source if row else "",
    )


@transaction.atomic
def set_day(day: date, *, working: bool, hours: str = "", note: str = "", by: Actor) -> CalendarDayCard:
    """Say whether a day is worked, and when if not at the usual hours; every deadline that crosses it moves.

    hours: "09:00-12:00,13:30-17:30", "" for the usual ones. A day set back to what its weekday says loses its mark.
    """
    access.require(by, "registry.edit")
    _require_known_year("day", day)
    usual = day.isoweekday() in MONDAY_TO_FRIDAY
    try:
        special = parse_hours(hours)
        if working and special:
            exception: DayException | None = DayException(DayKind.SPECIAL_HOURS, note, special)
        elif working == usual and not _is_published(day):
            exception = None
        else:
            exception = DayException(DayKind.SWAPPED_WORKDAY if working else DayKind.HOLIDAY, note)
    except ValueError as wrong:
        raise InvalidInput(field="hours", why=_("write hours as 09:00-12:00,13:30-17:30")) from wrong
    if special and not working:
        raise InvalidInput(field="hours", why=_("a day off has no hours"))
    versions.lock([versions.CALENDAR])
    _save(day, exception)
    versions.change([versions.CALENDAR])
    announce(CalendarChanged(day=day), by=by)
    audit.record(by, "registry.set_day", f"day:{day}", working=working, hours=write_hours(special))
    return _card(day, working_calendar(), CalendarDay.objects.filter(day=day).first())


def _require_known_year(field: str, day: date) -> None:
    """A slip of the pen, 0206 for 2026, would make every working day since then one that has hours of its own."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InvalidInput(field=field, why=_("“%(text)s” is not a date such as 2026-03-01") % {"text": day})


def _is_published(day: date) -> bool:
    """Whether the national calendar says something of a day: then the county's word has to be kept against it."""
    return day in from_chinese_calendar([day.year]).exceptions


def _save(day: date, exception: DayException | None, source: str = OWN) -> None:
    if exception is None:
        CalendarDay.objects.filter(day=day).delete()
        return
    values = {
        "kind": exception.kind.value,
        "hours": write_hours(exception.hours),
        "note": exception.name.strip()[:128],
        "source": source,
    }
    CalendarDay.objects.update_or_create(day=day, defaults=values)


@transaction.atomic
def set_hours(hours: str, *, from_date: date, by: Actor) -> WorkingCalendar:
    """Change the office hours (the gap between intervals is lunch) from a day on."""
    access.require(by, "registry.edit")
    _require_known_year("from_date", from_date)
    try:
        parsed = parse_hours(hours)
        if not parsed:
            raise ValueError("a working day needs at least one interval of hours")
    except ValueError as wrong:
        raise InvalidInput(field="hours", why=_("write hours as 09:00-12:00,13:30-17:30")) from wrong
    versions.lock([versions.CALENDAR])
    OfficeHours.objects.update_or_create(from_date=from_date, defaults={"hours": write_hours(parsed)})
    versions.change([versions.CALENDAR])
    announce(CalendarChanged(day=from_date), by=by)
    audit.record(by, "registry.set_hours", f"day:{from_date}", hours=write_hours(parsed))
    return working_calendar()


@transaction.atomic
def import_calendar(years: Iterable[int], *, by: Actor) -> ImportReport:
    """Load the published holidays and swapped working days of some years; days that the county set itself stay."""
    access.require(by, "registry.import")
    known = published_years()
    wanted = sorted(set(years))
    for year in wanted:
        if year not in known:
            raise YearNotPublished(year=year, first=min(known), last=max(known))
    versions.lock([versions.CALENDAR])
    there = {row.day: row for row in CalendarDay.objects.filter(day__year__in=wanted)}
    national = from_chinese_calendar(wanted).exceptions
    changed = [day for day, exception in national.items() if _differs(there.get(day), exception)]
    for day in changed:
        _save(day, national[day], NATIONAL)
    if changed:
        versions.change([versions.CALENDAR])
        told: list[Event] = [CalendarChanged(day=day) for day in sorted(changed)]
        told.append(RegistryImported(dataset="calendar", accepted=len(changed), quarantined=0))
        announce_all(told, by=by)
    return ImportReport("calendar", len(national), len(changed), len(national) - len(changed), 0, "")


def _differs(row: CalendarDay | None, exception: DayException) -> bool:
    if row is None:
        return True
    return row.source == NATIONAL and (row.kind, row.note) != (exception.kind, exception.name)
