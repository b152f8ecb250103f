"""Completed years, completed months and days between two dates; the SQL text does the same sums.

Somebody born on 29 February completes a year on 1 March of a common year: a period without a corresponding
day ends with the last day of the month (民法典 第二百零二条), so the year is complete on the day after.
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache


def years_between(start: date, end: date) -> int:
    """Completed years; negative when `end` comes first.

    >>> years_between(date(2004, 2, 29), date(2025, 2, 28)), years_between(date(2004, 2, 29), date(2025, 3, 1))
    (20, 21)
    """
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def months_between(start: date, end: date) -> int:
    """Completed months; negative when `end` comes first.

    >>> months_between(date(2025, 1, 31), date(2025, 2, 28)), months_between(date(2025, 1, 31), date(2025, 3, 31))
    (0, 2)
    """
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def days_between(start: date, end: date) -> int:
    """Days; negative when `end` comes first.

    >>> days_between(date(2024, 2, 28), date(2024, 3, 1))
    2
    """
    return (end - start).days


SPANS: dict[str, Callable[[date, date], int]] = {
    "years": years_between,
    "months": months_between,
    "days": days_between,
}


@lru_cache(1000)  # asked again for each part of a population
def latest_start(unit: str, end: date, count: int) -> date | None:
    """The latest day from which `count` whole units have passed by `end`; None outside the calendar."""
    span = SPANS[unit]
    low, high = 1, date.max.toordinal()
    if span(date.min, end) < count or span(date.max, end) >= count:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if span(date.fromordinal(middle), end) >= count else (low, middle)
    return date.fromordinal(low)


def half_up(over: int, under: int) -> int | None:
    """over / under to the nearest integer, halves away from zero; None (unknown) when `under` is 0.

    >>> half_up(5, 2), half_up(-5, 2), half_up(4, 3), half_up(1, 0)
    (3, -3, 1, None)
    """
    if under == 0:
        return None
    size = (2 * abs(over) + abs(under)) // (2 * abs(under))
    return size if (over < 0) == (under < 0) else -size
