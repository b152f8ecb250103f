"""The signature primitives that this machine has.

Ed25519 is always there: from `cryptography` where installed, otherwise our own verification.
ML-DSA-44 needs a `cryptography` that offers it. SM2-with-SM3 comes only through a port: pass a mapping with
a check of your own for "sm2-sm3"; whether it is an approved module is for the assessment of the place to say.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from . import ed25519
from .errors import Malformed
from .keys import Algorithm, Signer, VerifierKey, parse_skey

Check = Callable[[bytes, bytes, bytes], bool]
"""(public key, message, signature) -> whether the signature holds."""

_checks: dict[str, Check] = {"ed25519": ed25519.verify}
_private_keys: dict[str, Callable[[bytes], Any]] = {}  # from a seed
INSTALLED: Mapping[str, Check] = _checks


def _checked_by_library(public_key_class: Any) -> Check:
    def check(public_key: bytes, message: bytes, signature: bytes) -> bool:
        try:
            public_key_class.from_public_bytes(public_key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    return check


with contextlib.suppress(ImportError):
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

    _checks["ed25519"] = _checked_by_library(Ed25519PublicKey)
    _private_keys["ed25519"] = Ed25519PrivateKey.from_private_bytes

with contextlib.suppress(ImportError):
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

    _checks["ml-dsa-44"] = _checked_by_library(MLDSA44PublicKey)
    _private_keys["ml-dsa-44"] = MLDSA44PrivateKey.from_seed_bytes


def signer_from_seed(name: str, algorithm: Algorithm, seed: bytes) -> Signer:
    """A signer with a private key in memory.   seed: 32 secret random bytes.

    Raises ValueError for SM2 (bring a Signer of your own) and RuntimeError where the library is missing.
    """
    if len(seed) != 32:
        raise ValueError("a seed has 32 bytes")
    if algorithm.scheme not in ("ed25519", "ml-dsa-44"):
        raise ValueError(f"no private keys of {algorithm.scheme} are kept in memory")
    if algorithm.scheme not in _private_keys:
        raise RuntimeError(f"signing with {algorithm.scheme} needs a newer `cryptography`")
    private = _private_keys[algorithm.scheme](seed)
    return Signer(VerifierKey(name, algorithm, private.public_key().public_bytes_raw()), private.sign)


def signer_from_skey(text: str) -> Signer:
    """A signer from a key file's text.   Raises Malformed, also when the id is not that of the key."""
    name, key_id, algorithm, seed = parse_skey(text.strip())
    signer = signer_from_seed(name, algorithm, seed)
    if signer.key.id.hex() != key_id:
        raise Malformed(f"private key of {name}: the key id does not belong to it")
    return signer
