"""Demands without a work order: why, what to mend, try again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shuzhi.domains.casework import services
from shuzhi.domains.casework.pages.moves import small_number
from shuzhi.spine.actors import Actor


@never_cache
@require_safe
def held(request: HttpRequest) -> HttpResponse:
    """What is held, the oldest first, each with what somebody has to do."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    context = {"held": services.held_demands(by=by), "count": services.count_held(by=by)}
    return render(request, "casework/held.html", context)


@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """Try again: one demand, or all of them when none is named."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    named = [one for word in request.POST.getlist("demand") if (one := small_number(word)) is not None]
    released = services.release_held(named if "demand" in request.POST else None, by=by)
    messages.success(
        request,
        ngettext("%(n)s demand is being tried again.", "%(n)s demands are being tried again.", released)
        % {"n": released},
    )
    return redirect("casework:held")
