"""Adding entries to a tree that lives in tiles, without reading more than its right edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .tiles import ENTRIES, WIDTH, ReadFile, Tile, hashes_at, pack_entries, read_entries, read_tile, tile_at
from .tree import EMPTY_ROOT, HASH_SIZE, leaf_hashes, root_of_row


@dataclass(frozen=True)
class Edge:
    """The right edge of a tree: all that is needed to add entries and to tell the root.

    rows: per level the hashes of the unfinished tile (0 to 255 of them); bundle: the unfinished entry bundle.
    """

    size: int = 0
    rows: tuple[bytes, ...] = ()
    bundle: bytes = b""

    @property
    def root(self) -> bytes:
        if self.size == 0:
            return EMPTY_ROOT
        ragged = b""
        for row in self.rows:
            if row or ragged:
                ragged = root_of_row(row + ragged)
        return ragged


@dataclass(frozen=True)
class Growth:
    """A tree after new entries: its new edge, and each file that came about, by path."""

    edge: Edge
    files: dict[str, bytes]


def grow(edge: Edge, entries: Sequence[bytes]) -> Growth:
    """Add entries to the tree. Any split of the same entries into batches gives the same tree.

    Full tiles and bundles appear once; unfinished ones only in the width of the new size.
    """
    files: dict[str, bytes] = {}
    bundle = _grow_bundles(edge, entries, files)
    grown = grow_by_hashes(edge, leaf_hashes(entries))
    files.update(grown.files)
    return Growth(Edge(grown.edge.size, grown.edge.rows, bundle), files)


def grow_by_hashes(edge: Edge, fresh: bytes) -> Growth:
    """Add entries of which only the leaf hashes are known; the bundle of the new edge stays empty."""
    files: dict[str, bytes] = {}
    size = edge.size + len(fresh) // HASH_SIZE
    rows: list[bytes] = []
    level = 0
    while fresh or level < len(edge.rows):
        row = edge.rows[level] if level < len(edge.rows) else b""
        rest, fresh = _grow_row(Tile(level, hashes_at(level + 1, edge.size)), row, fresh, files)
        rows.append(rest)
        level += 1
    return Growth(Edge(size, tuple(rows)), files)


def _grow_bundles(edge: Edge, entries: Sequence[bytes], files: dict[str, bytes]) -> bytes:
    index, taken, bundle, at = edge.size // WIDTH, edge.size % WIDTH, edge.bundle, 0
    while at < len(entries):
        chunk = entries[at : at + WIDTH - taken]
        bundle += pack_entries(chunk)
        taken, at = taken + len(chunk), at + len(chunk)
        files[Tile(ENTRIES, index, taken).path] = bundle
        if taken == WIDTH:
            index, taken, bundle = index + 1, 0, b""
    return bundle


def _grow_row(first: Tile, row: bytes, fresh: bytes, files: dict[str, bytes]) -> tuple[bytes, bytes]:
    """Put fresh hashes behind an unfinished row; returns what stays unfinished and the hashes for the row above."""
    if not fresh:
        return row, b""
    hashes, above = row + fresh, []
    full = WIDTH * HASH_SIZE
    count = len(hashes) // full
    for nth in range(count):
        chunk = hashes[nth * full : (nth + 1) * full]
        files[Tile(first.level, first.index + nth).path] = chunk
        above.append(root_of_row(chunk))
    rest = hashes[count * full :]
    if rest:
        files[Tile(first.level, first.index + count, len(rest) // HASH_SIZE).path] = rest
    return rest, b"".join(above)


def read_edge(read: ReadFile, size: int) -> Edge:
    """The edge of a stored tree of `size` entries; compare its root with a signed checkpoint before trusting it."""
    rows: list[bytes] = []
    while hashes := hashes_at(len(rows), size):
        level = len(rows)
        rows.append(read_tile(read, tile_at(level, hashes // WIDTH, size)) if hashes % WIDTH else b"")
    bundle = pack_entries(read_entries(read, size // WIDTH, size)) if size % WIDTH else b""
    return Edge(size, tuple(rows), bundle)
