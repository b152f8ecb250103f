"""Holds a draft reply against what the record of its order knows: what was done, when, by whom, where and for how much."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shuzhi.engines.text.masking import mask
from shuzhi.engines.text.moments import Moment, moments
from shuzhi.engines.text.quantities import quantities
from shuzhi.engines.text.reply_check import INFO, WARN, Finding

SOLVED, NOT_SOLVED = "solved", "not_solved"
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_CLAUSE = re.compile(r"[^。！？!?；;\n，,：:（）()]+")
_DONE = re.compile(
    r"(?<![未没尚])已(?:经|于|在|全部|全面)?[^，。；未不]{0,12}?(?:修复|修好|解决(?!方案|办法)|办结|处理完毕|整改到位|整改完毕|完工|清理完毕|清运完毕|恢复正常|发放到位)"
)
_PARTLY = re.compile("部分|其中|其余|剩余|另外|暂时|临时|基本")
_UNDONE = re.compile("(?:暂时?)?无法(?:解决|修复|办理|满足)|未能(?:解决|修复)|难以解决")
_CALLED = re.compile(
    r"(?:与|向|和|给)(?:您|你|诉求人|来电人)(?:本人)?(?:进行|取得)?了?(?:电话|当面)?(?:联系|沟通|通话)(?!方式|电话|人|我)|"
    r"(?:电话|致电|当面)(?:联系|沟通|告知|回复|回访)了?(?:您|你|诉求人|来电人)|联系[了上到](?:您|你|诉求人|来电人)"
)
_NO_CALL = re.compile("未|无法|没有|如[有需果]?|若|建议|直接|请|将|再|可以?|欢迎|便于|以便|尝试")
"""Words that speak of a call that was not made, is to come, or that the requester may make."""
_WILL = re.compile(r"(?:将|预计|计划|拟|力争|确保|承诺|争取)[^已]{0,12}$")
_UNTIL = re.compile(r"(?:之前|以前|前|止|至|到期|内|起)")
_BY = re.compile(r"(?:之?前|底前)?[^已]{0,12}(?:完成|修复|修好|完工|办结|解决|到位|退|发放|开通|启动|整改)")
_HAVING = re.compile(r"已[^，]{0,6}$")
_ANSWERING = re.compile(r"(?:收到|接到|接诉|收悉|获悉|(?:反映|诉求|来信|来电|留言)后)")
_ACTED = re.compile(r"已|[^，。]{0,12}(?:核查|核实|现场|约谈|修复|处理|责令|走访|派员|派人)")
_DAY_TOLD = re.compile(r"\d{1,2}[日号]|[今明昨前]天|周[一二三四五六日]")
_TERM = re.compile(r"(\d{1,3})个?(?:工作日|天|日)(?:内|之内|以内)")
_NUMBER = re.compile(r"(?<!\d)\d{2}-\d{4}-\d{5}(?!\d)")
_SPOT = re.compile(r"(?<![共计这那每各述s、，,\d及和\-—~至])\d{1,3}(号楼|栋|幢)")
_TELEPHONE = re.compile(r"(?<![\d-])(?:0\d{2,3}[-—－ ]?\d{7,8}|\d{7,8})(?![\d-])")
_PAID = re.compile(
    r"已[^，。；]{0,10}(?:退还|退回|返还|支付|补发|发放|赔偿|赔付|拨付)[^，。；]{0,8}?([\d,.]+|[零一二两三四五六七八九十百千万]+)万?元"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the record says at the time of the reply.

    outcome: what the handler states ("solved", "partly", "not_solved", …), "" when not said yet.   contacts: the days on
    which the requester was spoken with.   helping: whether an assisting unit is not done.   denied: whether the requester
    said at the last call-back that it is not solved, and nobody spoke with them since.   number: of the order.
    phones: digits of every telephone that belongs to a unit.   units: names of the units at work;   other_units: all
    others.   asked: what the requester wrote.   places: names of places that the record knows, other_places: that the
    reply names and that lie in another area.
    """

    today: date
    received_on: date
    due_on: date | None = None
    outcome: str = ""
    contacts: Sequence[date] = ()
    helping: bool = False
    denied: bool = False
    number: str = ""
    phones: frozenset[str] = frozenset()
    units: Sequence[str] = ()
    other_units: Sequence[str] = ()
    other_places: Sequence[str] = ()
    asked: str = ""


def check_record(reply: str, record: Record) -> list[Finding]:
    """What in a reply differs from the record, each with its reason and stretch; where the record is silent, nothing.

    >>> known = Record(today=date(2026, 5, 13), received_on=date(2026, 5, 11), outcome="not_solved")
    >>> [one.code for one in check_record("路灯已修好。", known)]
    ['done-unlike-outcome']
    """
    told = moments(reply, said_on=record.today)
    found = [one for rule in _RULES for one in rule(reply, record, told)]
    return list({(one.code, one.span): one for one in found}.values())


Rule = Callable[[str, Record, Sequence[Moment]], Iterator[Finding]]


def _outcome(reply: str, record: Record, _told: Sequence[Moment]) -> Iterator[Finding]:
    for start, sentence in _sentences(reply):
        done, undone = _DONE.search(sentence), _UNDONE.search(sentence)
        if done and not _PARTLY.search(sentence):
            span = (start + done.start(), start + done.end())
            if record.outcome == NOT_SOLVED:
                yield Finding("done-unlike-outcome", WARN, "It says done, the outcome says not solved.", span)
            if record.helping:
                yield Finding("done-while-helping", WARN, "It says done, an assisting unit is not.", span)
            if record.denied:
                yield Finding("done-but-denied", WARN, "The requester said that it is not solved.", span)
        if undone and record.outcome == SOLVED:
            span = (start + undone.start(), start + undone.end())
            yield Finding("undone-unlike-outcome", WARN, "It says impossible, the outcome says solved.", span)


def _calls(reply: str, record: Record, told: Sequence[Moment]) -> Iterator[Finding]:
    for start, sentence in _sentences(reply):
        call = _CALLED.search(sentence)
        if not call or _NO_CALL.search(_clause_at(sentence, call.start())):
            continue
        if not record.contacts:
            span = (start + call.start(), start + call.end())
            yield Finding("call-unrecorded", WARN, "It speaks of a call that the record does not have.", span)
            continue
        days = [one for one in told if start <= one.start < start + call.start() and one.first]
        if days and not any(_within(day, one) for day in record.contacts for one in days):
            span = (days[-1].start, days[-1].end)
            yield Finding("call-other-day", WARN, "The record has the call on another day.", span)


def _days(reply: str, record: Record, told: Sequence[Moment]) -> Iterator[Finding]:
    for start, clause in _clauses(reply):
        for one in told:
            if (
                start <= one.start < start + len(clause)
                and one.first
                and one.last
                and _DAY_TOLD.search(one.words)
            ):
                before, after = reply[start : one.start], reply[one.end : start + len(clause)]
                answering = bool(_ANSWERING.search(_sentence_at(reply, start).split(one.words)[0]))
                if why := _why_wrong(one.first, one.last, before, after, answering, record):
                    yield Finding(*why, (one.start, one.end))


def _why_wrong(
    first: date, last: date, before: str, after: str, answering: bool, record: Record
) -> tuple[str, str, str] | None:
    """before, after: the rest of the clause around the day.   answering: whether it is told as what followed the demand."""
    if _WILL.search(before):
        if last < record.today and _BY.match(after):
            return "promised-in-past", WARN, "It is promised for a day that is over."
        if record.due_on and last > record.due_on and first > record.today:
            return "promised-after-due", WARN, "It is promised for after the order is due."
        return None
    if _UNTIL.match(after) or before.endswith(("至", "到", "自", "从")):
        return None
    if first > record.today and (_HAVING.search(before) or "了" in after):
        return "done-in-future", WARN, "It is told as done on a day that is still to come."
    if answering and last < record.received_on and _ACTED.match(after):
        return "done-before-demand", WARN, "It is told as done before the demand arrived."
    return None


def _terms(reply: str, record: Record, _told: Sequence[Moment]) -> Iterator[Finding]:
    """A term of working days is at least as many days long."""
    for term in _TERM.finditer(reply) if record.due_on else ():
        ends = record.today + timedelta(days=int(term[1]))
        before = _sentence_at(reply, term.start()).split(term[0])[0]
        if record.due_on and ends > record.due_on and _WILL.search(before):
            yield Finding(
                "promised-after-due", WARN, "It is promised for after the order is due.", term.span()
            )


def _telephones(reply: str, record: Record, _told: Sequence[Moment]) -> Iterator[Finding]:
    for found in _TELEPHONE.finditer(reply) if record.phones else ():
        digits = re.sub(r"\D", "", found[0])
        if not any(known.endswith(digits) for known in record.phones):
            yield Finding(
                "phone-unknown", WARN, "This telephone belongs to no unit of the county.", found.span()
            )


def _units(reply: str, record: Record, _told: Sequence[Moment]) -> Iterator[Finding]:
    """Another unit that acts, told as if it were at work on this order, and that the record does not know."""
    own = "".join(record.units)
    for name in record.other_units:
        at = reply.find(name)
        if at >= 0 and name not in own and _ACTED.match(reply[at + len(name) :].lstrip("的工作人员")):
            yield Finding(
                "unit-unknown", WARN, "This unit is not at work on the order.", (at, at + len(name))
            )


def _numbers(reply: str, record: Record, _told: Sequence[Moment]) -> Iterator[Finding]:
    for found in _NUMBER.finditer(reply):
        if record.number and found[0] != record.number:
            yield Finding("number-unlike", WARN, "This is the number of another order.", found.span())


def _amounts(reply: str, record: Record, _told: Sequence[Moment]) -> Iterator[Finding]:
    asked = _money(record.asked)
    paid = [one for one in _PAID.finditer(reply) if asked]
    if paid and not asked & _money(reply):
        yield Finding("amount-unlike", INFO, "The requester spoke of another amount.", paid[0].span())


def _places(reply: str, record: Record, _told: Sequence[Moment]) -> Iterator[Finding]:
    for name in record.other_places:
        if name not in record.asked and (at := reply.find(name)) >= 0:
            yield Finding("place-unlike", WARN, "This place lies in another area.", (at, at + len(name)))
    asked = [one[0] for one in _SPOT.finditer(record.asked)]
    if asked and not any(one in reply for one in asked):
        for found in _SPOT.finditer(reply):
            yield Finding("spot-unlike", WARN, "The requester named another house.", found.span())


_RULES: tuple[Rule, ...] = (
    _outcome, _calls, _days, _terms, _telephones, _units, _numbers, _amounts, _places,
)  # fmt: skip


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    return ((found.start(), found[0]) for found in _SENTENCE.finditer(text))


def _clauses(text: str) -> Iterator[tuple[int, str]]:
    return ((found.start(), found[0]) for found in _CLAUSE.finditer(text))


def _clause_at(text: str, at: int) -> str:
    return next((one for start, one in _clauses(text) if start <= at < start + len(one)), "")


def _sentence_at(text: str, at: int) -> str:
    return next((one for start, one in _sentences(text) if start <= at < start + len(one)), "")


def _within(day: date, one: Moment) -> bool:
    return one.first is not None and one.last is not None and one.first <= day <= one.last


def _money(text: str) -> set[object]:
    return {value for value, unit in quantities(mask(text).text) if unit == "元"}
