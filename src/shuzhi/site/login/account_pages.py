"""The security administrator's pages: accounts, roles, application keys."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuzhi.domains.registry import services as registry
from shuzhi.site.login.forms import (
    AccountFilter,
    AccountForm,
    GrantForm,
    KeyForm,
    NewAccountForm,
    ReasonForm,
    end_of_day,
    presets,
)
from shuzhi.spine import access, accounts
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput, Refused

PAGE = 50


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


@require_safe
@never_cache
def list_accounts(request: HttpRequest) -> HttpResponse:
    form = AccountFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = accounts.accounts(
        search=chosen.get("search", ""),
        role=chosen.get("role", ""),
        after=chosen.get("after") or 0,
        limit=PAGE + 1,
        by=_actor(request),
    )
    units = {unit.code: unit.label for unit in registry.units()}
    rows = [
        (card, units.get(card.unit, card.unit), [accounts.role_label(grant.role) for grant in card.grants])
        for card in found[:PAGE]
    ]
    more = found[PAGE - 1].id if len(found) > PAGE else None
    return render(request, "login/accounts.html", {"form": form, "rows": rows, "more": more})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_account(request: HttpRequest) -> HttpResponse:
    access.require(_actor(request), "spine.accounts")
    form = NewAccountForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = accounts.create_account(
                data["username"],
                name=data["name"],
                unit=data["unit"],
                phone=data["phone"],
                by=_actor(request),
            )
        except Refused as refused:
            _blame(form, refused, otherwise="username")
        else:
            return _show_password(request, made.account, made.initial_password)
    return render(request, "login/account_new.html", {"form": form})


def _blame(form: AccountForm | KeyForm, refused: Refused, *, otherwise: str) -> None:
    """Show a refusal at the field that caused it."""
    if isinstance(refused, InvalidInput) and refused.details.get("field") in form.fields:
        form.add_error(refused.details["field"], refused.details["why"])
    else:
        form.add_error(otherwise, refused.sentence)


def _show_password(request: HttpRequest, card: accounts.AccountCard, password: str) -> HttpResponse:
    return render(request, "login/initial_password.html", {"card": card, "password": password})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit_account(request: HttpRequest, user_id: int) -> HttpResponse:
    access.require(_actor(request), "spine.accounts")
    card = accounts.get_account(user_id, by=_actor(request))
    form = AccountForm(request.POST or None, initial=presets(card))
    if form.is_valid():
        try:
            accounts.edit_account(user_id, **form.cleaned_data, by=_actor(request))
        except Refused as refused:
            _blame(form, refused, otherwise="name")
        else:
            messages.success(request, _("Saved."))
            return redirect("account_edit", user_id)
    return _show_account(request, card, form, GrantForm(auto_id="grant_%s"))


def _show_account(
    request: HttpRequest, card: accounts.AccountCard, form: AccountForm, grant_form: GrantForm
) -> HttpResponse:
    grants = [(accounts.role_label(grant.role), grant) for grant in card.grants]
    own = _actor(request).id == str(card.id)
    context = {"card": card, "form": form, "grant_form": grant_form, "grants": grants, "own": own}
    return render(request, "login/account_edit.html", context)


@require_POST
def grant(request: HttpRequest, user_id: int) -> HttpResponse:
    form = GrantForm(request.POST, auto_id="grant_%s")
    card = accounts.get_account(user_id, by=_actor(request))
    if form.is_valid():
        try:
            accounts.grant_role(user_id, **form.cleaned_data, by=_actor(request))
        except InvalidInput as refused:
            form.add_error(refused.details["field"], refused.details["why"])
        else:
            messages.success(request, _("The role was granted."))
            return redirect("account_edit", user_id)
    return _show_account(request, card, AccountForm(initial=presets(card)), form)


@require_POST
def revoke(request: HttpRequest, user_id: int) -> HttpResponse:
    place = {name: request.POST.get(name, "") for name in ("role", "unit", "area")}
    accounts.revoke_role(user_id, **place, because=_reason(request), by=_actor(request))
    messages.success(request, _("The role was revoked."))
    return redirect("account_edit", user_id)


STEPS: dict[str, Callable[..., object]] = {
    "deactivate": accounts.deactivate_account,
    "reactivate": accounts.reactivate_account,
    "unlock": accounts.unlock,
    "second-factor": accounts.reset_second_factor,
}


@require_POST
def take_step(request: HttpRequest, user_id: int, step: str) -> HttpResponse:
    """Close, reopen or unlock an account, or remove its second factor."""
    if step not in STEPS:
        raise Http404
    STEPS[step](user_id, because=_reason(request), by=_actor(request))
    messages.success(request, _("Done."))
    return redirect("account_edit", user_id)


@require_POST
@never_cache
def reset_password(request: HttpRequest, user_id: int) -> HttpResponse:
    password = accounts.reset_password(user_id, because=_reason(request), by=_actor(request))
    return _show_password(request, accounts.get_account(user_id, by=_actor(request)), password)


def _reason(request: HttpRequest) -> str:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(field=_("Reason"), why=_("write the reason, in at most 200 characters"))
    return str(form.cleaned_data["because"])


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def application_keys(request: HttpRequest) -> HttpResponse:
    form = KeyForm(request.POST or None)
    made = None
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = accounts.create_key(
                data["name"], scopes=data["scopes"].split(), expires_at=end_of_day(form), by=_actor(request)
            )
        except InvalidInput as refused:
            field = {"expires_at": "expires_on"}.get(refused.details["field"], refused.details["field"])
            form.add_error(field, refused.details["why"])
    context = {"form": form, "made": made, "keys": accounts.application_keys(by=_actor(request))}
    return render(request, "login/keys.html", context)


@require_POST
def revoke_key(request: HttpRequest, key_id: str) -> HttpResponse:
    accounts.revoke_key(key_id, because=_reason(request), by=_actor(request))
    messages.success(request, _("The key is revoked."))
    return redirect("application_keys")
