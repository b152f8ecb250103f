"""Numbers as a text says them, with what they count: so that two texts can be held against each other."""

import re
import unicodedata
from decimal import Decimal

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}
_CHINESE = "[零〇一二两三四五六七八九十百千万亿]+"
_UNIT = "个?工作日|个?小时|分钟|个月|平方米|公里|千米|元|天|日|年|月|周|岁|人|次|倍|条|款|号|%|米|户"
_SAME_UNIT = {"天": "日", "千米": "公里"}
_NUMBER = re.compile(rf"(?<![\dA-Za-z])(?:(\d[\d,]*(?:\.\d+)?)([千万亿]*)|({_CHINESE}))\s*({_UNIT})?")
_NO_NUMBERS = re.compile(
    "一般|一定|一下|一起|统一|一致|一样|唯一|之一|第一时间|万一|十分|千万|一并|一旦|进一步|一切|一律|一直|同一|任一|一些|一方面|"
    "一次性|一体|百姓|一线|专一|三方|周一|周二|周三|周四|周五|周六|周日"
)
"""Words with a numeral in them that count nothing."""
_LONGEST = 20


def quantities(text: str) -> frozenset[tuple[Decimal, str]]:
    """Every number of a text with its unit, "" without one; however it is written.

    >>> quantities("二十四小时内") == quantities("24小时内")
    True
    >>> quantities("1.2万元") == quantities("12000元") == quantities("一万二千元")
    True
    >>> quantities("30日内答复") == quantities("三十天内答复"), quantities("一般由物业负责")
    (True, frozenset())
    """
    plain = _NO_NUMBERS.sub(" ", unicodedata.normalize("NFKC", text))
    return frozenset(
        (_value(digits, steps) if digits else _chinese(numerals[:_LONGEST]), _unit(unit))
        for digits, steps, numerals, unit in _NUMBER.findall(plain)
    )


def _unit(written: str) -> str:
    bare = written.removeprefix("个") if written != "个月" else written
    return _SAME_UNIT.get(bare, bare)


def _value(digits: str, steps: str) -> Decimal:
    value = Decimal(digits.replace(",", ""))
    for step in steps:
        value *= (_STEPS | _MYRIADS)[step]
    return value.normalize()


def _chinese(written: str) -> Decimal:
    """The value of Chinese numerals; a row of digits (二〇二六) is read digit by digit."""
    if all(char in _DIGITS for char in written):
        return Decimal("".join(str(_DIGITS[char]) for char in written))
    total = section = digit = 0
    for char in written:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _STEPS:
            section += (digit or 1) * _STEPS[char]
            digit = 0
        else:
            total += (section + digit or 1) * _MYRIADS[char]
            section = digit = 0
    return Decimal(total + section + digit)
