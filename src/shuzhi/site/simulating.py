"""A population of Parquet files, read part by part for a simulation: memory is that of one part."""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from shuzhi.domains.statistics import parquet
from shuzhi.engines import rules
from shuzhi.engines.rules import DUCKDB, Book, Coded, Given, People, Tables, simulation

GROUPS = ("area", "age_band", "household_type")
TYPES = {"truth": "BOOLEAN", "date": "DATE", "code": "VARCHAR"}
DIGESTED = 1 << 20
READERS = 1  # threads that read a part: two are no faster and hold more memory
EPOCH = "DATE '1970-01-01'"
Part = TypeVar("Part")


@dataclass
class Population:
    """Two Parquet files, in the order of `household_id`; what a book asks and they lack is unknown for everybody."""

    folder: Path
    at_least: int = 60_000  # persons at once
    tables: parquet.ParquetTables = field(default_factory=parquet.ParquetTables)

    def __post_init__(self) -> None:
        self.files = {name: self.folder / f"{name}.parquet" for name in ("persons", "households")}
        for path in self.files.values():
            if not path.exists():
                raise FileNotFoundError(
                    f"{path}: a population is two files, persons.parquet and households.parquet"
                )
        self.known = {name: self.tables.columns(path) for name, path in self.files.items()}

    def digest(self) -> str:
        """SHA-256 over both files."""
        found = hashlib.sha256()
        for path in self.files.values():
            with path.open("rb") as file:
                while chunk := file.read(DIGESTED):
                    found.update(chunk)
        return found.hexdigest()

    def lacks(self, book: Book) -> list[str]:
        """The inputs of the book that no column holds."""
        return [
            given.name
            for given in book.inputs.values()
            if given.name not in self.known["persons" if given.entity == "person" else "households"]
        ]

    def faults(self, book: Book, day: date) -> dict[str, int]:
        """What is wrong with the population, counted by name; empty when nothing is."""
        names, text = rules.faults_query(
            rules.bind(book, as_of=day), dialect=DUCKDB, tables=self._tables(book)
        )
        row = self.tables.row(text) or ()
        return {name: count for name, count in zip(names, row, strict=True) if count}

    def people(self, book: Book) -> Iterator[tuple[People, dict[str, Any]]]:
        """The facts that the book asks for, part by part, and the households' other columns."""
        self.tables.limit(threads=READERS)
        span = f"SELECT MIN(household_id), MAX(household_id) FROM {self._source('households')}"  # noqa: S608
        first, final = self.tables.row(span) or (None, None)
        if first is not None:
            yield from _one_ahead(self._parts(book, first, final))

    def _parts(self, book: Book, first: int, final: int) -> Iterator[tuple[People, dict[str, Any]]]:
        """Households with their members, in the order of their numbers from `first` to `final`."""
        others = [name for name in (*GROUPS, "income", "weight") if name in self.known["households"]]
        asked = ", ".join(["household_id", *self._asked(book, "household"), *others])
        homes_of = f"SELECT {asked} FROM {self._source('households')} WHERE household_id"  # noqa: S608
        for persons, last in self._members(["household_id", *self._asked(book, "person")], final):
            homes = _sorted(self.tables.arrays(f"{homes_of} BETWEEN {first} AND {last}"))
            first = last + 1
            places = np.searchsorted(homes["household_id"], persons["household_id"])
            members = np.bincount(places, minlength=len(homes["household_id"])).astype(np.int64)
            given = [
                {
                    given.name: _given(given, columns[given.name])
                    for given in book.inputs.values()
                    if given.name in columns
                }
                for columns in (persons, homes)
            ]
            yield People(members, *given), homes

    def _members(self, shown: Sequence[str], final: int) -> Iterator[tuple[dict[str, Any], int]]:
        """All members of some households and the last of these; the household at the end of a block waits for the next."""
        left: dict[str, Any] | None = None
        for block in self.tables.in_order(
            self.files["persons"], "household_id", ", ".join(shown), rows=self.at_least
        ):
            found = _sorted(block)
            if left is not None:
                # Column by column out of the block, so that no block is held twice.
                found = {name: _joined(left[name], found.pop(name)) for name in list(found)}
            ids = found["household_id"]
            begins = int(np.searchsorted(ids, ids[-1])) if len(ids) else 0
            left = {name: column[begins:].copy() for name, column in found.items()}
            if begins:
                yield {name: column[:begins] for name, column in found.items()}, int(ids[begins - 1])
        if left is not None:
            yield left, final

    def samples(self, book: Book) -> Iterator[simulation.Sample]:
        """The population as simulations want it."""
        for people, homes in self.people(book):
            yield simulation.Sample(
                people=people,
                weights=np.ma.filled(homes["weight"], 0).astype(np.int64),
                incomes=_masked(homes["income"]),
                groups={kind: Coded.of(np.ma.filled(homes[kind], "?").tolist()) for kind in GROUPS},
            )

    def _tables(self, book: Book) -> Tables:
        """The files with an empty column for each input that they lack."""
        sources = []
        for entity, name in (("person", "persons"), ("household", "households")):
            empty = [
                f"CAST(NULL AS {TYPES.get(given.kind.name, 'BIGINT')}) AS {DUCKDB.column(given.name)}"
                for given in book.inputs.values()
                if given.entity == entity and given.name not in self.known[name]
            ]
            sources.append(f"(SELECT {', '.join(['*', *empty])} FROM {self._source(name)}) {name}")  # noqa: S608
        return Tables(*sources)

    def _asked(self, book: Book, entity: str) -> list[str]:
        """The columns of the inputs that are there, days as numbers."""
        known = self.known["persons" if entity == "person" else "households"]
        shown = []
        for given in book.inputs.values():
            if given.entity == entity and given.name in known:
                column = DUCKDB.column(given.name)
                text = f"CAST({column} - {EPOCH} AS INTEGER)" if given.kind.name == "date" else column
                shown.append(f"{text} AS {column}")
        return shown

    def _source(self, name: str) -> str:
        return parquet.source(self.files[name])


def _given(given: rules.Input, column: Any) -> Given:
    if given.kind.name != "code":
        return _masked(column)
    found = _masked(column)
    return Given(
        Coded.of("" if text is None else str(text) for text in np.ma.filled(column, "").tolist()), found.known
    )


def _masked(column: Any) -> Given:
    """A column as the database gave it; what it masks is unknown."""
    if not np.ma.isMaskedArray(column):
        return Given(np.asarray(column))
    known = ~np.ma.getmaskarray(column)
    return Given(np.asarray(column.data), None if known.all() else known)


def _sorted(columns: dict[str, Any]) -> dict[str, Any]:
    """Columns in the order of `household_id`, which the files usually have already."""
    ids = columns["household_id"]
    if (ids[1:] >= ids[:-1]).all():
        return columns
    order = np.argsort(ids, kind="stable")
    return {name: column[order] for name, column in columns.items()}


def _joined(first: Any, second: Any) -> Any:
    masked = isinstance(first, np.ma.MaskedArray) or isinstance(second, np.ma.MaskedArray)
    return (np.ma if masked else np).concatenate([first, second])


def _one_ahead(parts: Iterator[Part]) -> Iterator[Part]:
    """The next part is read while this one is worked on."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, parts, None)
        while (part := coming.result()) is not None:
            coming = reader.submit(next, parts, None)
            yield part
