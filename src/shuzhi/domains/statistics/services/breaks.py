"""Breaks in the figures of a period: days that were never told, and changes of what codes stand for."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from shuzhi.domains.statistics.breaking import AROUND, missing_days
from shuzhi.domains.statistics.cards import BreakCard
from shuzhi.domains.statistics.services.periods import kept, span_of
from shuzhi.domains.statistics.tallies import Span, sql_moment
from shuzhi.domains.statistics.warehouse import engines
from shuzhi.spine import clock

MISSING = "missing"
_DAY = timedelta(days=1)
Found = tuple[date, str]
"""A day and what broke on it."""
_SAID: Mapping[str, Promise] = {
    MISSING: gettext_lazy("nothing was told on this day"),
    "areas": gettext_lazy("areas were changed: places may have been split or joined"),
    "units": gettext_lazy("units were changed: some may have been joined or renamed"),
    "categories": gettext_lazy("categories were changed: some may have been renamed or split"),
    "catalogue": gettext_lazy("the dispatch catalogue was changed: matters may go to other units"),
}


def breaks(*, since: datetime, until: datetime) -> list[BreakCard]:
    """What breaks the lines of a period, oldest first."""
    span = span_of(since, until)
    found = kept("breaks", span, lambda: sorted([*_missing(span), *_changed(span)]))
    return [break_of(day, kind) for day, kind in found]  # in the language of whoever asks


def break_of(day: date, kind: str) -> BreakCard:
    """A break in words. kind: as a break that was found has it."""
    return BreakCard(on=day, kind=kind, said=str(_SAID[kind]))


def broken_at(starts: Sequence[datetime], broken: Sequence[BreakCard]) -> dict[int, int]:
    """Before which point of the line each break is drawn → the number of its note; of several, the first one's."""
    days = [_day(start) for start in starts]
    found: dict[int, int] = {}
    for number, one in enumerate(broken, start=1):
        found.setdefault(max(1, bisect_right(days, one.on) - 1), number)
    return found


def days_never_told(*, since: date, until: date) -> frozenset[date]:
    """Days from `since` up to but not including `until` on which nothing was told although much was told around them.

    Days before the period say what is ordinary, too; they are told of only when they lie in it.
    """
    question = (
        "SELECT received_on, COUNT(*) AS demands FROM demands "  # noqa: S608
        f"WHERE received_on >= DATE '{since - 2 * AROUND * _DAY}' AND received_on < DATE '{until}' GROUP BY received_on"
    )
    told = engines.ask(question, now=clock.now())
    counts = {day: int(str(n)) for day, n in told if isinstance(day, date)}
    return frozenset(day for day in missing_days(counts, until=until - _DAY) if day >= since)


def _missing(span: Span) -> Iterator[Found]:
    for day in days_never_told(since=_day(span.since), until=_day(min(span.until, span.now))):
        yield day, MISSING


def _changed(span: Span) -> Iterator[Found]:
    """Every change of a data set but its first, which is no change."""
    question = (
        "SELECT dataset, changed_at, place FROM (SELECT dataset, changed_at, ROW_NUMBER() OVER "  # noqa: S608
        "(PARTITION BY dataset ORDER BY position) AS place FROM changes WHERE accepted > 0) AS told "
        f"WHERE place > 1 AND changed_at >= {sql_moment(span.since)} AND changed_at < {sql_moment(span.until)}"
    )
    days = {
        (str(dataset), _day(at.replace(tzinfo=UTC)))
        for dataset, at, _place in engines.ask(question, now=span.now)
        if isinstance(at, datetime)
    }
    for dataset, day in days:
        if dataset in _SAID:
            yield day, dataset


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()
