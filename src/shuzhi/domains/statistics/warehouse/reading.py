"""Questions: plain SELECTs over the tables of the warehouse, as they stand in the catalogue."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import duckdb

from shuzhi.domains.statistics.refusals import FiguresMissing
from shuzhi.domains.statistics.warehouse import files
from shuzhi.domains.statistics.warehouse.catalogue import Catalogue, TableFiles, catalogue
from shuzhi.domains.statistics.warehouse.tables import COLUMNS, FACTS, Table

Answer = list[tuple[object, ...]]
Source = Callable[[Sequence[str]], str]
_TABLE = re.compile(rf"\b(FROM|JOIN) ({'|'.join(COLUMNS)})\b")


def ask(question: str, *, now: datetime) -> Answer:
    """The rows that a SELECT of ours finds. `moment` is a table of one row, now_at: what is late or due depends on it.

    Raises FiguresMissing while files of the warehouse are gone.
    """
    known = catalogue()
    try:
        with files.duck() as cursor:
            found: Answer = cursor.execute(f"{moment(now)} {bound(question, known)}").fetchall()
    except duckdb.IOException as gone:
        raise FiguresMissing from gone
    return found


def bound(question: str, known: Catalogue, source: Source = files.source) -> str:
    """The question with each table's name replaced by the files that it stands for."""
    return _TABLE.sub(
        lambda found: f"{found[1]} ({_select_named(found[2], known.of(found[2]), source)}) AS {found[2]}",
        question,
    )


def moment(now: datetime) -> str:
    """The beginning of a question: the moment that it is asked for, in UTC."""
    told = now.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    return f"WITH moment AS (SELECT TIMESTAMP '{told}' AS now_at)"


def _select_named(name: str, held: TableFiles, source: Source) -> str:
    table = FACTS.get(name)
    if not held.all:
        nothing = ", ".join(f"CAST(NULL AS {kind}) AS {column}" for column, kind in COLUMNS[name].items())
        return f"SELECT {nothing} WHERE FALSE"
    return select(table, held, source) if table else f"SELECT * FROM {source(held.all)}"  # noqa: S608


def select(table: Table, held: TableFiles, source: Source = files.source) -> str:
    """The rows of a table: of several versions of one row only the newest, which is news wherever there is any."""
    if not table.newest or not held.news:
        return f"SELECT * FROM {source(held.all)}"  # noqa: S608
    names = ", ".join(table.columns)
    news = source(held.news)
    newest = (
        f"SELECT {names} FROM (SELECT *, row_number() OVER (PARTITION BY {table.key} "  # noqa: S608
        f"ORDER BY {table.newest} DESC) AS place FROM {news}) AS versions WHERE place = 1"
    )
    if not held.months:
        return newest
    return (
        f"SELECT {names} FROM {source(tuple(held.months.values()))} AS old "  # noqa: S608
        f"WHERE NOT EXISTS (SELECT 1 FROM {news} AS news WHERE news.{table.key} = old.{table.key}) "
        f"UNION ALL {newest}"
    )
