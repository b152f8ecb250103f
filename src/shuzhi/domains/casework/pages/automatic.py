"""Orders that went to their units by themselves: what to look at, what has been shown, from which confidence on."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shuzhi.domains.casework import services
from shuzhi.domains.casework.automation import GOAL
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import AccessDenied, InvalidInput, NotFound, Refused


@never_cache
@require_safe
def automatic(request: HttpRequest) -> HttpResponse:
    return _show(request)


def _show(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    by: Actor = request.actor  # type: ignore[attr-defined]
    proofs = services.routing_proofs(by=by)
    rule = services.automatic_rule()
    context = {
        "waiting": services.automatic_orders(by=by),
        "seen": services.automatic_orders(looked_at=True, by=by),
        "proofs": proofs,
        "goal": GOAL,
        "rule": rule,
        "paused": rule and not any(one.proven for one in proofs if one.floor_ppm == rule.confidence_ppm),
        "rules": services.automatic_rules(by=by),
        "typed": request.POST,
        "refused": refused,
    }
    return render(request, "casework/automatic.html", context, status=refused.status if refused else 200)


@require_POST
def set_rule(request: HttpRequest) -> HttpResponse:
    """From a day on, let orders go by themselves from a confidence on, or none."""
    sent = request.POST
    try:
        services.set_automatic_dispatch(
            _confidence(sent.get("confidence", "")),
            because=sent.get("because", ""),
            from_date=_day(sent.get("from_date", "")),
            by=request.actor,  # type: ignore[attr-defined]
        )
    except AccessDenied:
        raise
    except Refused as refused:
        return _show(request, refused)
    messages.success(request, _("Kept. It holds from that day on."))
    return redirect("casework:automatic")


@require_POST
def keep(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody has looked at an order that went by itself, and it is right."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    try:
        services.keep_automatic_dispatch(number, by=by)
    except (AccessDenied, NotFound):
        raise
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, _("%(number)s stays where it is.") % {"number": number})
    return redirect("casework:automatic")


def _confidence(sent: str) -> int:
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) <= 7 else -1


def _day(sent: str) -> date | None:
    try:
        day = parse_date(sent)
    except ValueError:
        day = None
    if sent and day is None:
        raise InvalidInput(field=_("From"), key="from_date", why=_("write a day as 2026-05-31."))
    return day
