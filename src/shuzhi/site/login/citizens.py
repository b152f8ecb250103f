"""How citizens get in: a phone number and a one-time code. No account, no password."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from shuzhi.domains.notices import services as notices
from shuzhi.site.login.forms import PhoneCodeForm, PhoneForm
from shuzhi.site.login.sessions import safe_back, stamp
from shuzhi.site.requests import client_address
from shuzhi.spine import audit
from shuzhi.spine.actors import ANONYMOUS, citizen
from shuzhi.spine.errors import InvalidInput, Refused
from shuzhi.spine.sealing import lookup_hash, seal, unseal

PURPOSE = "log_in"
WAITING = "citizen_waiting"  # session: the sealed phone, until its code is given
BACK = "citizen_back"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask_phone(request: HttpRequest) -> HttpResponse:
    form = PhoneForm(request.POST or None)
    status = 200
    if form.is_valid():
        try:
            phone = notices.normal_phone(form.cleaned_data["phone"])
            language = get_language() or settings.LANGUAGE_CODE
            notices.send_code(
                phone, purpose=PURPOSE, address=client_address(request), language=language, by=ANONYMOUS
            )
        except InvalidInput as refused:
            form.add_error("phone", refused.details["why"])
        except Refused as refused:
            form.add_error("phone", refused.sentence)
            status = refused.status
        else:
            request.session[WAITING] = seal(phone)
            request.session[BACK] = safe_back(request, request.POST.get("next", ""))
            return redirect("citizen_code")
    back = safe_back(request, request.POST.get("next") or request.GET.get("next", ""))
    return render(request, "login/citizen_phone.html", {"form": form, "next": back}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask_code(request: HttpRequest) -> HttpResponse:
    phone = unseal(cast(str, request.session.get(WAITING, "")))
    if not phone:
        return redirect("citizen_login")
    form = PhoneCodeForm(request.POST or None)
    status = 200
    if form.is_valid():
        try:
            notices.check_code(phone, form.cleaned_data["code"], purpose=PURPOSE)
        except Refused as refused:
            form.add_error("code", refused.sentence)
            status = refused.status
        else:
            return _let_in(request, phone)
    ending = phone[-4:]
    return render(request, "login/citizen_code.html", {"form": form, "ending": ending}, status=status)


def _let_in(request: HttpRequest, phone: str) -> HttpResponse:
    back = request.session.get(BACK) or "/me/messages/"
    request.session.flush()
    request.session["citizen_phone_hash"] = lookup_hash(phone)
    stamp(request)
    person = citizen(lookup_hash(phone))
    audit.record(person, "login", "citizen", address=client_address(request), via="code")
    return redirect(back)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    request.session.flush()
    messages.success(request, _("You are logged out."))
    return redirect("home")
