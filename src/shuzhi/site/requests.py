"""What every request passes: who acts, headers that keep pages safe, and one translation of every refusal."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shuzhi.site.login import bearer
from shuzhi.spine import access, accounts
from shuzhi.spine.actors import ANONYMOUS, Actor, citizen
from shuzhi.spine.errors import InvalidInput, Refused

Respond = Callable[[HttpRequest], HttpResponse]
API_PATHS = ("/api/", "/open311/")
log = logging.getLogger("shuzhi.refused")

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
PERMISSIONS_POLICY = "geolocation=(self), camera=(self), microphone=(), interest-cohort=()"


class SecurityHeadersMiddleware:
    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


class ActorMiddleware:
    """Sets `request.actor` (who acts) and `request.client_address`."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.client_address = client_address(request)  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        return self.respond(request)


def actor_of(request: HttpRequest) -> Actor:
    """A key, or a token of the county's identity provider, speaks for a system, a session for a person.

    On the API a session may read but not write: its views take no CSRF token, so a cookie must not be enough.
    """
    if header := request.headers.get("Authorization", ""):
        return bearer.authenticate(header) if bearer.is_token(header) else accounts.authenticate(header)
    if request.path.startswith(API_PATHS) and request.method not in {"GET", "HEAD", "OPTIONS"}:
        return ANONYMOUS
    if request.user.is_authenticated and isinstance(request.user, get_user_model()):
        return request.user.as_actor()
    if phone_hash := request.session.get("citizen_phone_hash"):
        return citizen(phone_hash)
    return ANONYMOUS


def client_address(request: HttpRequest) -> str:
    """The caller's address; the proxy's header counts only in production, where a proxy is required."""
    if settings.SHUZHI_PRODUCTION and (forwarded := request.headers.get("X-Forwarded-For")):
        return forwarded.rsplit(",", 1)[-1].strip()[:64]
    return str(request.META.get("REMOTE_ADDR", ""))[:64]


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith(API_PATHS) or request.headers.get("Accept", "").startswith(
        "application/json"
    )


def problem(status: int, code: str, title: str, **details: Any) -> JsonResponse:
    """An error as RFC 9457 asks: application/problem+json."""
    body = {"type": f"about:blank#{code}", "title": title, "status": status, "code": code, **details}
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
    return JsonResponse(body, status=status, content_type="application/problem+json", headers=headers)


class RefusalMiddleware:
    """Turns a refusal raised in any page into the sentence that the person can act on."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return self._refused(
                request, InvalidInput(field=_("address"), why=_("it holds a NUL, which no text has"))
            )
        return self.respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError):
            return busy(request, error)
        return self._refused(request, error) if isinstance(error, Refused) else None

    def _refused(self, request: HttpRequest, error: Refused) -> HttpResponse:
        log.info("%s %s: %s", request.method, request.path, error.code)
        if wants_json(request):
            return problem(error.status, error.code, error.sentence)
        return render(request, "refused.html", {"error": error, "back": _left(request)}, status=error.status)


def _left(request: HttpRequest) -> str:
    """The page on which the refused form stands; "" where the browser does not tell, or it is none of ours."""
    page = request.headers.get("Referer", "") if request.method == "POST" else ""
    ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return page if ours else ""


def busy(request: HttpRequest, error: OperationalError) -> HttpResponse:
    """The database is locked, full or away: the transaction is undone, and the person may try again."""
    log.error("%s %s: database: %s", request.method, request.path, error)
    title = _("The database cannot take this at the moment. Nothing was changed: try again in a minute.")
    if wants_json(request):
        response: HttpResponse = problem(HTTPStatus.SERVICE_UNAVAILABLE, "try-again", title)
    else:
        page = get_template("500.html").render({})
        response = HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = "60"
    return response


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What base templates need: modes, language, whether the data are synthetic, which menu entries to show."""
    actor = getattr(request, "actor", ANONYMOUS)
    return {
        "actor": actor,
        "mode": request.COOKIES.get("mode", ""),
        "size": request.COOKIES.get("size", ""),
        "contrast": request.COOKIES.get("contrast", ""),
        "language": get_language(),
        "site_name": settings.SHUZHI_NAME_EN if get_language() == "en" else settings.SHUZHI_NAME,
        "government": settings.SHUZHI_GOVERNMENT_EN if get_language() == "en" else settings.SHUZHI_GOVERNMENT,
        "synthetic": settings.SHUZHI_SYNTHETIC,
        "hotline": settings.SHUZHI_HOTLINE,
        "may": Menu(actor),
    }


class Menu:
    """`{% if may.casework_dispatch %}`: whether the actor holds casework.dispatch anywhere; "__" stands for "_"."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def __getitem__(self, name: str) -> bool:
        return access.allows_somewhere(self.actor, name.replace("_", ".", 1).replace("__", "_"))
