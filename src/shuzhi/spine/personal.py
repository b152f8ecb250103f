"""What belongs to a person, sealed twice: with the county's key and with the person's, which can be destroyed.

A person is who an address belongs to, known by its keyed hash: every room that keeps something for a phone closes it with
the same key, so that one destruction reaches all of them.
"""

import base64
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from shuzhi.spine import sealing
from shuzhi.spine.subject_keys import Cipher, SubjectKeys, unwrap, wrap

CLOSED = "p"
"""How a token begins that a person's key closes; those of version 0.1 are sealed with the county's key alone."""


def _folder() -> Path:
    return Path(settings.SHUZHI_DATA_DIR) / "keys"


KEYS = SubjectKeys(_folder)


def person_at(address_hash: str) -> str:
    """The person behind an address. address_hash: see `sealing.lookup_hash`."""
    return f"person:{address_hash}"


def closed(key: Cipher, token: str, *, belongs_to: str) -> str:
    """A sealed token, closed with a person's key as well; nothing stays nothing."""
    if not token:
        return ""
    wrapped = wrap(key, token.encode(), belongs_to=belongs_to.encode())
    return CLOSED + base64.urlsafe_b64encode(wrapped).decode()


def opened(keys: Mapping[str, Cipher], person: str, token: str, *, belongs_to: str) -> str | None:
    """What a token says; None when it is gone. Raises RuntimeError when the token was altered."""
    if not token.startswith(CLOSED):
        return sealing.unseal(token) if token else None
    key = keys.get(person)
    if key is None:
        return None
    wrapped = base64.urlsafe_b64decode(token[len(CLOSED) :])
    sealed = unwrap(key, wrapped, belongs_to=belongs_to.encode())
    if sealed is None:
        raise RuntimeError("closed with another key: restore the keys that belong to this database")
    return sealing.unseal(sealed.decode())
