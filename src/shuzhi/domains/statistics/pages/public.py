"""The public figures: what anybody may hold the county to, with the doubt that belongs to it."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from shuzhi.domains.statistics import services
from shuzhi.domains.statistics.cards import MeasureCard, TierCard
from shuzhi.domains.statistics.definitions import EXCLUSIONS, FEN, HOURS, THREE_RATES
from shuzhi.domains.statistics.pages.showing import Shown
from shuzhi.domains.statistics.pages.tree import trends_of_the_tree
from shuzhi.domains.statistics.refusals import FiguresMissing
from shuzhi.domains.statistics.services.periods import counted_anew
from shuzhi.engines.fairness import LEAST_TRIALS, Count, differ
from shuzhi.engines.tabular import safe_cell

COMPARED = (*THREE_RATES, "on_time_rate")


@dataclass(frozen=True)
class Period:
    code: str
    label: Promise
    days: int


PERIODS: Mapping[str, Period] = {
    period.code: period
    for period in (
        Period("weeks", gettext_lazy("Last 4 weeks"), 28),
        Period("quarter", gettext_lazy("Last quarter"), 91),
        Period("year", gettext_lazy("Last year"), 365),
    )
}
# Findings are the titles of the page: what the people say first, then how the work goes.
FINDINGS: Mapping[str, Promise] = {
    "resolution_rate": gettext_lazy("%(rate)s say that it is solved"),
    "on_time_rate": gettext_lazy("%(rate)s were answered within the promised time"),
}
PER_GROUP: Mapping[str, Promise] = {
    "response_rate": gettext_lazy("Who contacts people in time"),
    "resolution_rate": gettext_lazy("Where people say that it is solved"),
    "satisfaction_rate": gettext_lazy("Where people are satisfied"),
    "on_time_rate": gettext_lazy("Who answers within the promised time"),
}


@dataclass(frozen=True)
class ShownTier:
    """Units of one tier. Differences that chance explains make no winner: the finding says so."""

    tier: TierCard

    @property
    def warning(self) -> str:
        """Said beside the table where the order turns round among alike matters."""
        if not self.tier.reverses:
            return ""
        first, last = self.tier.ranked[0], self.tier.ranked[-1]
        told = {
            "first": first.group_name,
            "last": last.group_name,
            "points": f"{100 * abs(self.tier.alike or 0):.1f}",
        }
        return (
            _(
                "As a whole %(first)s stands first and %(last)s last. Among matters of the same category %(last)s is "
                "ahead by %(points)s points: the two handle different matters."
            )
            % told
        )

    @property
    def finding(self) -> str:
        ranked = self.tier.ranked
        if len(ranked) < 2:
            return _("%(tier)s: too few to compare") % {"tier": self.tier.label}
        first, last = ranked[0], ranked[-1]
        counts = [Count(one.numerator, one.denominator) for one in (first, last)]
        if self.tier.reverses:
            return _("%(tier)s: who is ahead depends on the matters they handle") % {"tier": self.tier.label}
        if not differ(*counts, among=len(ranked)):
            return _("%(tier)s: no clear difference") % {"tier": self.tier.label}
        names = {"tier": self.tier.label, "first": first.group_name, "last": last.group_name}
        return _("%(tier)s: %(first)s is clearly ahead of %(last)s") % names


def _finding(name: str, shown: Iterable[Shown]) -> str:
    card = next(one.card for one in shown if one.card.name == name)
    if card.rate is None:
        return _("%(measure)s: nothing to count yet") % {"measure": card.label}
    if card.denominator < LEAST_TRIALS:
        return _("%(measure)s: too few answers to say (%(n)s)") % {
            "measure": card.label,
            "n": card.denominator,
        }
    return str(FINDINGS[name]) % {"rate": f"{100 * card.rate:.1f}%"}


def count_anew() -> int:
    """Have the figures of the public pages ready before somebody opens them: the worker's hourly chore."""
    if services.holding().missing:
        return 0
    with counted_anew():
        trends_of_the_tree()
    return services.count_anew((period.days for period in PERIODS.values()), compared=COMPARED)


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The three rates and what they leave out, the other measures, units inside their tiers, categories."""
    period = PERIODS.get(request.GET.get("period", ""), PERIODS["weeks"])
    compared = request.GET.get("measure", "")
    compared = compared if compared in COMPARED else "resolution_rate"
    since, until = services.last_days(period.days)
    defined = {one.name: one for one in services.definitions()}
    shown = [Shown(card, defined[card.name]) for card in services.measures(since=since, until=until)]
    context = {
        "headline": _finding("resolution_rate", shown),
        "work_finding": _finding("on_time_rate", shown),
        "period": period,
        "periods": PERIODS.values(),
        "since": since,
        "last_day": _last_day(until),
        "rates": [one for one in shown if one.card.name in THREE_RATES],
        "others": [one for one in shown if one.card.name not in THREE_RATES],
        "compared": defined[compared],
        "compared_title": PER_GROUP[compared],
        "choices": [defined[name] for name in COMPARED],
        "tiers": [ShownTier(one) for one in services.compare_units(compared, since=since, until=until)],
        "categories": _largest_first(
            services.measures(since=since, until=until, by="category", names=[compared])
        ),
        "least": LEAST_TRIALS,
        "holding": services.holding(),
    }
    return render(request, "statistics/figures.html", context)


def _last_day(until: datetime) -> datetime:
    return until - timedelta(days=1)


def _largest_first(cards: Iterable[MeasureCard]) -> list[MeasureCard]:
    """Categories with anything to count, the most orders first: they are no peers, so nothing ranks them."""
    shown = (card for card in cards if card.denominator or card.hidden)
    return sorted(shown, key=lambda card: -card.denominator)


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Everything of the page as a table to take away."""
    period = PERIODS.get(request.GET.get("period", ""), PERIODS["weeks"])
    since, until = services.last_days(period.days)
    rows = [
        _cells(by, card)
        for by in ("", "tier", "unit", "category")
        for card in services.measures(since=since, until=until, by=by)
        if card.denominator or card.hidden
    ]
    name = f"figures-{since:%Y%m%d}-{_last_day(until):%Y%m%d}.csv"
    return HttpResponse(
        _csv([_head(), *rows]),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _head() -> list[str]:
    return [
        *(_("Grouped by"), _("Code"), _("Group"), _("Measure"), _("Counted"), _("Out of")),
        *(_("Value"), _("Lower bound (95%)"), _("Upper bound (95%)"), _("Left out")),
    ]


def _cells(by: str, card: MeasureCard) -> list[str]:
    if card.hidden:
        return [by, card.group, card.group_name, card.label, *[""] * 5, _("too few to be told")]
    counted = {HOURS: "", FEN: f"{card.numerator / 100:.2f}"}.get(card.scale, str(card.numerator))
    rate = card.rate / 100 if card.scale == FEN and card.rate is not None else card.rate
    return [
        *(by, card.group, card.group_name, card.label),
        counted,
        str(card.denominator),
        *("" if value is None else f"{value:.4f}" for value in (rate, card.low, card.high)),
        "; ".join(f"{EXCLUSIONS[reason]}: {count}" for reason, count in card.excluded.items()),
    ]


def _csv(rows: Iterable[list[str]]) -> bytes:
    # Spreadsheets in China open a CSV as GB18030 unless a byte-order mark says UTF-8.
    out = io.StringIO("")
    csv.writer(out).writerows([[safe_cell(cell) for cell in row] for row in rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """The week in figures as a piece of a page, for pages that belong to no room."""
    return HttpResponse(fragment(request))


def fragment(request: HttpRequest) -> SafeString:
    """The same piece for a page that is put together by the server; it says so while there are no figures."""
    try:
        card = services.week_in_figures()
    except FiguresMissing:
        return render_to_string("statistics/parts/holding.html", {"missing": True}, request=request)
    context = {"week": card, "fewer": -(card.change or 0), "last_day": _last_day(card.until)}
    return render_to_string("statistics/week.html", context, request=request)
