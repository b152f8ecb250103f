"""Grades how urgent a message is from what it says is happening, never from its feelings."""

import re
from collections.abc import Iterable, Mapping

from shuzhi.engines.text.dangers import dangers
from shuzhi.engines.text.readings import VERSION, Flag, Suggestion, Urgency

SELF_HARM = re.compile(
    "自杀|轻生|不想活|活不下去|活不成|寻短见|跳楼|跳下去|往下跳|要跳|跳河|跳江|跳桥|割腕|喝农药|自焚|上吊|了结自己|结束(?:自己的?)?生命|一死了之|"
    "以死|死给|死在你们|同归于尽|抱着孩子.{0,4}跳|遗书|绝笔|活着没(?:有)?意思|想死|去死的心|不如死|死路一条|没有活路|逼死|撑不下去"
)
THREAT = re.compile(
    "同归于尽|杀了(?:你|他|她|你们|他们)|弄死|砍死|炸(?:了|掉|平).{0,6}(?:楼|政府|单位|公司|学校)|报复社会|要(?:你|他)们?(?:的)?命|血债血偿|泼汽油|浇汽油|"
    "带刀|拿刀|提刀|拿着刀|放火烧|一把火烧|烧了你|捅死|打死(?:你|他)|后果自负.{0,8}(?:人命|流血)|出人命|鱼死网破|玉石俱焚|和(?:你|他)们拼了|拼命"
)
_OUTAGE = re.compile(
    "|".join(
        (
            "停水|断水|没水|没有水|无水可用|不来水|水停了|不出水|停电|断电|没电|没有电|跳闸|不来电|停气|断气|没有燃气|停暖|没暖气|"
            "没有暖气|不供暖|不供热|停热|断网|没有网络|没网|没信号|没有信号|水龙头没水|停了一天水",
            r"(?:暖气|供暖|供热|地暖)[^。！？!?\n]{0,8}?(?:不热|冰凉|冰冷|没有|不通|停|坏|凉的)",
            r"(?:自来水|家里的?水|水管)[^。！？!?\n]{0,8}?(?:停了|没了|不通|很小|黄|浑|黑|发臭|异味|爆|断)",
            r"(?:电|水|气|网|信号|路灯)[^。！？!?\n]{0,4}?(?:停了|断了|中断|掐了)",
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
    """Threats against others and signs of self-harm, each with the words that show it."""
    shown = {}
    for flag, pattern in ((Flag.SELF_HARM, SELF_HARM), (Flag.THREAT, THREAT)):
        if hit := pattern.search(text):
            shown[flag] = hit[0]
    return shown


def grade(text: str, *, flagged: Mapping[str, str], marks: Iterable[str]) -> Suggestion:
    """How urgent the text is, with the words that decided.

    flagged: what `flags` found.   marks: softer marks seen (vulnerable person, time pressure, repetition).
    """
    seen = dangers(text)
    present = [one.words for one in seen if not one.feared]
    if present or flagged:
        words = (*flagged.values(), *present)
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


def _few(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))[:5]
