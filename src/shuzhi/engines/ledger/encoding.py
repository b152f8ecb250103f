"""The three ways in which the C2SP formats write numbers and bytes, read strictly.

Strict because a second spelling of the same value would let two different texts carry one signature's meaning.
Source: RFC 4648 section 4; C2SP tlog-checkpoint and tlog-witness ("ASCII decimal with no leading zeroes").
"""

from __future__ import annotations

import base64
import binascii
import re

from .errors import Malformed

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
LARGEST_SIZE = 2**63 - 1


def decimal(text: str, what: str) -> int:
    """A number from 0 to 2^63 - 1 without sign, space or leading zero."""
    if not _DECIMAL.fullmatch(text):
        raise Malformed(f"{what}: not a plain decimal number")
    number = int(text)
    if number > LARGEST_SIZE:
        raise Malformed(f"{what}: larger than 2^63 - 1")
    return number


def to_base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def from_base64(text: str, what: str) -> bytes:
    """Standard base64 with padding; unused bits must be zero, so that each value has one spelling."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise Malformed(f"{what}: not base64") from error
    if to_base64(raw) != text:
        raise Malformed(f"{what}: base64 is not canonical")
    return raw


def hash_from_base64(text: str, what: str) -> bytes:
    raw = from_base64(text, what)
    if len(raw) != 32:
        raise Malformed(f"{what}: a hash has 32 bytes, not {len(raw)}")
    return raw
