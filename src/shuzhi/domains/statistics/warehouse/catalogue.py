"""Which files count: the one row that says it, as values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shuzhi.domains.statistics.models import Warehouse

ONLY = 1


@dataclass(frozen=True)
class TableFiles:
    """months: one file for each month, of years long over one for the year; rows in the order of their key.   news: files of single loads, oldest first."""

    months: Mapping[str, str] = field(default_factory=dict)
    news: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.months.values(), *self.news)


@dataclass(frozen=True)
class Catalogue:
    """What the warehouse holds at one moment."""

    position: int
    version: int
    heard_at: datetime | None
    rebuilt_to: int
    tables: Mapping[str, TableFiles]

    def of(self, table: str) -> TableFiles:
        return self.tables.get(table, TableFiles())

    @property
    def paths(self) -> set[str]:
        return {path for files in self.tables.values() for path in files.all}


def catalogue() -> Catalogue:
    return read(Warehouse.objects.filter(pk=ONLY).first() or Warehouse(pk=ONLY))


def version() -> int:
    """Of the catalogue: grows with every change, and is cheap to ask for."""
    return Warehouse.objects.filter(pk=ONLY).values_list("version", flat=True).first() or 0


def locked() -> Warehouse:
    """The row, held until the transaction ends: whoever loads is alone."""
    row, _created = Warehouse.objects.select_for_update().get_or_create(pk=ONLY)
    return row


def read(row: Warehouse) -> Catalogue:
    return Catalogue(
        row.position, row.version, row.heard_at, row.rebuilt_to, dict(_read_files(row.files.items()))
    )


def _read_files(files: Any) -> Iterator[tuple[str, TableFiles]]:
    for name, told in files:
        yield name, TableFiles(dict(told["months"]), tuple(told["news"]))


def write(row: Warehouse, changed: Mapping[str, TableFiles]) -> None:
    """Say which files count from now on, inside the caller's transaction."""
    row.files = row.files | {
        name: {"months": dict(sorted(files.months.items())), "news": list(files.news)}
        for name, files in changed.items()
    }
    row.version += 1
    row.save()
