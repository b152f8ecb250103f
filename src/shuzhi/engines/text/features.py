"""Turns a message into counted words, character runs and opening words: what the linear models weigh."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, compress, pairwise

import rjieba

READ_AT_MOST = 1_200
"""Characters of one message that are classified: nine in ten are shorter, and what is asked stands in front."""
ENDS = "。！？!?\n；;"
"""Characters that end a sentence."""
HEAD = 12
"""Words at the front that count as the heading."""
_WORD = re.compile(r"\w")
_SEEN_IN_ALL = frozenset(
    [
        "的",
        "了",
        "是",
        "在",
        "我",
        "我们",
        "和",
        "不",
        "有",
        "也",
        "都",
        "没有",
        "为",
        "就",
        "到",
        "对",
        "要",
        "给",
        "与",
        "还",
        "等",
        "上",
        "被",
        "可以",
        "这",
        "但",
        "让",
        "而",
        "能",
        "并",
        "将",
        "去",
        "又",
        "向",
        "不能",
        "吗",
        "该",
        "及",
        "来",
        "他们",
        "有关",
        "本人",
        "多",
        "从",
        "作为",
        "一",
        "会",
        "什么",
        "这样",
        "关于",
        "按",
        "就是",
        "个",
        "以",
        "不是",
        "把",
        "你",
        "这个",
        "由",
        "或",
        "于",
        "很",
        "自己",
        "如果",
        "没",
        "但是",
        "其",
        "因为",
        "为什么",
        "多次",
        "那",
        "那么",
        "它",
        "她",
        "他",
        "您",
        "你们",
        "之",
        "此",
        "呢",
        "吧",
        "啊",
        "呀",
        "嘛",
        "哦",
        "啦",
        "嗯",
        "着",
        "过",
        "得",
        "地",
        "所",
        "所以",
        "而且",
        "并且",
        "或者",
        "以及",
        "然后",
        "还是",
        "已经",
        "正在",
        "一个",
        "一些",
        "一下",
        "一直",
        "这些",
        "那些",
        "怎么",
        "怎样",
        "如何",
        "是否",
        "请",
        "希望",
        "谢谢",
        "您好",
        "你好",
        "领导",
        "尊敬",
    ]
)


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at a text: its mark, how many messages must share a feature, and how much it counts."""

    mark: str
    seen_in: int
    weight: float


WORDS, CHARACTERS, HEADING = View("w", 2, 1.0), View("c", 3, 1.0), View("h", 2, 0.6)
VIEWS = (WORDS, CHARACTERS, HEADING)


_SURROGATE = re.compile("[\ud800-\udfff]")


def words(text: str) -> list[str]:
    """The words of a text in order, without marks and without words that every message has.

    >>> words("小区的电梯坏了！")
    ['小区', '电梯', '坏']
    """
    return [word for word in rjieba.cut(paired(text[:READ_AT_MOST])) if _tells(word)]


class Cut:
    """A text cut into its words once, which are then known for each of its sentences too."""

    def __init__(self, text: str) -> None:
        self.text = text

    @property
    def words(self) -> list[str]:
        return self._telling[0]

    def words_between(self, start: int, end: int) -> list[str]:
        """What `words` gives for a stretch: no word reaches over the end of a sentence."""
        closed = (not start or self.text[start - 1] in ENDS) and (
            end == len(self.text) or self.text[end] in ENDS
        )
        if not closed or end > READ_AT_MOST:
            return words(self.text[start:end])
        telling, starts = self._telling
        return telling[bisect_left(starts, start) : bisect_left(starts, end)]

    @cached_property
    def _telling(self) -> tuple[list[str], list[int]]:
        """The words and where they begin."""
        cut = rjieba.cut(paired(self.text[:READ_AT_MOST]))
        telling = list(map(_tells, cut))
        starts = accumulate(map(len, cut), initial=0)
        return list(compress(cut, telling)), list(compress(starts, telling))


def paired(text: str) -> str:
    """The text, as long as before, with lone surrogates (halves of a character) replaced: no cutter of words takes them."""
    return _SURROGATE.sub("\ufffd", text)


@lru_cache(maxsize=1 << 16)
def _tells(word: str) -> bool:
    return word not in _SEEN_IN_ALL and bool(_WORD.search(word))


def counted(tokens: Sequence[str]) -> dict[str, Counter[str]]:
    """How often each feature stands in the text, by mark of the view; tokens: what `words` gives, or its like."""
    head = tokens[:HEAD]
    return {
        WORDS.mark: Counter(_with_pairs(tokens)),
        CHARACTERS.mark: Counter(_runs(run_text(tokens))),
        HEADING.mark: Counter(_with_pairs(head)),
    }


def named(mark: str, features: Iterable[str]) -> Iterator[str]:
    """The features with the mark of their view in front, so that one vocabulary holds all views."""
    return (f"{mark}{feature}" for feature in features)


def _with_pairs(tokens: Sequence[str]) -> list[str]:
    return [*tokens, *(f"{first} {second}" for first, second in pairwise(tokens))]


def run_text(tokens: Sequence[str]) -> str:
    """The text whose runs of characters are counted."""
    return "".join(tokens)[:READ_AT_MOST]


def _runs(text: str) -> list[str]:
    return [text[at : at + size] for size in (1, 2, 3, 4) for at in range(len(text) - size + 1)]
