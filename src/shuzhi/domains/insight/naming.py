"""Codes in the reader's words; a code itself where the registry no longer has it."""

from collections.abc import Callable

from shuzhi.domains.registry import services as registry
from shuzhi.spine.errors import NotFound


def area_name(code: str) -> str:
    return _name(registry.get_area, code)


def category_name(code: str) -> str:
    return _name(registry.get_category, code)


def unit_name(code: str) -> str:
    return _name(registry.get_unit, code)


def yuan(fen: int) -> str:
    """Fen as yuan with its digits in groups; whole yuan without cents.

    >>> yuan(9_000_000), yuan(1_250)
    ('90,000', '12.50')
    """
    return f"{fen // 100:,}" if fen % 100 == 0 else f"{fen / 100:,.2f}"


def _name(find: Callable[[str], object], code: str) -> str:
    if not code:
        return ""
    try:
        return str(find(code).label)  # type: ignore[attr-defined]
    except NotFound:
        return code
