"""The sentences of a decision worked out again."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "recomputed": (
        "Worked out again as of %(day)s: %(rule)s is %(value)s, as claimed.",
        "已按 %(day)s 的规则重新计算：%(rule)s为%(value)s，与所载一致。",
    ),
    "book": ("Rule book: %(digest)s", "规则包：%(digest)s"),
    "seal": (
        "Seal of the facts (compare it with the ledger's entry): %(seal)s",
        "所用事实的封存值（请与账本条目核对）：%(seal)s",
    ),
    "recomputed-wrong": (
        "The rules give %(value)s for %(rule)s; the decision claims %(claimed)s.",
        "按规则计算，%(rule)s应为%(value)s，决定所载为%(claimed)s。",
    ),
    "another-book": (
        "The rule book is not the one that the decision names.",
        "所附规则包不是该决定所依据的规则包。",
    ),
    "other-facts": (
        "The facts are not those that were sealed with the decision.",
        "所附事实与作出决定时封存的不一致。",
    ),
    "old-python": (
        "Working a decision out again needs Python 3.11 or later.",
        "重新计算决定需要 Python 3.11 或以上版本。",
    ),
}
