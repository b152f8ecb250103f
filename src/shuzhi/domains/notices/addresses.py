"""Phone numbers and e-mail addresses in one form each, so that the same person is found by the same hash."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from shuzhi.domains.notices.cards import Recipient, RecipientKind
from shuzhi.spine.errors import InvalidInput
from shuzhi.spine.sealing import lookup_hash

_MOBILE = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9})")
_CODE = re.compile(r"[\w.-]{1,32}")
LONGEST_EMAIL = 254
_is_email = EmailValidator()


def mobile_of(words: str) -> str:
    """A mainland mobile number as eleven digits, however it was typed (full-width, spaces, +86).

    "" for any other number: whoever left a landline or a number abroad is called, no message reaches it.
    """
    compact = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", words[:40]))
    match = _MOBILE.fullmatch(compact)
    return match[1] if match else ""


def normal_phone(words: str) -> str:
    """The same of a number that has to be a mobile. Raises InvalidInput."""
    phone = mobile_of(words)
    if not phone:
        raise InvalidInput(
            field=_("Phone"),
            key="phone",
            why=_("write a mobile number with 11 digits, for example 13800000000"),
        )
    return phone


def normal_email(words: str) -> str:
    address = unicodedata.normalize("NFKC", words[: LONGEST_EMAIL + 1]).strip()
    try:
        _is_email(address)
    except ValidationError:
        raise InvalidInput(
            field=_("E-mail"), key="email", why=_("write an address like name@example.com")
        ) from None
    name, _at, host = address.rpartition("@")
    return f"{name}@{host.lower()}"


def checked(to: Recipient) -> Recipient:
    """The recipient in normal form. Raises InvalidInput."""
    kind = RecipientKind(to.kind)
    if kind is RecipientKind.PHONE:
        return Recipient(kind, normal_phone(to.address))
    if kind is RecipientKind.EMAIL:
        return Recipient(kind, normal_email(to.address))
    if not _CODE.fullmatch(to.address):
        raise InvalidInput(field="to", why=_("an account number or a unit code is needed"))
    return Recipient(kind, to.address)


def inbox_of(to: Recipient) -> str:
    """Where a checked recipient's messages are found: people outside by a keyed hash, never by the address itself."""
    if to.kind in (RecipientKind.STAFF, RecipientKind.UNIT):
        return f"{to.kind}:{to.address}"
    return f"{to.kind}:{hash_of(to)}"


def hash_of(to: Recipient) -> str:
    """By what a checked recipient outside of the house is known."""
    return lookup_hash(to.address)


def ending(to: Recipient) -> str:
    """What may be shown of an address: the last four digits, or the first letter and the host."""
    if to.kind == RecipientKind.EMAIL:
        name, _at, host = to.address.rpartition("@")
        return f"{name[:1]}…@{host}"
    return f"…{to.address[-4:]}"
