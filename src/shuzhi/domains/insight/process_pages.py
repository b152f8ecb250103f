"""How work orders flow, on the desk: where they wait, loop and bounce."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shuzhi.domains.insight import process_chart, services
from shuzhi.domains.insight.process_cards import ProcessCard
from shuzhi.domains.insight.process_words import coming_back, finding, worked
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import NotFound

VARIANTS_SHOWN = 6
_CODE = 48


@never_cache
@require_safe
def process(request: HttpRequest) -> HttpResponse:
    """The flow of the orders of a period, an area, a category and a unit."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    choices = services.process_choices(by=by)
    area, category, unit = (
        request.GET.get(name, "").strip()[:_CODE] for name in ("area", "category", "unit")
    )
    asked = request.GET.get("days", "")
    days = next((one for one in services.PERIODS if str(one) == asked), services.PERIODS[1])
    if "area" not in request.GET and choices.areas:
        area = choices.areas[0][0]
    context = {
        "choices": choices,
        "wanted": {"days": days, "area": area, "category": category, "unit": unit},
        "periods": [(one, _("last %(n)s days") % {"n": one}) for one in services.PERIODS],
    }
    try:
        card = services.process(days=days, area=area, category=category, unit=unit, by=by)
    except NotFound:
        return render(request, "insight/process.html", context | {"card": None})
    return render(request, "insight/process.html", context | _shown(card))


def _shown(card: ProcessCard) -> dict[str, object]:
    title = finding(card)
    day = card.day_minutes
    return {
        "card": card,
        "title": title,
        "about": " · ".join(
            (
                card.area_name or _("all areas"),
                card.category_name or _("all categories"),
                card.unit_name or _("all units"),
            )
        ),
        "coming_back": coming_back(card),
        "picture": process_chart.pictures(card, title=title),
        "stays": [(one, worked(one.median_minutes, day)) for one in card.stays],
        "passages": [
            (one, worked(one.median_minutes, day), worked(one.ninetieth_minutes, day))
            for one in card.passages
        ],
        "variants": [(one, worked(one.median_minutes, day)) for one in card.variants[:VARIANTS_SHOWN]],
        "waiting": [(one, worked(one.waited_minutes, day)) for one in card.waiting],
    }
