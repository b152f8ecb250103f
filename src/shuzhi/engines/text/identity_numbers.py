"""Checks that a number is what it looks like: a resident identity number or a bank card."""

from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
"""GB 11643-1999, ISO 7064 MOD 11-2: check character for each remainder."""


def is_identity_number(number: str) -> bool:
    """Whether 18 characters carry a possible birth date and the right check character, or 15 an old-style number.

    number: digits, the last may be X. Source: GB 11643-1999.

    >>> is_identity_number("11010519491231002X"), is_identity_number("110105194912310021")
    (True, False)
    """
    if not looks_born(number):
        return False
    if len(number) == 15:
        return True
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return _CHECK[total % 11] == number[17]


def looks_born(number: str) -> bool:
    """Whether the number has the length, region digits and birth date of an identity number; check not looked at."""
    if not number[:17].isdigit() or not "11" <= number[:2] <= "83":
        return False
    born = {18: number[6:14], 15: f"19{number[6:12]}"}.get(len(number), "")
    if not "1880" <= born[:4] <= "2099":
        return False
    try:
        date(int(born[:4]), int(born[4:6]), int(born[6:8]))
    except ValueError:
        return False
    return True


def is_luhn(number: str) -> bool:
    """Whether the digits pass the Luhn check that bank cards carry (ISO/IEC 7812-1, annex B).

    >>> is_luhn("4111111111111111"), is_luhn("4111111111111112")
    (True, False)
    """
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
