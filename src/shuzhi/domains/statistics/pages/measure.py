"""What a measure is: its words, its SQL, how it went, and the way to the rows behind it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shuzhi.domains.statistics import services
from shuzhi.domains.statistics.cards import BreakCard, DefinitionCard, TrendCard
from shuzhi.domains.statistics.definitions import DRIVERS, FEN, SHARE
from shuzhi.domains.statistics.pages.plotting import SeriesShown, series_of
from shuzhi.domains.statistics.pages.showing import Shown, shown_value

WEEK, WEEKS, COMPARED = timedelta(days=7), 52, 4


@require_safe
def measure(request: HttpRequest, name: str) -> HttpResponse:
    """One measure for everybody: the last four weeks, a year week by week, the definition as it is computed."""
    defined = services.definition(name)
    since, until = services.last_days(COMPARED * WEEK.days)
    (card,) = services.measures(since=since, until=until, names=[name])
    trend, broken = None, list[BreakCard]()
    if defined.scale != FEN:
        (trend,) = services.trends([name], until=until, step=WEEK, steps=COMPARED, shown=WEEKS)
        broken = [*services.breaks(since=trend.starts[0], until=until), *_redefined(defined, trend)]
    context = {
        "shown": Shown(card, defined),
        "headline": _("%(measure)s: %(value)s")
        % {"measure": defined.label, "value": shown_value(card.scale, card.rate)},
        "driver": DRIVERS[defined.driver],
        "since": since,
        "last_day": until - timedelta(days=1),
        "series": _series(trend, broken) if trend else None,
        "breaks": broken,
        "weeks": _weeks(trend) if trend else [],
        "is_share": defined.scale == SHARE,
        "rows": urlencode({"since": since.isoformat(), "until": until.isoformat()}),
        "holding": services.holding(),
    }
    return render(request, "statistics/measure.html", context)


def _redefined(defined: DefinitionCard, trend: TrendCard) -> list[BreakCard]:
    """The day from which the definition holds, when the line begins earlier."""
    since = date.fromisoformat(defined.since)
    if not timezone.localtime(trend.starts[0]).date() < since <= timezone.localtime(trend.starts[-1]).date():
        return []
    return [BreakCard(on=since, kind="definition", said=_("the definition holds from this day on"))]


def _series(trend: TrendCard, broken: Sequence[BreakCard]) -> SeriesShown:
    known = [value for value in trend.values if value is not None]
    told = _("%(n)s weeks, %(known)s of them with anything to count") % {
        "n": len(trend.values),
        "known": len(known),
    }
    return series_of(
        trend.values,
        trend.starts,
        title=trend.now.label,
        told=told,
        scale=trend.now.scale,
        breaks=services.broken_at(trend.starts, broken),
    )


def _weeks(trend: TrendCard) -> list[tuple[datetime, str]]:
    """The newest first, as the table beside the chart."""
    said = (shown_value(trend.now.scale, value) for value in trend.values)
    return list(zip(trend.starts, said, strict=True))[::-1]
