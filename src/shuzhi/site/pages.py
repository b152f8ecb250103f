"""The home page and the pages that belong to no room."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from shuzhi.domains.statistics import pages as statistics
from shuzhi.site.wiring import LISTENERS
from shuzhi.spine import access, clock, outbox

PREFERENCES = {"mode": {"elder", "standard"}, "size": {"max", "normal"}, "contrast": {"high", "normal"}}
A_YEAR = 31_536_000


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
    return render(
        request,
        "status.html",
        {
            "status": outbox.status(LISTENERS),
            "detailed": access.allows_somewhere(actor, "spine.outbox"),
            "now": clock.now(),
        },
    )


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
