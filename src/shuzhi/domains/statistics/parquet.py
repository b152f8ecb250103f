"""Tables in Parquet files that are no facts of the county, such as a population for simulations: written and asked here,
because this is the only room that knows the database of files. It needs no other part of the room and no web framework:
a population of millions is simulated in the memory that its columns take."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb


class ParquetTables:
    """Asks Parquet files in a database of its own that keeps nothing. SQL in, values out; every text is the caller's own."""

    def __init__(self) -> None:
        self._database = duckdb.connect()

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
