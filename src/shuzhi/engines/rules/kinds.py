"""Kinds of value: every number is an integer with a scale and a unit, so no float exists anywhere."""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

Value = bool | int | str | date | Decimal | None

CENTS = 100
PPM = 1_000_000
YUAN = "元"
MAX_DIGITS = 30
MAX_INTEGER = 2**62
"""Every intermediate value of a book stays below this by a proof at load, so BIGINT never overflows."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is. Numbers: `scale` integer steps per unit (fen: 100 per yuan; rates: 1,000,000 ppm).

    `period` is month or year for money that flows; empty matches either. `codes` are a code's allowed words.
    """

    name: str
    scale: int = 1
    unit: str = ""
    period: str = ""
    codes: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        return self.name in ("money", "measure", "rate", "count", "product", "literal")

    def shown(self) -> str:
        """The kind in words for a message."""
        per = f" per {self.period}" if self.period else ""
        return f"{self.name}{f' ({self.unit})' if self.unit and self.name != 'money' else ''}{per}"


MONEY = Kind("money", CENTS, YUAN)
COUNT = Kind("count")
RATE = Kind("rate", PPM)
TRUTH = Kind("truth")
DATE = Kind("date")
CODE = Kind("code")
LITERAL = Kind("literal")


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_of(text: str) -> date | None:
    """A day written as 2025-07-01; None for every other way to write one, and for a day that there is not.

    >>> day_of("2024-02-29"), day_of("2025-02-29"), day_of("20250701"), day_of("2025-W01-1")
    (datetime.date(2024, 2, 29), None, None, None)
    """
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def merged(a: Kind, b: Kind) -> Kind | None:
    """The kind that two operands of `+`, `<` or of two branches share; None when they clash."""
    if a.name != b.name or a.scale != b.scale or a.unit != b.unit:
        return None
    if a.period and b.period and a.period != b.period:
        return None
    codes = tuple(dict.fromkeys(a.codes + b.codes)) if a.name == "code" else ()
    return replace(a, period=a.period or b.period, codes=codes)


def scaled(number: Decimal, kind: Kind) -> int | None:
    """A written number as the integer of its kind; None when it has more decimals than the kind keeps.

    None, too, for what no book holds: 1e999990 is short to write, and takes minutes to write out.
    """
    if not number.is_finite() or abs(number.adjusted()) > MAX_DIGITS:
        return None
    steps = number * kind.scale
    return int(steps) if steps == steps.to_integral_value() else None


def shown_value(value: Value, kind: Kind, *, english: bool = False) -> str:
    """A value as people write it: 1,200.00, 是, 2025-07-01; unknown is 未知."""
    if value is None:
        return "unknown" if english else "未知"
    if isinstance(value, bool):
        return ("yes" if value else "no") if english else ("是" if value else "否")
    if isinstance(value, int) and kind.name == "rate":
        return f"{Decimal(value * 100) / kind.scale:f}%"
    if isinstance(value, int) and kind.scale > 1:
        return f"{Decimal(value) / kind.scale:,.2f}"
    return str(value)
