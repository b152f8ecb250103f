"""Tables in Parquet files that are no facts of the county, such as a population for simulations: written and asked here,
because this is the only room that knows the database of files. It needs no other part of the room and no web framework:
a population of millions is simulated in the memory that its columns take."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

_MOST = 2**63 - 1


class ParquetTables:
    """Asks Parquet files in a database of its own that keeps nothing. SQL in, values out; every text is the caller's own."""

    def __init__(self) -> None:
        # Each block of a file is read once: what would be kept of it is only memory.
        self._database = duckdb.connect(config={"enable_external_file_cache": False})

    def limit(self, *, threads: int = 0, memory: str = "") -> None:
        """At most so many threads and so much memory, e.g. "2GB"; what is left out stays as it is."""
        if threads:
            self._database.execute(f"SET threads = {int(threads)}")
        if memory:
            self._database.execute(f"SET memory_limit = '{memory}'")

    def row(self, text: str) -> tuple[Any, ...] | None:
        """The first row that a SELECT finds."""
        found: tuple[Any, ...] | None = self._database.execute(text).fetchone()
        return found

    def arrays(self, text: str) -> dict[str, Any]:
        """What a SELECT finds as one array for each column."""
        found: dict[str, Any] = self._database.execute(text).fetchnumpy()
        return found

    def in_order(self, path: Path, column: str, shown: str, *, rows: int) -> Iterator[dict[str, Any]]:
        """A file block by block in the order of a whole number, each row read once; arrays as `arrays` gives them.

        shown: what SELECT names.   rows: at least in a block but the last, and about as many where the file does not
        say how it lies. Parquet keeps groups of rows with their least and largest value: when these follow each other,
        blocks are whole groups; a file in disorder is sorted first.
        """
        spans = self._row_groups(path, column) or [(0, 0, 0)]
        if all(last <= first for (_, _, last), (_, first, _) in pairwise(spans)):
            place = f"read_parquet('{_quoted(path)}', file_row_number = true)", "file_row_number"
            ends = [end for end, _, _ in spans]
        else:
            place = "in_order", "rowid"
            sort = f"SELECT * FROM {source(path)} ORDER BY {column}"  # noqa: S608
            self._database.execute(f"CREATE OR REPLACE TEMP TABLE in_order AS {sort}")
            ends = [*range(rows, spans[-1][0], rows), spans[-1][0]]
        first = 0
        for end in ends:
            if end - first >= rows or end == ends[-1]:
                text = f"SELECT {shown} FROM {place[0]} WHERE {place[1]} BETWEEN {first} AND {end - 1}"  # noqa: S608
                yield self.arrays(text)
                first = end

    def _row_groups(self, path: Path, column: str) -> list[tuple[int, int, int]]:
        """Of each group of rows where it ends and the least and largest value of a whole number; a file that keeps none is in disorder."""
        told = self._database.execute(
            f"""SELECT row_group_num_rows, COALESCE(stats_min_value, '0'), COALESCE(stats_max_value, '{_MOST}')
            FROM parquet_metadata('{_quoted(path)}') WHERE path_in_schema = ? ORDER BY row_group_id""",  # noqa: S608
            [column],
        ).fetchall()
        found, end = [], 0
        for count, low, high in told:
            end += count
            found.append((end, int(low), int(high)))
        return found

    def columns(self, path: Path) -> set[str]:
        found = self._database.execute(f"DESCRIBE SELECT * FROM {source(path)}").fetchall()  # noqa: S608
        return {str(row[0]) for row in found}


def source(path: Path) -> str:
    """A Parquet file as a table of a SELECT."""
    return f"read_parquet('{_quoted(path)}')"


def write_parquet(table: Path, target: Path, *, types: Mapping[str, str]) -> None:
    """A CSV without a head as a Parquet file, in the order of its first column; empty cells are unknown.

    types: column → SQL type, in the order of the file.
    """
    shape = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    read = f"read_csv('{_quoted(table)}', header = false, nullstr = '', columns = {{{shape}}})"
    copy = f"COPY (SELECT * FROM {read} ORDER BY 1) TO '{_quoted(target)}' (FORMAT parquet)"  # noqa: S608
    duckdb.connect().execute(copy)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
