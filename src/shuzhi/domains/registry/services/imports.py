"""Loading a data set from a file: one transaction, every row accounted for, twice is once."""

import io
import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from shuzhi.domains.registry import versions
from shuzhi.domains.registry.cards import ImportReport
from shuzhi.domains.registry.importers import LOADERS, Given, Loader
from shuzhi.domains.registry.refusals import MissingColumns, UnknownDataset, UnreadableFile
from shuzhi.engines.tabular import (
    Field,
    Problem,
    QuarantineWriter,
    Row,
    Table,
    UnreadableTable,
    match_columns,
    open_table,
)
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.events import RegistryImported
from shuzhi.spine.outbox import announce_all

Source = str | Path | BinaryIO | Iterable[bytes]
Progress = Callable[[int], None]

_TELL_EVERY = 1000
_GEOJSON_BYTES = 256 << 20

_PROBLEMS: dict[Problem, Promise] = {
    Problem.UNDECODABLE: gettext_lazy("some characters of this row are not in the encoding of the file"),
    Problem.UNCLOSED_QUOTE: gettext_lazy("a quotation mark is opened and never closed"),
    Problem.TOO_LONG: gettext_lazy("the row is too long"),
    Problem.TOO_MANY_CELLS: gettext_lazy("the row has more cells than there are columns"),
    Problem.NOT_AN_OBJECT: gettext_lazy("the line is not a JSON object"),
    Problem.UNKNOWN_KEY: gettext_lazy("the line has a key that the first rows do not have"),
}


@dataclass
class _Tally:
    rows: int = 0
    accepted: int = 0
    unchanged: int = 0
    spoiled: list[Row] = field(default_factory=list)


def datasets() -> list[str]:
    """The data sets that can be imported, in the order in which a new county loads them."""
    return list(LOADERS)


def import_csv(
    dataset: str, source: Source, *, by: Actor, dry_run: bool = False, on_progress: Progress | None = None
) -> ImportReport:
    """Load a file (CSV, XLSX, JSON Lines; GeoJSON for boundaries) into a data set of the registry.

    source: a path, an open binary file, or its bytes in chunks.   on_progress: told how many rows are read.
    dry_run: reads and judges everything and keeps nothing but the quarantine.
    Rows that cannot be taken go into a CSV file (named in the report) that can be mended and imported again.
    A row that was imported before changes nothing; a row that is absent deletes nothing.
    """
    access.require(by, "registry.import")
    if dataset not in LOADERS:
        raise UnknownDataset(dataset=dataset, known=", ".join(LOADERS))
    kept = settings.SHUZHI_DATA_DIR / "quarantine"
    kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = kept / f"{dataset}-{clock.now():%Y%m%dT%H%M%S}-{secrets.token_hex(4)}.csv"
    path.touch(mode=0o600)
    quarantined = 0
    try:
        with _opened(source) as (file, name), path.open("wb") as refused, transaction.atomic():
            report = _import(dataset, file, name, refused, by=by, on_progress=on_progress)
            quarantined = report.quarantined
            if dry_run:
                transaction.set_rollback(True)
    except UnreadableTable as cause:
        quarantined = 0
        raise UnreadableFile.because(cause) from cause
    finally:
        if not quarantined:
            path.unlink()
    return ImportReport(**{**vars(report), "quarantine_file": str(path) if quarantined else ""})


def _import(
    dataset: str,
    file: BinaryIO | Iterable[bytes],
    name: str,
    refused: BinaryIO,
    *,
    by: Actor,
    on_progress: Progress | None,
) -> ImportReport:
    kind = LOADERS[dataset]
    versions.lock(kind.topics)
    table = _boundary_table(file, name) if dataset == "boundaries" else open_table(file, name)
    at = _columns(table, kind)
    loader = kind(present=frozenset(at), by=by)
    writer = QuarantineWriter(refused, table.columns)
    tally = _Tally()
    for outcome in loader.outcomes(_given(table, at, tally, on_progress)):
        _write_spoiled(tally, writer)
        if outcome.refusal is not None:
            column = at.get(outcome.refusal.field)
            title = table.columns[column] if column is not None else outcome.refusal.field
            writer.add(outcome.row, f"{title}: {outcome.refusal.why}")
        elif outcome.changed:
            tally.accepted += 1
        else:
            tally.unchanged += 1
    _write_spoiled(tally, writer)
    if tally.accepted:
        versions.change(kind.topics)
    imported = RegistryImported(dataset=dataset, accepted=tally.accepted, quarantined=writer.count)
    if tally.accepted or writer.count:
        announce_all([*loader.events, imported], by=by)
        audit.record(by, "registry.import", f"dataset:{dataset}", rows=tally.rows, accepted=tally.accepted)
    return ImportReport(dataset, tally.rows, tally.accepted, tally.unchanged, writer.count, "")


def _columns(table: Table, kind: type[Loader]) -> dict[str, int]:
    at = match_columns(table.columns, kind.fields)
    missing = [field for field in kind.fields if field.name in kind.required and field.name not in at]
    if missing:
        raise MissingColumns(
            missing=", ".join(" / ".join((field.name, *field.aliases[:1])) for field in missing),
            found=", ".join(table.columns),
        )
    return at


def _given(table: Table, at: dict[str, int], tally: _Tally, on_progress: Progress | None) -> Iterator[Given]:
    for row in table.rows:
        tally.rows += 1
        if on_progress and tally.rows % _TELL_EVERY == 0:
            on_progress(tally.rows)
        if row.problem:
            tally.spoiled.append(row)
        else:
            yield Given(row, {name: row.values[index].strip() for name, index in at.items()})
    if on_progress:
        on_progress(tally.rows)


def _write_spoiled(tally: _Tally, writer: QuarantineWriter) -> None:
    for row in tally.spoiled:
        if row.problem:
            writer.add(row, str(_PROBLEMS[row.problem]))
    tally.spoiled.clear()


@contextmanager
def _opened(source: Source) -> Iterator[tuple[BinaryIO | Iterable[bytes], str]]:
    if isinstance(source, str | Path):
        with Path(source).open("rb") as file:
            yield file, Path(source).name
    else:
        yield source, str(getattr(source, "name", ""))


def _boundary_table(source: BinaryIO | Iterable[bytes], name: str) -> Table:
    """A GeoJSON FeatureCollection as a table, a row per feature; a table of geometries as it is.

    A feature's row is numbered as a table of features would be: the first is in line 2.
    """
    data = source.read(_GEOJSON_BYTES + 1) if hasattr(source, "read") else b"".join(source)
    if len(data) > _GEOJSON_BYTES:
        raise UnreadableTable("too_large", limit=_GEOJSON_BYTES)
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return open_table(io.BytesIO(data), name)
    if not isinstance(found, dict) or not isinstance(found.get("features"), list):
        raise UnreadableTable("not_geojson")
    rows = (Row(line, _feature(one)) for line, one in zip(count(2), found["features"], strict=False))
    return Table(("code", "geometry"), iter(rows), "utf-8", "geojson")


def _feature(feature: object) -> list[str]:
    whole = cast(dict[str, object], feature) if isinstance(feature, dict) else {}
    properties = whole.get("properties")
    named = (
        {str(key): str(value) for key, value in properties.items()} if isinstance(properties, dict) else {}
    )
    codes = LOADERS["boundaries"].fields[:1]
    at = match_columns(list(named), [Field(one.name, one.aliases) for one in codes])
    code = list(named.values())[at["code"]] if at else str(whole.get("id", ""))
    return [code, json.dumps(whole.get("geometry"), separators=(",", ":"))]
