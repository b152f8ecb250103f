"""A reform without a second file: the same book with some amounts or formulas in force on a day changed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from .book import Book
from .fields import is_date
from .findings import BookRefused, Fault, Place
from .reading import read_nodes
from .yamltext import Node, Scalar, read_yaml

Amount = int | Decimal | date | str | bool


def reformed(
    book: Book,
    *,
    as_of: date,
    params: Mapping[str, Amount] | None = None,
    formulas: Mapping[str, str] | None = None,
) -> Book:
    """The book with new amounts (in its own units: yuan, %, days) and formulas in force on `as_of`, checked anew.

    Raises BookRefused when a name is unknown, a value does not fit, or a formula has a fault. The digest covers
    the changes, so that a reform has a name of its own. The cases are left behind: they prove the law as it is.
    """
    root = _root(book.text)
    sections = dict(root.value) if isinstance(root.value, dict) else {}
    for name in ("cases", "case_tables"):
        sections.pop(name, None)
    try:
        for section, changes in (("params", params or {}), ("rules", formulas or {})):
            for name, value in changes.items():
                sections[section] = _changed(sections.get(section), section, name, value, as_of)
    except Fault as fault:
        raise BookRefused("reform", (fault.finding,)) from None
    found = read_nodes(replace(root, value=sections), text=book.text, name="reform")
    written = {name: str(value) for name, value in (params or {}).items()}
    named = {"book": book.digest, "as_of": str(as_of), "params": written, "formulas": dict(formulas or {})}
    text = json.dumps(named, sort_keys=True, ensure_ascii=False)
    return replace(found, digest=hashlib.sha256(text.encode()).hexdigest())


@lru_cache(16)
def _root(text: str) -> Node:
    """The nodes of a book, which a slider asks for again and again; a reform changes copies."""
    return read_yaml(text, name="reform")


def _changed(section: Node | None, where: str, name: str, value: Scalar, as_of: date) -> Node:
    entries = section.value if section is not None else None
    if section is None or not isinstance(entries, dict) or name not in entries:
        place = section.place if section else Place(1, 1)
        raise Fault(place, "unknown-name", f"`{name[:30]}` is not in `{where}:`.", "name one of the book.")
    entry = entries[name]
    return replace(section, value={**entries, name: _in_force(entry, name, value, as_of)})


def _in_force(entry: Node, name: str, value: Scalar, as_of: date) -> Node:
    """The entry with the version of `as_of` replaced; a formula without dates is replaced as a whole."""
    fields = entry.value if isinstance(entry.value, dict) else {}
    inner = fields.get("is")
    if inner is not None and not isinstance(inner.value, dict):
        return replace(entry, value={**fields, "is": Node(value, inner.place, isinstance(value, str))})
    if inner is not None:
        return replace(entry, value={**fields, "is": _in_force(inner, name, value, as_of)})
    started = [key for key in fields if is_date(key) and date.fromisoformat(key) <= as_of]
    if not started:
        raise Fault(entry.place, "dates", f"`{name[:30]}` is not in force on {as_of}.", "choose a later day.")
    key = max(started)
    old, new = fields[key], Node(value, fields[key].place)
    if isinstance(old.value, dict):
        word = "value" if "value" in old.value else "is"
        new = replace(old, value={**old.value, word: new})
    return replace(entry, value={**fields, key: new})
