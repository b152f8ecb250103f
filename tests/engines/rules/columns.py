"""Situations as columns in memory, and their answers in the shape of those of the walk."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from shuzhi.engines.rules import Coded, Given, People, Program, Situation, answer_people
from shuzhi.engines.rules.book import Book
from shuzhi.engines.rules.columnar import EPOCH


def people_of(book: Book, situations: Sequence[Situation]) -> People:
    members = [member for situation in situations for member in situation.members]
    shared = [situation.household for situation in situations]
    columns: dict[str, dict[str, Given]] = {"person": {}, "household": {}}
    for name, given in book.inputs.items():
        rows = members if given.entity == "person" else shared
        columns[given.entity][name] = _given([row.get(name) for row in rows], given.kind)
    counts = np.array([len(situation.members) for situation in situations], dtype=np.int64)
    return People(counts, columns["person"], columns["household"])


def answers_of_columns(
    book: Book,
    program: Program,
    situations: Sequence[Situation],
    reform: Program | None = None,
    each: int = 0,
) -> dict[tuple[str, int], Any]:
    """(rule, household or person id) -> value, for every rule; a reform's as `rule__reform`."""
    people = people_of(book, situations)
    keys = {
        "household": list(range(len(situations))),
        "person": [n * 1000 + at for n, one in enumerate(situations) for at in range(len(one.members))],
    }
    found: dict[tuple[str, int], Any] = {}
    for entity, ids in keys.items():
        names = [name for name, rule in book.rules.items() if rule.entity == entity]
        columns: dict[str, list[Any]] = {}
        for part in people.parts(each or max(1, len(situations))):
            for name, column in answer_people(program, names, part, reform=reform).items():
                columns.setdefault(name, []).extend(_plain(column))
        for name, values in columns.items():
            found |= {(name, key): value for key, value in zip(ids, values, strict=True)}
    return found


def _given(values: list[Any], kind: Any) -> Given:
    known = np.array([value is not None for value in values], dtype=np.bool_)
    if kind.name == "code":
        places = [kind.codes.index(value) if value in kind.codes else -1 for value in values]
        return Given(Coded(np.array(places, dtype=np.int16), kind.codes), known)
    plain = [value.toordinal() - EPOCH if isinstance(value, date) else value or 0 for value in values]
    dtype = {"truth": np.bool_, "date": np.int32}.get(kind.name, np.int64)
    return Given(np.array(plain, dtype=dtype), known)


def _plain(column: Given) -> list[Any]:
    found = column.values
    values = [found.words[n] for n in found.places] if isinstance(found, Coded) else found.tolist()
    if column.known is None:
        return values
    return [value if known else None for value, known in zip(values, column.known.tolist(), strict=True)]
