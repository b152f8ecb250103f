"""A population as tables: where it lies, which of its values a book accepts."""

from dataclasses import dataclass

from .binding import Program
from .book import Input
from .dialects import Dialect


@dataclass(frozen=True, slots=True)
class Tables:
    """Where the population lies: anything that may stand after FROM (a name, read_parquet('…'))."""

    persons: str = "persons"
    households: str = "households"


def accepted(given: Input, dialect: Dialect) -> str:
    """The column of an input where it holds a value that the book accepts; NULL elsewhere."""
    column = dialect.column(given.name)
    if given.kind.name == "code":
        codes = ", ".join(f"'{code}'" for code in given.kind.codes)
        return f"CASE WHEN {column} IN ({codes}) THEN {column} END"
    if given.kind.numeric:
        return f"CASE WHEN {column} BETWEEN {given.low} AND {given.high} THEN {column} END"
    return column


def faults_query(
    program: Program, *, dialect: Dialect, tables: Tables | None = None
) -> tuple[tuple[str, ...], str]:
    """What is wrong with a population: the names of the counts, and a SELECT of one row with those counts.

    `person in two rows`, `person without household`, `household in two rows`, then per input the values refused.
    """
    source = tables or Tables()
    homes = f"(SELECT household_id AS known FROM {source.households})"  # noqa: S608
    orphans = f"{source.persons} LEFT JOIN {homes} h ON household_id = h.known WHERE h.known IS NULL"
    texts = {
        "person in two rows": _one("COUNT(*) - COUNT(DISTINCT person_id)", source.persons),
        "household in two rows": _one("COUNT(*) - COUNT(DISTINCT household_id)", source.households),
        "person without household": _one("COUNT(*)", orphans),
    }
    for given in program.book.inputs.values():
        where = source.persons if given.entity == "person" else source.households
        column, good = dialect.column(given.name), accepted(given, dialect)
        if good != column:
            texts[given.name] = _one(f"COUNT({column}) - COUNT({good})", where)
    columns = (f"({text}) AS f{number}" for number, text in enumerate(texts.values()))
    return tuple(texts), f"SELECT {', '.join(columns)}"


def _one(figure: str, source: str) -> str:
    """Every word is ours, a checked name of the book, or the caller's table."""
    return f"SELECT {figure} FROM {source}"  # noqa: S608
