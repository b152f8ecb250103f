"""What a language model may be asked and what of its answer is taken: it rephrases sources and adds nothing to them."""

import re
from collections.abc import Sequence
from enum import StrEnum

from shuzhi.engines.text.likeness import bare
from shuzhi.engines.text.masking import MARKS, mask
from shuzhi.engines.text.quantities import quantities

TASK = (
    "把下面编号的资料改写成写给市民的通俗答复，只用资料里的内容，不增加任何事实、数字、日期、电话、承诺或法律名称，"
    "不寒暄，不署名，不用标题和列表。每句话末尾用方括号标出所依据资料的编号，例如[1]。"
)
"""What the model is asked to do with the sources."""
LONGEST_TIMES = 2
"""How many times as long as its sources an answer may be."""
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]*(?:[ ]*\[\d{1,2}\][。]?)*")
_CITED = re.compile(r"\[(\d{1,2})\]")
_TITLE = re.compile(r"《[^》]*》")
_ODD = re.compile(r"[<>{}【】`#*|\x00-\x09\x0b-\x1f\ufffd]|https?:|www\.", re.IGNORECASE)
_NOT = re.compile("不|无|未|非|免|禁止|严禁|没")
_PUBLIC = ("landline", "email")
"""Kinds of masked stretches that are an office's own in an article."""
_SHARED = 0.2
"""Share of a sentence's pairs of characters that its sources must have; a paraphrase keeps more, an invention less."""


class Untaken(StrEnum):
    """Why the answer of a model was not taken."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    UNCITED = "uncited"
    NEW_NUMBER = "new-number"
    NEW_TITLE = "new-title"
    NEW_NEGATION = "new-negation"
    FOREIGN = "foreign"
    PERSONAL = "personal-data"
    MARKUP = "markup"


def rephrasing_task(passages: Sequence[str]) -> str:
    """The numbered sources as the model reads them."""
    return "\n".join(f"[{number}] {words}" for number, words in enumerate(passages, start=1))


def why_untaken(answer: str, passages: Sequence[str]) -> Untaken | None:
    """Why an answer may not stand for its sources; None when every sentence cites one and says nothing beyond it.

    >>> why_untaken("物业应在24小时内修好[1]。", ["住宅公共照明由物业负责，二十四小时内修复。"])
    >>> why_untaken("物业应在两天内修好[1]。", ["住宅公共照明由物业负责，二十四小时内修复。"])
    <Untaken.NEW_NUMBER: 'new-number'>
    """
    if not bare(_CITED.sub("", answer)):
        return Untaken.EMPTY
    if len(answer) > LONGEST_TIMES * len(rephrasing_task(passages)):
        return Untaken.TOO_LONG
    if _ODD.search(answer):
        return Untaken.MARKUP
    for sentence in _SENTENCE.findall(answer):
        if bare(_CITED.sub("", sentence)) and (why := _why_not(sentence, passages)):
            return why
    return None


def with_contacts(answer: str, passages: Sequence[str]) -> str:
    """An answer to masked passages with the telephone or address of an office in place of its mark.

    passages: as they were before masking.   Returns "" when a mark may stand for several, or for none.

    >>> with_contacts("可拨打[电话]查询[1]。", ["停水请拨打0571-8000002查询。"])
    '可拨打0571-8000002查询[1]。'
    """
    for kind, marked in ((kind, MARKS[kind]) for kind in _PUBLIC if MARKS[kind] in answer):
        known = {span.original for words in passages for span in mask(words).spans if span.kind == kind}
        if len(known) != 1:
            return ""
        answer = answer.replace(marked, known.pop())
    return answer


def _why_not(sentence: str, passages: Sequence[str]) -> Untaken | None:
    numbers = [int(number) for number in _CITED.findall(sentence)]
    if not numbers or not all(1 <= number <= len(passages) for number in numbers):
        return Untaken.UNCITED
    said, source = _CITED.sub("", sentence), "\n".join(passages[number - 1] for number in numbers)
    if not quantities(said) <= quantities(source):
        return Untaken.NEW_NUMBER
    if any(title not in source for title in _TITLE.findall(said)):
        return Untaken.NEW_TITLE
    if _NOT.search(said) and not _NOT.search(source):
        return Untaken.NEW_NEGATION
    if any(span.original not in source for span in mask(said, names=True).spans):
        return Untaken.PERSONAL
    pairs, known = _pairs(said), _pairs(source)
    return Untaken.FOREIGN if len(pairs & known) < _SHARED * len(pairs) else None


def _pairs(text: str) -> set[str]:
    plain = bare(text)
    return {plain[at : at + 2] for at in range(len(plain) - 1)}
