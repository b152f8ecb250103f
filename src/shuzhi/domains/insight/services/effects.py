"""What came each week before and since a decision, and what the decision changed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import numpy as np
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language

from shuzhi.domains.insight.decision_cards import EffectCard
from shuzhi.domains.insight.models import Question
from shuzhi.domains.insight.services.showing import visible_question
from shuzhi.domains.statistics import services as statistics
from shuzhi.domains.statistics.cards import BreakCard
from shuzhi.engines import forecast
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM, Actor

WEEKS_BEFORE, WEEKS_AFTER = 26, 26
FRESH_SECONDS = 3600
_WEEK = timedelta(days=7)


def effect(question_id: int, *, by: Actor) -> EffectCard:
    """The weekly demands about the question's matter in its place, with the change of level since it acts.

    Whole weeks only, counted from the day on which the decision begins to act. Whoever may read the decision may see
    these counts. Nothing is said before two weeks are over, or when too few demands came to say anything.
    May have been counted an hour ago: of weeks that are over, only what is corrected later changes.
    """
    row = visible_question(question_id, by=by)
    about = (row.pk, row.area, row.category, row.starts_on, clock.today(), get_language())
    name = f"insight:effect:{'/'.join(map(str, about))}"
    known: EffectCard | None = cache.get(name)
    if known is None:
        cache.set(name, known := _effect(row), FRESH_SECONDS)
    return known


def _effect(row: Question) -> EffectCard:
    start = row.starts_on
    shown = EffectCard(question=row.pk, area=row.area, category=row.category, starts_on=start)
    if start is None:
        return replace(shown, why_not="not_decided")
    over = max(0, (clock.today() - start) // _WEEK)
    shown = _counted(shown, start, min(over, WEEKS_AFTER))
    if over < WEEKS_AFTER:
        shown = replace(shown, next_on=start + (over + 1) * _WEEK)
    if over < forecast.LEAST_WEEKS_AFTER:
        return replace(shown, why_not="too_early")
    return _judged(shown)


def _judged(shown: EffectCard) -> EffectCard:
    counts = np.array(shown.came, dtype=np.float64)
    counts[list(shown.incomplete)] = np.nan
    try:
        found = forecast.interrupted(counts[: shown.before], counts[shown.before :])
    except ValueError:
        return replace(shown, why_not="too_few")
    return replace(
        shown,
        expected=tuple(float(one) for one in found.expected),
        change=found.change,
        low=found.low,
        high=found.high,
        clear=found.is_clear,
    )


def _weeks_known(start: date) -> int:
    """Whole weeks before the start in which the county kept demands, at most half a year."""
    first = statistics.first_day(by=SYSTEM)
    return 0 if first is None else max(0, min(WEEKS_BEFORE, (start - first) // _WEEK))


def _counted(shown: EffectCard, start: date, later: int) -> EffectCard:
    """The same with its weeks: those before the start that are known, and so many later ones."""
    earlier = _weeks_known(start)
    first = start - earlier * _WEEK
    until = start + later * _WEEK
    counts: Counter[date] = Counter()
    for one in statistics.demands_by_day(
        since=first, until=until, area=shown.area, category=shown.category, by=SYSTEM
    ):
        counts[one.day] += one.demands
    missing = statistics.days_never_told(since=first, until=until)
    return replace(
        shown,
        first=first,
        before=earlier,
        came=_weekly(counts, first, earlier + later),
        incomplete=tuple(sorted({(day - first) // _WEEK for day in missing})),
        breaks=_breaks(first, until),
    )


def _breaks(first: date, until: date) -> tuple[BreakCard, ...]:
    if first == until:
        return ()
    since, end = (timezone.make_aware(datetime.combine(day, time())) for day in (first, until))
    return tuple(statistics.breaks(since=since, until=end))


def _weekly(counts: Mapping[date, int], first: date, weeks: int) -> tuple[int, ...]:
    return tuple(
        sum(counts.get(first + week * _WEEK + timedelta(days=shift), 0) for shift in range(7))
        for week in range(weeks)
    )
