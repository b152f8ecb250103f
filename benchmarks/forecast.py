"""Are the forecasts better than last week, do their bands hold, and do warnings come a day before people would notice?

Data: three years of the demo county's demands with their settled place and category, told to the warehouse as intake
tells them, and its synthetic weather. The truth about what was planted stays here; the product never sees it.

Forecasts: MASE against the 7-day seasonal naive on days that chose nothing (peer: the naive itself; and every series by
the eight-week weekday mean alone). Warnings: every day from the 62nd week on is looked at as the worker would have on
that evening, knowing only what came until then. A warning is false when neither a planted event touches its area and
matter nor, for the weather, nine tenths of what was foretold came. Warnings of one subject within a week are one.

When people would notice: the rules on reporting public health events (国家突发公共卫生事件相关信息报告管理工作规范（试行）,
卫办应急发〔2005〕288号, and 流感样病例暴发疫情处置指南（2012年版）; read in copies, not in the gazette) ask for a report at the
twentieth case of infectious diarrhoea, or the thirtieth of an influenza-like illness, within a week in one school,
village or community. That moment is held against the goal; shown beside it is the stricter one at which so many came in
the whole county. Of a flood, the twentieth demand of a day. The hour of a warning is found by looking anew after each
hour. --seed makes another county with the same kinds of events elsewhere, on which nothing was ever tuned.

Run: python -m benchmarks.forecast [--demands 400000] [--seed 7]
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import django
import numpy as np
from django.core.management import call_command

from benchmarks.table import Figure, at_least, below, percentile, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from django.test import Client

    from shuzhi.domains.insight.readings import Readings
    from shuzhi.domains.insight.watching import Finding, Watch
    from shuzhi.engines import county

START, END = date(2023, 11, 28), date(2026, 11, 27)
TODAY = END + timedelta(days=1)
BEIJING = timezone(timedelta(hours=8))
CHUNK = 20_000
FIRST_WATCHED = START + timedelta(weeks=62)
QUIET = timedelta(days=7)
MONTH = 30
ASKED = 20
CASES = {"outbreak-vomiting": (20, 7), "outbreak-fever": (30, 7), "storm": (20, 1)}
"""For each planted event how many demands in how many days make people notice."""
OF_ONE_PLACE = frozenset({"outbreak-vomiting", "outbreak-fever"})
EARLY_HOURS, MOST_FALSE = 24, 1.0
LATE = timedelta(days=7)  # what follows an event for a week is still about it


@dataclass(frozen=True)
class Told:
    """A demand as the product hears it, and the planted event that it belongs to, "" for none."""

    at: datetime
    area: str
    category: str
    issue: str


@dataclass(frozen=True)
class Alarm:
    """Something that the product would have warned of on an evening."""

    day: date
    finding: Finding
    subject: str


def load(demands: int, seed: int) -> tuple[list[Told], county.PlantedTruth]:
    """The county's registry, readings and demands, told to the warehouse; and the truth."""
    from shuzhi.engines import county
    from shuzhi.site.demo import ahead, registry

    place = county.registry(seed)
    registry.load(place, years=range(START.year, END.year + 1))
    truth = county.truth(seed, place, demands, START, END)
    ahead.load_readings(county.weather(seed, place, [one.event for one in truth.issues], START, END))
    told = [
        Told(one.created_at, one.area, one.category, one.issue or "")
        for one in county.demands(seed, place, demands, START, END)
    ]
    for first in range(0, len(told), CHUNK):
        _tell(told[first : first + CHUNK], first)
    return told, truth


def _tell(told: Sequence[Told], first: int) -> None:
    from django.db import transaction

    from shuzhi.site import wiring
    from shuzhi.spine import outbox
    from shuzhi.spine.actors import SYSTEM
    from shuzhi.spine.events import DemandId, DemandReceived

    with transaction.atomic():
        outbox.announce_all(
            (
                DemandReceived(
                    demand_id=DemandId(first + at),
                    channel="hotline",
                    kind="complaint",
                    category=one.category,
                    area=one.area,
                    urgency="normal",
                    received_at=one.at.astimezone(UTC),
                )
                for at, one in enumerate(told, start=1)
            ),
            by=SYSTEM,
        )
    outbox.drain([outbox.find_listener(wiring.LISTENERS, "statistics.facts")])


def forecasts() -> list[Figure]:
    """One nightly look ahead, and what its record says."""
    from shuzhi.domains.insight import services
    from shuzhi.spine.actors import SYSTEM

    started = time.perf_counter()
    services.forecast_anew(by=SYSTEM)
    seconds = time.perf_counter() - started
    found = services.forecasts(by=SYSTEM)
    scaled = [one.scaled for one in found if one.scaled is not None]
    simple = [one.errors["weekday_mean"] / one.errors["seasonal_naive"] for one in found]
    coverage = 100 * sum(one.covered for one in found) / sum(one.judged for one in found)
    return [
        at_least(
            "series whose error is below the seasonal naive's",
            100 * np.mean([s < 1 for s in scaled]),
            80,
            "%",
        ),
        Figure("the same by the weekday mean alone", 100 * float(np.mean([s < 1 for s in simple])), "%"),
        Figure("MASE, median of the series", float(np.median(scaled)), ""),
        Figure("MASE of the weekday mean alone, median", float(np.median(simple)), ""),
        Figure("days inside their 90% band", coverage, "%", "90 ± 3", abs(coverage - 90) <= 3),
        below("all series looked at", seconds, 300, "s"),
    ]


def pages() -> list[Figure]:
    """What the desk waits for: stored results only."""
    from shuzhi.domains.insight import services
    from shuzhi.spine.actors import SYSTEM

    started = time.perf_counter()
    services.look_for_warnings(by=SYSTEM)
    looked = time.perf_counter() - started
    client = supervisor()
    waited = [
        milliseconds(client, path) for _try in range(ASKED) for path in ("/desk/forecast/", "/desk/warnings/")
    ]
    return [
        Figure("one hourly look for warnings", looked, "s"),
        below("pages of forecast and warnings, p95", percentile(waited, 0.95), 300, "ms"),
    ]


def supervisor() -> Client:
    from django.contrib.auth import get_user_model
    from django.test import Client

    from shuzhi.spine import accounts
    from shuzhi.spine.actors import SYSTEM

    password = secrets.token_urlsafe(24)
    made = accounts.create_account("bench", name="bench", unit="", password=password, by=SYSTEM).account
    accounts.grant_role(made.id, role="supervisor", unit="", area="", because="benchmark", by=SYSTEM)
    client = Client(headers={"accept-language": "zh-hans", "host": "localhost"})
    client.force_login(
        get_user_model().objects.get(pk=made.id), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def milliseconds(client: Client, path: str) -> float:
    started = time.perf_counter()
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return (time.perf_counter() - started) * 1000


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
        if event.code not in CASES:
            continue
        near = _near(told, event, matters[event.code])
        noticed = _noticed(near, event)
        about = [one for one in alarms if _is_about(one, event, matters)]
        what = f"{event.title_en}: warned before people would notice"
        if noticed is None or not about:
            yield Figure(what, 0, "h", f"≥ {EARLY_HOURS}", False)
            continue
        warned = _moment(evenings, about[0], told)
        hours = (noticed - warned).total_seconds() / 3600
        if event.code not in OF_ONE_PLACE:
            yield at_least(what, hours, EARLY_HOURS, "h")
            continue
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


def main() -> int:
    return in_a_county_of_its_own(__doc__, "Looking ahead over {:,} demands", _measured)


def in_a_county_of_its_own(doc: str, title: str, measured: Callable[[int, int], list[Figure]]) -> int:
    """Show what is measured with so many demands from a seed, as the command line asks; nothing of it stays."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--demands", type=int, default=400_000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shuzhi-bench-") as folder:
        os.environ["SHUZHI_DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuzhi.site.settings")
        django.setup()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        return show(title.format(options.demands), measured(options.demands, options.seed))


def _measured(demands: int, seed: int) -> list[Figure]:
    from shuzhi.spine import clock

    told, truth = load(demands, seed)
    figures: list[Figure] = []
    with clock.stopped_at(datetime.combine(TODAY, datetime.min.time(), BEIJING) + timedelta(hours=3)):
        figures += forecasts()
        figures += pages()
        figures += warnings(told, truth)
    return figures


if __name__ == "__main__":
    sys.exit(main())
