"""How a session begins, which steps stand between the password and the desk, and how it ends."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from shuzhi.site.login.factors import has_second_factor
from shuzhi.site.requests import client_address, problem, wants_json
from shuzhi.spine import accounts, audit, clock
from shuzhi.spine.models import User

Respond = Callable[[HttpRequest], HttpResponse]

ABSOLUTE_END = timedelta(seconds=settings.SESSION_COOKIE_AGE)
NOTED_EVERY = timedelta(minutes=1)  # the moment of the last step is written at most so often
DESK = "/desk/"
BY_ITSELF = "Shuzhi-By-Itself"  # what scripts of open pages ask with when no person asked
ALWAYS_OPEN = ("login", "logout", "set_language", "preferences", "health")


def begin_session(request: HttpRequest, user: User, *, back: str = "", via: str = "password") -> HttpResponse:
    """Log a person in under a new session key, and lead to the first step that is still owed.

    via: "password", or "oidc" when the county's identity provider vouched for password and second factor.
    """
    request.session.flush()
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    stamp(request)
    request.session["back"] = back
    request.session["steps"] = _steps(user) if via == "password" else []
    audit.record(user.as_actor(), "login", f"user:{user.pk}", address=client_address(request), via=via)
    return redirect(next_step(request))


def stamp(request: HttpRequest) -> None:
    """Start the clocks of a new session, staff's or citizen's."""
    now = clock.now().isoformat()
    request.session["began_at"] = request.session["seen_at"] = now


def _steps(user: User) -> list[str]:
    """URL names, in the order in which they are owed."""
    enrolled = has_second_factor(user)
    owed = {
        "second_factor": enrolled,
        "change_password": accounts.password_is_due(user),
        "enrol_second_factor": settings.SHUZHI_REQUIRE_SECOND_FACTOR and not enrolled,
    }
    return [name for name, due in owed.items() if due]


def finish_step(request: HttpRequest, name: str) -> str:
    """Take a step off the list; returns the address of what comes next."""
    request.session["steps"] = [step for step in request.session.get("steps", []) if step != name]
    return next_step(request)


def next_step(request: HttpRequest) -> str:
    if steps := request.session.get("steps"):
        return reverse(steps[0])
    return safe_back(request, request.session.get("back", "")) or settings.LOGIN_REDIRECT_URL


def safe_back(request: HttpRequest, address: str) -> str:
    """The address when it leads to this site, else nothing: a link in a letter must not send people elsewhere."""
    ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if ours else ""


class StaffSessionMiddleware:
    """Ends idle and old sessions, holds half-finished log-ins at their step, and asks for log-in at the desk."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = "began_at" in request.session
        if known and _is_over(request):
            logout(request)
            request.session["ended"] = True
        elif known and not _is_by_itself(request):
            _note_step(request)
        if request.session.get("steps") and not _is_open(request):
            return _hold(request)
        if (
            request.path.startswith(DESK)
            and not request.path.endswith(".ics")
            and not request.user.is_authenticated
        ):
            return _ask_log_in(request)
        return self.respond(request)


def _is_over(request: HttpRequest) -> bool:
    now = clock.now()
    began = datetime.fromisoformat(request.session["began_at"])
    seen = datetime.fromisoformat(request.session["seen_at"])
    return now - seen > timedelta(minutes=settings.SHUZHI_IDLE_MINUTES) or now - began > ABSOLUTE_END


def _is_by_itself(request: HttpRequest) -> bool:
    """An open page that listens for news or renews itself: nobody sits there for that alone."""
    return BY_ITSELF in request.headers or "text/event-stream" in request.headers.get("Accept", "")


def _note_step(request: HttpRequest) -> None:
    now = clock.now()
    if now - datetime.fromisoformat(request.session["seen_at"]) >= NOTED_EVERY:
        request.session["seen_at"] = now.isoformat()


def _is_open(request: HttpRequest) -> bool:
    """Only the step that is due, and the way out."""
    return request.path in {reverse(name) for name in (request.session["steps"][0], *ALWAYS_OPEN)}


def _hold(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        return problem(403, "log-in-not-finished", _("Finish logging in first."))
    return redirect(next_step(request))


def _ask_log_in(request: HttpRequest) -> HttpResponse:
    there = f"{reverse('login')}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": there})
    return redirect(there)
