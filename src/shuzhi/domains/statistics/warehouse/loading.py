"""Loads: each writes new files, then names them in the transaction that moves the bookmark."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction
from duckdb import DuckDBPyConnection

from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics.facts import Fact
from shuzhi.domains.statistics.models import Warehouse
from shuzhi.domains.statistics.warehouse import catalogue, files, reading
from shuzhi.domains.statistics.warehouse.catalogue import TableFiles
from shuzhi.domains.statistics.warehouse.rows import Row, order_rows, rows_of
from shuzhi.domains.statistics.warehouse.tables import DIMENSIONS, FACTS, ORDERS, Table
from shuzhi.spine.calendar import DayKind
from shuzhi.spine.events import CalendarChanged, RegistryImported
from shuzhi.spine.outbox import Announced

YEAR_DIGITS, OVER_FOR_MONTHS, MOST_ROWS_OF_A_YEAR = 4, 6, 2_000_000
# More files than this of single loads make questions slow: they are then filed under their months.
MOST_NEWS = 24


def load(batch: Sequence[Announced], kept: Iterable[Announced], orders: Iterable[Fact]) -> None:
    """Add a batch, of which some events may be set aside, and the orders that it changed, in the listener's transaction."""
    row = catalogue.locked()
    if batch[-1].position <= row.position:
        return
    rows = {**rows_of(kept), ORDERS: order_rows(orders)}
    last = batch[-1]
    known = catalogue.read(row)
    changed = {
        table.name: _with_news(known.of(table.name), table, told, last.position)
        for table, told in rows.items()
        if told
    }
    unknown = DIMENSIONS.keys() - known.tables.keys()  # as after an upgrade that brings a new one
    if unknown or any(isinstance(heard.event, (RegistryImported, CalendarChanged)) for heard in batch):
        changed |= _dimensions(last.position)
    row.position, row.heard_at = last.position, last.at
    catalogue.write(row, changed)


def _with_news(known: TableFiles, table: Table, rows: Sequence[Row], position: int) -> TableFiles:
    path = files.write_rows(table.name, table.columns, rows, position=position)
    return replace(known, news=(*known.news, path))


def _dimensions(position: int) -> dict[str, TableFiles]:
    """What the registry says now, as one file for each dimension; none for one that has nothing to say."""
    return {
        name: TableFiles(
            news=(files.write_rows(name, DIMENSIONS[name], rows, position=position),) if rows else ()
        )
        for name, rows in _registry_rows().items()
    }


def _registry_rows() -> Mapping[str, list[Row]]:
    off = registry.working_calendar().exceptions
    days: list[tuple[date, DayKind, str]] = sorted((day, one.kind, one.name) for day, one in off.items())
    return {
        "areas": [(a.code, a.name, a.name_en, a.level, a.parent) for a in registry.areas()],
        "units": [(u.code, u.name, u.name_en, u.tier, u.area, u.parent) for u in registry.units()],
        "categories": [(c.code, c.name, c.name_en, c.level, c.parent) for c in registry.categories()],
        "people": [(area, group, n) for (area, group), n in sorted(registry.people_per_area().items())],
        "calendar": [(day, kind is not DayKind.HOLIDAY, note) for day, kind, note in days],
    }


def begin_again(*, until: int) -> None:
    """Empty the warehouse for a rebuild that is complete at the position `until`."""
    row = catalogue.locked()
    row.position, row.heard_at, row.rebuilt_to, row.files = 0, None, until, {}
    catalogue.write(row, {})


def file_away(*, most_news: int = MOST_NEWS) -> int:
    """File the news of every table that has more of it under their months; returns how many tables were done.

    The files are written before anybody is locked out; what came in the meantime stays news.
    """
    known = catalogue.catalogue()
    due = [
        table for name, table in FACTS.items() if known.of(name).all and len(known.of(name).news) > most_news
    ]
    for table in due:
        _file_table(table, known)
    if due:
        files.drop_unused(catalogue.catalogue().paths)
    return len(due)


def _file_table(table: Table, known: catalogue.Catalogue) -> None:
    old = known.of(table.name)
    filed = dict(old.months)
    with files.duck() as cursor:
        touched = _months_told(cursor, table, old.news)
        whole = _whole_years(cursor, table, old, newest=max(touched | filed.keys()))

        def part_of(month: str) -> str:
            return year if (year := month[:YEAR_DIGITS]) in whole else month

        for part in sorted({part_of(month) for month in touched | filed.keys()}):
            before = {month: path for month, path in old.months.items() if part_of(month) == part}
            if before.keys() == {part} and part not in map(part_of, touched):
                continue
            # A table of its own gives rows one shape in memory, so that equal rows make equal bytes.
            cursor.execute(
                "CREATE OR REPLACE TEMP TABLE filed AS "  # noqa: S608
                f"SELECT * FROM ({reading.select(table, TableFiles(before, old.news))}) AS rows "
                f"WHERE starts_with({files.months_of(table)}, '{part}') ORDER BY {table.key}"
            )
            for month in before:
                del filed[month]
            stem = f"{part}/{known.position:012d}"
            filed[part] = files.write_query(cursor, "SELECT * FROM filed", table.name, stem)
    _swap(table, old, filed)


def _months_told(cursor: DuckDBPyConnection, table: Table, news: Sequence[str]) -> set[str]:
    if not news:
        return set()
    question = f"SELECT DISTINCT {files.months_of(table)} FROM {files.source(news)}"  # noqa: S608
    return {month for (month,) in cursor.execute(question).fetchall()}


def _whole_years(cursor: DuckDBPyConnection, table: Table, held: TableFiles, *, newest: str) -> set[str]:
    """Years that are filed as one file: over for half a year, so that they rarely change, and not too large to write anew.

    Every file that a question opens costs as much as thousands of its rows. A year stays whole once it is.
    """
    year = f"strftime({table.day}, '%Y')"
    question = f"SELECT {year}, COUNT(*) FROM ({reading.select(table, held)}) AS rows GROUP BY ALL"  # noqa: S608
    over = {
        found
        for found, rows in cursor.execute(question).fetchall()
        if rows <= MOST_ROWS_OF_A_YEAR and newest > f"{int(found) + 1}-{OVER_FOR_MONTHS:02}"
    }
    return over | {part for part in held.months if len(part) == YEAR_DIGITS}


@transaction.atomic
def _swap(table: Table, old: TableFiles, months: Mapping[str, str]) -> None:
    """Name the new files, unless somebody else filed or emptied the table while they were written."""
    row: Warehouse = catalogue.locked()
    now = catalogue.read(row).of(table.name)
    if now.months == old.months and now.news[: len(old.news)] == old.news:
        catalogue.write(row, {table.name: TableFiles(months, now.news[len(old.news) :])})
