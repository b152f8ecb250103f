"""The page of one work order: the demand, its history and clocks, and the legal next steps of the reader."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shuzhi.domains.casework import labels, services
from shuzhi.domains.casework.lifecycle import Action
from shuzhi.domains.casework.pages import moves
from shuzhi.domains.casework.pages.needing import need_rows
from shuzhi.domains.casework.pages.suggesting import area_code, settled_code, triage_form
from shuzhi.domains.intake import services as intake
from shuzhi.domains.intake.cards import DemandCard, SimilarCard
from shuzhi.domains.registry import services as registry
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import AccessDenied, NotFound, Refused


@never_cache
@require_safe
def order(request: HttpRequest, number: str) -> HttpResponse:
    return show(request, number)


def show(
    request: HttpRequest,
    number: str,
    *,
    refused: Refused | None = None,
    opened: str = "",
    typed: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> HttpResponse:
    """The page; after a refusal with its reason on top.

    opened: the form that the person is at, still open with what was typed into it.   more: what it shows besides.
    """
    by: Actor = request.actor  # type: ignore[attr-defined]
    page = services.get_work_order(number, by=by)
    actions = {move.action for move in page.moves}
    demand = _demand(page.card.demand_id, by)
    names = labels.names()
    context = {
        "page": page,
        "clock_list": [page.clocks.contact, page.clocks.sign_in, page.clocks.finish],
        "order": page.card,
        "demand": demand,
        "needs": need_rows(demand),
        "mentions": intake.place_mentions(demand.text),
        "category": names.category(page.card.category),
        "area": names.area(page.card.area),
        "forms": moves.forms(page.moves, failed=opened, typed=typed or request.POST.dict()),
        "outcomes": labels.OUTCOMES,
        "satisfaction": labels.SATISFACTION,
        "last_step": page.steps[-1].number,
        "drafts": services.drafts_of(number, by=by),
        "by_itself": services.automatic_dispatch_of(number, by=by) if page.went_by_itself else None,
        "refused": refused,
        "opened": opened,
    }
    if {Action.REPLY, Action.ANSWER_DIRECTLY} & actions:
        context |= {"sources": services.reply_sources(number, by=by), "rephraser": services.model_offered()}
    if {Action.DISPATCH, Action.REDISPATCH} & actions:
        context["choices"] = services.dispatch_choices(number, by=by)
    if {Action.DISPATCH, Action.REDISPATCH, Action.ADJUDICATE, Action.INVITE_ASSIST} & actions:
        context["units"] = registry.units()
    if Action.TRIAGE in actions:
        sent = request.POST if opened == Action.TRIAGE else QueryDict()
        context |= triage_form(page.card, demand, sent, by=by)
    if Action.MERGE in actions:
        context |= {
            "may_merge": True,
            "similar": _similar(demand, page.card.area),
            "merge_failed": opened == Action.MERGE,
            "into": request.POST.get("into", "") if opened == Action.MERGE else "",
        }
    context |= more or {}
    return render(request, "casework/order.html", context, status=refused.status if refused else 200)


def _demand(demand_id: int, by: Actor) -> DemandCard:
    """The demand as this reader may see it; casework has checked that the reader may see the order."""
    try:
        return intake.get_demand(demand_id, by=by)
    except NotFound:
        return intake.get_demand(demand_id, by=by, tracked=(demand_id,))


def _similar(demand: DemandCard, area: str) -> list[tuple[str, SimilarCard]]:
    """Open orders about what may be the same matter, for merging."""
    found = intake.find_similar(
        f"{demand.title}\n{demand.text}",
        area=area,
        lat=demand.lat,
        lng=demand.lng,
        least=intake.PROBABLY_THE_SAME,
    )
    pairs: list[tuple[str, SimilarCard]] = []
    for similar in found:
        if similar.id != demand.id:
            try:
                pairs.append((services.number_of_demand(similar.id), similar))
            except NotFound:
                continue
    return pairs


@require_POST
def take_step(request: HttpRequest, number: str, action: str) -> HttpResponse:
    by: Actor = request.actor  # type: ignore[attr-defined]
    if action not in set(Action):
        raise NotFound(what=action)
    try:
        moves.send(number, Action(action), request.POST, by=by)
    except (AccessDenied, NotFound):
        raise
    except Refused as refused:
        return show(request, number, refused=refused, opened=action)
    messages.success(request, _("Done."))
    return redirect("casework:order", number=number)


@require_POST
def triage(request: HttpRequest, number: str) -> HttpResponse:
    """Settle what the order is about; a button that names a unit dispatches it at once."""
    sent = request.POST
    try:
        services.triage_work_order(
            number,
            kind=sent.get("kind", ""),
            category=settled_code(sent, "category"),
            area=area_code(settled_code(sent, "area")),
            urgency=sent.get("urgency", ""),
            because=sent.get("reason", ""),
            unit=sent.get("unit", ""),
            expected_step=moves.small_number(sent.get("step", "")),
            by=request.actor,  # type: ignore[attr-defined]
        )
    except AccessDenied:
        raise
    except Refused as refused:
        return show(request, number, refused=refused, opened=Action.TRIAGE)
    if sent.get("unit"):
        messages.success(request, _("Triaged and dispatched."))
    else:
        messages.success(request, _("Triaged. Now dispatch it, answer it or refer it."))
    return redirect("casework:order", number=number)


@require_POST
def merge(request: HttpRequest, number: str) -> HttpResponse:
    try:
        card = services.merge_work_orders(
            number,
            into=request.POST.get("into", "").strip(),
            because=request.POST.get("reason", ""),
            by=request.actor,  # type: ignore[attr-defined]
        )
    except AccessDenied:
        raise
    except Refused as refused:
        return show(request, number, refused=refused, opened=Action.MERGE)
    messages.success(
        request, _("Merged into %(number)s. You can undo it there.") % {"number": card.merged_into}
    )
    return redirect("casework:order", number=number)


@require_POST
def split(request: HttpRequest, number: str) -> HttpResponse:
    """The chosen points of the message become demands of their own, each with its order."""
    try:
        made = services.split_work_order(
            number,
            parts=request.POST.getlist("part"),
            by=request.actor,  # type: ignore[attr-defined]
        )
    except AccessDenied:
        raise
    except Refused as refused:
        return show(request, number, refused=refused, opened="split")
    messages.success(
        request,
        ngettext("%(n)s order was split off.", "%(n)s orders were split off.", len(made)) % {"n": len(made)},
    )
    return redirect("casework:order", number=number)


@never_cache
@require_safe
def of_demand(request: HttpRequest, demand_id: int) -> HttpResponse:
    """The order of a demand just taken: registered at once, so that the call-taker need not wait for the worker."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    return redirect("casework:order", number=services.ensure_registered(demand_id, by=by))
