"""Drafts of replies: put together from what others wrote and checked, with blanks for what only a person knows. Pure.

A draft states no fact of its own. It is marked as generated wherever it goes (Measures for Labelling AI-Generated
Content, in force since 1 September 2025, articles 4, 5 and 10; fields of GB 45438-2025, annex E).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

LABEL = "（本答复由人工智能辅助生成初稿，经工作人员核实修改。）"
"""The visible mark, part of the text, so that it stays when the text is copied or exported."""
BLANK = re.compile("【(?:请填写|请改写)[^】]*】")
_SENTENCE = re.compile(r"[^。！？\n]*[。！？\n]?")
_FACTS = "【请填写：核实的情况】"
_MEASURES = "【请填写：已采取或将采取的措施、完成日期】"
_QUOTED = 400
"""Characters of an earlier reply that are quoted as an example."""


@dataclass(frozen=True)
class Passage:
    """What a draft may take over. citation: its source; kind: "article" (an answer) or "reply" (an earlier case)."""

    kind: str
    citation: str
    words: str
    basis: str = ""

    @property
    def with_basis(self) -> str:
        return self.words + (f"（依据：{self.basis}）" if self.basis else "")


@dataclass(frozen=True)
class Change:
    """A stretch of sentences: "same", "removed" from the draft, or "added" by the person."""

    kind: str
    words: str


def compose(matter: str, passages: Sequence[Passage], *, contact: str, answer: str = "") -> str:
    """The draft for a matter. contact: whom the requester can ask further.

    answer: the articles in other words, each sentence with the number of its source; "" for their own words.

    >>> print(compose("路灯不亮", [], contact="电话0000-8000001"))
    您好，您反映的“路灯不亮”一事收悉。
    【请填写：核实的情况】
    【请填写：已采取或将采取的措施、完成日期】
    如有疑问，请联系：电话0000-8000001。
    """
    lines = [f"您好，您反映的“{matter}”一事收悉。", _FACTS]
    articles = [one for one in passages if one.kind == "article"]
    lines += [answer, _cited(articles)] if answer else [one.with_basis for one in articles]
    for one in passages:
        if one.kind != "article":
            quoted = one.words[:_QUOTED].replace("【", "［").replace("】", "］")
            lines.append(f"【请改写：同类诉求{one.citation}曾这样答复：{quoted}】")
    lines += [_MEASURES, f"如有疑问，请联系：{contact}。"]
    return "\n".join(lines)


def _cited(articles: Sequence[Passage]) -> str:
    """What the numbers in an answer stand for."""
    named = (
        f"[{number}]{one.citation}{one.basis and f'，依据：{one.basis}'}"
        for number, one in enumerate(articles, start=1)
    )
    return f"（来源：{'；'.join(named)}）"


def blanks(reply: str) -> list[str]:
    """What is still to be filled in or rewritten."""
    return BLANK.findall(reply)


def labelled(reply: str) -> str:
    """The reply with the visible mark at its end, once."""
    return reply if LABEL in reply else f"{reply.rstrip()}\n{LABEL}"


def metadata(draft_id: int, *, producer: str, number: str) -> Mapping[str, str]:
    """What travels with a generated text, by the field names of GB 45438-2025, annex E. Label "1": it is generated.

    producer: code of the platform that generated and publishes it.   number: of the order that it answers.
    """
    return {
        "Label": "1",
        "ContentProducer": producer,
        "ProduceID": f"draft-{draft_id}",
        "ReservedCode1": "",
        "ContentPropagator": producer,
        "PropagateID": number,
        "ReservedCode2": "",
    }


def difference(draft: str, reply: str) -> list[Change]:
    """What a person made of a draft, sentence by sentence.

    >>> difference("您好。已修。", "您好。已于五月修好。")
    [Change(kind='same', words='您好。'), Change(kind='removed', words='已修。'), Change(kind='added', words='已于五月修好。')]
    """
    before, after = _sentences(draft), _sentences(reply)
    changes: list[Change] = []
    for tag, a, b, x, y in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            changes.append(Change("same", "".join(before[a:b])))
            continue
        changes += [Change("removed", "".join(before[a:b]))] if b > a else []
        changes += [Change("added", "".join(after[x:y]))] if y > x else []
    return changes


def kept_share(draft: str, reply: str) -> float:
    """How much of the reply stood in the draft already, 0 to 1."""
    kept = sum(len(one.words) for one in difference(draft, reply) if one.kind == "same")
    return kept / max(1, len(reply))


def _sentences(text: str) -> list[str]:
    return [found for found in _SENTENCE.findall(text) if found]
