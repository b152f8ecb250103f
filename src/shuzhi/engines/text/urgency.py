"""Grades how urgent a message is from what it says is happening, never from its feelings."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shuzhi.engines.text import features
from shuzhi.engines.text.builtin import DANGER
from shuzhi.engines.text.danger_rules import PEOPLE
from shuzhi.engines.text.dangers import LONG, NOW, Danger, is_told, sentences_at_hand
from shuzhi.engines.text.patterns import each
from shuzhi.engines.text.readings import VERSION, Flag, Suggestion, Urgency

_WILL = "我|准备|打算|只能|只有|只好|就|要|想|再不|不然|否则|站在|坐在|爬上|爬到|有人|快|真|一起"
"""Words that make an act somebody's intention and not a figure of speech."""
SELF_HARM = re.compile(
    "不想活|轻生|想死|寻短见|遗书|绝笔|了结自己|结束(?:自己的?)?生命|一死了之|死给|死在你们|同归于尽|抱着孩子.{0,4}跳|去死的心|往下跳|跳下去|"
    "活着(?:没|没有|真没|太|好)(?:意思|累|劲|盼头)|撑不(?:住|下去)了|活(?:够|腻)了|不想回(?:去|家)了|照顾(?:好)?我(?:妈|爸|的?孩子)|"
    + each("吃了|吞了|喝了", ".{0,6}(?:安眠药|农药|敌敌畏|百草枯|老鼠药)")
    + "|"
    + each(
        _WILL,
        r"[^。！？!?\n，,]{0,8}?(?:自杀|跳楼|跳河|跳江|跳桥|割腕|喝农药|自焚|上吊|活不下去|活不成|逼死|没有?活路|走绝路|死路)",
    )
)
THREAT = re.compile(
    "同归于尽|报复社会|血债血偿|玉石俱焚|鱼死网破|泼汽油|浇汽油|带着?汽油|提着?汽油|放火烧|一把火烧|烧(?:了你|我全家)|和(?:你|他)们拼了|后果自负.{0,8}(?:人命|流血)|拉上.{0,8}(?:垫背|一家|陪葬)|"
    + each("带|拿|提|拎", "着?.{0,3}刀.{0,4}(?:去|来|冲|堵|到)")
    + "|"
    + each(
        r"我就?|要|再不[^。\n]{0,8}就|扬言|威胁|说",
        r"[^。！？!?\n，,]{0,6}(?:杀了|杀光|弄死|砍死|捅死|打死(?:你|他|我)|炸(?:了|掉|平)|烧死|要(?:你|他|我)们?的?命)",
    )
)
_FIGURE = re.compile(
    "慢性自杀|得人?想死|轻生劝|跳楼价|跳楼机|跳楼甩卖|等于自杀|无异于|自杀式|防自杀|心理援助|热线电话是"
)
_BELIEVED, _DOUBTED = 0.5, 0.1
"""Chance from which the model alone shows a danger, and below which a rule's find is taken for a figure of speech:
chosen by cross-validation on the sentences that the model learns from."""
_SAYS_ENOUGH = 7
"""Characters of a sentence from which the model alone is believed."""
_BELIEVED_IN_LETTERS = 0.7
"""The same for one sentence among many."""
_OPENING = 12
"""Characters that stand for a sentence in which no word tells more than another."""
_WHO_OR_WHERE = re.compile(
    rf"{PEOPLE}|.|.*(?:口|边|楼|道|里|面|下|上|园|库|场|路|桥|院|房|厅)|居民|小区|学校|幼儿园|工地|厨房|厕所|阳台|河水|人家"
    "|出门|回家|隔壁|还有|今天|昨天|早上|晚上|现在"
)
"""Words that tell whom, where or when a danger concerns: true, but no reason to see one."""
_OUTAGE = re.compile(
    "|".join(
        (
            "停水|断水|没水|没有水|无水可用|不来水|水停了|不出水|停电|断电|没电|没有电|跳闸|不来电|停气|断气|没有燃气|停暖|没暖气|"
            "没有暖气|不供暖|不供热|停热|断网|没有网络|没网|没信号|没有信号|水龙头没水|停了一天水",
            each("暖气|供暖|供热|地暖", r"[^。！？!?\n]{0,8}?(?:不热|冰凉|冰冷|没有|不通|停|坏|凉的)"),
            each(
                "自来水|家里的?水|水管",
                r"[^。！？!?\n]{0,8}?(?:停了|没了|不通|很小|黄|浑|黑|发臭|异味|爆|断)",
            ),
            each("电|水|气|网|信号|路灯", r"[^。！？!?\n]{0,4}?(?:停了|断了|中断|掐了)"),
            "水管爆|爆管|水管破裂|管道破裂|污水倒灌|粪水|下水道.{0,4}(?:反|返|冒|溢)|化粪池.{0,4}(?:溢|冒|满)",
        )
    )
)
_URGENT = re.compile(
    "|".join(
        (
            "消防通道|灭火器|消防栓|安全隐患|有危险|很危险|非常危险|太危险|电梯.{0,10}(?:坏|停|故障|坠|卡|异响|抖)|刹车|红绿灯.{0,4}(?:坏|不亮)|高压|易燃|易爆|防汛|停工|讨薪|拖欠.{0,6}工资|"
            "工资.{0,10}(?:没发|不发|没给|拖)|血汗钱|救命钱|过不了年|揭不开锅|治病|手术|化疗|强拆|断路|封路|进不去|出不去|无家可归|没地方住|流浪",
            "马上|立刻|立即|紧急|十万火急|刻不容缓|来不及|最后一天|火速",
            "跑路|卷款|失学|没学上|上不了学|报不了名|高考|中考",
        )
    )
)


def flags(text: str) -> dict[str, str]:
    """Threats against others and signs of self-harm, each with the words that show it; old stories are no sign."""
    shown = {}
    for flag, pattern in ((Flag.SELF_HARM, SELF_HARM), (Flag.THREAT, THREAT)):
        for hit in pattern.finditer(text):
            if not is_told(text, *hit.span()) and not _FIGURE.search(
                text, max(0, hit.start() - 6), hit.end() + 4
            ):
                shown[flag] = hit[0]
                break
    return shown


class DangerModel(Protocol):
    """What grading needs of the model that weighs sentences."""

    @property
    def classes(self) -> tuple[str, ...]: ...

    def chances(self, messages: Sequence[Sequence[str]]) -> NDArray[np.float64]: ...

    def suggest_each(
        self, messages: Sequence[Sequence[str]], *, top: int = 3
    ) -> list[tuple[Suggestion, ...]]: ...


def grade(
    text: str,
    *,
    seen: Sequence[Danger],
    at_hand: Sequence[str],
    flagged: Mapping[str, str],
    marks: Iterable[str],
) -> Suggestion:
    """How urgent the text is, with the words that decided.

    seen: its `dangers`.   at_hand: what `at_hand` makes of them.   flagged: what `flags` found.
    marks: softer marks seen (vulnerable person, time pressure, repetition).
    """
    words = (*flagged.values(), *at_hand)
    if words:
        return Suggestion(Urgency.LIFE_SAFETY, min(0.99, 0.8 + 0.06 * len(words)), _few(words), VERSION)
    if outage := _OUTAGE.search(text):
        return Suggestion(Urgency.UTILITIES_OUTAGE, 0.8, (outage[0],), VERSION)
    urgent = (*(one.words for one in seen), *(hit[0] for hit in _URGENT.finditer(text)))
    pressing = len(set(marks))
    if urgent or pressing >= 2:
        return Suggestion(
            Urgency.URGENT, min(0.9, 0.5 + 0.1 * (len(urgent) + pressing)), _few(urgent), VERSION
        )
    return Suggestion(Urgency.NORMAL, 0.7, (), VERSION)


def at_hand(
    cuts: Sequence[features.Cut], seen: Sequence[Sequence[Danger]], model: DangerModel | None
) -> list[tuple[str, ...]]:
    """For each text the words that show a danger to life that is happening now. seen: the `dangers` of each.

    model: weighs sentences, so that dangers nobody wrote a rule for are seen and figures of speech are not believed.
    """
    ruled = [[one for one in several if one.when == NOW] for several in seen]
    if model is None:
        return [tuple(one.words for one in several) for several in ruled]
    candidates = [
        one
        for row, (cut, several) in enumerate(zip(cuts, ruled, strict=True))
        for one in _candidates(row, cut, several)
    ]
    chances = _danger_chances([one.words for one in candidates], model)
    believed = [one for one, chance in zip(candidates, chances, strict=True) if chance >= one.believed_from]
    reasons = _reasons([one.words for one in believed if not one.ruled], model)
    told: list[list[str]] = [[] for _ in cuts]
    for one in believed:
        if one.ruled:
            told[one.row].append(one.ruled)
        else:
            told[one.row] += _telling(next(reasons)) or (() if told[one.row] else (one.opening,))
    return [tuple(words) for words in told]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence that may tell of a danger. row: number of its text.   believed_from: chance from which it does.

    ruled: what a rule saw in it.   opening: how it begins.
    """

    row: int
    words: Sequence[str]
    believed_from: float
    ruled: str
    opening: str


def _candidates(row: int, cut: features.Cut, ruled: Sequence[Danger]) -> Iterator[_Candidate]:
    for one in ruled:
        yield _Candidate(row, cut.words_between(*one.sentence), _DOUBTED, one.words, "")
    needed = _BELIEVED_IN_LETTERS if len(cut.text) > LONG else _BELIEVED
    for start, end in sentences_at_hand(cut.text):
        if end - start >= _SAYS_ENOUGH:
            opening = cut.text[start : min(end, start + _OPENING)]
            yield _Candidate(row, cut.words_between(start, end), needed, "", opening)


def _danger_chances(sentences: Sequence[Sequence[str]], model: DangerModel) -> list[float]:
    """How likely each sentence tells of a danger to life."""
    danger: list[float] = model.chances(sentences)[:, model.classes.index(DANGER)].tolist()
    return danger


def _reasons(sentences: Sequence[Sequence[str]], model: DangerModel) -> Iterator[tuple[str, ...]]:
    """For each sentence the words that tell of a danger to life."""
    suggested = model.suggest_each(sentences, top=2)
    return (next(one.reasons for one in several if one.value == DANGER) for several in suggested)


def _telling(words: Iterable[str]) -> tuple[str, ...]:
    """The first two of the words that say what happens."""
    return tuple(word for word in words if not _WHO_OR_WHERE.fullmatch(word))[:2]


def _few(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))[:5]
