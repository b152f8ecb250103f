"""Breaks in the figures of a period: days that were never told, and changes of what codes stand for."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuzhi.domains.statistics.breaking import missing_days
from shuzhi.domains.statistics.cards import BreakCard
from shuzhi.domains.statistics.services.periods import kept, span_of
from shuzhi.domains.statistics.tallies import Span, sql_moment
from shuzhi.domains.statistics.warehouse import engines

MISSING = "missing"
CHANGES: Mapping[str, Promise] = {
    "areas": gettext_lazy("areas were changed: places may have been split or joined"),
    "units": gettext_lazy("units were changed: some may have been joined or renamed"),
    "categories": gettext_lazy("categories were changed: some may have been renamed or split"),
    "catalogue": gettext_lazy("the dispatch catalogue was changed: matters may go to other units"),
}


def breaks(*, since: datetime, until: datetime) -> list[BreakCard]:
    """What breaks the lines of a period, oldest first."""
    span = span_of(since, until)
    return kept("breaks", span, lambda: sorted([*_missing(span), *_changed(span)], key=lambda one: one.on))


def _missing(span: Span) -> Iterator[BreakCard]:
    """Days before the period say what is ordinary, too; they are told of only when they lie in it."""
    first, last = _day(span.since), _day(min(span.until, span.now)) - timedelta(days=1)
    question = (
        "SELECT received_on, COUNT(*) AS demands FROM demands "  # noqa: S608
        f"WHERE received_at >= {sql_moment(span.since - timedelta(days=28))} AND received_at < {sql_moment(span.until)} "
        "GROUP BY received_on"
    )
    counts = {day: int(str(n)) for day, n in engines.ask(question, now=span.now) if isinstance(day, date)}
    for day in missing_days(counts, until=last):
        if day >= first:
            yield BreakCard(on=day, kind=MISSING, said=_("nothing was told on this day"))


def _changed(span: Span) -> Iterator[BreakCard]:
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
        if dataset in CHANGES:
            yield BreakCard(on=day, kind=dataset, said=str(CHANGES[dataset]))


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()
