"""Log-in, log-out, second factor, password and the page about one's own account."""

import unicodedata
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuzhi.site.login import factors, oidc
from shuzhi.site.login.forms import EnrolForm, LogInForm, PasswordForm, SecondFactorForm
from shuzhi.site.login.sessions import begin_session, finish_step, next_step, safe_back
from shuzhi.site.requests import client_address
from shuzhi.spine import accounts, audit
from shuzhi.spine.actors import ANONYMOUS
from shuzhi.spine.errors import Refused
from shuzhi.spine.models import User


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def log_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated and request.method != "POST":
        return redirect(next_step(request))
    form = LogInForm(request.POST or None)
    status = 200
    if form.is_valid():
        user = _known(request, form)
        if user is not None:
            return begin_session(request, user, back=safe_back(request, request.POST.get("next", "")))
        status = _say_why(request, form)
    back = safe_back(request, request.POST.get("next") or request.GET.get("next", ""))
    context = {"form": form, "next": back, "ended": request.session.pop("ended", False), "oidc": oidc.is_on()}
    return render(request, "login/log_in.html", context, status=status)


def _known(request: HttpRequest, form: LogInForm) -> User | None:
    username = unicodedata.normalize("NFKC", form.cleaned_data["username"])
    user = authenticate(request, username=username, password=form.cleaned_data["password"])
    if isinstance(user, User):
        return user
    # What was typed as a name may be a password: only a name that exists is kept, as its number.
    meant = User.objects.filter(username=username).values_list("pk", flat=True).first()
    subject = f"user:{meant}" if meant else "user"
    audit.record(ANONYMOUS, "login", subject, outcome="refused", address=client_address(request))
    return None


def _say_why(request: HttpRequest, form: LogInForm) -> int:
    """The same words whether the account exists or not; returns the HTTP status."""
    if getattr(request, "axes_locked_out", False):
        minutes = round(settings.AXES_COOLOFF_TIME.total_seconds() / 60)
        form.add_error(
            None, _("Too many wrong passwords. Log-in is closed for %(n)s minutes.") % {"n": minutes}
        )
        return HTTPStatus.TOO_MANY_REQUESTS
    form.add_error(None, _("User name or password is not right."))
    return 200


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User):
        audit.record(
            request.user.as_actor(), "logout", f"user:{request.user.pk}", address=client_address(request)
        )
    logout(request)
    messages.success(request, _("You are logged out."))
    return redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    user = request.user
    if not isinstance(user, User):
        return redirect("login")
    if "second_factor" not in request.session.get("steps", []):
        return redirect(next_step(request))
    form = SecondFactorForm(request.POST or None)
    if form.is_valid():
        if factors.prove(user, form.cleaned_data["code"]):
            audit.record(
                user.as_actor(), "login.second_factor", f"user:{user.pk}", address=client_address(request)
            )
            request.session.cycle_key()
            return redirect(finish_step(request, "second_factor"))
        audit.record(
            user.as_actor(),
            "login.second_factor",
            f"user:{user.pk}",
            outcome="refused",
            address=client_address(request),
        )
        wait = factors.seconds_to_wait(user)
        form.add_error("code", _("This code is not right. Wait %(n)s seconds and try again.") % {"n": wait})
    return render(request, "login/second_factor.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def enrol_second_factor(request: HttpRequest) -> HttpResponse:
    user = request.user
    if not isinstance(user, User):
        return redirect("login")
    key = request.session.setdefault("new_factor", factors.new_key())
    form = EnrolForm(request.POST or None)
    if form.is_valid():
        codes = factors.enrol(user, key=key, code=form.cleaned_data["code"])
        if codes is not None:
            del request.session["new_factor"]
            return _show_codes(request, codes, onward=finish_step(request, "enrol_second_factor"))
        form.add_error(
            "code", _("This code does not belong to the picture. Scan it again and write the newest code.")
        )
    context = {
        "form": form,
        "enrolment": factors.enrolment(user, key),
        "required": "enrol_second_factor" in request.session.get("steps", []),
        "replaces": factors.has_second_factor(user),
    }
    return render(request, "login/enrol.html", context)


@require_POST
@never_cache
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten fresh codes; the old ones end."""
    if not isinstance(request.user, User) or not factors.has_second_factor(request.user):
        return redirect("enrol_second_factor")
    return _show_codes(request, factors.new_recovery_codes(request.user), onward=next_step(request))


def _show_codes(request: HttpRequest, codes: list[str], *, onward: str) -> HttpResponse:
    return render(request, "login/recovery_codes.html", {"codes": codes, "onward": onward})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def change_password(request: HttpRequest) -> HttpResponse:
    user = request.user
    if not isinstance(user, User):
        return redirect("login")
    form = PasswordForm(request.POST or None)
    if form.is_valid() and _changed(user, form):
        user.refresh_from_db()
        update_session_auth_hash(request, user)
        messages.success(
            request, _("Your password is changed. Other places where you were logged in are logged out.")
        )
        return redirect(finish_step(request, "change_password"))
    owed = "change_password" in request.session.get("steps", [])
    return render(request, "login/change_password.html", {"form": form, "owed": owed})


def _changed(user: User, form: PasswordForm) -> bool:
    present, new = form.cleaned_data["present"], form.cleaned_data["new"]
    try:
        accounts.change_password(user.pk, present=present, new=new, by=user.as_actor())
    except accounts.WrongPassword as refused:
        form.add_error("present", refused.sentence)
    except Refused as refused:
        form.add_error("new", refused.sentence)
    return not form.errors


@require_safe
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """One's own account."""
    if not isinstance(request.user, User):
        return redirect("login")
    card = accounts.get_account(request.user.pk, by=request.user.as_actor())
    grants = [(accounts.role_label(grant.role), grant.unit, grant.area) for grant in card.grants]
    return render(request, "login/account.html", {"card": card, "grants": grants})
