"""The words for days and spans of days, and how each is counted from the day on which it was said."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from shuzhi.engines.text import calendar_words
from shuzhi.engines.text.calendar_words import Days, number_of

ONCE, SINCE = "once", "since"
"""It happened between two days; it began between two days and goes on."""
EXACT, _LIKELY, _VAGUE = 0.95, 0.85, 0.5
NUMBER = "[0-9]{1,3}|[一二两三四五六七八九十百]{1,4}"
_FROM = re.compile("(?:自从|从|自|打)$")
GOES_ON = re.compile("(?:开始|起|以来|至今|到现在|到今天|就开始|就一直)")
_DAY_WORDS = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2}
_YEAR_WORDS = {"前": -2, "去": -1, "今": 0, "明": 1}
_WEEK_WORDS = {"上上": -2, "上": -1, "这": 0, "本": 0, "": 0, "下": 1}
_MONTH_WORDS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1}


@dataclass(frozen=True, slots=True)
class Rule:
    """kind: ONCE becomes SINCE where words like 从 or 以来 stand beside it."""

    kind: str
    pattern: re.Pattern[str]
    days: Callable[[re.Match[str], date], Days]
    confidence: float = EXACT


def opened(text: str, at: int) -> re.Match[str] | None:
    """The word in front that says that something began then."""
    return _FROM.search(text, max(0, at - 2), at)


def _length(hit: re.Match[str]) -> float:
    """How many units: 半, 三, 三个半, 两年半."""
    if hit["unit"] == "月" and not hit["piece"]:
        raise ValueError("a month of the year, not so many months")
    count = 0.5 if hit["count"] == "半" else float(number_of(hit["count"]))
    return count + (0.5 if hit["half"] or hit["half_behind"] else 0.0)


def _before(hit: re.Match[str], said_on: date) -> Days:
    more = bool(hit["more"] or hit["more_pieces"] or hit["more_behind"])
    return calendar_words.ago(said_on, _length(hit), hit["unit"], more=more)


def _written(hit: re.Match[str], said_on: date) -> Days:
    one = date(int(hit["year"]), int(hit["month"]), int(hit["day"]))
    return Days(one, one)


def _told_day(hit: re.Match[str], said_on: date) -> Days:
    year, month = int(hit["year"]), hit["month"]
    if not month:
        return calendar_words.year(year, hit["season"] or "")
    if hit["day"]:
        one = date(year, number_of(month), number_of(hit["day"]))
        return Days(one, one)
    return calendar_words.month(year, _month(month), hit["part"] or "")


def _of_year(hit: re.Match[str], said_on: date) -> Days:
    year = said_on.year + _YEAR_WORDS[hit["which"]]
    if not hit["month"]:
        return calendar_words.year(year, hit["season"] or "")
    if hit["day"]:
        one = date(year, number_of(hit["month"]), number_of(hit["day"]))
        return Days(one, one)
    return calendar_words.month(year, _month(hit["month"]), hit["part"] or "")


def _of_month(hit: re.Match[str], said_on: date) -> Days:
    found = calendar_words.month(said_on.year, said_on.month + _MONTH_WORDS[hit["which"]], hit["part"] or "")
    if hit["day"]:
        one = found.first.replace(day=number_of(hit["day"]))
        return Days(one, one)
    return found


def _month(written: str) -> int:
    number = number_of(written)
    if not 1 <= number <= 12:
        raise ValueError(f"there is no month {number}")
    return number


def _nearest(hit: re.Match[str], said_on: date) -> Days:
    day = number_of(hit["day"]) if hit["day"] else None
    goes_on = bool(opened(hit.string, hit.start()) or GOES_ON.match(hit.string, hit.end()))
    return calendar_words.nearest(said_on, _month(hit["month"]), day, hit["part"] or "", goes_on=goes_on)


def _holiday(hit: re.Match[str], said_on: date) -> Days:
    month = {"元旦": 1, "五一": 5, "国庆": 10}[hit["name"]]
    return calendar_words.nearest(said_on, month, 1)


def _day_word(hit: re.Match[str], said_on: date) -> Days:
    return calendar_words.day(said_on, _DAY_WORDS[hit["which"]])


def _weekday(hit: re.Match[str], said_on: date) -> Days:
    shift = _WEEK_WORDS[hit["which"] or ""]
    found = calendar_words.week(said_on, shift, hit["weekday"] or "")
    if not hit["which"] and found.first > said_on:
        return calendar_words.week(said_on, -1, hit["weekday"])
    return found


def _vaguely(days: tuple[int, int]) -> Callable[[re.Match[str], date], Days]:
    """days: how many days before the earliest and the latest day lie."""
    earliest, latest = days
    return lambda _hit, said_on: Days(
        calendar_words.day(said_on, -earliest).first, calendar_words.day(said_on, -latest).first
    )


_OF_MONTH = rf"(?P<month>{NUMBER})月(?:份)?(?:(?P<day>{NUMBER})[日号](?!楼|线|院|门|房|店|口|车|机)|(?P<part>初|上旬|中旬|下旬|底|末))?"
_SEASON = "(?:年?(?P<season>[春夏秋冬初底末])(?!节)[天季]?)"
_COUNT = rf"(?P<count>半|{NUMBER})(?P<more>多)?(?P<piece>个)?(?P<more_pieces>多)?(?P<half>半)?(?P<unit>天|星期|周|礼拜|月|年)(?P<half_behind>半)?(?P<more_behind>多)?"
_NO_TERM = "(?!级|制|内|之内|以内|期|前|之前|以前|后|之后|以后|一|[0-9])"
RULES = (
    Rule(
        ONCE,
        re.compile(
            "(?<![0-9])(?P<year>(?:19|20)[0-9]{2})[-./](?P<month>[0-9]{1,2})[-./](?P<day>[0-9]{1,2})(?![0-9])"
        ),
        _written,
    ),
    Rule(
        ONCE,
        re.compile(rf"(?<![0-9])(?P<year>(?:19|20)[0-9]{{2}})年(?:{_OF_MONTH}|{_SEASON})?(?!级|制|期|度)"),
        _told_day,
    ),
    Rule(
        ONCE,
        re.compile(rf"(?<![目以之年])(?P<which>[前去今明])年的?(?:{_OF_MONTH}|{_SEASON})?(?!级)"),
        _of_year,
    ),
    Rule(
        ONCE,
        re.compile(
            rf"(?<![马早晚网线])(?P<which>上上|上|本|这|下)个?月(?:份)?(?:(?P<day>{NUMBER})[日号]|(?P<part>初|上旬|中旬|下旬|底|末))?"
        ),
        _of_month,
    ),
    Rule(
        ONCE,
        re.compile(
            rf"(?<![0-9年一二三四五六七八九十个月]){_OF_MONTH}(?:(?<!月)|(?=起|开始|以来|至今|到现在|就))"
        ),
        _nearest,
    ),
    Rule(
        ONCE,
        re.compile(
            "(?<![目以之从当今日然最至])(?P<which>大前|[前昨今明后])(?:天|日(?![子益常])|(?=[晚夜早晨]))"
        ),
        _day_word,
    ),
    Rule(
        ONCE,
        re.compile(
            "(?<![马早晚网])(?P<which>上上|[上这本下])个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末])?"
        ),
        _weekday,
    ),
    Rule(
        ONCE,
        re.compile(
            "(?<![每逢一二两三四五六七八九十上下这本个0-9])(?P<which>)(?:周|星期|礼拜)(?P<weekday>[一二三四五六日末])(?!福|岁)"
        ),
        _weekday,
        _LIKELY,
    ),
    Rule(ONCE, re.compile(rf"(?<![第0-9一二三四五六七八九十]){_COUNT}(?:之|以)?前(?![年天台面])"), _before),
    Rule(
        SINCE,
        re.compile(
            rf"(?:最近|近|过去|连续|长达|整整|已经?|已有|拖了|等了|这)(?:了|有)?{_COUNT}(?:以来|来|了|之久|时间)?{_NO_TERM}"
        ),
        _before,
    ),
    Rule(
        SINCE,
        re.compile(
            rf"(?<![第0-9一二三四五六七八九十上下每]){_COUNT}(?:以来|来(?!一|[0-9])|了|之久|没|都没|都不|至今|时间没|不(?=见|管|来|通|给|发|修))"
        ),
        _before,
    ),
    Rule(ONCE, re.compile("(?P<name>元旦|五一|国庆)(?:节|期间|假期|放假|那天|前后|当天)"), _holiday),
    Rule(ONCE, re.compile("前(?:几|两|些)天|(?:几|好几)天前|前些日子"), _vaguely((9, 2)), _VAGUE),
    Rule(
        SINCE, re.compile("[近这](?:几|两|些)天|近日|(?:好几|几)天(?:了|没|都没)"), _vaguely((7, 2)), _VAGUE
    ),
    Rule(
        SINCE,
        re.compile("最近(?![的一二两三四五六七八九十半0-9])|近期|近来|这段时间|这阵子?|一段时间了"),
        _vaguely((30, 3)),
        _VAGUE,
    ),
    Rule(SINCE, re.compile("(?:好几|几)个月(?:了|来|以来|没|都没)"), _vaguely((280, 60)), _VAGUE),
    Rule(SINCE, re.compile("(?:好几|几|多|好多)年(?:了|来|以来|没|都没)"), _vaguely((3_300, 730)), _VAGUE),
    Rule(ONCE, re.compile("前一?段时间|前一?阵子?"), _vaguely((60, 10)), _VAGUE),
)
