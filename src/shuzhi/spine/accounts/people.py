"""Accounts of the staff: made, edited, closed and reopened by the security administrator."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import timedelta

from axes.models import AccessAttempt
from axes.utils import reset as forget_failures
from django.conf import settings
from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from shuzhi.spine import access, audit, clock
from shuzhi.spine.accounts.cards import AccountCard, GrantCard, NewAccountCard
from shuzhi.spine.accounts.finding import locked_account
from shuzhi.spine.accounts.passwords import (
    check_new_password,
    initial_password,
    keep_hashed,
    keep_password,
    password_is_due,
)
from shuzhi.spine.accounts.roles import check_others_hold, lock_administrators
from shuzhi.spine.actors import Actor, ActorKind
from shuzhi.spine.errors import InvalidInput, NotFound, Refused
from shuzhi.spine.models import User

_USERNAME = re.compile(r"[\w.@-]{2,64}")


class UsernameTaken(Refused):
    code = "username-taken"
    message = _("The user name %(username)s is already in use. Choose another.")


@transaction.atomic
def create_account(
    username: str,
    *,
    name: str,
    unit: str = "",
    phone: str = "",
    password: str | None = None,
    hashed: str | None = None,
    by: Actor,
) -> NewAccountCard:
    """Open an account. Without a password it gets a one-time one, returned once, to be changed at the first log-in.

    hashed: instead of a password its hash, for accounts that move here with the passwords they have.
    """
    access.require(by, "spine.accounts")
    username = unicodedata.normalize("NFKC", username).strip()
    if not _USERNAME.fullmatch(username):
        raise InvalidInput(field="username", why=gettext("use 2 to 64 letters, digits or . @ - _"))
    if User.objects.filter(username__iexact=username).exists():
        raise UsernameTaken(username=username)
    user = User(username=username, **_details(name, unit, phone))
    first = "" if hashed else password or initial_password()
    if hashed:
        keep_hashed(user, hashed)
    else:
        check_new_password(first, user)
        keep_password(user, first, must_change=password is None)
    audit.record(by, "accounts.create", f"user:{user.pk}", unit=unit)
    return NewAccountCard(_cards([user])[0], "" if password else first)


@transaction.atomic
def edit_account(user_id: int, *, name: str, unit: str, phone: str, by: Actor) -> AccountCard:
    """Correct the name, unit and phone of an account."""
    access.require(by, "spine.accounts")
    user = locked_account(user_id)
    for field, value in _details(name, unit, phone).items():
        setattr(user, field, value)
    user.save(update_fields=["name", "unit", "phone"])
    audit.record(by, "accounts.edit", f"user:{user.pk}", unit=unit)
    return _cards([user])[0]


def _details(name: str, unit: str, phone: str) -> dict[str, str]:
    """The describing fields, trimmed and short enough; a name is asked for."""
    details = {"name": name.strip(), "unit": unit.strip(), "phone": phone.strip()}
    if not details["name"]:
        raise InvalidInput(field="name", why=gettext("write the person's name"))
    for field, longest in (("name", 64), ("unit", 32), ("phone", 32)):
        if len(details[field]) > longest or not details[field].isprintable():
            raise InvalidInput(field=field, why=gettext("at most %(n)s ordinary characters") % {"n": longest})
    return details


@transaction.atomic
def deactivate_account(user_id: int, *, because: str, by: Actor) -> AccountCard:
    """Close an account; its sessions end with their next request. The last administrator of a kind stays."""
    access.require(by, "spine.accounts")
    lock_administrators()
    user = locked_account(user_id)
    check_others_hold(user.pk, set(user.grants.values_list("role", flat=True)))
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit.record(by, "accounts.deactivate", f"user:{user.pk}", because=because)
    return _cards([user])[0]


@transaction.atomic
def reactivate_account(user_id: int, *, because: str, by: Actor) -> AccountCard:
    """Open a closed account again, with the roles it held."""
    access.require(by, "spine.accounts")
    user = locked_account(user_id)
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record(by, "accounts.reactivate", f"user:{user.pk}", because=because)
    return _cards([user])[0]


@transaction.atomic
def unlock(user_id: int, *, because: str, by: Actor) -> AccountCard:
    """Forget the wrong passwords of an account, so that its owner need not wait."""
    access.require(by, "spine.accounts")
    user = locked_account(user_id)
    forget_failures(username=user.username)
    audit.record(by, "accounts.unlock", f"user:{user.pk}", because=because)
    return _cards([user])[0]


@transaction.atomic
def reset_second_factor(user_id: int, *, because: str, by: Actor) -> AccountCard:
    """Remove a lost authenticator and its recovery codes; the person sets up a new one after the next log-in."""
    access.require(by, "spine.accounts")
    user = locked_account(user_id)
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    audit.record(by, "accounts.second_factor_reset", f"user:{user.pk}", because=because)
    return _cards([user])[0]


def accounts(
    *, search: str = "", role: str = "", after: int = 0, limit: int = 100, by: Actor
) -> list[AccountCard]:
    """Accounts in order of their number, from the one after `after`."""
    access.require(by, "spine.accounts")
    rows = User.objects.filter(pk__gt=after).order_by("pk")
    if search:
        rows = rows.filter(Q(username__icontains=search) | Q(name__icontains=search) | Q(unit=search))
    if role:
        rows = rows.filter(grants__role=role).distinct()
    return _cards(rows.prefetch_related("grants")[:limit])


def get_account(user_id: int, *, by: Actor) -> AccountCard:
    """One account: any for the security administrator, one's own for everybody."""
    if by.kind is not ActorKind.STAFF or by.id != str(user_id):
        access.require(by, "spine.accounts")
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound(what=gettext("The account"))
    return _cards([user])[0]


def find_account(username: str, *, by: Actor) -> AccountCard:
    access.require(by, "spine.accounts")
    user = User.objects.filter(username=username).first()
    if user is None:
        raise NotFound(what=gettext("The account"))
    return _cards([user])[0]


def _cards(users: Iterable[User]) -> list[AccountCard]:
    found = list(users)
    with_factor = set(
        TOTPDevice.objects.filter(user__in=[user.pk for user in found], confirmed=True).values_list(
            "user_id", flat=True
        )
    )
    shut = _locked_names({user.username for user in found})
    return [_card(user, user.username in shut, user.pk in with_factor) for user in found]


def _locked_names(names: set[str]) -> set[str]:
    """Those with as many wrong passwords within the cool-off time as shut an account."""
    since = clock.now() - (settings.AXES_COOLOFF_TIME or timedelta(0))
    failures = AccessAttempt.objects.filter(username__in=names, attempt_time__gte=since)
    totals = failures.values("username").annotate(total=Sum("failures_since_start"))
    return {row["username"] for row in totals if row["total"] >= settings.AXES_FAILURE_LIMIT}


def _card(user: User, locked: bool, second_factor: bool) -> AccountCard:
    grants = tuple(
        GrantCard(grant.role, grant.unit, grant.area, grant.granted_by, grant.granted_at)
        for grant in user.grants.all()
    )
    return AccountCard(
        id=user.pk,
        username=user.username,
        name=user.name,
        unit=user.unit,
        phone=user.phone,
        active=user.is_active,
        locked=locked,
        password_due=password_is_due(user),
        second_factor=second_factor,
        grants=grants,
    )
