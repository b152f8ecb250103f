"""The home page and the pages that belong to no room."""

from http import HTTPStatus

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from shuzhi.domains.casework import services as casework
from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics import pages as statistics
from shuzhi.site.requests import problem, wants_json
from shuzhi.site.wiring import LISTENERS
from shuzhi.spine import access, clock, outbox
from shuzhi.spine.actors import Actor

PREFERENCES = {"mode": {"elder", "standard"}, "size": {"max", "normal"}, "contrast": {"high", "normal"}}
A_YEAR = 31_536_000
# So many events that nobody has heard yet are more than a busy minute leaves.
BEHIND = 10_000


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What a person came for first; then their own matters, then how the county did."""
    tracked = list(request.session.get("tracked", {}))
    return render(request, "home.html", {"tracked": tracked, "week": statistics.fragment(request)})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy.html")


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Large type, largest text and high contrast, kept in cookies so that the server draws the page right at once."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    response = redirect(back)
    for name, allowed in PREFERENCES.items():
        if (value := request.POST.get(name)) in allowed:
            response.set_cookie(
                name,
                value,
                max_age=A_YEAR,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=False,
            )
    return response


@require_safe
@never_cache
def platform_status(request: HttpRequest) -> HttpResponse:
    """Is the news travelling: public in short, with listeners and reasons for those who run the outbox."""
    actor = request.actor  # type: ignore[attr-defined]
    status = outbox.status(LISTENERS)
    return render(
        request,
        "status.html",
        {
            "status": status,
            "stopped": sum(one.failed_at is not None for one in status.listeners),
            "late": sum(one.behind > BEHIND for one in status.listeners),
            "behind": BEHIND,
            "detailed": access.allows_somewhere(actor, "spine.outbox"),
            "uncovered": registry.uncovered_year() if _keeps_calendar(actor) else None,
            "held": casework.count_held(by=actor) if casework.may_mend(actor) else None,
            "ledger": ledger.status(),
            "now": clock.now(),
        },
    )


def _keeps_calendar(actor: Actor) -> bool:
    return access.allows_somewhere(actor, "registry.edit") or access.allows_somewhere(actor, "spine.outbox")


@require_GET
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """For load balancers: 200 when the database answers, 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "fail", "checks": {"database": "fail"}}, status=503)
    return JsonResponse({"status": "pass", "checks": {"database": "pass"}})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if wants_json(request):
        return problem(HTTPStatus.NOT_FOUND, "not-found", "There is nothing at this address.")
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    title = _("The request is broken or larger than this server takes. Go back and send less.")
    if wants_json(request):
        return problem(HTTPStatus.BAD_REQUEST, "bad-request", title)
    return render(request, "stopped.html", {"title": title}, status=HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """Not allowed, or the form was too old to be trusted (CSRF)."""
    title = _("This is not allowed, or the page was open too long. Load it again and repeat the step.")
    if wants_json(request):
        return problem(HTTPStatus.FORBIDDEN, "access-denied", title)
    return render(request, "stopped.html", {"title": title}, status=HTTPStatus.FORBIDDEN)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the database and without the session: whatever failed, this page must not."""
    if wants_json(request):
        return problem(
            HTTPStatus.INTERNAL_SERVER_ERROR, "server-error", "This failed. Nothing is half-done; try again."
        )
    return HttpResponse(get_template("500.html").render({}), status=HTTPStatus.INTERNAL_SERVER_ERROR)
