"""The two codes on a receipt: a public code that names a demand, and a query code that proves it is yours.

Both are Crockford base 32 (no I, L, O, U), drawn from the operating system's randomness, never sequential:
35 random bits and a check character in the public code, 30 in the query code, 65 together.
"""

import re
import secrets

from django.conf import settings

from shuzhi.spine import sealing

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PUBLIC_LENGTH = 7  # random characters, before the check character
QUERY_LENGTH = 6
_VALUE = {character: value for value, character in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_CHARACTER_OF_BYTE = bytes(ord(ALPHABET[byte & 31]) for byte in range(256))
_FIELD_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, irreducible: the 32 characters are the field GF(2^5)


def new_public_code() -> str:
    """A code such as "YJ-7K3M-Q2XW"; the caller makes sure that no other demand has it."""
    body = _draw(PUBLIC_LENGTH)
    return spell_public_code(body + check_character(body))


def new_query_code() -> str:
    return _draw(QUERY_LENGTH)


def check_character(body: str) -> str:
    """The character that shows one mistyped character or two swapped neighbours.

    Damm's scheme with x*y = 2(x + y) over GF(2^5) (Damm 2004, totally anti-symmetric quasigroups).
    """
    interim = 0
    for character in body:
        interim = _double(interim ^ _VALUE[character])
    return ALPHABET[interim]


def read_public_code(typed: str) -> str:
    """The code as stored, from what a person typed (spaces, lower case, O for 0); "" when it cannot be one."""
    letters = re.sub(r"[\s\-–—_.]", "", typed).upper()
    letters = letters.removeprefix(_prefix())
    if len(letters) != PUBLIC_LENGTH + 1 or any(letter not in _VALUE for letter in letters):
        return ""
    plain = "".join(ALPHABET[_VALUE[letter]] for letter in letters)
    return spell_public_code(plain) if check_character(plain[:-1]) == plain[-1] else ""


def hash_query_code(public_code: str, typed: str) -> str:
    """What the database keeps in place of the query code; bound to its public code."""
    letters = re.sub(r"[\s\-–—_.]", "", typed).upper()
    plain = "".join(ALPHABET[_VALUE[letter]] if letter in _VALUE else "?" for letter in letters)
    return hash_new_query_code(public_code, plain)


def hash_new_query_code(public_code: str, query_code: str) -> str:
    """The same for a code that was just drawn, which no person has typed yet."""
    return sealing.lookup_hash(f"query-code/{public_code}/{query_code}")


def spell_public_code(letters: str) -> str:
    return f"{_prefix()}-{letters[:4]}-{letters[4:]}"


def _prefix() -> str:
    return str(getattr(settings, "SHUZHI_CODE_PREFIX", "YJ"))


def _draw(length: int) -> str:
    return secrets.token_bytes(length).translate(_CHARACTER_OF_BYTE).decode()


def _double(value: int) -> int:
    value <<= 1
    return value ^ _FIELD_POLYNOMIAL if value & 32 else value
