"""Tiles and entry bundles: the tree as plain files that any web server can serve.

A tile is a row of at most 256 hashes; hash i of tile n at level l covers the entries
[(256 n + i) 256^l, (256 n + i + 1) 256^l).   Source: C2SP tlog-tiles.
"""

from __future__ import annotations

import itertools
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from .errors import Malformed, Unverified
from .tree import HASH_SIZE

WIDTH = 256
HEIGHT = 8
LARGEST_ENTRY = 2**16 - 1  # an entry's length is a uint16
_uint16 = struct.Struct(">H").pack
CHECKPOINT_PATH = "checkpoint"
ENTRIES = -1  # the "level" of an entry bundle


class ReadFile(Protocol):
    """Gives the bytes at a path below the log's prefix, or None when there are none."""

    def __call__(self, path: str, /) -> bytes | None: ...


_PATH = re.compile(
    r"tile/(entries|0|[1-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True)
class Tile:
    """The place of a tile. level: 0 to 63, or ENTRIES for a bundle; index >= 0; width: 1 to 256 hashes."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """
        >>> Tile(0, 1234067, 112).path
        'tile/0/x001/x234/067.p/112'
        """
        groups = [f"{self.index % 1000:03d}"]
        rest = self.index // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{level}/{'/'.join(groups)}{partial}"

    @property
    def full(self) -> Tile:
        return Tile(self.level, self.index)

    def is_within(self, size: int) -> bool:
        """Whether a tree of `size` entries fills this tile."""
        return hashes_at(self.level, size) >= self.index * WIDTH + self.width


def hashes_at(level: int, size: int) -> int:
    """How many hashes stand at a level of a tree of `size` entries; in bundles, how many entries."""
    return size >> HEIGHT * max(level, 0)


def parse_tile_path(path: str) -> Tile:
    """The inverse of `Tile.path`; raises Malformed for every other spelling."""
    match = _PATH.fullmatch(path)
    if not match:
        raise Malformed(f"not the path of a tile: {path[:80]!r}")
    level = ENTRIES if match[1] == "entries" else int(match[1])
    tile = Tile(level, int(match[2].replace("/", "").replace("x", "")), int(match[3] or WIDTH))
    if tile.path != path:
        raise Malformed(f"not the path of a tile: {path[:80]!r}")
    return tile


def tile_at(level: int, index: int, size: int) -> Tile:
    """The widest form of a tile in a tree of `size` entries; raises ValueError where the tree has none."""
    width = min(WIDTH, hashes_at(level, size) - index * WIDTH)
    if index < 0 or width < 1:
        raise ValueError(f"a tree of {size} entries has no tile {index} at level {level}")
    return Tile(level, index, width)


def all_tiles(size: int) -> Iterator[Tile]:
    """Every file that a log of `size` entries must serve besides its checkpoint, as mirrors need: bundles, then tiles."""
    for level in itertools.count(ENTRIES):
        hashes = hashes_at(level, size)
        if not hashes:
            return
        for index in range((hashes + WIDTH - 1) // WIDTH):
            yield tile_at(level, index, size)


def read_tile(read: ReadFile, tile: Tile) -> bytes:
    """A tile's hashes. A partial tile may have been replaced by the full one, which begins with it.

    Raises Unverified when there is neither, or when the length is wrong.
    """
    raw = read(tile.path)
    if raw is None and tile.width < WIDTH:
        raw = read(tile.full.path)
        raw = None if raw is None else raw[: tile.width * HASH_SIZE]
    if raw is None:
        raise Unverified(f"{tile.path} is missing")
    if len(raw) != tile.width * HASH_SIZE:
        raise Unverified(f"{tile.path} has {len(raw)} bytes instead of {tile.width * HASH_SIZE}")
    return raw


def pack_entries(entries: Iterable[bytes]) -> bytes:
    """Entries as a bundle holds them: each after its length as a big-endian uint16."""
    try:
        return b"".join([_uint16(len(entry)) + entry for entry in entries])
    except struct.error:
        raise ValueError(f"an entry has at most {LARGEST_ENTRY} bytes") from None


def unpack_entries(bundle: bytes) -> list[bytes]:
    """The entries of a bundle; raises Malformed when a length runs past the end or there are over 256."""
    entries = []
    at, end = 0, len(bundle)
    while at < end:
        start = at + 2
        at = start + int.from_bytes(bundle[at:start], "big")
        entries.append(bundle[start:at])
    if at != end or len(entries) > WIDTH:
        raise Malformed("bundle: its length prefixes do not add up")
    return entries


def read_entries(read: ReadFile, index: int, size: int) -> list[bytes]:
    """The entries of bundle `index` of a log of `size` entries.   Raises Unverified or Malformed."""
    tile = tile_at(ENTRIES, index, size)
    raw = read(tile.path)
    if raw is None:
        raw = read(tile.full.path)
    if raw is None:
        raise Unverified(f"{tile.path} is missing")
    try:
        entries = unpack_entries(raw)
    except Malformed as error:
        raise Malformed(f"{tile.path}: {error}") from error
    if len(entries) < tile.width:
        raise Unverified(f"{tile.path} has {len(entries)} entries instead of {tile.width}")
    return entries[: tile.width]
