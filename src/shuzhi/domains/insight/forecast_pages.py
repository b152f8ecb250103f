"""The coming week on the desk: what to expect where, how sure that is, and which method says so."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shuzhi.domains.insight import forecast_chart, services
from shuzhi.domains.insight.forecast_cards import ForecastCard, ForecastDetail
from shuzhi.spine.actors import Actor

METHODS: dict[str, Promise] = {
    "seasonal_naive": gettext_lazy("As on the same day of last week (the baseline)"),
    "weekday_mean": gettext_lazy("Average of the last eight same weekdays"),
    "poisson_regression": gettext_lazy("Poisson regression: weekday, holidays, season, trend"),
    "poisson_weather": gettext_lazy("Poisson regression with the weather forecast"),
}
EVERYWHERE = "all"
_NOTEWORTHY = 0.05


@dataclass(frozen=True)
class _Option:
    code: str
    label: str
    chosen: bool


@never_cache
@require_safe
def forecast(request: HttpRequest) -> HttpResponse:
    """The week to come of an area and a category, with every other one below it."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    found = services.forecasts(by=by)
    if not found:
        return render(request, "insight/forecast.html", {"card": None})
    area, category = (request.GET.get(name, "").strip()[:48] for name in ("area", "category"))
    if "area" not in request.GET:
        area = found[0].area
    card = services.forecast(area, category, by=by)
    title = _finding(card)
    context = {
        "card": card,
        "title": title,
        "picture": forecast_chart.pictures(card, title=title),
        "methods": [
            (METHODS[name], error, name == card.served)
            for name, error in sorted(card.errors.items(), key=lambda one: one[1])
        ],
        "served": METHODS[card.served],
        "areas": _options([(one.area, one.area_name) for one in found], area),
        "categories": _options([(one.category, one.category_name) for one in found], category),
        "parts": _parts(found, card),
    }
    return render(request, "insight/forecast.html", context)


@never_cache
@require_safe
def ahead(request: HttpRequest, area: str) -> HttpResponse:
    """Part of the leaders' page: the coming week of the part of the county that is looked at. area: a code, or "all"."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    part = "" if area == EVERYWHERE else services.part_of(area)
    card = services.forecast(part, request.GET.get("category", "").strip()[:48], by=by)
    title = _finding(card)
    picture = forecast_chart.pictures(card, title=title)
    return render(request, "insight/ahead.html", {"card": card, "title": title, "picture": picture})


def _finding(card: ForecastDetail) -> str:
    """The title of the chart: how many, and whether that is more or less than in the week before."""
    what = ngettext(
        "About %(n)s demand in the next %(days)s days",
        "About %(n)s demands in the next %(days)s days",
        round(card.total),
    ) % {"n": f"{round(card.total):,}", "days": len(card.ahead)}
    change = card.change
    if change is None:
        return what
    if abs(change) < _NOTEWORTHY:
        return _("%(what)s, much as last week") % {"what": what}
    told = {"what": what, "share": f"{abs(change):.0%}"}
    if change > 0:
        return _("%(what)s, %(share)s more than last week") % told
    return _("%(what)s, %(share)s fewer than last week") % told


def _options(pairs: list[tuple[str, str]], chosen: str) -> list[_Option]:
    return [_Option(code, label, code == chosen) for code, label in dict(pairs).items()]


def _parts(found: list[ForecastCard], card: ForecastCard) -> list[ForecastCard]:
    """What the shown forecast is made of: categories of the area, or areas of the category; the busiest first."""
    if not card.category:
        below = [one for one in found if one.area == card.area and one.category]
    elif not card.area:
        below = [one for one in found if one.category == card.category and one.area]
    else:
        below = []
    return sorted(below, key=lambda one: -one.total)
