"""Areas, units, categories, catalogue, time limits: to read and to search."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuzhi.domains.registry import services
from shuzhi.domains.registry.cards import (
    AREA_LEVELS,
    DEMAND_KINDS,
    UNIT_TIERS,
    URGENCIES,
    DispatchTarget,
)
from shuzhi.domains.registry.forms import CatalogueForm
from shuzhi.domains.registry.pages.reading import actor_of, cut, for_staff, words_of
from shuzhi.spine import access, clock
from shuzhi.spine.errors import NotFound


@require_safe
@for_staff
def index(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    counts = {
        "areas": len(services.areas()),
        "units": len(services.units()),
        "categories": len(services.categories()),
        "catalogue": len(services.catalogue(today)),
        "sla": len(services.sla_matrix(today)),
        "places": len(services.places()),
    }
    context = {
        "counts": counts,
        "year": today.year,
        "uncovered": services.uncovered_year(),
        "proposed": len(services.open_proposals(by=actor_of(request))) if _may_edit(request) else 0,
    }
    return render(request, "registry/index.html", context)


def _may_edit(request: HttpRequest) -> bool:
    return access.allows_somewhere(actor_of(request), "registry.edit")


@require_safe
@for_staff
def areas(request: HttpRequest) -> HttpResponse:
    level, search, parent = words_of(request, "level"), words_of(request, "q"), words_of(request, "parent")
    found = services.areas(level=level, search=search, parent=parent)
    names = {card.code: card.label for card in services.areas()}
    part = cut(request, found)
    rows = [
        (card, card.label, AREA_LEVELS.get(card.level, card.level), names.get(card.parent, ""))
        for card in part["part"]
    ]
    context = {
        "rows": rows,
        "levels": AREA_LEVELS,
        "level": level,
        "search": search,
        "parent": parent,
        **part,
    }
    return render(request, "registry/areas.html", context)


@require_safe
@for_staff
def units(request: HttpRequest) -> HttpResponse:
    tier, search = words_of(request, "tier"), words_of(request, "q")
    names = {card.code: card.label for card in services.areas()}
    part = cut(request, services.units(tier=tier, search=search))
    rows = [
        (card, card.label, UNIT_TIERS.get(card.tier, card.tier), names.get(card.area, card.area))
        for card in part["part"]
    ]
    context = {"rows": rows, "tiers": UNIT_TIERS, "tier": tier, "search": search, **part}
    return render(request, "registry/units.html", context)


@require_safe
@for_staff
def categories(request: HttpRequest) -> HttpResponse:
    search = words_of(request, "q")
    part = cut(request, services.categories(search=search))
    rows = [(card, card.label) for card in part["part"]]
    return render(request, "registry/categories.html", {"rows": rows, "search": search, **part})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def catalogue(request: HttpRequest) -> HttpResponse:
    """GET shows the rows in force, or who handles a category; POST names another unit from a day on."""
    if request.method != "POST":
        return _show_catalogue(request, CatalogueForm(initial={"from_date": clock.today()}))
    form = CatalogueForm(request.POST)
    if form.is_valid():
        target = services.change_catalogue(**form.cleaned_data, by=actor_of(request))
        messages.success(request, _("Version %(version)d is saved.") % {"version": target.version})
        shown = urlencode({"category": target.category, "area": target.area, "on": target.from_date})
        return redirect(f"{reverse('registry:catalogue')}?{shown}")
    return _show_catalogue(request, form, status=422)


@require_POST
@for_staff
def decide_proposal(request: HttpRequest) -> HttpResponse:
    """Take over or decline what a ruling proposes; the button says which, and of which proposal."""
    verdict, _colon, number = request.POST.get("decision", "").partition(":")
    proposal_id = int(number) if number.isascii() and number.isdecimal() and len(number) < 18 else 0
    because = request.POST.get("because", "")
    if verdict == "accept":
        target = services.accept_proposal(proposal_id, because=because, by=actor_of(request))
        messages.success(request, _("Version %(version)d is saved.") % {"version": target.version})
    else:
        services.decline_proposal(proposal_id, because=because, by=actor_of(request))
        messages.success(request, _("The catalogue stays as it is."))
    return redirect("registry:catalogue")


def _show_catalogue(request: HttpRequest, form: CatalogueForm, *, status: int = 200) -> HttpResponse:
    """With a category in the address, only the units that would get its demands, best first."""
    category, area, search = words_of(request, "category"), words_of(request, "area"), words_of(request, "q")
    on = _day(words_of(request, "on"))
    names = _Names()
    unknown_area = False
    try:
        found = services.dispatch_targets(category, area=area, on=on) if category else services.catalogue(on)
    except NotFound:
        found, unknown_area = [], True
    wanted = search.casefold()
    part = cut(request, [row for row in found if not wanted or wanted in names.all_of(row).casefold()])
    rows = [
        (row, names.category(row.category), names.area(row.area), names.unit(row.unit))
        for row in part["part"]
    ]
    context = {"rows": rows, "category": category, "area": area, "search": search, "on": on, "form": form}
    context["may_edit"] = _may_edit(request)
    proposals = services.open_proposals(by=actor_of(request)) if _may_edit(request) else []
    context["proposals"] = [
        (
            one,
            names.category(one.category),
            names.area(one.area),
            names.unit(one.unit),
            names.unit(one.present),
        )
        for one in proposals
    ]
    context["unknown_area"] = unknown_area
    return render(request, "registry/catalogue.html", {**context, **part}, status=status)


@require_safe
@for_staff
def sla(request: HttpRequest) -> HttpResponse:
    on = _day(words_of(request, "on"))
    names = _Names()
    part = cut(request, services.sla_matrix(on))
    rows = [
        (
            row,
            DEMAND_KINDS.get(row.kind, row.kind),
            URGENCIES.get(row.urgency, row.urgency),
            names.category(row.category) if row.category else "",
        )
        for row in part["part"]
    ]
    return render(request, "registry/sla.html", {"rows": rows, "on": on, **part})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today()


class _Names:
    """Names for the codes of rules, each code as it is where nothing bears it any more."""

    def __init__(self) -> None:
        self._areas = {card.code: card.label for card in services.areas()}
        self._units = {card.code: card.label for card in services.units()}
        self._categories = {card.code: card.label for card in services.categories()}

    def area(self, code: str) -> str:
        return self._areas.get(code, code)

    def unit(self, code: str) -> str:
        return self._units.get(code, code)

    def category(self, code: str) -> str:
        return self._categories.get(code, code)

    def all_of(self, row: DispatchTarget) -> str:
        named = self.category(row.category), self.area(row.area), self.unit(row.unit)
        return "\n".join((row.category, row.area, row.unit, *named))
