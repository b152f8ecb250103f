"""Commitment c1: seals the personal part of a decision so that its fields can be shown one by one, or never.

    field = H("gl1/field\\0" || len(name), 2 bytes || name || nonce, 32 bytes || len(json), 4 bytes || json)
    c1    = H("gl1/c1\\0" || number of hashes, 1 byte || the sorted field hashes and decoys)

json is the value in the canonical form of RFC 8785, lengths are big-endian, and H is SHA-256 (or SM3).
A nonce of 32 random bytes per field hides the value from guessing; random decoys fill up to 16 or 32 hashes
and hide how many fields there are. Lengths make the input of H injective. When nonces and values are destroyed,
what stays in the log says nothing.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from json.encoder import encode_basestring
from typing import Any

import rfc8785

from .errors import Malformed, Unverified
from .leaf import Seal

NONCE_SIZE = 32
PADDED_TO = (16, 32)  # hashes
LARGEST_OPENING = 1_000_000  # bytes
DEEPEST_VALUE = 16
_FORMAT = "gl1-opening/1"
_CODE = 16  # letters at most of a text that is likely to come again
_WHOLE = 2**53  # RFC 8785: beyond it numbers are not exact
_length = struct.Struct(">I").pack
_sha256 = hashlib.sha256

Json = Any
Hash = Callable[[bytes], bytes]
Draw = Callable[[int], bytes]
"""Gives that many fresh random bytes from a source fit for keys, e.g. `secrets.token_bytes`."""


@dataclass(frozen=True)
class Field:
    """One fact of the personal part.   value: any JSON value."""

    name: str
    value: Json
    nonce: bytes


@dataclass(frozen=True)
class Opening:
    """What opens a seal, wholly or in part.

    leaf: the entry that carries the seal.   hashes, sm3_hashes: all hashes under the commitment, sorted.
    fields: those that are shown.
    """

    leaf: bytes
    hashes: tuple[bytes, ...]
    fields: tuple[Field, ...]
    sm3_hashes: tuple[bytes, ...] = ()

    def showing(self, names: Iterable[str]) -> Opening:
        """The same opening with only these fields; the others stay hidden."""
        chosen = set(names)
        unknown = chosen - {field.name for field in self.fields}
        if unknown:
            raise ValueError(f"no such field: {', '.join(sorted(unknown))}")
        fields = tuple(field for field in self.fields if field.name in chosen)
        return Opening(self.leaf, self.hashes, fields, self.sm3_hashes)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def installed_sm3() -> Hash | None:
    """SM3 (GB/T 32905-2016) of this Python's OpenSSL, or None where it has none."""
    if "sm3" not in hashlib.algorithms_available:
        return None
    return lambda data: hashlib.new("sm3", data).digest()


def seal(values: Mapping[str, Json], draw: Draw, *, sm3: Hash | None = None) -> tuple[Seal, Opening]:
    """Commit to 1 to 32 fields. The opening's leaf is still empty: the leaf comes after its seal.

    Raises ValueError when a value is not JSON or a name is empty or longer than 255 bytes.
    """
    drawn = _split(draw(secret_size(len(values), sm3=sm3 is not None)))
    rows = _rows(values, drawn, sm3)
    fields = tuple(Field(name, value, nonce) for (name, value), nonce in zip(values.items(), drawn))  # noqa: B905
    return _sealed(rows, sm3), Opening(b"", tuple(rows[0]), fields, tuple(rows[1]) if sm3 else ())


def commit(values: Mapping[str, Json], secret: bytes, *, sm3: Hash | None = None) -> Seal:
    """The seal of `seal` without its opening.   secret: what `draw` would have given."""
    return _sealed(_rows(values, _split(secret), sm3), sm3)


def secret_size(fields: int, *, sm3: bool = False) -> int:
    """How many random bytes the nonces and decoys of so many fields take.   Raises ValueError.

    >>> secret_size(15), secret_size(17), secret_size(15, sm3=True)
    (512, 1024, 544)
    """
    width = _width(fields)
    return NONCE_SIZE * (width + (width - fields if sm3 else 0))


def _sealed(rows: list[list[bytes]], sm3: Hash | None) -> Seal:
    return Seal(commitment(rows[0]), commitment(rows[1], sm3) if sm3 else None)


def _rows(values: Mapping[str, Json], drawn: tuple[bytes, ...], sm3: Hash | None) -> list[list[bytes]]:
    """The sorted hashes and decoys for each hash function.   drawn: nonces, decoys, and decoys of SM3."""
    count, width = len(values), _width(len(values))
    if len(drawn) != width + (width - count if sm3 else 0):
        raise ValueError("the source of randomness gave another number of bytes")
    texts = [
        _measured_code(value) if type(value) is str and len(value) <= _CODE else _measured(value)
        for value in values.values()
    ]
    inputs = list(map(b"".join, zip(_heads(tuple(values)), drawn, texts)))  # noqa: B905
    rows = [sorted([*[_sha256(one).digest() for one in inputs], *drawn[count:width]])]
    if sm3:
        rows.append(sorted([*map(sm3, inputs), *drawn[width:]]))
    return rows


def _width(fields: int) -> int:
    """How many hashes stand under a commitment to so many fields."""
    for width in PADDED_TO:
        if 1 <= fields <= width:
            return width
    raise ValueError(f"a seal covers 1 to {PADDED_TO[-1]} fields")


def _split(secret: bytes) -> tuple[bytes, ...]:
    if len(secret) % NONCE_SIZE:
        raise ValueError("the source of randomness gave another number of bytes")
    return _splitter(len(secret) // NONCE_SIZE)(secret)


@cache
def _splitter(parts: int) -> Callable[[bytes], tuple[bytes, ...]]:
    return struct.Struct(f"{NONCE_SIZE}s" * parts).unpack


@lru_cache(maxsize=256)
def _heads(names: tuple[str, ...]) -> tuple[bytes, ...]:
    """What the hashed bytes of these fields begin with: decisions of one kind have the same fields."""
    return tuple(map(_head, names))


def _head(name: str) -> bytes:
    raw = name.encode()
    if not 1 <= len(raw) <= 255:
        raise ValueError("a field's name has 1 to 255 bytes")
    return b"gl1/field\0" + len(raw).to_bytes(2, "big") + raw


def field_hash(field: Field, hash_: Hash = sha256) -> bytes:
    return hash_(_head(field.name) + field.nonce + _measured(field.value))


def _measured(value: Json) -> bytes:
    """The canonical form after its length."""
    text = _canonical(value)
    return _length(len(text)) + text


_measured_code = lru_cache(maxsize=1024)(_measured)
"""Most fields are codes, of which a county has few: each is written once. Longer text is somebody's own."""


def _canonical(value: Json) -> bytes:
    """The form of RFC 8785. Text and whole numbers, which most fields are, Python's own encoder writes the same way."""
    if type(value) is str:
        return encode_basestring(value).encode()
    if type(value) is int and -_WHOLE < value < _WHOLE:
        return b"%d" % value
    if _is_deeper(value, DEEPEST_VALUE):
        raise ValueError(f"a field's value is nested at most {DEEPEST_VALUE} deep")
    return rfc8785.dumps(value)


def _is_deeper(value: Json, limit: int) -> bool:
    """A fixed limit, as otherwise one computer could seal what another one's stack cannot open."""
    if isinstance(value, dict):
        value = list(value.values())
    return isinstance(value, (list, tuple)) and (
        limit == 0 or any(_is_deeper(item, limit - 1) for item in value)
    )


def commitment(hashes: Iterable[bytes], hash_: Hash = sha256) -> bytes:
    row = b"".join(hashes)
    return hash_(b"gl1/c1\0" + (len(row) // NONCE_SIZE).to_bytes(1, "big") + row)


def check_opening(opening: Opening, seal_: Seal, *, sm3: Hash | None = None) -> None:
    """Check that every field shown is one that the seal covers.   Raises Unverified, naming the field.

    sm3: where given and the seal has an SM3 commitment, that one must hold as well.
    """
    _check_row(opening.fields, opening.hashes, seal_.c1, sha256)
    if sm3 and seal_.sm3:
        _check_row(opening.fields, opening.sm3_hashes, seal_.sm3, sm3)


def _check_row(fields: tuple[Field, ...], row: tuple[bytes, ...], sealed: bytes, hash_: Hash) -> None:
    is_ordered = list(row) == sorted(set(row))
    if len(row) not in PADDED_TO or not is_ordered or commitment(row, hash_) != sealed:
        raise Unverified("the opening does not belong to the seal of this entry")
    for field in fields:
        if field_hash(field, hash_) not in row:
            raise Unverified(f"field {field.name!r} is not what was sealed")


def format_opening(opening: Opening) -> bytes:
    """The opening as `opening.json`."""
    hashes = {"sha256": [row.hex() for row in opening.hashes]}
    if opening.sm3_hashes:
        hashes["sm3"] = [row.hex() for row in opening.sm3_hashes]
    fields = [{"name": f.name, "nonce": f.nonce.hex(), "value": f.value} for f in opening.fields]
    body = {"format": _FORMAT, "leaf": opening.leaf.decode("ascii"), "hashes": hashes, "fields": fields}
    return json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n"


def parse_opening(raw: bytes) -> Opening:
    """Read `opening.json`; verifies nothing.   Raises Malformed."""
    if len(raw) > LARGEST_OPENING:
        raise Malformed(f"opening: larger than {LARGEST_OPENING} bytes")
    try:
        return _read_opening(
            json.loads(raw.decode(), object_pairs_hook=_without_repeats, parse_constant=_refuse)
        )
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise Malformed(f"opening: {error or 'nested too deeply'}") from error


def _read_opening(body: Json) -> Opening:
    if body["format"] != _FORMAT or set(body) != {"format", "leaf", "hashes", "fields"}:
        raise Malformed(f"not in the format {_FORMAT}")
    if not set(body["hashes"]) <= {"sha256", "sm3"}:
        raise Malformed("hashes of an unknown kind")
    fields = tuple(_read_field(item) for item in body["fields"])
    if len({field.name for field in fields}) != len(fields):
        raise Malformed("a field is shown twice")
    rows = [tuple(_read_hash(row) for row in body["hashes"].get(kind, ())) for kind in ("sha256", "sm3")]
    return Opening(body["leaf"].encode("ascii"), rows[0], fields, rows[1])


def _read_field(item: Json) -> Field:
    if set(item) != {"name", "nonce", "value"} or not isinstance(item["name"], str):
        raise Malformed("a field has a name, a nonce and a value")
    field = Field(item["name"], item["value"], _read_hash(item["nonce"]))
    field_hash(field)  # a value without canonical form is refused here, not during verification
    return field


def _read_hash(text: Json) -> bytes:
    raw = bytes.fromhex(text)
    if len(raw) != NONCE_SIZE or raw.hex() != text:
        raise Malformed("hashes and nonces are 64 lower-case hexadecimal digits")
    return raw


def _without_repeats(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    body = dict(pairs)
    if len(body) != len(pairs):
        raise Malformed("a name appears twice in one object")
    return body


def _refuse(word: str) -> Json:
    raise Malformed(f"{word} is not JSON")
