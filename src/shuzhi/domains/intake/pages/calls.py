"""The call-taker's page: everything by keyboard, repeat caller, similar demands and articles beside the words."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from shuzhi.domains.intake import services
from shuzhi.domains.intake.cards import DemandDraft
from shuzhi.domains.intake.forms import CallForm
from shuzhi.domains.knowledge import services as knowledge
from shuzhi.spine import access
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput

_UNPROCESSABLE = 422
_ARTICLES = 3


@never_cache
@require_http_methods(["GET", "POST"])
def receive_call(request: HttpRequest) -> HttpResponse:
    actor = _call_taker(request)
    if request.method == "GET":
        form = CallForm(initial={"key": str(uuid.uuid4()), "phone": request.GET.get("phone", "")[:40]})
        return render(request, "intake/call.html", {"form": form, **_beside(form, actor)})
    form = CallForm(request.POST)
    if form.is_valid() and "look" not in request.POST:
        try:
            receipt = services.receive_demand(_draft(form), by=actor)
        except InvalidInput as refused:
            key = refused.details.get("key", "")
            form.add_error(key if key in form.fields else None, refused.details["why"])
        else:
            return redirect("casework:order_of_demand", demand_id=receipt.demand_id)
    if "look" in request.POST:
        form = CallForm(initial=request.POST.dict())
        return render(request, "intake/call.html", {"form": form, **_beside(form, actor)})
    return render(request, "intake/call.html", {"form": form, **_beside(form, actor)}, status=_UNPROCESSABLE)


@never_cache
@require_POST
def beside_call(request: HttpRequest) -> HttpResponse:
    """The part beside the form, fetched while the call-taker types."""
    actor = _call_taker(request)
    return render(
        request, "intake/parts/beside_call.html", _beside(CallForm(initial=request.POST.dict()), actor)
    )


def _call_taker(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    access.require_somewhere(actor, "intake.receive")
    return actor


def _draft(form: CallForm) -> DemandDraft:
    given = form.cleaned_data
    return DemandDraft(
        channel="hotline",
        text=given["text"],
        place=given["place"],
        kind=given["kind"],
        phone=given["phone"],
        name=given["name"],
        enterprise=given["enterprise"],
        tags=given["tags"],
        anonymous=given["anonymous"],
        secret=given["secret"],
        same_as=given["same_as"],
        idempotency_key=given["key"],
    )


def _beside(form: CallForm, actor: Actor) -> dict[str, object]:
    words = "\n".join(str(form[name].value() or "") for name in ("text", "place")).strip()
    try:
        calls = services.calls_of(str(form["phone"].value() or ""), by=actor)
    except InvalidInput:
        calls = []  # half a number is no number yet
    return {
        "calls": calls,
        "similar": services.find_similar(words) if words else [],
        "suggested": services.suggest_places(words),
        "articles": knowledge.find_articles(words, top=_ARTICLES, by=actor) if words else [],
        "chosen": str(form["same_as"].value() or ""),
    }
