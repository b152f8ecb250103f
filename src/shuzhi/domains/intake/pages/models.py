"""The text models for the data steward: which serve, how well, what people changed, and which may take over."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shuzhi.domains.intake import services
from shuzhi.domains.intake.cards import DriftCard, ModelCard
from shuzhi.domains.intake.kinds import KINDS
from shuzhi.domains.registry import services as registry
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import Refused

TARGETS = {"category": gettext_lazy("Category"), "kind": gettext_lazy("Type")}

_WEAKEST = 12


@never_cache
@require_safe
def models(request: HttpRequest) -> HttpResponse:
    return _list(request)


@never_cache
@require_safe
def model(request: HttpRequest, version: str) -> HttpResponse:
    return _one(request, version)


@require_POST
def promote(request: HttpRequest, version: str) -> HttpResponse:
    try:
        services.promote_model(version, because=request.POST.get("because", ""), by=_actor(request))
    except Refused as refusal:
        return _one(request, version, refusal)
    messages.success(request, _("It makes the suggestions from now on."))
    return redirect("intake:model", version)


@require_POST
def roll_back(request: HttpRequest, version: str) -> HttpResponse:
    by = _actor(request)
    target = services.model(version, by=by).entry.target
    try:
        serving = services.rollback_model(target, because=request.POST.get("because", ""), by=by)
    except Refused as refusal:
        return _one(request, version, refusal)
    messages.success(request, _("The earlier model makes the suggestions again."))
    return redirect("intake:model", serving.entry.version)


@require_POST
def learn(request: HttpRequest) -> HttpResponse:
    """Begin to train from what people chose; what is learnt waits for a person to promote it."""
    try:
        services.start_learning(request.POST.get("target", ""), by=_actor(request))
    except Refused as refusal:
        return _list(request, refusal)
    messages.success(
        request,
        _(
            "It learns now, which takes minutes. The new model will stand here; look at its figures before it serves."
        ),
    )
    return redirect("intake:models")


def _list(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    by = _actor(request)
    cards = services.models(by=by)
    context = {
        "targets": [
            (target, label, [(one, _reason(one)) for one in cards if one.entry.target == target], drift)
            for (target, label), drift in zip(TARGETS.items(), services.drift(by=by), strict=True)
        ],
        "changes": services.model_changes(by=by),
        "refusal": refusal,
    }
    return render(request, "intake/models.html", context, status=refusal.status if refusal else 200)


def _one(request: HttpRequest, version: str, refusal: Refused | None = None) -> HttpResponse:
    by = _actor(request)
    card = services.model(version, by=by)
    names = _names(card.entry.target)
    entry = card.entry
    classes = [
        (names.get(name, name), f1, entry.intervals.get(name))
        for name, f1 in sorted(entry.f1.items(), key=lambda pair: pair[1])
    ]
    context = {
        "card": card,
        "entry": entry,
        "target": TARGETS[entry.target],
        "why_not": _reason(card),
        "weakest": classes[:_WEAKEST],
        "better": classes[_WEAKEST:],
        "groups": [(_group(name), f1) for name, f1 in sorted(entry.groups.items())],
        "corrections": [
            (names.get(one.suggested, one.suggested), names.get(one.chosen, one.chosen), one.count)
            for one in services.corrections(entry.target, by=by)
        ],
        "confusion": services.confusion_of(version, by=by),
        "drift": _drift(entry.target, by) if card.serving else None,
        "automatic": entry.automatic_from <= 1,
        "refusal": refusal,
    }
    return render(request, "intake/model.html", context, status=refusal.status if refusal else 200)


@never_cache
@require_safe
def confusion(request: HttpRequest, version: str) -> HttpResponse:
    """The picture of what the model mixes up."""
    picture = services.confusion_of(version, by=_actor(request))
    return HttpResponse(picture, content_type="image/svg+xml", status=200 if picture else 404)


def _names(target: str) -> dict[str, str]:
    """Names of classes: of categories by path and by code, of types by code."""
    if target == "kind":
        return {code: str(label) for code, label in KINDS.items()} | {"other": _("none of them")}
    found: dict[str, str] = {}
    for one in registry.categories():
        shown = " › ".join(one.path_label)
        found |= {"/".join(one.path): shown, one.code: shown}
    return found


def _group(name: str) -> str:
    lengths = {"short": _("short messages"), "middle": _("middling messages"), "long": _("long messages")}
    areas = {one.code[:9]: one.label for one in registry.areas()}
    return lengths.get(name) or areas.get(name) or name


def _drift(target: str, by: Actor) -> DriftCard:
    return next(one for one in services.drift(by=by) if one.field == target)


def _reason(card: ModelCard) -> str:
    return str(services.WHY_NOT.get(card.why_not, card.why_not))


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
