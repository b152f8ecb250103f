"""The way to the county's identity provider and back."""

from dataclasses import asdict

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from shuzhi.site.login import oidc, provider
from shuzhi.site.login.sessions import begin_session, safe_back
from shuzhi.site.requests import client_address
from shuzhi.spine import audit
from shuzhi.spine.actors import ANONYMOUS

KEPT = "oidc"


@require_GET
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    if not oidc.is_on():
        raise Http404
    attempt, address = oidc.begin(redirect_uri=_return_address(request))
    request.session[KEPT] = {**asdict(attempt), "back": safe_back(request, request.GET.get("next", ""))}
    return redirect(address)


@require_GET
@never_cache
def come_back(request: HttpRequest) -> HttpResponse:
    kept = request.session.pop(KEPT, None)
    request.session.save()  # now: with an answer of 500 and above Django keeps no change, and an attempt is good once
    if not oidc.is_on():
        raise Http404
    if kept is None:
        raise provider.ProviderFailed
    back = kept.pop("back")
    try:
        user = oidc.finish(
            oidc.Attempt(**kept),
            state=request.GET.get("state", ""),
            code=request.GET.get("code", ""),
            redirect_uri=_return_address(request),
        )
    except (provider.ProviderFailed, oidc.NoSuchAccount) as refused:
        audit.record(
            ANONYMOUS,
            "login",
            "user",
            outcome="refused",
            address=client_address(request),
            via="oidc",
            why=refused.code,
        )
        raise
    return begin_session(request, user, back=back, via="oidc")


def _return_address(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("oidc_return"))
