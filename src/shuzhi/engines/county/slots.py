"""Fills the gaps of authored sentences with places of the registry, times, durations and amounts."""

import random
from collections.abc import Callable

from shuzhi.engines.county.registry_records import Area, Place

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
_FIRMS = (
    "宏达",
    "鑫源",
    "华泰",
    "众诚",
    "恒信",
    "隆盛",
    "金盾",
    "佳美",
    "远航",
    "百顺",
    "天成",
    "永固",
    "德邻",
)
_CHINESE = "零一二三四五六七八九十"


def _few(rng: random.Random, low: int, high: int) -> str:
    number = rng.randint(low, high)
    return _CHINESE[number] if number <= 10 and rng.random() < 0.45 else str(number)


def _clock(rng: random.Random, hours: tuple[tuple[str, int, int], ...]) -> str:
    part, low, high = rng.choice(hours)
    hour = rng.randint(low, high)
    tail = rng.choice(("点", "点多", "点半", "点左右", ":40", ":20"))
    if tail.startswith(":"):
        return f"{part}{hour}{tail}"
    return f"{part}{_CHINESE[hour] if hour <= 10 and rng.random() < 0.4 else hour}{tail}"


def _money(rng: random.Random, low: int, high: int) -> str:
    amount = rng.randint(low, high)
    if amount > 1_000 and rng.random() < 0.7:
        amount = amount // 100 * 100
    return f"{amount}{rng.choice(('元', '块', '块钱', '元'))}"


def _big_money(rng: random.Random) -> str:
    amount = rng.randint(12, 380)
    whole, tenth = divmod(amount, 10)
    return f"{whole}万{tenth}" if tenth and rng.random() < 0.5 else f"{amount / 10:g}万元"


_NIGHT = (("晚上", 9, 11), ("夜里", 10, 12), ("凌晨", 1, 4), ("半夜", 1, 3))
_MORNING = (("早上", 5, 8), ("清早", 5, 6), ("上午", 8, 10))
_DAY = (("上午", 8, 11), ("下午", 2, 5), ("中午", 11, 12), ("傍晚", 5, 7), ("晚上", 7, 9))

_FILLERS: dict[str, Callable[[random.Random], str]] = {
    "few": lambda rng: _few(rng, 2, 6),
    "days": lambda rng: _few(rng, 3, 20),
    "weeks": lambda rng: _few(rng, 2, 6),
    "months": lambda rng: _few(rng, 2, 11),
    "years": lambda rng: _few(rng, 2, 9),
    "many": lambda rng: str(rng.randint(11, 90)),
    "hundreds": lambda rng: str(rng.randint(2, 19) * 100),
    "digit": lambda rng: _CHINESE[rng.randint(1, 9)],
    "old": lambda rng: str(rng.randint(66, 88)),
    "night": lambda rng: _clock(rng, _NIGHT),
    "morning": lambda rng: _clock(rng, _MORNING),
    "time": lambda rng: _clock(rng, _DAY),
    "small": lambda rng: _money(rng, 5, 90),
    "money": lambda rng: _money(rng, 180, 6_800),
    "big": _big_money,
    "surname": lambda rng: rng.choice(_SURNAMES),
    "firm": lambda rng: rng.choice(_FIRMS),
    "building": lambda rng: f"{rng.randint(1, 26)}{rng.choice(('栋', '栋', '号楼', '幢'))}",
    "entrance": lambda rng: f"{_few(rng, 1, 4)}单元",
    "floor": lambda rng: str(rng.randint(3, 27)),
    "metres": lambda rng: str(rng.randint(3, 60) * 10),
    "weekday": lambda rng: rng.choice(("周一", "周三", "周五", "周六", "周日", "星期二", "礼拜四", "礼拜天")),
    "date": lambda rng: rng.choice(
        (
            f"上个月{rng.randint(1, 28)}号",
            f"{rng.randint(1, 28)}号",
            "前天",
            "上周",
            f"上周{rng.choice('一二三四五')}",
            "大前天",
            "月初",
        )
    ),
    "plate": lambda rng: f"尾号{rng.randint(100, 999)}",
    "route": lambda rng: f"{rng.randint(1, 68)}路",
    "acres": lambda rng: f"{rng.randint(2, 60)}亩",
    "grade": lambda rng: rng.choice(
        ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级", "初一", "初二", "初三")
    ),
}


class Slots(dict[str, str]):
    """The values for one demand, drawn when first asked for and then kept, so that a text agrees with itself."""

    def __init__(self, rng: random.Random, *, place: str, community: Area, town: Area, county: Area) -> None:
        super().__init__(place=place, community=community.name, town=town.name, county=county.name)
        self._rng = rng

    def __missing__(self, name: str) -> str:
        value = _FILLERS[name](self._rng)
        self[name] = value
        return value


def spoken(place: Place, rng: random.Random) -> str:
    """The place as somebody would say it: mostly its name, sometimes an alias."""
    if place.aliases and rng.random() < 0.3:
        return rng.choice(place.aliases)
    return place.name


SLOT_NAMES = frozenset(_FILLERS) | {"place", "community", "town", "county"}
