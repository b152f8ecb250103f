"""Receipt codes, e.g. 2026-48213-K7QX: the log, the place in it, and a check that a typing mistake does not pass."""

import re

from shuzhi.engines.ledger import leaf_hash

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_MISREAD = str.maketrans("ILO", "110")
_CODE = re.compile(r"([0-9A-Z.]+(?:-[0-9]+)?)-([0-9]{1,12})-([0-9A-Z]{4})")


def receipt_code(log_name: str, index: int, leaf: bytes) -> str:
    return f"{log_name}-{index}-{_check(leaf)}"


def _check(leaf: bytes) -> str:
    number = int.from_bytes(leaf_hash(leaf)[:3], "big") >> 4
    return "".join(_ALPHABET[number >> shift & 31] for shift in (15, 10, 5, 0))


def read_receipt_code(text: str) -> tuple[str, int, str] | None:
    """Log, index and check of a code as people type it; None when it cannot be one."""
    match = _CODE.fullmatch("".join(text.split()).upper().replace("—", "-"))
    return (match[1], int(match[2]), match[3].translate(_MISREAD)) if match else None


def fits(check: str, leaf: bytes) -> bool:
    return check == _check(leaf)
