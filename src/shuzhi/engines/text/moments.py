"""Reads when something happened, since when it goes on and when it comes again, as days counted from the day it was said.

"从上周五起", "三个月以来", "昨晚十点", "每天夜里" are read; ages, terms ("三个月内"), house numbers and years of school are
none of it. Where a year is left open the nearest one is meant, and the confidence is lower.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shuzhi.engines.text.calendar_words import Days, number_of
from shuzhi.engines.text.moment_rules import EXACT, GOES_ON, NUMBER, ONCE, RULES, SINCE, Rule, opened

AGAIN = "again"
"""It comes again and again, on no day that is told; for the other kinds see `moment_rules`."""
_LATER_HALF = frozenset(("下午", "傍晚", "晚上", "夜里", "夜间", "深夜", "半夜", "夜晚", "晚", "夜"))
_NIGHT = _LATER_HALF - {"下午", "傍晚"}
_HOURS = {
    "凌晨": (0, 6), "清晨": (5, 8), "晨": (4, 8), "早上": (5, 9), "早晨": (5, 9), "早": (5, 9), "上午": (6, 12), "中午": (11, 14),
    "下午": (12, 18), "傍晚": (17, 19), "晚上": (18, 24), "夜晚": (18, 24), "晚": (18, 24), "夜里": (20, 30),
    "夜间": (20, 30), "夜": (20, 30), "深夜": (22, 28), "半夜": (23, 28),
}  # fmt: skip
"""Part of the day → from and to which hour it lasts; an hour above 24 is of the next day."""
_PART = "|".join(sorted(_HOURS, key=len, reverse=True))
_CLOCK = re.compile(
    rf"的?(?P<part>{_PART})?(?:(?P<from>{NUMBER})(?:点|时|:[0-5][0-9])(?:半|整|钟|多|左右|许)?"
    rf"(?:(?:到|至|-|—|~)(?P<part_to>{_PART})?(?P<to>{NUMBER})(?:点|时|:[0-5][0-9])(?:半|整|钟)?)?)?"
)
_AGAIN = re.compile(
    "(?:每天|(?<!一)天天|每日|每(?=[晚夜])|夜(?=夜)|[每一]到(?=晚上|夜里|半夜|凌晨|早上|中午)|[每一]到(?:周末|下雨天?|冬天|夏天|节假日)"
    "|每逢?(?:周|星期|礼拜)[一二三四五六日天末、和]*|每个?月(?![工租]资?)|每隔)的?(?P<rest>)"
)
"""`rest` stands where the part of the day may begin."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time that a text tells. kind: ONCE, SINCE or AGAIN.   first, last: days, None for AGAIN.

    hours: from and to which hour, (20, 30) being from 8 in the evening to 6 of the next morning; None where none is told.
    words, start, end: what the text says, and where.   confidence: 0 to 1.
    """

    kind: str
    first: date | None
    last: date | None
    hours: tuple[int, int] | None
    words: str
    start: int
    end: int
    confidence: float


def moments(text: str, *, said_on: date) -> tuple[Moment, ...]:
    """The times that a text tells, in the order in which they stand, none inside another.

    >>> [(one.kind, str(one.first), one.words) for one in moments("从上周五起停水", said_on=date(2026, 11, 28))]
    [('since', '2026-11-20', '从上周五起')]
    """
    kept: list[Moment] = []
    for one in sorted(_found(text, said_on), key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


def _found(text: str, said_on: date) -> Iterator[Moment]:
    for rule in RULES:
        for hit in rule.pattern.finditer(text):
            try:
                days = rule.days(hit, said_on)
            except (ValueError, OverflowError):  # no such day, or one before the first year
                continue
            yield _moment(text, hit, days, rule)
    for hit in _AGAIN.finditer(text):
        hours, end = _hours_after(text, hit.start("rest"))
        end = max(end, hit.end())
        yield Moment(AGAIN, None, None, hours, text[hit.start() : end], hit.start(), end, EXACT)


def _moment(text: str, hit: re.Match[str], days: Days, rule: Rule) -> Moment:
    kind, start, (hours, end) = rule.kind, hit.start(), (None, hit.end())
    if kind == ONCE:
        hours, end = _hours_after(text, end)
        began, goes_on = opened(text, start), GOES_ON.match(text, end)
        if began or goes_on:
            kind = SINCE
            start = began.start() if began else start
            end = goes_on.end() if goes_on else end
    return Moment(
        kind, days.first, days.last, hours, text[start:end], start, end, round(rule.confidence * days.sure, 2)
    )


def _hours_after(text: str, at: int) -> tuple[tuple[int, int] | None, int]:
    """The part of the day and the hours that follow, and where they end."""
    found = _CLOCK.match(text, at)
    if found is None or not (found["part"] or found["from"]):
        return None, at
    part = found["part"] or ""
    if not found["from"]:
        return _HOURS[part], found.end()
    first = _hour(found["from"], part)
    last = _hour(found["to"], found["part_to"] or part) if found["to"] else first + 1
    return (first, last if last > first else last + 24), found.end()


def _hour(written: str, part: str) -> int:
    """The hour of the day meant: 晚上十点 is 22, 夜里两点 is 26, two hours into the next day."""
    hour = min(number_of(written), 24)
    if part in _NIGHT and hour < 6:
        return hour + 24
    later = (
        (part in _LATER_HALF and hour < 12)
        or (part in _NIGHT and hour == 12)
        or (part == "中午" and hour < 4)
    )
    return hour + 12 if later else hour
