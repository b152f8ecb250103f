"""Authored sentences with and without a danger to life, in the same words: who and where must not decide, what happens must."""

import random
from collections.abc import Iterator
from pathlib import Path

from shuzhi.engines.text.builtin import DANGER, NO_DANGER

HERE = Path(__file__).parent
_SEED = 20
_TIMES = 3
"""Sentences made of each frame."""
WHO = (
    *(
        "老人",
        "孩子",
        "我妈",
        "我爸",
        "邻居",
        "一个女的",
        "学生",
        "工人",
        "老伴",
        "小孩",
        "奶奶",
        "爷爷",
        "住户",
    ),
    *("路人", "女儿", "儿子", "我", "同事", "孕妇", "大爷"),
)
WHERE = (
    *(
        "小区门口",
        "楼下",
        "楼道",
        "家里",
        "学校门口",
        "车库",
        "路口",
        "菜市场",
        "公园",
        "河边",
        "厨房",
        "楼上",
    ),
    *("工地", "村口", "单元门口", "屋里", "医院", "桥上", "阳台", "马路边", "广场", "厕所"),
)

Sentence = tuple[str, str, int]
"""Text, label, group: sentences of one frame share it."""


def sentences(first_group: int) -> list[Sentence]:
    """All of them, always in the same order; groups are numbered from the first one on."""
    rng = random.Random(_SEED)
    told = [
        *((one, NO_DANGER, 1) for one in _lines("everyday.txt")),
        *((one, DANGER, _TIMES) for one in _lines("dangers.txt")),
        *((one, NO_DANGER, _TIMES) for one in _lines("harmless.txt")),
    ]
    return [
        (frame.format(who=rng.choice(WHO), where=rng.choice(WHERE)), label, group)
        for group, (frame, label, times) in enumerate(told, start=first_group)
        for _each in range(times)
    ]


def _lines(name: str) -> Iterator[str]:
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line
