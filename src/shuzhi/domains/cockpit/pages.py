"""The page of the leaders: what needs them first, then the figures, where, what about, how it flows, whose."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shuzhi.domains.cockpit import services
from shuzhi.domains.cockpit.addresses import flow_address, rows_address, view_address
from shuzhi.domains.cockpit.cards import CockpitCard, View
from shuzhi.domains.cockpit.findings import change_words, flow_finding, issue_finding, map_finding
from shuzhi.domains.cockpit.flowing import shown_flows
from shuzhi.domains.cockpit.needs import shown_need
from shuzhi.domains.cockpit.sheets import MapSheet, Shade, levels_of, sheet_of
from shuzhi.domains.insight.cards import IssueCard
from shuzhi.domains.insight.heat import STAGE_LABELS
from shuzhi.domains.registry import services as registry
from shuzhi.domains.registry.cards import AreaCard
from shuzhi.domains.statistics import services as statistics
from shuzhi.domains.statistics.cards import MeasureCard, RowCard, TierCard, TrendCard
from shuzhi.domains.statistics.definitions import SHARE
from shuzhi.domains.statistics.grouping import CHANNELS
from shuzhi.domains.statistics.refusals import FiguresMissing
from shuzhi.domains.statistics.services.flowing import OUTCOMES
from shuzhi.engines.fairness import LEAST_TRIALS, is_rankable
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import NotFound

PERIODS: Mapping[str, Promise] = {
    "week": gettext_lazy("7 days"),
    "weeks": gettext_lazy("4 weeks"),
    "year": gettext_lazy("1 year"),
}
SMALL_AREAS = ("community", "village", "grid")
LATEST = 10
# How long the drawings of one state of the figures are kept: until the view's end has moved on.
DRAWN_SECONDS = services.FIVE_MINUTES


@dataclass(frozen=True)
class FigureShown:
    """One figure with its way, its change and where it leads. breaks: places of the values before which the line breaks."""

    card: MeasureCard
    values: Sequence[float | None]
    breaks: Collection[int]
    change: str
    judged: str
    rows: str


@never_cache
@require_safe
def cockpit(request: HttpRequest) -> HttpResponse:
    """Everything in one page; each part is a section of its own, which a browser may renew alone."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    asked = {name: request.GET.get(name, "")[:32] for name in ("period", "area", "category", "measure")}
    view = services.view_of(**asked, by=by)
    context = _choices(view) | {"view": view}
    try:
        card = services.look(view, by=by)
    except FiguresMissing as missing:
        context["holding"] = statistics.holding()
        return render(request, "cockpit/missing.html", context, status=missing.status)
    context["holding"] = card.holding
    return render(request, "cockpit/cockpit.html", context | _shown(card, by))


def _choices(view: View) -> dict[str, object]:
    return {
        "periods": [(code, label, view_address(view, period=code)) for code, label in PERIODS.items()],
        "areas": [one for one in registry.areas() if one.level not in SMALL_AREAS],
        "categories": registry.categories(level=1),
        "path": [(one, view_address(view, area=one.code if one.parent else "")) for one in _path(view)],
        "measures": [one for one in statistics.definitions() if one.name in services.SHADES],
    }


def _path(view: View) -> Sequence[AreaCard]:
    return registry.area_path(view.area) if view.area else ()


def _shown(card: CockpitCard, by: Actor) -> dict[str, object]:
    measure = statistics.definition(card.view.measure)
    sheet = _sheet(card, measure.label)
    return {
        "card": card,
        "drawn_for": DRAWN_SECONDS,
        "drawn_from": (card.view, card.holding.version, get_language()),
        "needs": [shown_need(one, card.view) for one in card.needs],
        "figures": [_figure(one, card) for one in card.figures.values()],
        "overdue_rows": rows_address(
            "overdue_share", card.view, part="numerator", since=services.BEGINNING.isoformat()
        ),
        "measure": measure,
        "sheet": sheet,
        "places": [_place(one, card.view) for one in card.by_area],
        "latest": _latest(card.view, by) if sheet is None else (),
        "latest_address": rows_address(card.view.measure, card.view),
        "map_title": map_finding(card.by_area, measure.label),
        "issues": [(one, str(STAGE_LABELS[one.stage]), _area_name(one)) for one in card.issues],  # type: ignore[index]
        "issue_title": issue_finding(card),
        "flowing": partial(_flowing, card),
        "compared": statistics.definition(services.COMPARED),
        "tiers": partial(_tiers, card),
        "least": LEAST_TRIALS,
    }


def _flowing(card: CockpitCard) -> dict[str, object]:
    """The flows to draw, and as rows with the address of the demands behind each."""
    flows = shown_flows(
        card.flows,
        title=flow_finding(card.flows, _category_name),
        told=_("Demands of the period from channel to matter to outcome"),
        channel_name=lambda code: str(CHANNELS.get(code, code)),
        category_name=_category_name,
        outcome_names={code: str(label) for code, label in OUTCOMES.items()},
    )
    rows = [
        (row, "" if row.narrowed is None else flow_address(card.view, **row.narrowed)) for row in flows.table
    ]
    return {"flows": flows, "rows": rows}


def _tiers(card: CockpitCard) -> list[tuple[TierCard, list[tuple[MeasureCard, str]]]]:
    """Units of each kind, each with the address of its rows."""
    return [
        (tier, [(unit, rows_address(services.COMPARED, card.view, unit=unit.group)) for unit in tier.ranked])
        for tier in card.tiers
    ]


def _figure(trend: TrendCard, card: CockpitCard) -> FigureShown:
    change, judged = change_words(trend)
    return FigureShown(
        card=trend.now,
        values=trend.values,
        breaks=statistics.broken_at(trend.starts, card.breaks),
        change=change,
        judged=judged,
        rows=rows_address(trend.now.name, card.view),
    )


def _sheet(card: CockpitCard, label: str) -> MapSheet | None:
    within = registry.get_area(card.view.area) if card.view.area else services.top_area()
    if within is None:
        return None
    by_code = {one.group: one for one in card.by_area}
    known = {code: one.rate for code, one in by_code.items() if one.rate is not None and _may_be_said(one)}
    levels = levels_of(known, share=statistics.definition(card.view.measure).scale == SHARE)

    def shade(area: AreaCard) -> Shade:
        href = view_address(card.view, area=area.code)
        one = by_code.get(area.code)
        if one is None:
            return Shade(None, "0", _("%(area)s: none") % {"area": area.label}, href)
        figure = _figure_words(one)
        said = _("%(area)s: %(figure)s") % {"area": area.label, "figure": figure}
        return Shade(levels.get(area.code), figure, said, href)

    return sheet_of(within, shade, title=label, told=map_finding(card.by_area, label))


def _may_be_said(card: MeasureCard) -> bool:
    """A share of few cases says more about luck than about the place."""
    return card.scale == "count" or is_rankable(card.denominator)


def _figure_words(card: MeasureCard) -> str:
    if card.scale == "count":
        return f"{card.numerator:,}"
    if not _may_be_said(card):
        return _("too few (%(n)s)") % {"n": card.denominator}
    return f"{100 * (card.rate or 0):.1f}%"


def _place(card: MeasureCard, view: View) -> tuple[MeasureCard, str, str, str]:
    return (
        card,
        _figure_words(card),
        view_address(view, area=card.group),
        rows_address(card.name, view, area=card.group),
    )


def _latest(view: View, by: Actor) -> Sequence[RowCard]:
    """Where there is nothing below to draw, the demands themselves."""
    page = statistics.rows_of_measure(
        view.measure, since=view.since, until=view.until, area=view.area, category=view.category, by=by
    )
    return page.rows[:LATEST]


def _category_name(code: str) -> str:
    try:
        return registry.get_category(code).label
    except NotFound:
        return code


def _area_name(issue: IssueCard) -> str:
    try:
        return registry.get_area(issue.area).label if issue.area else _("no place given")
    except NotFound:
        return issue.area
