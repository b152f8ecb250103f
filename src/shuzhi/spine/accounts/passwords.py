"""Password rules: ten characters, three of four classes, nothing guessable, none of the last five, ninety days.

Source: GB/T 22239-2019, 8.1.4.1 asks for complexity and regular change; the numbers are common practice.
"""

import secrets
import string
from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus

from django.contrib.auth.hashers import check_password, get_hasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shuzhi.spine import access, audit, clock
from shuzhi.spine.accounts.finding import locked_account
from shuzhi.spine.actors import Actor, ActorKind
from shuzhi.spine.errors import AccessDenied, InvalidInput, Refused
from shuzhi.spine.models import PasswordHistory, User

KEPT_PASSWORDS = 5
LASTS = timedelta(days=90)
CLASSES_ASKED = 3
INITIAL_LENGTH = 16
# Read aloud on the telephone: no 0/O, 1/l/I.
_ALPHABET = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lI"))) + "-+=%"


class WeakPassword(InvalidInput):
    code = "weak-password"
    message = _("This password cannot be used: %(why)s")


class WrongPassword(Refused):
    code, status = "wrong-password", HTTPStatus.FORBIDDEN
    message = _("The present password is not right.")


def _classes(password: str) -> int:
    kinds: Iterable[bool] = (
        any(letter.islower() for letter in password),
        any(letter.isupper() for letter in password),
        any(letter.isdigit() for letter in password),
        any(not letter.isalnum() for letter in password),
    )
    return sum(kinds)


class ThreeOfFourClasses:
    """Small letters, capitals, digits, other characters: at least three of these kinds."""

    def validate(self, password: str, user: User | None = None) -> None:
        if _classes(password) < CLASSES_ASKED:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        return gettext("Use at least three of: small letters, capital letters, digits, other characters.")


class NotOneOfTheLastFive:
    """Neither the present password nor one of those before it."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None:
            return
        kept = user.old_passwords.order_by("-set_at", "-id").values_list("password", flat=True)
        hashes = {user.password, *kept[:KEPT_PASSWORDS]}
        if any(check_password(password, old) for old in hashes if old):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def get_help_text(self) -> str:
        return gettext("The last five passwords cannot be used again.")


def check_new_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as refused:
        raise WeakPassword(field="password", why=" ".join(refused.messages)) from None


def initial_password() -> str:
    """A random one-time password that meets the rules and can be read aloud."""
    while True:
        password = "".join(secrets.choice(_ALPHABET) for _place in range(INITIAL_LENGTH))
        if _classes(password) > CLASSES_ASKED:
            return password


def keep_password(user: User, password: str, *, must_change: bool) -> None:
    """Set a checked password, remember its hash, and forget all but the last five. Ends every session of the account."""
    user.set_password(password)
    _keep(user, must_change=must_change)


def keep_hashed(user: User, hashed: str) -> None:
    """Set a password of which only the hash is known."""
    if not hashed.startswith(f"{get_hasher().algorithm}$"):
        why = gettext("give a hash of the kind that this program makes itself")
        raise InvalidInput(field="hashed", why=why)
    user.password = hashed
    _keep(user, must_change=False)


def _keep(user: User, *, must_change: bool) -> None:
    user.password_changed_at = clock.now()
    user.must_change_password = must_change
    user.save()
    PasswordHistory.objects.create(user=user, password=user.password, set_at=clock.now())
    kept = user.old_passwords.order_by("-set_at", "-id").values_list("id", flat=True)[:KEPT_PASSWORDS]
    user.old_passwords.exclude(id__in=list(kept)).delete()


def password_is_due(user: User) -> bool:
    """Whether the next step after log-in is a new password: an initial one, or one older than ninety days."""
    if user.must_change_password:
        return True
    return user.password_changed_at is None or clock.now() - user.password_changed_at > LASTS


@transaction.atomic
def change_password(user_id: int, *, present: str, new: str, by: Actor) -> None:
    """Change one's own password; nobody can do it for somebody else."""
    if by.kind is not ActorKind.STAFF or by.id != str(user_id):
        raise AccessDenied(permission="spine.accounts")
    user = locked_account(user_id)
    if not user.check_password(present):
        raise WrongPassword
    check_new_password(new, user)
    keep_password(user, new, must_change=False)
    audit.record(by, "accounts.password", f"user:{user.pk}")


@transaction.atomic
def reset_password(user_id: int, *, because: str, by: Actor) -> str:
    """Give an account a one-time password, returned once; the person must change it at the next log-in."""
    access.require(by, "spine.accounts")
    user = locked_account(user_id)
    password = initial_password()
    keep_password(user, password, must_change=True)
    audit.record(by, "accounts.password_reset", f"user:{user.pk}", because=because)
    return password
