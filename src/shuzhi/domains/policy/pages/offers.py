"""The person's own page behind the link of an offer: why, yes or no by one click, decisions, dispute, files to check."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shuzhi.domains.policy import services, telling
from shuzhi.domains.policy.states import ADVERSE, OUTCOME_LABELS, STATE_LABELS, State
from shuzhi.spine import limits
from shuzhi.spine.errors import InvalidInput

TRIES_A_MINUTE = 30


@never_cache
@require_safe
def offer(request: HttpRequest, secret: str) -> HttpResponse:
    """What was found, where it stands, and what the person may do."""
    return _show(request, secret)


@require_POST
def answer(request: HttpRequest, secret: str) -> HttpResponse:
    """Yes or no. A no is kept and nobody asks again; it may become a yes later."""
    accepted = request.POST.get("answer") == "yes"
    state = services.answer_offer(secret, accepted=accepted, by=request.actor)  # type: ignore[attr-defined]
    if not accepted:
        messages.success(
            request, _("You said no. We will not ask again; you may still change your mind here.")
        )
    elif state == State.GRANTED:
        messages.success(
            request,
            _("Granted. It takes effect once it is witnessed, usually within seconds; load this page again."),
        )
    else:
        messages.success(request, _("Thank you. A person now decides and you will see the result here."))
    return redirect("policy:offer", secret)


@require_POST
def dispute(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask a human to look again."""
    try:
        services.dispute_by_link(secret, words=request.POST.get("words", ""), by=request.actor)  # type: ignore[attr-defined]
    except InvalidInput as refusal:
        return _show(request, secret, wrong=refusal.details["why"])
    messages.success(request, _("A human, another one than decided before, now looks at it."))
    return redirect("policy:offer", secret)


@never_cache
@require_safe
def decision(request: HttpRequest, secret: str, number: int) -> HttpResponse:
    """The file with which a decision can be worked out again, offline."""
    response = HttpResponse(services.decision_file(secret, number), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="decision-{number}.json"'
    return response


@never_cache
@require_safe
def decision_notice(request: HttpRequest, secret: str, number: int) -> HttpResponse:
    """A decision as a notice to print. No receipt, no notice."""
    card = services.decision_notice(secret, number)
    adverse = card.decision.outcome in ADVERSE
    context = {
        "card": card,
        "secret": secret,
        "outcome": OUTCOME_LABELS[card.decision.outcome],
        "mood": "no" if adverse else "yes",
    }
    return render(request, "policy/decision.html", context)


def _show(request: HttpRequest, secret: str, *, wrong: str = "") -> HttpResponse:
    address = request.client_address  # type: ignore[attr-defined]
    limits.count(f"policy.offer:{address}", at_most=TRIES_A_MINUTE, per_seconds=60)
    detail = services.entitlement_of_link(secret)
    card = detail.entitlement
    context = {
        "detail": detail,
        "card": card,
        "secret": secret,
        "wrong": wrong,
        "amount": telling.yuan(card.amount_fen),
        "state": STATE_LABELS[card.state],
        "decisions": [(one, OUTCOME_LABELS[one.outcome]) for one in detail.decisions],
        "may_answer": card.state in (State.OFFERED, State.DECLINED),
    }
    return render(request, "policy/offer.html", context, status=422 if wrong else 200)
