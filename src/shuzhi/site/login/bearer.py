"""Access tokens of the county's identity provider, for other systems: JWT after RFC 9068, scopes as keys have them.

A scope is "shuzhi:" and what a key's scope says, e.g. "shuzhi:unit_officer@unit:U07"; others are not for us. Off while
SHUZHI_OIDC_AUDIENCE is empty, so that a token that was made for somebody else opens nothing here.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
from django.conf import settings

from shuzhi.site.login import provider
from shuzhi.spine import accounts, clock
from shuzhi.spine.actors import Actor, ActorKind, Grant
from shuzhi.spine.errors import InvalidInput

SCOPE = "shuzhi:"
_LONGEST_CLIENT = 48
_KEYS_LAST = timedelta(minutes=10)
_KEYS_REST = timedelta(seconds=30)  # an unknown key asks the provider again, but not more often than this


def is_token(header: str) -> bool:
    """Whether an Authorization header carries a token of the provider, not one of our own keys."""
    scheme, _blank, token = header.strip().partition(" ")
    return bool(settings.SHUZHI_OIDC_AUDIENCE) and scheme.lower() == "bearer" and token.count(".") == 2


def authenticate(header: str) -> Actor:
    """The system that a token was made for. Raises KeyNotValid, or ProviderFailed when nobody can be asked."""
    claims = _verified(header.strip().partition(" ")[2].strip())
    client = claims.get("client_id") or claims.get("azp")
    scope = claims.get("scope")
    if not (isinstance(client, str) and isinstance(scope, str) and client.isprintable()):
        raise accounts.KeyNotValid
    grants = tuple(_grants(scope))
    if not grants or len(client) > _LONGEST_CLIENT:
        raise accounts.KeyNotValid
    return Actor(ActorKind.APPLICATION, f"oidc.{client}", client, grants)


def _grants(scope: str) -> Iterator[Grant]:
    """What the scopes that are ours grant; one that no key could have makes the whole token worthless."""
    for one in scope.split():
        if one.startswith(SCOPE):
            try:
                yield accounts.grant_of(one.removeprefix(SCOPE))
            except InvalidInput:
                raise accounts.KeyNotValid from None


def _verified(token: str) -> Mapping[str, Any]:
    from joserfc import jwt
    from joserfc.errors import InvalidKeyIdError, JoseError

    rules = jwt.JWTClaimsRegistry(
        now=int(clock.now().timestamp()),
        leeway=provider.CLOCKS_DIFFER_S,
        iss={"essential": True, "value": settings.SHUZHI_OIDC_ISSUER},
        aud={"essential": True, "value": settings.SHUZHI_OIDC_AUDIENCE},
        exp={"essential": True},
    )
    try:
        try:
            signed = jwt.decode(token, _keys.current(), algorithms=list(provider.ALGORITHMS))
        except InvalidKeyIdError:
            signed = jwt.decode(token, _keys.asked_again(), algorithms=list(provider.ALGORITHMS))
        rules.validate(signed.claims)
    except (JoseError, ValueError) as error:
        raise accounts.KeyNotValid from error
    return dict(signed.claims)


class _Keys:
    """The provider's public keys as one process knows them."""

    def __init__(self) -> None:
        self.issuer = ""
        self.known: Any = None
        self.asked_at = datetime.min.replace(tzinfo=clock.now().tzinfo)

    def current(self) -> Any:
        age = abs(clock.now() - self.asked_at)
        return self.known if self._are_of_the_issuer() and age < _KEYS_LAST else self._ask()

    def asked_again(self) -> Any:
        return self.known if abs(clock.now() - self.asked_at) < _KEYS_REST else self._ask()

    def _are_of_the_issuer(self) -> bool:
        return self.known is not None and self.issuer == settings.SHUZHI_OIDC_ISSUER

    def _ask(self) -> Any:
        from joserfc.jwk import KeySet

        try:
            document = provider.fetch(httpx.Request("GET", provider.metadata()["jwks_uri"]))
            self.known = KeySet.import_key_set(document)  # type: ignore[arg-type]
        except (KeyError, ValueError) as error:
            raise provider.ProviderFailed from error
        self.issuer, self.asked_at = settings.SHUZHI_OIDC_ISSUER, clock.now()
        return self.known


_keys = _Keys()
