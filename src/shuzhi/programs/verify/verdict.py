"""A verdict and its sentences, in plain Chinese or English.

The program is one file without translation catalogues, so that it runs anywhere; its few sentences live here.
"""

from __future__ import annotations

import enum
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from .recompute_words import WORDS as RECOMPUTE_WORDS

WORDS: Mapping[str, tuple[str, str]] = {
    **RECOMPUTE_WORDS,
    "verified": ("VERIFIED", "验证通过"),
    "refuted": ("NOT VERIFIED", "验证不通过"),
    "malformed": ("CANNOT BE READ", "无法读取"),
    "undecided": ("CANNOT BE DECIDED", "材料不足，无法判断"),
    "entry": (
        "Entry %(index)s stands in the ledger %(origin)s.",
        "账本 %(origin)s 中确有第 %(index)s 号条目。",
    ),
    "size": ("The ledger had %(size)s entries then.", "当时账本共有 %(size)s 条。"),
    "witnesses": ("Witnessed by %(names)s.", "见证方：%(names)s。"),
    "nobody": ("nobody", "无"),
    "no-quorum-asked": ("The policy asks for no witnesses.", "验证策略未要求见证方。"),
    "unsupported": (
        "Signatures of %(names)s were not counted: this computer cannot check their kind.",
        "%(names)s 的签名类型本机无法核验，未计入。",
    ),
    "organ": ("Organ: %(organ)s", "作出机关：%(organ)s"),
    "number": ("Number: %(number)s", "编号：%(number)s"),
    "type": ("Type: %(type)s", "类型：%(type)s"),
    "day": ("Day: %(day)s", "日期：%(day)s"),
    "automatic": ("Decided by rules: %(rule)s", "依规则自动作出，规则包：%(rule)s"),
    "erased": (
        "This entry erases the personal part of entry %(target)s.",
        "本条目注销第 %(target)s 号条目中的个人信息。",
    ),
    "ref": ("This entry %(verb)s entry %(target)s.", "本条目与第 %(target)s 号条目有关（%(verb)s）。"),
    "field": ("%(name)s = %(value)s", "%(name)s：%(value)s"),
    "opened": (
        "The personal part was opened (%(count)s fields):",
        "已核对所出示的个人信息（%(count)s 项）：",
    ),
    "sm3-unchecked": (
        "The SM3 commitment was not checked: this Python has no SM3.",
        "本机 Python 不支持 SM3，国密承诺未核验。",
    ),
    "document": (
        "The document is the one that the entry names.",
        "所附文件与条目登记的文件一致。",
    ),
    "wrong-document": (
        "The document is not the one that the entry names.",
        "所附文件与条目登记的文件不一致。",
    ),
    "wrong-form": ("%(file)s does not follow its format.", "%(file)s 格式不正确。"),
    "in-file": ("The file concerned is %(file)s.", "所涉文件：%(file)s。"),
    "unreadable": ("%(file)s cannot be read.", "无法读取 %(file)s。"),
    "no-entry": (
        "The entry itself is missing: give --opening or --leaf.",
        "缺少条目原文，请提供 --opening 或 --leaf。",
    ),
    "not-included": (
        "The entry does not stand in the ledger at this place.",
        "账本的这一位置并不是这条记录。",
    ),
    "bad-signature": (
        "A signature does not hold, or no log of the policy signed.",
        "签名无效，或签名者不是策略认可的账本。",
    ),
    "no-quorum": ("Not enough witnesses: %(names)s.", "见证方不足：%(names)s。"),
    "wrong-opening": (
        "What the opening shows is not what was sealed.",
        "所出示的个人信息与封存时不一致。",
    ),
    "audited": ("%(size)s entries were read again and hashed.", "已重新读取并计算全部 %(size)s 条记录。"),
    "types-unchecked": (
        "No type list is logged, so type codes were not checked.",
        "账本中没有登记类型清单，未核对类型代码。",
    ),
    "found": ("%(count)s things are wrong:", "发现 %(count)s 处问题："),
    "gap": ("A running number is missing: %(where)s", "编号有缺漏：%(where)s"),
    "repeat": ("A running number was given again: %(where)s", "编号重复：%(where)s"),
    "leaf": ("Not a leaf: %(where)s", "条目格式不正确：%(where)s"),
    "unlisted-type": ("An unlisted type: %(where)s", "类型不在登记清单内：%(where)s"),
    "types": ("The type list is missing or altered: %(where)s", "类型清单缺失或被改动：%(where)s"),
    "reference": ("A wrong reference: %(where)s", "引用有误：%(where)s"),
    "altered-document": ("A public document was altered: %(where)s", "公开文件被改动：%(where)s"),
    "bundle": ("An entry was altered: %(where)s", "条目文件被改动：%(where)s"),
    "tile": ("A tile was altered: %(where)s", "哈希文件被改动：%(where)s"),
    "partial": ("An old tile was altered: %(where)s", "旧的哈希文件被改动：%(where)s"),
    "rewritten": ("Entries were rewritten: %(where)s", "已有条目被改写：%(where)s"),
    "checkpoint": ("The checkpoint does not fit: %(where)s", "检查点与内容不符：%(where)s"),
    "same": ("Both checkpoints show the same ledger.", "两个检查点显示的是同一账本。"),
    "grown": (
        "The larger one (%(new)s entries) continues the smaller one (%(old)s entries).",
        "较大的检查点（%(new)s 条）是较小检查点（%(old)s 条）的延续。",
    ),
    "fork": (
        "The ledger showed two different histories. Keep both files: together they are evidence.",
        "该账本出示了两份互相矛盾的历史。请保存这两个文件，它们合在一起就是证据。",
    ),
    "two-logs": ("These are checkpoints of two different ledgers.", "这是两个不同账本的检查点。"),
    "need-tiles": (
        "The sizes differ (%(old)s and %(new)s): give --directory with the ledger's tiles.",
        "两者条数不同（%(old)s 与 %(new)s），请用 --directory 提供账本文件。",
    ),
}


class Outcome(enum.IntEnum):
    """What came of it; the number is the program's exit code."""

    VERIFIED = 0
    REFUTED = 1
    MALFORMED = 2
    UNDECIDED = 3


@dataclass
class Verdict:
    """An outcome with its sentences.   lines: (word, details).   technical: the engine's own reason, in English."""

    outcome: Outcome = Outcome.VERIFIED
    lines: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    technical: list[str] = field(default_factory=list)

    def say(self, word: str, **details: object) -> None:
        self.lines.append((word, details))

    def end(self, outcome: Outcome, word: str, because: object = "", **details: object) -> Verdict:
        """The first problem decides: what was shown before it is not repeated, as it is worth nothing now."""
        self.outcome, self.lines = outcome, [(word, details)]
        self.technical += [str(because)] if because else []
        return self

    def text(self, language: str) -> str:
        lines = [sentence(self.outcome.name.lower(), language)]
        lines += [sentence(word, language, details) for word, details in self.lines]
        lines += [f"  ({reason})" for reason in self.technical]
        return "\n".join(lines) + "\n"


def sentence(word: str, language: str, details: Mapping[str, object] | None = None) -> str:
    return WORDS[word][language == "zh"] % (details or {})


def language_of_the_place() -> str:
    """ "zh" or "en", as the environment says."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"
