"""One-token changes of a shipped book: its own cases notice them."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest

from shuzhi.engines.rules import check, shipped_book, shipped_books
from shuzhi.engines.rules.yamltext import Node, read_yaml

SWAPS = [
    (r"(?<![<>=!])<(?!=)", "<="),
    (r"<=", "<"),
    (r"(?<![<>=!])>(?!=)", ">="),
    (r">=", ">"),
    (r"==", "!="),
    (r" \+ ", " - "),
    (r" - ", " + "),
    (r" \* ", " + "),
    (r" and ", " or "),
    (r" or ", " and "),
    (r"\bnot ", ""),
    (r"\bmin\(", "max("),
    (r"\bmax\(", "min("),
    (r"\bsum\(", "count("),
    (r"\byears\(", "months("),
    (r"\b\d+\b", None),
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


def _scalars(node: Node | None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    if node is None:
        return
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from _scalars(child, (*path, key))
    elif isinstance(node.value, tuple):
        for number, child in enumerate(node.value):
            yield from _scalars(child, (*path, str(number)))
    else:
        yield path, node


def _governs(path: tuple[str, ...]) -> bool:
    """Formulas, dated amounts, steps and cells of tables; not names, citations, days or types."""
    dated = any(re.fullmatch(r"\d{4}-\d\d-\d\d", key) for key in path)
    if path[0] == "params":
        return dated and path[-1] not in ("published", "until", "law", "verified")
    return (path[0] == "tables" and path[2] in ("rows", "otherwise")) or (
        path[0] == "rules" and path[2] == "is"
    )


def _mutants(text: str) -> Iterator[tuple[str, str]]:
    """(what changed, changed book) for every token of the law in the book."""
    lines = text.split("\n")
    for path, node in _scalars(read_yaml(text)):
        if not _governs(path):
            continue
        line, start = lines[node.place.line - 1], node.place.column - 1
        end = start + len(_written(line, start, node))
        for old, new in _changes(line[start:end], node.value, path):
            changed = [*lines]
            changed[node.place.line - 1] = line[:start] + new + line[end:]
            yield f"{'.'.join(path)}: {old} → {new}", "\n".join(changed)


def _written(line: str, start: int, node: Node) -> str:
    if node.quoted:
        quote = line[start]
        return line[start : line.index(quote, start + 1) + 1]
    return (
        re.match(r"[^,\]}#]*", line[start:])[0].rstrip()
        if not isinstance(node.value, str)
        else line[start : start + len(node.value)]
    )


def _changes(written: str, value: object, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, bool):
        yield written, str(not value).lower()
    elif isinstance(value, int | Decimal):
        yield written, str(value + 1)
    elif path[0] == "tables" and isinstance(value, str) and value != "*" and path[-1] != "otherwise":
        yield written, '"*"'
    elif isinstance(value, str) and (path[0] == "rules" or re.search(r"\d", written)):
        for pattern, replacement in SWAPS:
            for token in re.finditer(pattern, written):
                new = replacement if replacement is not None else str(int(token[0]) + 1)
                yield written, written[: token.start()] + new + written[token.end() :]


def _first_step_of_nothing(what: str, text: str) -> bool:
    """Below the first step nothing is due either, so the threshold of a first step worth 0 says nothing."""
    found = re.match(r"params\.([^.]+)\.([\d-]+)\.0\.0:", what)
    return bool(found) and bool(re.search(rf"{found[1]}:.*{found[2]}: \[\[\d+, 0\]", text))


@pytest.mark.thorough
@pytest.mark.parametrize("name", shipped_books())
def test_the_cases_notice_every_change_of_one_token(name):
    book = shipped_book(name).text
    mutants = list(_mutants(book))
    survivors = [
        what
        for what, text in mutants
        if check(text) == ()
        and not _first_step_of_nothing(what, book)
        and not any(name == known and part in what for known, part in EQUIVALENT)
    ]
    assert len(mutants) >= 13
    assert survivors == []
