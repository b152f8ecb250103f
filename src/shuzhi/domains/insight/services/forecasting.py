"""Looks ahead over all series at once, keeps what was expected, and shows it."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from threadpoolctl import threadpool_limits

from shuzhi.domains.insight import counting
from shuzhi.domains.insight.counting import Cell
from shuzhi.domains.insight.forecast_cards import (
    DAYS_SHOWN,
    DayAhead,
    DayBefore,
    ForecastCard,
    ForecastDetail,
    ForecastRunCard,
)
from shuzhi.domains.insight.models import Forecast, ForecastRun
from shuzhi.domains.insight.services.observing import HISTORY_DAYS, readings_known
from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics import services as statistics
from shuzhi.domains.statistics.cards import BreakCard
from shuzhi.engines.forecast import BASELINE, Days, Outlook, look_ahead
from shuzhi.spine import access, clock
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.calendar import DayKind, WorkingCalendar
from shuzhi.spine.errors import NotFound

HORIZON_DAYS = 7
COVERAGE = 0.9
RUNS_KEPT = 60
_NIGHT_HOUR = 2
_WEEK = 7


def forecast_anew(*, by: Actor) -> ForecastRunCard:
    """Look at the coming week from everything that came up to yesterday; earlier looks stay, to be compared."""
    access.require(by, "insight.edit")
    today = clock.today()
    since = today - timedelta(days=HISTORY_DAYS)
    counted = statistics.demands_by_day(since=since, until=today, by=by)
    missing = statistics.days_never_told(since=since, until=today)
    table = counting.by_part(counted, until=today, missing=missing)
    series = {cell.key: one for cell, one in table.series.items()}
    calendar, readings = days_known(registry.working_calendar()), readings_known(by=by)

    @cache  # the same days for every series
    def known_before(day: date) -> Days:
        return replace(calendar, regressors=readings.regressors(day))

    # The matrices are small: threads of the algebra library would wait for each other ten times as long as they work.
    with threadpool_limits(limits=1, user_api="blas"):
        found = look_ahead(
            series,
            counting.parents_of(table.counts),
            known_before,
            horizon=HORIZON_DAYS,
            coverage=COVERAGE,
        )
    run = ForecastRun(
        made_at=clock.now(),
        first_day=today,
        digest=counting.digest(counted),
        days=(today - table.first).days,
        weather=readings.digest,
        breaks=[[one.on.isoformat(), one.kind] for one in _breaks_before(today)],
    )
    return _keep(run, [(cell, found[cell.key]) for cell in sorted(table.counts) if found and cell.shown])


def forecast_nightly() -> int:
    """The worker's chore: once a night, and at once where nothing was forecast yet. Returns how many series."""
    newest = ForecastRun.objects.order_by("-pk").first()
    due = newest is None or (
        newest.first_day < clock.today() and timezone.localtime(clock.now()).hour >= _NIGHT_HOUR
    )
    return forecast_anew(by=SYSTEM).series if due else 0


def forecast(area: str = "", category: str = "", *, by: Actor) -> ForecastDetail:
    """The newest forecast of an area directly below the top one and a category of the first level, "" for all.

    Raises NotFound while there is none.
    """
    access.require(by, "insight.read", area=area)
    found = _newest().filter(area=area, category=category).select_related("run").first()
    if found is None:
        raise NotFound(what=_("A forecast for this area and category"))
    return _detail(found)


def part_of(area: str) -> str:
    """The part of the whole that has forecasts and holds an area, "" for the whole itself."""
    part = counting.tops(areas=True)(area)
    return "" if part == counting.UNKNOWN else part


def forecasts(area: str | None = None, *, by: Actor) -> list[ForecastCard]:
    """The newest forecasts that the actor may see, of one area ("" for the whole) or of all; areas, then categories."""
    access.require_somewhere(by, "insight.read")
    rows = _newest().select_related("run").defer("ahead", "record").order_by("area", "category")
    if area is not None:
        rows = rows.filter(area=area)
    return [ForecastCard(**_told(one)) for one in rows if access.allows(by, "insight.read", area=one.area)]


def days_known(calendar: WorkingCalendar) -> Days:
    """Holidays, and weekend days that are worked instead, as the county's calendar has them."""
    off, worked = set[date](), set[date]()
    for day, one in calendar.exceptions.items():
        if one.kind is DayKind.HOLIDAY:
            off.add(day)
        elif day.isoweekday() not in calendar.workweek:
            worked.add(day)
    return Days(frozenset(off), frozenset(worked))


def _breaks_before(day: date) -> list[BreakCard]:
    until = timezone.make_aware(datetime.combine(day, time()))
    return statistics.breaks(since=until - timedelta(days=DAYS_SHOWN), until=until)


@transaction.atomic
def _keep(run: ForecastRun, found: Sequence[tuple[Cell, Outlook]]) -> ForecastRunCard:
    run.save()
    Forecast.objects.bulk_create([_row(run, cell, outlook) for cell, outlook in found], batch_size=200)
    old = ForecastRun.objects.order_by("-pk").values_list("pk", flat=True)[RUNS_KEPT:]
    ForecastRun.objects.filter(pk__in=list(old)).delete()
    beaten = sum(1 for _cell, outlook in found if outlook.served != BASELINE)
    return ForecastRunCard(run.pk, run.made_at, run.first_day, run.digest, len(found), beaten)


def _row(run: ForecastRun, cell: Cell, outlook: Outlook) -> Forecast:
    last_week = sum(one.came for one in outlook.record[-HORIZON_DAYS:])
    return Forecast(
        run=run,
        area=cell.area,
        category=cell.category,
        served=outlook.served,
        errors={name: round(error, 4) for name, error in outlook.errors.items()},
        error=outlook.error,
        scaled=None if math.isnan(outlook.scaled) else outlook.scaled,
        judged=outlook.judged,
        covered=outlook.covered,
        total=float(outlook.expected.sum()),
        total_low=outlook.total_low,
        total_high=outlook.total_high,
        last_week=None if math.isnan(last_week) else last_week,
        ahead=[
            [round(float(one), 2) for one in told]
            for told in zip(outlook.expected, outlook.low, outlook.high, strict=True)
        ],
        record=[
            [round(one.expected, 2), one.low, one.high, None if math.isnan(one.came) else one.came]
            for one in outlook.record
        ],
    )


def _newest() -> QuerySet[Forecast]:
    newest = ForecastRun.objects.order_by("-pk").values("pk")[:1]
    return Forecast.objects.filter(run__in=newest)


def _detail(row: Forecast) -> ForecastDetail:
    first, judged = row.run.first_day, len(row.record)
    record = tuple(
        DayBefore(first + timedelta(days=at - judged), told[0], int(told[1]), int(told[2]), _whole(told[3]))
        for at, told in enumerate(row.record)
    )
    came = {one.day: one.came for one in record}
    ahead = tuple(
        DayAhead(day, told[0], int(told[1]), int(told[2]), came.get(day - timedelta(days=_WEEK)))
        for at, told in enumerate(row.ahead)
        for day in (first + timedelta(days=at),)
    )
    breaks = tuple(statistics.break_of(date.fromisoformat(day), kind) for day, kind in row.run.breaks)
    return ForecastDetail(**_told(row), ahead=ahead, record=record, breaks=breaks)


def _told(row: Forecast) -> dict[str, Any]:
    return {
        "area": row.area,
        "area_name": registry.get_area(row.area).label if row.area else "",
        "category": row.category,
        "category_name": registry.get_category(row.category).label if row.category else "",
        "served": row.served,
        "beats_baseline": row.served != BASELINE,
        "errors": row.errors,
        "error": row.error,
        "scaled": row.scaled,
        "judged": row.judged,
        "covered": row.covered,
        "total": row.total,
        "total_low": int(row.total_low),
        "total_high": int(row.total_high),
        "last_week": _whole(row.last_week),
        "made_at": row.run.made_at,
        "digest": row.run.digest,
        "weather": bool(row.run.weather),
    }


def _whole(count: float | None) -> int | None:
    return None if count is None else int(count)
