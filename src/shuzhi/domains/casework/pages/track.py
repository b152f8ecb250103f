"""The requester's pages: find a demand with the two codes, see its journey, rate, reopen, appeal, withdraw."""

from typing import BinaryIO, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuzhi.domains.casework import labels, services
from shuzhi.domains.casework.lifecycle import Action, Given
from shuzhi.domains.intake import services as intake
from shuzhi.domains.notices import services as notices
from shuzhi.domains.notices.cards import Recipient, RecipientKind
from shuzhi.spine.errors import NotFound

MOST_REMEMBERED = 20


class CodesForm(forms.Form):
    public_code = forms.CharField(
        label=gettext_lazy("Code of the demand"),
        help_text=gettext_lazy("It stands on your receipt and in the text message, for example YJ-7K3M-Q2XW"),
        max_length=24,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": gettext_lazy("Write the code of the demand")},
    )
    query_code = forms.CharField(
        label=gettext_lazy("Query code"),
        help_text=gettext_lazy("The second code on the receipt: it keeps your demand private"),
        max_length=24,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": gettext_lazy("Write the query code")},
    )


class RatingForm(forms.Form):
    contacted = forms.TypedChoiceField(choices=[("1", ""), ("0", "")], coerce=lambda value: value == "1")
    solved = forms.TypedChoiceField(choices=[("1", ""), ("0", "")], coerce=lambda value: value == "1")
    satisfaction = forms.TypedChoiceField(choices=[(str(n), "") for n in range(1, 6)], coerce=int)
    comment = forms.CharField(required=False, max_length=2000)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """The two codes in, the journey out."""
    form = CodesForm(request.POST or None, initial={"public_code": request.GET.get("public_code", "")[:24]})
    if request.method == "POST" and form.is_valid():
        codes = form.cleaned_data
        try:
            demand = intake.track(
                codes["public_code"],
                codes["query_code"],
                by=request.actor,  # type: ignore[attr-defined]
                address=request.client_address,  # type: ignore[attr-defined]
            )
        except NotFound:
            form.add_error("public_code", _("No demand fits these two codes. Compare them with the receipt."))
        else:
            remember(request, demand.public_code, demand.id)
            return redirect("casework:progress", public_code=demand.public_code)
    status = 200 if not form.errors else 422
    return render(request, "casework/track.html", {"form": form, "mine": remembered(request)}, status=status)


def remember(request: HttpRequest, public_code: str, demand_id: int) -> None:
    """Keep in this visitor's session that both codes were known."""
    kept = {**request.session.get("tracked", {}), public_code: demand_id}
    request.session["tracked"] = dict(list(kept.items())[-MOST_REMEMBERED:])


def remembered(request: HttpRequest) -> dict[str, int]:
    tracked: dict[str, int] = request.session.get("tracked", {})
    return tracked


def _own_demand(request: HttpRequest, public_code: str) -> int:
    try:
        return remembered(request)[public_code]
    except KeyError:
        raise NotFound(what=public_code) from None


@never_cache
@require_safe
def progress(request: HttpRequest, public_code: str) -> HttpResponse:
    """The journey of one demand: what happens next first, then every step."""
    if public_code not in remembered(request):
        return redirect(f"{reverse('casework:track')}?{urlencode({'public_code': public_code})}")
    demand_id = _own_demand(request, public_code)
    demand = intake.get_demand(demand_id, by=request.actor, tracked=(demand_id,))  # type: ignore[attr-defined]
    try:
        card = services.progress_of(demand_id, by=request.actor)  # type: ignore[attr-defined]
    except NotFound:
        card = None  # just received: the work order follows within seconds
    names = labels.names()
    return render(
        request,
        "casework/progress.html",
        {
            "demand": demand,
            "progress": card,
            "stages": labels.STAGES,
            "category": names.category(demand.category) if demand.category else "",
            "area": names.area(demand.area) if demand.area else "",
            "satisfaction": labels.SATISFACTION,
        },
    )


@never_cache
@require_safe
def letter(request: HttpRequest, public_code: str) -> HttpResponse:
    """The decision as a letter to print. No receipt, no letter."""
    demand_id = _own_demand(request, public_code)
    demand = intake.get_demand(demand_id, by=request.actor, tracked=(demand_id,))  # type: ignore[attr-defined]
    card = services.letter_of(demand_id, by=request.actor)  # type: ignore[attr-defined]
    return render(request, "casework/letter.html", {"demand": demand, "letter": card})


@require_POST
def rate(request: HttpRequest, public_code: str) -> HttpResponse:
    demand_id = _own_demand(request, public_code)
    form = RatingForm(request.POST)
    if form.is_valid():
        services.rate_outcome(demand_id, **form.cleaned_data, by=request.actor)  # type: ignore[attr-defined]
        messages.success(request, _("Thank you. Your judgement is recorded."))
    else:
        messages.error(request, _("Answer all three questions: contacted, solved, satisfied."))
    return redirect("casework:progress", public_code=public_code)


_CITIZEN_STEPS = {"reopen": Action.REOPEN, "appeal": Action.APPEAL, "withdraw": Action.WITHDRAW}


@require_POST
def step(request: HttpRequest, public_code: str, action: str) -> HttpResponse:
    """Reopen, appeal or withdraw: each wants a reason."""
    demand_id = _own_demand(request, public_code)
    if action not in _CITIZEN_STEPS:
        raise NotFound(what=action)
    services.take_step(
        services.number_of_demand(demand_id),
        action=_CITIZEN_STEPS[action],
        given=Given(reason=request.POST.get("reason", "")),
        tracked=(demand_id,),
        by=request.actor,  # type: ignore[attr-defined]
    )
    messages.success(request, _("Done. You see the new step below."))
    return redirect("casework:progress", public_code=public_code)


@require_POST
def supplement(request: HttpRequest, public_code: str) -> HttpResponse:
    """More words, more photos, or both."""
    demand_id = _own_demand(request, public_code)
    by, photos = request.actor, request.FILES.getlist("photo")  # type: ignore[attr-defined]
    text = request.POST.get("text", "")
    with transaction.atomic():
        if text.strip() or not photos:
            intake.supplement(demand_id, text=text, by=by, tracked=(demand_id,))
        for photo in photos:
            intake.add_photo(demand_id, cast("BinaryIO", photo.file), by=by, tracked=(demand_id,))
    messages.success(request, _("Added. The unit sees it at once."))
    return redirect("casework:progress", public_code=public_code)


@require_POST
def follow(request: HttpRequest, public_code: str) -> HttpResponse:
    """Ask for news of the demand at a phone or an e-mail address."""
    _own_demand(request, public_code)
    address = request.POST.get("address", "").strip()
    kind = RecipientKind.EMAIL if "@" in address else RecipientKind.PHONE
    followed = notices.subscribe(
        public_code,
        to=Recipient(kind, address),
        language=get_language() or "zh-hans",
        by=request.actor,  # type: ignore[attr-defined]
    )
    if followed.state == "active":
        messages.success(request, _("You get news of every step from now on."))
    else:
        messages.success(request, _("We sent you a link. Open it once, then you get news of every step."))
    return redirect("casework:progress", public_code=public_code)
