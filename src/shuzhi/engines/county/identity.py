"""Numbers of people who do not exist: identity numbers with a 99 division, phones in one made-up block."""

from datetime import date
from operator import mul

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
"""GB 11643-1999, 4.2: weights of the first 17 digits and the check character for each remainder modulo 11."""

_FIRST_PHONE = 19_900_000_000


def id_number(division: str, birth: date, order: int) -> str:
    """An 18-character identity number; the check character follows GB 11643-1999 (ISO 7064 MOD 11-2).

    division: six digits, must begin with 99, a prefix that no real division has.   order: 0 to 999, odd for men.

    >>> id_number("990101", date(1980, 2, 29), 7)
    '990101198002290070'
    """
    if len(division) != 6 or not division.startswith("99"):
        raise ValueError("only fictional divisions (99xxxx) get identity numbers")
    body = f"{division}{birth:%Y%m%d}{order:03d}"
    return body + check_character(body)


def check_character(body: str) -> str:
    """The eighteenth character for seventeen digits."""
    if len(body) != len(_WEIGHTS):
        raise ValueError("the check character covers seventeen digits")
    return _CHECK[sum(map(mul, map(int, body), _WEIGHTS)) % 11]


def phone(number: int) -> str:
    """The phone of the person with this running number: 19900000000 upwards, so that it looks made up.

    >>> phone(42)
    '19900000042'
    """
    return str(_FIRST_PHONE + number)
