"""Staff log-in through the county's own identity provider: OpenID Connect Core 1.0, code flow with PKCE (RFC 7636).

Off while SHUZHI_OIDC_ISSUER is empty; needs the extra `oidc`. It opens accounts that exist and never makes one.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from shuzhi.site.login import provider
from shuzhi.spine import clock
from shuzhi.spine.errors import Refused
from shuzhi.spine.models import User


class NoSuchAccount(Refused):
    code, status = "no-such-account", HTTPStatus.FORBIDDEN
    message = _("You have no account here. Ask your security administrator for one.")


@dataclass(frozen=True)
class Attempt:
    """What the session keeps until the provider sends the browser back; each value is good once."""

    state: str
    nonce: str
    verifier: str


def is_on() -> bool:
    return bool(settings.SHUZHI_OIDC_ISSUER)


def begin(*, redirect_uri: str) -> tuple[Attempt, str]:
    """A fresh attempt, and the provider's address to which the browser goes."""
    from authlib.common.security import generate_token
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    attempt = Attempt(generate_token(32), generate_token(32), generate_token(64))
    address = prepare_grant_uri(
        provider.metadata()["authorization_endpoint"],
        client_id=settings.SHUZHI_OIDC_CLIENT_ID,
        response_type="code",
        redirect_uri=redirect_uri,
        scope="openid profile",
        state=attempt.state,
        nonce=attempt.nonce,
        code_challenge=create_s256_code_challenge(attempt.verifier),
        code_challenge_method="S256",
    )
    return attempt, str(address)


def finish(attempt: Attempt, *, state: str, code: str, redirect_uri: str) -> User:
    """The account that the provider vouches for. Raises ProviderFailed or NoSuchAccount."""
    if not hmac.compare_digest(attempt.state.encode(), state.encode()) or not code:
        raise provider.ProviderFailed
    metadata = provider.metadata()
    token = _exchange(metadata, attempt, code, redirect_uri)
    claims = _verified(metadata, token, nonce=attempt.nonce)
    name = claims.get(settings.SHUZHI_OIDC_CLAIM)
    user = (
        User.objects.filter(username=name, is_active=True).first() if name and isinstance(name, str) else None
    )
    if user is None:
        raise NoSuchAccount
    return user


def _exchange(metadata: Mapping[str, Any], attempt: Attempt, code: str, redirect_uri: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": settings.SHUZHI_OIDC_CLIENT_ID,
        "client_secret": settings.SHUZHI_OIDC_CLIENT_SECRET,
        "code_verifier": attempt.verifier,
    }
    return provider.fetch(httpx.Request("POST", metadata["token_endpoint"], data=form))


def _verified(metadata: Mapping[str, Any], token: Mapping[str, Any], *, nonce: str) -> Mapping[str, Any]:
    """The ID token's claims once signature, issuer, audience, times and nonce are right (OpenID Connect Core 3.1.3.7)."""
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    client = settings.SHUZHI_OIDC_CLIENT_ID
    rules = {
        "iss": {"essential": True, "value": settings.SHUZHI_OIDC_ISSUER},
        "aud": {"essential": True, "value": client},
    }
    try:
        keys = KeySet.import_key_set(provider.fetch(httpx.Request("GET", metadata["jwks_uri"])))  # type: ignore[arg-type]
        signed = jwt.decode(token["id_token"], keys, algorithms=list(provider.ALGORITHMS))
        params = {"nonce": nonce, "client_id": client, "access_token": token.get("access_token")}
        claims = CodeIDToken(signed.claims, signed.header, rules, params)
        claims.validate(now=int(clock.now().timestamp()), leeway=provider.CLOCKS_DIFFER_S)
    except (JoseError, KeyError, ValueError) as error:
        raise provider.ProviderFailed from error
    return dict(claims)
