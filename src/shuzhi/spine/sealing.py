"""Personal details at rest: encrypted with the county's key, found again by a keyed hash.

The database alone (a lost disk, a copied backup) tells neither name nor phone.
"""

import hashlib
import hmac
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


@cache
def _box() -> Fernet:
    return Fernet(settings.SHUZHI_DATA_KEY)


@cache
def _lookup_key() -> bytes:
    return hashlib.sha256(b"shuzhi/lookup\0" + settings.SHUZHI_DATA_KEY.encode()).digest()


def seal(words: str) -> str:
    """Encrypt; empty stays empty, so that absence is visible without the key."""
    return _box().encrypt(words.encode()).decode() if words else ""


def unseal(token: str) -> str:
    if not token:
        return ""
    try:
        return _box().decrypt(token.encode()).decode()
    except InvalidToken:
        raise RuntimeError(
            "sealed with another key: restore the data key that belongs to this database"
        ) from None


def lookup_hash(words: str) -> str:
    """The same words give the same 32 hex digits, and nobody without the key can try phones against them."""
    return hmac.new(_lookup_key(), words.encode(), hashlib.sha256).hexdigest()[:32] if words else ""
