"""The one door: opens whatever arrives as a table."""

import io
import itertools
from collections.abc import Iterable, Iterator
from typing import TextIO

from shuzhi.engines.tabular.cells import restore_cell
from shuzhi.engines.tabular.csvrows import csv_rows, sniff_delimiter
from shuzhi.engines.tabular.encoding import detect_encoding
from shuzhi.engines.tabular.jsonrows import json_table
from shuzhi.engines.tabular.quarantine import LINE_COLUMN
from shuzhi.engines.tabular.rows import Limits, Problem, Row, Table, UnreadableTable
from shuzhi.engines.tabular.source import ByteSource, Source, as_archive, head, telling_sample
from shuzhi.engines.tabular.workbook import workbook_rows

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"  # Excel 97-2003
_HEAD = 1 << 18
_TITLES = 5  # how many lines of headings may stand above the column titles
_JSON_ENDINGS = (".jsonl", ".ndjson", ".json")
_DEFAULT = Limits()


def open_table(source: Source, name: str = "", *, limits: Limits = _DEFAULT) -> Table:
    """Open a CSV, XLSX or JSON Lines file as a table that streams; memory stays flat whatever its length.

    source: an open binary file at its beginning, or its bytes in chunks; the caller closes it.
    name: only its ending is looked at, and only where the bytes leave a doubt.
    Raises UnreadableTable when the file as a whole cannot be read, also later, while rows are read. What is wrong
    with a single row comes with the row as its `problem`.
    """
    stream = ByteSource(source, limits.file_bytes)
    first = head(stream, _HEAD)
    if not first.strip():
        raise UnreadableTable("empty")
    if first.startswith(_OLE):
        raise UnreadableTable("old_workbook")
    if first.startswith(_ZIP):
        archive = as_archive(source, stream, limit=limits.workbook_bytes)
        return _titled(workbook_rows(archive, limits), "", "xlsx", limits)
    sample, complete = telling_sample(source, first, complete=len(first) < _HEAD)
    encoding = detect_encoding(sample, complete=complete)
    text = _text(stream, encoding)
    start = first.decode(encoding, "replace").lstrip("\ufeff \t\r\n")
    if start.startswith("[") and name.casefold().endswith(_JSON_ENDINGS):
        raise UnreadableTable("json_array")
    if start.startswith("{"):
        columns, rows = json_table(text, row_chars=limits.row_chars)
        return Table(_checked(columns, limits), rows, encoding, "jsonl")
    return _titled(
        csv_rows(text, delimiter=sniff_delimiter(start), row_chars=limits.row_chars), encoding, "csv", limits
    )


def _text(stream: ByteSource, encoding: str) -> TextIO:
    # Two-byte encodings cannot carry the escape of single bytes.
    errors = "replace" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    return io.TextIOWrapper(io.BufferedReader(stream, _HEAD), encoding, errors, newline="")


def _titled(found: Iterator[Row], encoding: str, format: str, limits: Limits) -> Table:
    """Take the column titles off the rows, leaving out headings (one filled cell) that stand above them."""
    above = list(itertools.islice(found, _TITLES))
    at = next((at for at, row in enumerate(above) if _filled(row) > 1), 0)
    headed = all(format == "xlsx" or len(row.values) > 1 for row in above[:at])
    at = at if headed else 0
    if not above or above[at].problem:
        raise UnreadableTable("no_header")
    titles = [title.strip() for title in above[at].values]
    while titles and not titles[-1]:
        titles.pop()
    columns = _checked(tuple(titles), limits)
    return Table(columns, _fitted(itertools.chain(above[at + 1 :], found), columns), encoding, format)


def _filled(row: Row) -> int:
    return sum(1 for value in row.values if value.strip())


def _checked(columns: tuple[str, ...], limits: Limits) -> tuple[str, ...]:
    if not any(columns):
        raise UnreadableTable("no_header")
    if len(columns) > limits.columns:
        raise UnreadableTable("too_many_columns", limit=limits.columns)
    return columns


def _fitted(rows: Iterable[Row], columns: tuple[str, ...]) -> Iterator[Row]:
    """Give every row as many cells as there are columns, or say that it has more."""
    width = len(columns)
    came_back = LINE_COLUMN in columns
    for row in rows:
        line, values, problem = row
        if len(values) < width:
            values = values + [""] * (width - len(values))
        elif len(values) > width:
            if any(values[width:]):
                problem = problem or Problem.TOO_MANY_CELLS
            else:
                values = values[:width]
        if came_back:
            values = [restore_cell(value) for value in values]
        yield Row(line, values, problem)
