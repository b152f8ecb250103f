"""Reading a whole log again: every entry hashed, every tile compared, every series counted.

The reader gets bytes through a `ReadFile` port and trusts none of them. What differs is named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .checkpoint import Checkpoint
from .errors import LedgerError, Malformed
from .growth import Edge, grow_by_hashes
from .leaf import BUILT_IN_TYPES, TYPE_LIST, is_day, match_leaf
from .series import Finding, Run, SeriesWatch, parse_type_list
from .tiles import (
    ENTRIES,
    WIDTH,
    ReadFile,
    Tile,
    hashes_at,
    parse_tile_path,
    read_entries,
    read_tile,
    tile_at,
)
from .tree import HASH_SIZE, leaf_hashes, root_of_row

_LEAF_TYPE = TYPE_LIST.encode()


def document_path(digest: str) -> str:
    """Where a public document lies below the log's prefix.   digest: SHA-256 in hex."""
    return f"pub/{digest[:2]}/{digest}"


@dataclass
class TypeSpan:
    """The type codes of entries under one list.   listed: SHA-256 of a new list that begins here, or "" at first."""

    listed: str
    at: int
    codes: dict[bytes, int] = field(default_factory=dict)


@dataclass
class BundleScan:
    """What one bundle holds.   row: leaf hashes.   other_row: what an unfinished tile says, where it differs."""

    tile: Tile
    row: bytes
    other_row: bytes = b""
    runs: list[Run] = field(default_factory=list)
    spans: list[TypeSpan] = field(default_factory=list)
    references: list[tuple[int, int, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def scan_bundle(read: ReadFile, index: int, size: int, *, seen: int = 0) -> BundleScan:
    """Hash and read the entries of one bundle of a log of `size` entries. Independent of all other bundles.

    seen: entries of the log that an earlier walk has read; they are hashed again, but not judged again.
    """
    tile = tile_at(ENTRIES, index, size)
    below = tile_at(0, index, size)
    stored, problem = _stored_row(read, below)
    try:
        entries = read_entries(read, index, size)
    except LedgerError as error:
        scan = BundleScan(tile, stored)
        scan.findings.append(Finding("bundle", tile.path, str(error)))
        return scan
    scan = BundleScan(tile, leaf_hashes(entries))
    if problem:
        scan.findings.append(problem)
    elif stored != scan.row and tile.width < WIDTH:
        scan.other_row = stored  # nothing above tells which is right; the root will
    elif stored != scan.row:
        altered_bundle, altered_tile = _suspects(scan, stored)
        above, _ = _stored_row(read, tile_at(1, index // WIDTH, size))
        if above[index % WIDTH * HASH_SIZE :][:HASH_SIZE] == root_of_row(stored):
            scan.row = stored
            scan.findings.append(altered_bundle)
        else:
            scan.findings.append(altered_tile)
    _read_leaves(scan, entries, max(seen - index * WIDTH, 0))
    return scan


def _stored_row(read: ReadFile, tile: Tile) -> tuple[bytes, Finding | None]:
    try:
        return read_tile(read, tile), None
    except LedgerError as error:
        return b"", Finding("tile", tile.path, str(error))


def _suspects(scan: BundleScan, stored: bytes) -> tuple[Finding, Finding]:
    """Bundle and level-0 tile differ: what to say when the bundle was altered, and when the tile was."""
    slot = _first_other_slot(stored, scan.row)
    entry = scan.tile.index * WIDTH + slot
    tile_path = Tile(0, scan.tile.index, scan.tile.width).path
    return (
        Finding("bundle", scan.tile.path, f"entry {entry} is not the one that was logged"),
        Finding("tile", tile_path, f"hash {slot} is not that of entry {entry}"),
    )


def _first_other_slot(row: bytes, other: bytes) -> int:
    """Where two rows of hashes that are not the same differ first."""
    starts = range(0, len(row), HASH_SIZE)
    return next(at for at in starts if row[at : at + HASH_SIZE] != other[at : at + HASH_SIZE]) // HASH_SIZE


def _read_leaves(scan: BundleScan, entries: list[bytes], first: int) -> None:
    index = scan.tile.index * WIDTH + first
    span = TypeSpan("", index)
    scan.spans.append(span)
    open_runs: dict[bytes, list[int]] = {}
    for entry in entries[first:]:
        match = match_leaf(entry)
        if match is None or not is_day(match[5]):
            scan.findings.append(Finding("leaf", f"entry {index}", "not a leaf of the form gl1"))
            index += 1
            continue
        organ, series, digits, kind, _day, pub, _c1, _sm3, verb, target, digest, _rule = match.groups()
        number, name = int(digits), organ + b" " + series
        run = open_runs.get(name)
        if run is not None and number == run[1] + 1:
            run[1] = number
        else:
            if run is not None:
                scan.runs.append(Run(name.decode(), *run))
            open_runs[name] = [number, number, index]
        if kind == _LEAF_TYPE:
            span = TypeSpan(pub.decode() if pub else "", index)
            scan.spans.append(span)
        span.codes.setdefault(kind, index)
        if verb:
            scan.references.append((index, int(target), digest.decode()))
        index += 1
    scan.runs += [Run(name.decode(), *run) for name, run in open_runs.items()]


@dataclass
class Auditor:
    """Walks along a log and remembers what it must: the edge, the series and the type list in force.

    Keep one per log; `walk` continues where the last one ended.
    """

    edge: Edge = field(default_factory=Edge)
    series: SeriesWatch = field(default_factory=SeriesWatch)
    types: frozenset[str] | None = None

    def walk(
        self, read: ReadFile, head: Checkpoint, scans: Iterable[BundleScan] | None = None
    ) -> list[Finding]:
        """Audit all entries that are new in `head`, whose signatures the caller has verified.

        scans: of `unread_bundles`, in order, when the caller made them elsewhere (in parallel).
        """
        if head.size < self.edge.size:
            return [
                Finding(
                    "checkpoint", head.origin, f"the log shrank from {self.edge.size} to {head.size} entries"
                )
            ]
        findings: list[Finding] = []
        last: BundleScan | None = None
        for scan in self._scans(read, head.size) if scans is None else scans:
            findings += self._take(read, scan, head.size)
            last = scan
        findings += self._judge_root(head, last)
        findings += _compare_row_tiles(read, self.edge)
        return findings

    def unread_bundles(self, size: int) -> range:
        """Those that hold what is new in a log of `size` entries."""
        return range(self.edge.size // WIDTH, (size + WIDTH - 1) // WIDTH)

    def _scans(self, read: ReadFile, size: int) -> Iterator[BundleScan]:
        for index in self.unread_bundles(size):
            yield scan_bundle(read, index, size, seen=self.edge.size)

    def _take(self, read: ReadFile, scan: BundleScan, size: int) -> list[Finding]:
        findings = list(scan.findings)
        known = self.edge.size - scan.tile.index * WIDTH
        if known > 0 and scan.row[: known * HASH_SIZE] != self.edge.rows[0]:
            findings.append(
                Finding("rewritten", scan.tile.path, "entries that were there before have changed")
            )
            return findings
        for run in scan.runs:
            findings += self.series.see(run)
        for span in scan.spans:
            findings += self._see_types(read, span)
        for reference in scan.references:
            findings += _check_reference(read, *reference, size)
        grown = grow_by_hashes(self.edge, scan.row[max(known, 0) * HASH_SIZE :])
        self.edge = grown.edge
        for path, row in grown.files.items():
            tile = parse_tile_path(path)
            if tile.level > 0 and tile.width == WIDTH:
                findings += _compare_tile(read, tile, row)
        return findings

    def _see_types(self, read: ReadFile, span: TypeSpan) -> list[Finding]:
        findings = []
        if span.listed:
            listed = read(document_path(span.listed)) or b""
            try:
                if hashlib.sha256(listed).hexdigest() != span.listed:
                    raise Malformed("the list is missing, or is not the one that was logged")
                self.types = parse_type_list(listed)
            except Malformed as error:
                findings.append(Finding("types", f"entry {span.at}", str(error)))
        for code, index in span.codes.items():
            name = code.decode()
            if self.types is not None and name not in self.types and name not in BUILT_IN_TYPES:
                findings.append(Finding("type", f"entry {index}", f"{name} is not in the type list"))
        return findings

    def _judge_root(self, head: Checkpoint, last: BundleScan | None) -> list[Finding]:
        """Compare the root; it also settles whether an unfinished bundle or its level-0 tile was altered."""
        suspects = _suspects(last, last.other_row) if last and last.other_row else ()
        if self.edge.root == head.root:
            return list(suspects[1:])
        if last and suspects:
            other = Edge(self.edge.size, (last.other_row, *self.edge.rows[1:]))
            if other.root == head.root:
                self.edge = other
                return list(suspects[:1])
        return [
            *suspects,
            Finding("checkpoint", head.origin, f"its root is not that of its {head.size} entries"),
        ]


def _compare_tile(read: ReadFile, tile: Tile, row: bytes) -> list[Finding]:
    stored, problem = _stored_row(read, tile)
    if problem:
        return [problem]
    if stored == row:
        return []
    slot = _first_other_slot(stored, row)
    return [Finding("tile", tile.path, f"hash {slot} is not that of the tile below")]


def _compare_row_tiles(read: ReadFile, edge: Edge) -> list[Finding]:
    findings = []
    for level, row in enumerate(edge.rows):
        if level and row:
            index = hashes_at(level, edge.size) // WIDTH
            findings += _compare_tile(read, Tile(level, index, len(row) // HASH_SIZE), row)
    return findings


def _check_reference(read: ReadFile, index: int, target: int, digest: str, size: int) -> list[Finding]:
    where = f"entry {index}"
    if target >= index:
        return [Finding("reference", where, f"refers to entry {target}, which does not come before it")]
    row, problem = _stored_row(read, tile_at(0, target // WIDTH, size))
    if not problem and row[target % WIDTH * HASH_SIZE :][:HASH_SIZE].hex() != digest:
        return [Finding("reference", where, f"entry {target} has another leaf hash")]
    return []


def check_partial_tiles(read: ReadFile, paths: Iterable[str], size: int) -> Iterator[Finding]:
    """Compare left-over partial tiles and bundles, which old checkpoints needed, with what grew out of them.

    paths: of tiles that are there; full ones and those of the present size are the auditor's affair and passed over.
    """
    for path in paths:
        tile = parse_tile_path(path)
        if tile.width == WIDTH or not Tile(tile.level, tile.index, tile.width + 1).is_within(size):
            continue
        raw = read(path) or b""
        grown = read(tile_at(tile.level, tile.index, size).path) or read(tile.full.path) or b""
        if tile.level != ENTRIES and len(raw) != tile.width * HASH_SIZE:
            yield Finding("partial", path, "has the wrong length")
        elif not grown.startswith(raw):
            yield Finding("partial", path, "is not the beginning of what grew out of it")
