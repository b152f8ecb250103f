"""One-token changes of a shipped book: its own cases notice them."""

import re
from collections.abc import Iterator

import pytest

from shuzhi.engines.rules import check, shipped_book, shipped_books

SWAPS = [
    (r"(?<![<>=!])<(?!=)", "<="),
    (r"<=", "<"),
    (r"(?<![<>=!])>(?!=)", ">="),
    (r">=", ">"),
    (r" \+ ", " - "),
    (r" - ", " + "),
    (r" and ", " or "),
    (r" or ", " and "),
    (r"\bnot ", ""),
    (r"\bmin\(", "max("),
    (r"\bmax\(", "min("),
    (r"\b(\d+)\b", None),
]
EQUIVALENT = {
    (
        "childcare_allowance",
        "出生日期 <= 起始日",
    ): "born on the starting day: no month is over yet, 36 months, 12 × 300 = 3,600",
    ("old_age_allowance_beijing", "年龄津贴 > 1"): "no allowance is 1 yuan",
    ("old_age_allowance_shanghai", "年龄津贴 > 1"): "no allowance is 1 yuan",
    ("talent_subsidy", "生活补贴总额 > 1"): "no total is 1 yuan",
}
"""Changes that no case can notice, and why the changed law pays the same."""


def _mutants(text: str) -> Iterator[tuple[str, str]]:
    """(what changed, changed book) for every token of every formula and every amount in `params:`."""
    start, end = text.index("\nparams:" if "\nparams:" in text else "\ntables:"), text.index("\ncases:")
    for number, line in enumerate(text[start:end].split("\n")):
        found = re.search(r"\bis: (.*?)(, say|\}$)|: ([0-9.]+)(?=[,}])|value: ([0-9.]+)", line)
        spans = (
            [found.span(1)]
            if found and found[1]
            else [m.span(1) for m in re.finditer(r"-\d\d: (\d+)\b(?!-)", line)]
        )
        for low, high in spans:
            yield from _changed(text, start, number, line, low, high)


def _changed(text: str, start: int, number: int, line: str, low: int, high: int) -> Iterator[tuple[str, str]]:
    lines = text[start:].split("\n")
    for pattern, replacement in SWAPS:
        for token in re.finditer(pattern, line):
            if low <= token.start() and token.end() <= high:
                new = replacement if replacement is not None else str(int(token[1]) + 1)
                mutant = line[: token.start()] + new + line[token.end() :]
                yield (
                    mutant.strip(),
                    text[:start] + "\n".join([*lines[:number], mutant, *lines[number + 1 :]]),
                )


@pytest.mark.parametrize("name", shipped_books())
def test_the_cases_notice_every_change_of_one_token(name):
    mutants = list(_mutants(shipped_book(name).text))
    survivors = [
        what
        for what, text in mutants
        if check(text) == () and not any(name == book and part in what for book, part in EQUIVALENT)
    ]
    assert len(mutants) >= 4
    assert survivors == []
