"""Every evening looked at as the worker would have, and how long before people would notice it warned.

Every day from the 62nd week on is looked at knowing only what came until then. A warning is false when neither a planted
event touches its area and matter nor, for the weather, nine tenths of what was foretold came. Warnings of one subject
within a week are one.

When people would notice: the rules on reporting public health events (国家突发公共卫生事件相关信息报告管理工作规范（试行）,
卫办应急发〔2005〕288号, and 流感样病例暴发疫情处置指南（2012年版）; read in copies, not in the gazette) ask for a report at the
twentieth case of infectious diarrhoea, or the thirtieth of an influenza-like illness, within a week in one school,
village or community. That moment is held against the goal; shown beside it is the stricter one at which so many came in
the whole county. Of a flood, the twentieth demand of a day. The hour of a warning is found by looking anew after each
hour.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from benchmarks.forecast_county import BEIJING, START, TODAY, Told
from benchmarks.table import Figure, at_least

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shuzhi.domains.insight.readings import Readings
    from shuzhi.domains.insight.watching import Finding, Watch
    from shuzhi.engines import county

FIRST_WATCHED = START + timedelta(weeks=62)
QUIET = timedelta(days=7)
MONTH = 30
CASES = {"outbreak-vomiting": (20, 7), "outbreak-fever": (30, 7), "storm": (20, 1)}
"""For each planted event how many demands in how many days make people notice."""
OF_ONE_PLACE = frozenset({"outbreak-vomiting", "outbreak-fever"})
EARLY_HOURS, MOST_FALSE = 24, 1.0
LATE = timedelta(days=7)  # what follows an event for a week is still about it


@dataclass(frozen=True)
class Alarm:
    """Something that the product would have warned of on an evening."""

    day: date
    finding: Finding
    subject: str


class Evenings:
    """The product's own look at every evening, from one table that each evening knows the past of only."""

    def __init__(self) -> None:
        from shuzhi.domains.insight import counting, services, watching
        from shuzhi.domains.insight.services.forecasting import days_known
        from shuzhi.domains.insight.services.observing import readings_known
        from shuzhi.domains.registry import services as registry
        from shuzhi.domains.statistics import services as statistics
        from shuzhi.spine.actors import SYSTEM

        counted = statistics.demands_by_day(since=START, until=TODAY, by=SYSTEM)
        parts, towns = (counting.by_matter(counted, until=TODAY, towns=towns) for towns in (False, True))
        known = days_known(registry.working_calendar())
        self.watch: Watch = watching.begin(parts, towns, known, since=FIRST_WATCHED)
        self.readings: Readings = readings_known(by=SYSTEM)
        self.lists = services.checklists(TODAY)
        self.areas = len({row.part for row in self.watch.rows})

    def on(self, day: date, watch: Watch | None = None) -> Iterator[Alarm]:
        from shuzhi.domains.insight import watching
        from shuzhi.domains.insight.services.watching import by_subject, strongest

        found = [
            watching.together(one, self.readings, self.lists)
            for one in strongest((watch or self.watch).on(day))
        ]
        found += watching.in_readings(self.readings, self.lists, day)
        for (_area, subject), findings in by_subject(found, self.lists).items():
            # Demands and readings may join in one warning: each is judged by itself.
            for in_demands in (True, False):
                if alike := [one for one in findings if bool(one.category) is in_demands]:
                    yield Alarm(day, max(alike, key=lambda one: watching.GRAVITY[one.level]), subject)

    def until(self, day: date, told: Sequence[Told], hour: int) -> Watch:
        """The watch as it would have been on a day after so many hours."""
        from shuzhi.domains.insight.counting import Cell, tops

        levels, at = (tops(areas=True), tops(areas=True, below=1)), (day - self.watch.first).days
        rows = {row.cell: place for place, row in enumerate(self.watch.rows)}
        counts = self.watch.counts.copy()
        counts[:, at] = 0
        for one in told:
            if one.at.date() == day and one.at.hour < hour:
                for top in levels:
                    if (row := rows.get(Cell(top(one.area), one.category))) is not None:
                        counts[row, at] += 1
        return replace(self.watch, counts=counts)


def warnings(told: Sequence[Told], truth: county.PlantedTruth) -> list[Figure]:
    evenings = Evenings()
    days = [FIRST_WATCHED + timedelta(days=shift) for shift in range((TODAY - FIRST_WATCHED).days)]
    alarms = [one for day in days for one in evenings.on(day)]
    matters = _matters(told)
    events = [one.event for one in truth.issues]
    false = [one for one in alarms if not _is_true(one, events, matters, evenings.readings)]
    months = len(days) / MONTH * evenings.areas
    of_demands = _episodes([one for one in false if one.finding.category])
    of_weather = _episodes([one for one in false if not one.finding.category])
    total = (of_demands + of_weather) / months
    return [
        *_leads(evenings, alarms, told, events, matters),
        Figure(
            "false alarms per area and month, from demands",
            of_demands / months,
            "",
            "≤ 1",
            of_demands / months <= MOST_FALSE,
        ),
        Figure("false alarms per area and month, from the weather file", of_weather / months, ""),
        Figure("false alarms per area and month, together", total, "", "≤ 1", total <= MOST_FALSE),
        *_found(alarms, events, matters),
    ]


def _matters(told: Sequence[Told]) -> dict[str, set[str]]:
    """The categories of each planted event."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in told:
        if one.issue:
            found[one.issue].add(one.category)
    return found


def _is_true(
    alarm: Alarm, events: Sequence[county.PlantedEvent], matters: dict[str, set[str]], readings: Readings
) -> bool:
    one = alarm.finding
    if any(_is_about(alarm, event, matters) for event in events):
        return True
    if one.category or not one.readings:
        return False
    (foretold,) = one.readings
    came = readings.observed.get((foretold.day, one.area, foretold.quantity))
    return came is not None and came.value >= 0.9 * foretold.value


def _is_about(alarm: Alarm, event: county.PlantedEvent, matters: dict[str, set[str]]) -> bool:
    one = alarm.finding
    here = any(area.startswith(one.area[:6]) for area in event.areas)
    near = event.first_day - timedelta(days=3) <= one.last <= event.last_day + LATE
    if not here or not near:
        return False
    if not one.category:
        return event.kind == "storm" and one.checklist == "rain"
    return one.category in matters[event.code] and one.last >= event.first_day


def _episodes(alarms: Sequence[Alarm]) -> int:
    """Alarms about one subject of one area within a week are one."""
    last: dict[tuple[str, str], date] = {}
    many = 0
    for one in alarms:
        key = (one.finding.area, one.subject)
        many += key not in last or one.day - last[key] > QUIET
        last[key] = one.day
    return many


def _leads(
    evenings: Evenings,
    alarms: Sequence[Alarm],
    told: Sequence[Told],
    events: Sequence[county.PlantedEvent],
    matters: dict[str, set[str]],
) -> Iterator[Figure]:
    """Hours from the first warning of an event to the moment at which people would notice."""
    for event in events:
        if event.code in CASES:
            near = _near(told, event, matters[event.code])
            first = next((one for one in alarms if _is_about(one, event, matters)), None)
            yield from _lead(event, near, _moment(evenings, first, told) if first else None)


def _lead(event: county.PlantedEvent, near: Sequence[Told], warned: datetime | None) -> Iterator[Figure]:
    """near: the demands about it.   warned: when, None for never."""
    what = f"{event.title_en}: warned before people would notice"
    noticed = _noticed(near, event)
    if noticed is None or warned is None:
        yield Figure(what, 0, "h", f"≥ {EARLY_HOURS}", False)
        return
    hours = (noticed - warned).total_seconds() / 3600
    if event.code not in OF_ONE_PLACE:
        yield at_least(what, hours, EARLY_HOURS, "h")
        return
    places = [
        at for area in event.areas if (at := _noticed([one for one in near if one.area == area], event))
    ]
    lawful = (min(places) - warned).total_seconds() / 3600 if places else float("inf")
    yield at_least(what, lawful, EARLY_HOURS, "h")
    yield Figure("  before so many came in the whole county", hours, "h")


def _near(told: Sequence[Told], event: county.PlantedEvent, categories: set[str]) -> list[Told]:
    """Demands about the matter in the county of an event, from a week before it on."""
    return [
        one
        for one in told
        if one.category in categories
        and one.area.startswith(event.areas[0][:6])
        and event.first_day - timedelta(days=7) <= one.at.date() <= event.last_day
    ]


def _noticed(near: Sequence[Told], event: county.PlantedEvent) -> datetime | None:
    cases, days = CASES[event.code]
    for first, last in zip(near, near[cases - 1 :], strict=False):
        if last.at - first.at <= timedelta(days=days) and last.at.date() >= event.first_day:
            return last.at
    return None


def _moment(evenings: Evenings, alarm: Alarm, told: Sequence[Told]) -> datetime:
    """The hour after which the hourly look would have raised it; of a weather forecast, the evening that it came."""
    hour = 24
    if alarm.finding.category:
        today = [one for one in told if one.at.date() == alarm.day]
        hour = next(
            hour
            for hour in range(1, 25)
            if any(
                (one.finding.area, one.subject) == (alarm.finding.area, alarm.subject)
                for one in evenings.on(alarm.day, evenings.until(alarm.day, today, hour))
            )
        )
    return datetime.combine(alarm.day, datetime.min.time(), BEIJING) + timedelta(hours=hour)


def _found(
    alarms: Sequence[Alarm], events: Sequence[county.PlantedEvent], matters: dict[str, set[str]]
) -> Iterator[Figure]:
    watched = [one for one in events if one.first_day >= FIRST_WATCHED]
    seen = [one for one in watched if any(_is_about(alarm, one, matters) for alarm in alarms)]
    yield Figure(f"planted events of these weeks warned of, of {len(watched)}", len(seen), "")
