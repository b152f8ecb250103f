"""The sentences of a decision computed again."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "recomputed": (
        "%(count)s values were computed again as of %(day)s; all are as claimed.",
        "已按 %(day)s 的规则重新计算 %(count)s 项结果，与所载一致。",
    ),
    "book": ("Rule book: %(digest)s", "规则包：%(digest)s"),
    "recomputed-wrong": (
        "%(count)s claimed values are not what the rules give.",
        "%(count)s 项结果与规则计算不符。",
    ),
    "another-book": (
        "The rule book is not the one that the decision names.",
        "所附规则包不是该决定所依据的规则包。",
    ),
    "no-rules": (
        "The engine of rules is not installed here: pip install shuzhi (Python 3.11 or later).",
        "本机未安装规则引擎，请先 pip install shuzhi（需 Python 3.11 以上）。",
    ),
}
