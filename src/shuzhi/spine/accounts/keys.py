"""Keys for other departments' systems: shown once, kept as a hash, limited in scope and time."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shuzhi.spine import access, audit, clock
from shuzhi.spine.accounts.cards import KeyCard, NewKeyCard
from shuzhi.spine.actors import Actor, ActorKind, Grant
from shuzhi.spine.errors import InvalidInput, NotFound, Refused
from shuzhi.spine.models import ApplicationKey

# A person answers for administration, and a citizen's own rights are not a system's.
SCOPES = frozenset(access.ROLES) - access.ADMINISTRATORS - {"citizen"}
_SCOPE = re.compile(r"(?P<role>[a-z_]+)(@(unit:(?P<unit>[\w.-]{1,32})|area:(?P<area>\d{6}|\d{12})))?")
_KEY = re.compile(r"sz_(?P<key_id>[0-9a-f]{16})_(?P<secret>[\w-]{43})", re.ASCII)


class KeyNotValid(Refused):
    """Unknown, revoked and expired look the same."""

    code, status = "key-not-valid", HTTPStatus.UNAUTHORIZED
    message = _("The application key is not valid. Ask the security administrator for a new one.")


def grant_of(scope: str) -> Grant:
    """What a scope of a key grants. Raises InvalidInput for what no key may have."""
    match = _SCOPE.fullmatch(scope)
    if match is None or match["role"] not in SCOPES:
        raise InvalidInput(
            field="scopes",
            why=gettext("write a role, or role@unit:CODE, or role@area:CODE; not %(scope)r")
            % {"scope": scope},
        )
    return Grant(match["role"], match["unit"] or "", match["area"] or "")


def _hash(secret: str) -> str:
    # The secret has 256 random bits: a fast hash is enough, unlike for passwords.
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def create_key(
    name: str, *, scopes: Sequence[str], expires_at: datetime | None = None, by: Actor
) -> NewKeyCard:
    """Make a key; the answer is the only time its secret is seen."""
    access.require(by, "spine.api_keys")
    if not name.strip() or len(name) > 128 or not name.isprintable():
        raise InvalidInput(
            field="name", why=gettext("write which system uses the key, in at most 128 characters")
        )
    if not scopes:
        raise InvalidInput(field="scopes", why=gettext("choose at least one"))
    for scope in scopes:
        grant_of(scope)
    if expires_at is not None and expires_at <= clock.now():
        raise InvalidInput(field="expires_at", why=gettext("choose a moment to come"))
    key_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    row = ApplicationKey.objects.create(
        key_id=key_id,
        secret_hash=_hash(secret),
        name=name.strip(),
        scopes=sorted(set(scopes)),
        created_by=by.reference,
        created_at=clock.now(),
        expires_at=expires_at,
    )
    audit.record(by, "accounts.key_create", f"key:{key_id}", scopes=row.scopes)
    return NewKeyCard(_card(row), f"sz_{key_id}_{secret}")


@transaction.atomic
def revoke_key(key_id: str, *, because: str, by: Actor) -> KeyCard:
    """End a key at once. Revoking twice keeps the first moment."""
    access.require(by, "spine.api_keys")
    row = ApplicationKey.objects.select_for_update().filter(key_id=key_id).first()
    if row is None:
        raise NotFound(what=gettext("The application key"))
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
        audit.record(by, "accounts.key_revoke", f"key:{key_id}", because=because)
    return _card(row)


def application_keys(*, by: Actor) -> list[KeyCard]:
    """Every key ever made, the newest first."""
    access.require(by, "spine.api_keys")
    return [_card(row) for row in ApplicationKey.objects.order_by("-id")]


def authenticate(header: str) -> Actor:
    """Who sends this Authorization header: "Bearer sz_…". Raises KeyNotValid."""
    scheme, _space, token = header.strip().partition(" ")
    match = _KEY.fullmatch(token.strip())
    if scheme.lower() != "bearer" or match is None:
        raise KeyNotValid
    row = ApplicationKey.objects.filter(key_id=match["key_id"]).first()
    expected = row.secret_hash if row else _hash("")
    right = hmac.compare_digest(expected, _hash(match["secret"]))
    if row is None or not right or not _card(row).valid:
        raise KeyNotValid
    return Actor(ActorKind.APPLICATION, row.key_id, row.name, tuple(grant_of(scope) for scope in row.scopes))


def _card(row: ApplicationKey) -> KeyCard:
    expired = row.expires_at is not None and row.expires_at <= clock.now()
    return KeyCard(
        key_id=row.key_id,
        name=row.name,
        scopes=tuple(row.scopes),
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        valid=row.revoked_at is None and not expired,
    )
