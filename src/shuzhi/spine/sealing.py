"""Personal details at rest: encrypted with the county's key, found again by a keyed hash.

The database alone (a lost disk, a copied backup) tells neither name nor phone.
"""

import base64
import hashlib
import hmac
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12  # bytes, as AES-GCM wants (NIST SP 800-38D)
_VERSION = "1"
"""How a token begins. Those of version 0.1 are Fernet's, which begin with "g", and are still opened."""


@cache
def _box() -> AESGCM:
    return AESGCM(hashlib.sha256(b"shuzhi/seal\0" + settings.SHUZHI_DATA_KEY.encode()).digest())


@cache
def _lookup_key() -> bytes:
    return hashlib.sha256(b"shuzhi/lookup\0" + settings.SHUZHI_DATA_KEY.encode()).digest()


def seal(words: str) -> str:
    """Encrypt (AES-256-GCM); empty stays empty, so that absence is visible without the key."""
    if not words:
        return ""
    nonce = os.urandom(_NONCE)
    sealed = nonce + _box().encrypt(nonce, words.encode(), None)
    return _VERSION + base64.urlsafe_b64encode(sealed).decode()


def unseal(token: str) -> str:
    if not token:
        return ""
    try:
        return _opened(token).decode()
    except (InvalidTag, InvalidToken, ValueError):
        raise RuntimeError(
            "sealed with another key: restore the data key that belongs to this database"
        ) from None


def _opened(token: str) -> bytes:
    if not token.startswith(_VERSION):
        return Fernet(settings.SHUZHI_DATA_KEY).decrypt(token)
    sealed = base64.urlsafe_b64decode(token[len(_VERSION) :])
    return _box().decrypt(sealed[:_NONCE], sealed[_NONCE:], None)


def lookup_hash(words: str) -> str:
    """The same words give the same 32 hex digits, and nobody without the key can try phones against them."""
    return hmac.digest(_lookup_key(), words.encode(), "sha256").hex()[:32] if words else ""
