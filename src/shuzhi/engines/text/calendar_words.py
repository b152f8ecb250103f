"""Turns the words for days, weeks, months and years into days, counted from the day on which they were said."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_PARTS_OF_MONTH = {
    "初": (1, 10),
    "上旬": (1, 10),
    "中旬": (11, 20),
    "下旬": (21, 31),
    "底": (25, 31),
    "末": (25, 31),
}
_SEASONS = {
    "春": (3, 5),
    "夏": (6, 8),
    "秋": (9, 11),
    "冬": (12, 14),
    "初": (1, 2),
    "底": (11, 12),
    "末": (11, 12),
}
"""First and last month; the winter ends in the next year."""
_NEAREST = 0.85
"""How sure a year is that nobody told."""


@dataclass(frozen=True, slots=True)
class Days:
    """From a first to a last day. sure: 0 to 1, how sure what was left open is."""

    first: date
    last: date
    sure: float = 1.0


def number_of(written: str) -> int:
    """A number below a thousand in digits or Chinese numerals.

    >>> [number_of(one) for one in ("12", "十二", "二十", "一百二十", "两")]
    [12, 12, 20, 120, 2]
    """
    if written.isdecimal():
        return int(written)
    total = latest = 0
    for char in written:
        if char in "十百":
            total += (latest or 1) * (10 if char == "十" else 100)
            latest = 0
        else:
            latest = latest * 10 + _DIGITS[char]
    return total + latest


def day(said_on: date, shift: int) -> Days:
    one = said_on + timedelta(days=shift)
    return Days(one, one)


def week(said_on: date, shift: int, weekday: str) -> Days:
    """weekday: one of 一二三四五六日天末, "" for the whole week; 末 is Saturday and Sunday."""
    monday = said_on - timedelta(days=said_on.weekday()) + timedelta(weeks=shift)
    if weekday in ("", "末"):
        return Days(monday + timedelta(days=5 if weekday else 0), monday + timedelta(days=6))
    number = min("一二三四五六日天".index(weekday), 6)
    return day(monday, number)


def month(year: int, number: int, part: str = "") -> Days:
    """number: may lie beyond 1 to 12, then in another year.   part: 初, 上旬, 中旬, 下旬, 底 or ""."""
    year, number = year + (number - 1) // 12, (number - 1) % 12 + 1
    length = monthrange(year, number)[1]
    first, last = _PARTS_OF_MONTH.get(part, (1, length))
    return Days(date(year, number, first), date(year, number, min(last, length)))


def year(number: int, part: str = "") -> Days:
    """part: 春, 夏, 秋, 冬, 初, 底 or "" for the whole year."""
    if not part:
        return Days(date(number, 1, 1), date(number, 12, 31))
    first, last = _SEASONS[part]
    return Days(month(number, first).first, month(number, last).last)


def nearest(
    said_on: date, number: int, day_of_month: int | None, part: str = "", *, goes_on: bool = False
) -> Days:
    """A month or a day of it in the year in which it is nearest to the day it was said on; a past one rather.

    goes_on: something began then and goes on, so that it hardly lies ahead.
    """
    tried = []
    for candidate in (said_on.year - 1, said_on.year, said_on.year + 1):
        if day_of_month is None:
            tried.append(month(candidate, number, part))
        elif day_of_month <= monthrange(candidate, number)[1]:
            tried.append(Days(date(candidate, number, day_of_month), date(candidate, number, day_of_month)))
    if not tried:
        raise ValueError("no such day")
    best = min(tried, key=lambda one: _distance(said_on, one, ahead=10 if goes_on else 3))
    return Days(best.first, best.last, _NEAREST)


def _distance(said_on: date, days: Days, *, ahead: int) -> int:
    """Days away. ahead: how many times a day that is to come counts, because people tell what happened."""
    if days.first <= said_on <= days.last:
        return 0
    return ahead * (days.first - said_on).days if days.first > said_on else (said_on - days.last).days


def ago(said_on: date, count: float, unit: str, *, more: bool = False) -> Days:
    """So many days, weeks, months or years before; the longer the unit, the wider the span. more: "多", up to half a unit before."""
    length = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30.4, "年": 365.25}[unit]
    middle = said_on - timedelta(days=round(count * length))
    blur = timedelta(days=round(length / 4)) if length > 1 else timedelta(0)
    earlier = timedelta(days=round(length / 2)) if more else blur
    return Days(
        middle - earlier, min(said_on, middle + (timedelta(0) if more else blur)), 0.85 if more else 1.0
    )
