"""Who may sign: names, key identifiers, and the text form of public and private keys.

Source: C2SP signed-note (vkeys, key IDs, signature types); golang.org/x/mod/sumdb/note (private key text).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from .encoding import from_base64, to_base64
from .errors import Malformed

_KEY_ID = re.compile(r"[0-9a-f]{8}", re.ASCII)
_NOT_IN_A_NAME = re.compile(r"[\s+\x00-\x1f\ud800-\udfff]")


@dataclass(frozen=True)
class Algorithm:
    """A kind of note signature.

    prefix: what stands before the public key in a vkey (the signature type of C2SP signed-note).
    scheme: the primitive that signs.   timestamped: the signature begins with its time, 8 bytes big-endian.
    """

    prefix: bytes
    scheme: str
    key_bytes: int
    signature_bytes: int
    timestamped: bool = False


NOTE_ED25519 = Algorithm(b"\x01", "ed25519", 32, 64)
COSIGN_ED25519 = Algorithm(b"\x04", "ed25519", 32, 64, timestamped=True)
COSIGN_ML_DSA_44 = Algorithm(b"\x06", "ml-dsa-44", 1312, 2420, timestamped=True)
# Type 0xff is C2SP's room for types without a byte of their own; a long identifier follows it.
# Public key: uncompressed point, 65 bytes. Signature: r and s, 32 bytes each (GB/T 32918.2-2016).
NOTE_SM2_SM3 = Algorithm(b"\xffshuzhi/sm2-with-sm3/v1\n", "sm2-sm3", 65, 64)

ALGORITHMS = (NOTE_ED25519, COSIGN_ED25519, COSIGN_ML_DSA_44, NOTE_SM2_SM3)


def check_key_name(name: str) -> str:
    """A key name as C2SP signed-note allows it: not empty, UTF-8, no Unicode space, no plus, no control character."""
    if not name or _NOT_IN_A_NAME.search(name):
        raise Malformed(f"not a key name: {name[:80]!r}")
    return name


@dataclass(frozen=True)
class VerifierKey:
    """A public key with the name under which it signs."""

    name: str
    algorithm: Algorithm
    public_key: bytes

    def __post_init__(self) -> None:
        check_key_name(self.name)
        if len(self.public_key) != self.algorithm.key_bytes:
            raise Malformed(f"{self.name}: a public key of this kind has {self.algorithm.key_bytes} bytes")

    @property
    def id(self) -> bytes:
        """The four bytes that, with the name, tell which key made a signature."""
        material = self.name.encode() + b"\n" + self.algorithm.prefix + self.public_key
        return hashlib.sha256(material).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{to_base64(self.algorithm.prefix + self.public_key)}"


def parse_vkey(text: str) -> VerifierKey:
    """Read a vkey, `name+id+base64(type || key)`.   Raises Malformed, also when the id is not the key's."""
    name, key_id, material = _parts(text, "vkey")
    algorithm, public_key = _split_material(from_base64(material, "vkey"))
    key = VerifierKey(name, algorithm, public_key)
    if key.id.hex() != key_id:
        raise Malformed(f"vkey of {name}: its key id is {key.id.hex()}, not {key_id}")
    return key


@dataclass(frozen=True)
class Signer:
    """Somebody who can sign: `sign` may be a key in memory or a call to a hardware module."""

    key: VerifierKey
    sign: Callable[[bytes], bytes]


_SKEY_PREFIX = "PRIVATE+KEY+"


def format_skey(key: VerifierKey, seed: bytes) -> str:
    """The text of a private key, for a file that only its owner reads.   seed: 32 secret bytes."""
    return f"{_SKEY_PREFIX}{key.name}+{key.id.hex()}+{to_base64(key.algorithm.prefix + seed)}"


def parse_skey(text: str) -> tuple[str, str, Algorithm, bytes]:
    """Read `PRIVATE+KEY+name+id+base64(type || seed)`; returns name, id in hex, algorithm and the 32-byte seed."""
    if not text.startswith(_SKEY_PREFIX):
        raise Malformed("not a private key")
    name, key_id, material = _parts(text[len(_SKEY_PREFIX) :], "private key")
    algorithm, seed = _split_material(from_base64(material, "private key"))
    if len(seed) != 32:
        raise Malformed("private key: a seed has 32 bytes")
    return name, key_id, algorithm, seed


def _parts(text: str, what: str) -> tuple[str, str, str]:
    parts = text.split("+", 2)
    if len(parts) != 3 or not _KEY_ID.fullmatch(parts[1]):
        raise Malformed(f"{what}: not of the form name+id+key")
    return check_key_name(parts[0]), parts[1], parts[2]


def _split_material(raw: bytes) -> tuple[Algorithm, bytes]:
    for algorithm in ALGORITHMS:
        if raw.startswith(algorithm.prefix):
            return algorithm, raw[len(algorithm.prefix) :]
    raise Malformed("a key of an unknown kind")
