"""The page of one work order: the demand, its history and clocks, and the legal next steps of the reader."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shuzhi.domains.casework import labels, services
from shuzhi.domains.casework.lifecycle import Action
from shuzhi.domains.casework.pages import moves
from shuzhi.domains.intake import services as intake
from shuzhi.domains.intake.cards import DemandCard, SimilarCard
from shuzhi.domains.intake.kinds import KINDS
from shuzhi.domains.registry import services as registry
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import NotFound, Refused


@dataclass(frozen=True)
class Choices:
    """What the selects of the page offer."""

    units: list[services.DispatchChoice]
    others: list[tuple[str, str]]


@never_cache
@require_safe
def order(request: HttpRequest, number: str) -> HttpResponse:
    by: Actor = request.actor  # type: ignore[attr-defined]
    page = services.get_work_order(number, by=by)
    actions = {move.action for move in page.moves}
    demand = _demand(page.card.demand_id, by)
    return render(
        request,
        "casework/order.html",
        {
            "page": page,
            "clock_list": [page.clocks.contact, page.clocks.sign_in, page.clocks.finish],
            "order": page.card,
            "demand": demand,
            "category": _path(page.card.category),
            "area": _area(page.card.area),
            "forms": moves.forms(page.moves),
            "may_triage": Action.TRIAGE in actions,
            "may_merge": Action.MERGE in actions,
            "similar": _similar(demand, page.card.area)
            if Action.MERGE in actions or Action.TRIAGE in actions
            else (),
            "choices": _choices(number, by)
            if Action.DISPATCH in actions or Action.REDISPATCH in actions
            else [],
            "units": registry.units(),
            "categories": registry.categories(level=3) if Action.TRIAGE in actions else [],
            "kinds": KINDS,
            "urgencies": labels.URGENCIES,
            "outcomes": labels.OUTCOMES,
            "satisfaction": labels.SATISFACTION,
            "last_step": page.steps[-1].number,
        },
    )


def _demand(demand_id: int, by: Actor) -> DemandCard:
    """The demand as this reader may see it; casework has checked that the reader may see the order."""
    try:
        return intake.get_demand(demand_id, by=by)
    except NotFound:
        return intake.get_demand(demand_id, by=by, tracked=(demand_id,))


def _choices(number: str, by: Actor) -> list[services.DispatchChoice]:
    try:
        return services.dispatch_choices(number, by=by)
    except Refused:
        return []


def _similar(demand: DemandCard, area: str) -> list[tuple[str, SimilarCard]]:
    """Open orders about what may be the same matter, for merging."""
    found = intake.find_similar(f"{demand.title}\n{demand.text}", area=area, lat=demand.lat, lng=demand.lng)
    pairs: list[tuple[str, SimilarCard]] = []
    for similar in found:
        if similar.id != demand.id:
            try:
                pairs.append((services.number_of_demand(similar.id), similar))
            except NotFound:
                continue
    return pairs


def _path(code: str) -> str:
    try:
        return " › ".join(registry.get_category(code).path) if code else ""
    except Refused:
        return code


def _area(code: str) -> str:
    try:
        return " › ".join(area.name for area in registry.area_path(code)[1:]) if code else ""
    except Refused:
        return code


@require_POST
def take_step(request: HttpRequest, number: str, action: str) -> HttpResponse:
    by: Actor = request.actor  # type: ignore[attr-defined]
    if action not in set(Action):
        raise NotFound(what=action)
    moves.send(number, Action(action), request.POST, by=by)
    messages.success(request, _("Done."))
    return redirect("casework:order", number=number)


@require_POST
def triage(request: HttpRequest, number: str) -> HttpResponse:
    sent = request.POST
    services.triage_work_order(
        number,
        kind=sent.get("kind", ""),
        category=sent.get("category", ""),
        area=sent.get("area", ""),
        urgency=sent.get("urgency", ""),
        because=sent.get("reason", ""),
        expected_step=moves.step_number(sent.get("step", "")),
        by=request.actor,  # type: ignore[attr-defined]
    )
    messages.success(request, _("Triaged. Now dispatch it, answer it or refer it."))
    return redirect("casework:order", number=number)


@require_POST
def merge(request: HttpRequest, number: str) -> HttpResponse:
    card = services.merge_work_orders(
        number,
        into=request.POST.get("into", "").strip(),
        because=request.POST.get("reason", ""),
        by=request.actor,  # type: ignore[attr-defined]
    )
    messages.success(
        request, _("Merged into %(number)s. You can undo it there.") % {"number": card.merged_into}
    )
    return redirect("casework:order", number=number)


@require_POST
def check_reply(request: HttpRequest, number: str) -> HttpResponse:
    """What to mend in a reply, beside the box in which it is written."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    findings = services.check_reply(number, request.POST.get("text", ""), by=by)
    return render(request, "casework/reply_findings.html", {"findings": findings})


@never_cache
@require_safe
def of_demand(request: HttpRequest, demand_id: int) -> HttpResponse:
    """The order of a demand just taken: registered at once, so that the call-taker need not wait for the worker."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    return redirect("casework:order", number=services.ensure_registered(demand_id, by=by))
