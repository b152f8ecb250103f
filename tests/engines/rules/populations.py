"""Situations as tables, and the same question asked of a database and of the walk."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from shuzhi.engines.rules import Dialect, Program, Situation, Walker, query
from shuzhi.engines.rules.book import Book

Run = Callable[[str], Any]
Rows = list[tuple[Any, ...]]


def sql_type(book: Book, name: str, text_type: str) -> str:
    kind = book.inputs[name].kind
    return {"truth": "BOOLEAN", "date": "DATE", "code": text_type}.get(kind.name, "BIGINT")


def literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    return f"DATE '{value}'" if isinstance(value, date) else f"'{value}'"


def load(run: Run, dialect: Dialect, book: Book, situations: Sequence[Situation]) -> None:
    """Fill fresh tables (views for Spark) `persons` and `households`: household n is situation n."""
    people = [name for name, given in book.inputs.items() if given.entity == "person"]
    shared = [name for name, given in book.inputs.items() if given.entity == "household"]
    persons = [
        [number * 1000 + place, number, *(member.get(name) for name in people)]
        for number, situation in enumerate(situations)
        for place, member in enumerate(situation.members)
    ]
    households = [
        [number, *(s.household.get(name) for name in shared)] for number, s in enumerate(situations)
    ]
    _table(run, dialect, "persons", ["person_id", "household_id"], people, persons, book)
    _table(run, dialect, "households", ["household_id"], shared, households, book)


def _table(
    run: Run,
    dialect: Dialect,
    table: str,
    keys: list[str],
    names: list[str],
    rows: list[list[object]],
    book: Book,
) -> None:
    types = ["BIGINT"] * len(keys) + [sql_type(book, name, dialect.text_type) for name in names]
    columns = [dialect.column(name) for name in keys + names]
    body = [
        "SELECT "
        + ", ".join(
            f"CAST({literal(v)} AS {kind}) AS {column}"
            for v, kind, column in zip(row, types, columns, strict=True)
        )
        for row in rows or [[None] * len(types)]
    ]
    if not rows:
        body[0] += " WHERE 1 = 0"
    run(f"DROP {'VIEW' if dialect.name == 'spark' else 'TABLE'} IF EXISTS {table}")
    made = "CREATE TEMPORARY VIEW" if dialect.name == "spark" else "CREATE TEMPORARY TABLE"
    run(f"{made} {table} AS " + " UNION ALL ".join(body))


def answers_of_database(
    fetch: Callable[[str], Rows], dialect: Dialect, program: Program, reform: Program | None = None
) -> dict[tuple[str, int], Any]:
    """(rule, household or person id) -> value, for every rule; a reform's as `rule__reform`."""
    found: dict[tuple[str, int], Any] = {}
    for entity in ("household", "person"):
        names = [name for name, rule in program.book.rules.items() if rule.entity == entity]
        if not names:
            continue
        text = query(program, names, dialect=dialect, reform=reform)
        keys = 1 if entity == "household" else 2
        shown = names + ([f"{name}__reform" for name in names] if reform else [])
        for row in fetch(text):
            found |= {(name, row[0]): value for name, value in zip(shown, row[keys:], strict=True)}
    return found


def answers_of_walk(
    program: Program, situations: Sequence[Situation], ending: str = ""
) -> dict[tuple[str, int], Any]:
    walker, found = Walker(program), {}
    for number, situation in enumerate(situations):
        outcome = walker.walk(situation)
        for name, rule in program.book.rules.items():
            if rule.entity == "household":
                found[name + ending, number] = outcome.household[name]
                continue
            for place, member in enumerate(outcome.members):
                found[name + ending, number * 1000 + place] = member[name]
    return found
