"""The county's identity provider, as its discovery document describes it (OpenID Connect Discovery 1.0)."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shuzhi.spine.errors import Refused

TIMEOUT_S = 10.0
CLOCKS_DIFFER_S = 60
# Signatures by a key pair only: with a shared secret, or none, anybody who knows the client could sign.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class ProviderFailed(Refused):
    code, status = "identity-provider-failed", HTTPStatus.BAD_GATEWAY
    message = _(
        "The identity provider could not confirm who you are. Try again, or log in with your password."
    )


def metadata() -> dict[str, Any]:
    """The provider's discovery document, which must name itself as we do (OpenID Connect Discovery 1.0, 4.3)."""
    issuer = settings.SHUZHI_OIDC_ISSUER
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise RuntimeError("SHUZHI_OIDC_ISSUER must begin with https://")
    document = fetch(httpx.Request("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
    if document.get("issuer") != issuer:
        raise ProviderFailed
    return document


def fetch(request: httpx.Request) -> dict[str, Any]:
    try:
        with httpx.Client(timeout=TIMEOUT_S) as client:
            answer = client.send(request)
            answer.raise_for_status()
            document = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderFailed from error
    if not isinstance(document, dict):
        raise ProviderFailed
    return document
