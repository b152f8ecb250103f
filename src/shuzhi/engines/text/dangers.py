"""Names the dangers to life that a text says are happening, feared or over.

A danger counts when a thing and what happens to it stand close together in one sentence ("燃气" … "泄漏"), unless the
words around say that it is over or only asked about. Rules are authored from general knowledge of emergency calls.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from shuzhi.engines.text.danger_rules import RULES, Near
from shuzhi.engines.text.features import ENDS
from shuzhi.engines.text.patterns import each
from shuzhi.engines.text.word_finder import WordFinder

NOW, FEARED = "now", "feared"


@dataclass(frozen=True, slots=True)
class Danger:
    """A danger that the text names: which one, the words, whether it is at hand ("now") or "feared".

    sentence: offsets of the sentence that names it.
    """

    name: str
    words: str
    when: str
    sentence: tuple[int, int]


_OVER = re.compile(
    "已(?:经)?(?:扑灭|修好|排除|解决|恢复|处理好|救出|得救|痊愈|控制住)|去年.{0,12}(?:火灾|车祸|溺水|坍塌)|"
    + each("多年前|以前|之前|曾经", ".{0,10}(?:火灾|着火|车祸|溺水|坍塌)")
    + "|告诫书|保护令|讲座|课程|科普|宣传|演练|培训|知识|保险|报警器|险种|预案|演习|课程|安全教育|小说|电影|剧本|补贴标准|赔偿标准|认定标准|鉴定标准|报警系统|应急|演|安全员|资格|收费标准|开户|价格|跳楼价|打死也|死也不|要死要活"
)
_FEARED = re.compile(
    "万一|如果|假如|一旦|容易(?:引发|造成|导致|发生)|可能会?(?:引发|造成|导致|发生)|担心|害怕|以免|避免|防止|预防|杜绝|建议|以防|怕(?:哪天|以后)"
)
_TOLD = re.compile(
    "去年|前年|上个?月|上周|上次|当年|当时|曾经?(?!孙|祖)|年前|月前|以前|之前|后来|事后|住院(?:花|费|治疗)|赔偿|抚恤|伤残|鉴定|"
    "判决|立案|起诉|一案|案件|拘留|报销|补助|救助基金|医药费|经[常过]|曾发生|发生过|出过|导致过|多起|每年|逍遥法外|追究|严惩|处分"
)
"""Words of a sentence that tells what happened before, or what is owed for it; a date does so too."""
_DATED = re.compile(r"\d(?:(?<=1)9\d\d年|(?<=2)0\d\d年|\d?月\d{1,2}[日号])")
_NOW = re.compile(
    "现在|刚刚|刚才|正在|还在|此刻|快来|快派|快救|救救|救人|今天|今早|今晚|昨晚|昨夜|随时|眼看|又在|来不及|至今没(?:有)?(?:回|找|醒)|到现在"
)
_THIS_MOMENT = re.compile(
    "刚刚|刚才|正在(?!建)|此刻|快来|快派|快救|救救|救人|今早|今晚|昨晚|昨夜|随时|眼看|来不及|"
    + each("到现在|至今", "还?没(?:有)?(?:回|找|醒|出)")
)
LONG, _OPENING = 120, 60
"""A text of more characters than the first must name this moment in the sentence of the danger: long letters tell old stories.
Where it opens the letter it is still feared."""
_SENTENCE = re.compile(rf"[^{ENDS}]{{4,200}}")
_PLAIN_OPENING = re.compile("(?:[\u4e00-\u9fff](?![?*{]))*")
"""Characters that stand for themselves and must be there."""


def dangers(text: str) -> tuple[Danger, ...]:
    """The dangers that a text says are at hand or feared, one for each kind; those of an old story are left out.

    >>> [one.name for one in dangers("楼道着火了，快来人")]
    ['fire']
    """
    return dangers_in([text])[0]


def dangers_in(texts: Sequence[str]) -> list[tuple[Danger, ...]]:
    """The dangers of each of many texts: cheaper than one by one."""
    openings = _GATES.find(texts).by_text(len(texts))
    return [
        _dangers(text, {word for _start, _end, word in hits})
        for text, hits in zip(texts, openings, strict=True)
    ]


def _dangers(text: str, openings: Set[int]) -> tuple[Danger, ...]:
    found: dict[str, Danger] = {}
    for name, pattern in _possible(openings):
        known = found.get(name)
        if known and known.when == NOW:
            continue
        for hit in pattern.finditer(text):
            when = _when(text, hit)
            if when:
                found[name] = Danger(name, hit[0], when, _sentence(text, hit.start(), hit.end()))
            if when == NOW:
                break
    return tuple(found.values())


def _when(text: str, hit: re.Match[str]) -> str:
    """Whether the danger is at hand or feared; "" when it is over, taught, asked about or long past."""
    start, end = _sentence(text, hit.start(), hit.end())
    if _OVER.search(text, start, end):
        return ""
    if _FEARED.search(text, start, hit.start()):
        return FEARED
    if (_NOW if len(text) <= LONG else _THIS_MOMENT).search(text, start, end):
        return NOW
    if _is_of_old(text, start, end):
        return ""
    if len(text) <= LONG:
        return NOW
    return FEARED if hit.start() <= _OPENING else ""


def sentences_at_hand(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences are that could tell of something happening now; see `_when`."""
    long = len(text) > LONG
    for found in _SENTENCE.finditer(text):
        start, end = found.span()
        if long and not _THIS_MOMENT.search(text, start, end):
            continue
        told = _is_of_old(text, start, end) and not _NOW.search(text, start, end)
        if not (told or _OVER.search(text, start, end) or _FEARED.search(text, start, end)):
            yield start, end


def is_told(text: str, start: int, end: int) -> bool:
    """Whether the sentence around a stretch tells an old story, or only teaches or asks."""
    opens, closes = _sentence(text, start, end)
    told = _is_of_old(text, opens, closes) and not _NOW.search(text, opens, closes)
    return bool(told or _OVER.search(text, opens, closes))


def _is_of_old(text: str, start: int, end: int) -> bool:
    return bool(_TOLD.search(text, start, end) or _DATED.search(text, start, end))


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    opens = max(text.rfind(mark, 0, start) for mark in ENDS) + 1
    closes = [at for mark in ENDS if (at := text.find(mark, end)) >= 0]
    return opens, min(closes, default=len(text))


def _openings(alternation: str) -> frozenset[str]:
    """The plain characters with which each alternative must begin; empty when one may begin with something else."""
    found = frozenset(_opening(one) for one in _alternatives(alternation))
    return frozenset() if "" in found else found


def _opening(alternative: str) -> str:
    plain = _PLAIN_OPENING.match(alternative)
    return plain[0] if plain else ""


def _alternatives(alternation: str) -> Iterator[str]:
    depth, start = 0, 0
    for at, char in enumerate(alternation):
        depth += (char in "([{") - (char in ")]}")
        if char == "|" and depth == 0:
            yield alternation[start:at]
            start = at + 1
    yield alternation[start:]


def _possible(openings: Set[int]) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The rules whose two parts can both begin somewhere in a text with these openings."""
    first, second = _ALWAYS
    for opening in openings:
        opens, closes = _BITS[opening]
        first |= opens
        second |= closes
    both = first & second
    while both:
        lowest = both & -both
        yield _COMPILED[lowest.bit_length() - 1]
        both ^= lowest


def _compiled() -> tuple[tuple[tuple[str, re.Pattern[str]], ...], dict[str, list[int]], tuple[int, int]]:
    """Rules with their names; openings with bits of the rules whose first or second part may begin so; bits of the rest."""
    compiled: list[tuple[str, re.Pattern[str]]] = []
    gates: dict[str, list[int]] = {}
    always = [0, 0]
    for name, rules in RULES.items():
        for rule in rules:
            bit = 1 << len(compiled)
            parts = (rule.first, rule.second) if isinstance(rule, Near) else (rule, "")
            for side, part in enumerate(parts):
                openings = _openings(part)
                if not openings:
                    always[side] |= bit
                for opening in openings:
                    gates.setdefault(opening, [0, 0])[side] |= bit
            compiled.append((name, re.compile(rule.pattern if isinstance(rule, Near) else rule)))
    return tuple(compiled), gates, (always[0], always[1])


_COMPILED, _OPENINGS, _ALWAYS = _compiled()
_GATES, _BITS = WordFinder(list(_OPENINGS)), tuple(_OPENINGS.values())
