"""A log's public files on a disk, written so that a crash at any moment leaves them whole.

Every file is written beside its place and renamed, then all are synced; the checkpoint comes last. So what a reader
finds is complete, and everything that a published checkpoint covers is on the disk. Only a loss of power between
rename and sync can leave a torn file, always beyond what was ever signed; `sweep` clears those at the start.
"""

from __future__ import annotations

import ctypes
import hashlib
import itertools
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from shuzhi.engines.ledger import (
    CHECKPOINT_PATH,
    ENTRIES,
    WIDTH,
    Malformed,
    Tile,
    document_path,
    hashes_at,
    parse_tile_path,
)

_INCOMING = ".incoming"


class TileConflict(RuntimeError):
    """A file is already there with other bytes. The log must stop: it may never say two things about one place."""


class LogDirectory:
    """The directory that a web server shows as the log's prefix.

    One writer at a time (the sequencer holds a lock); any number of readers.
    """

    def __init__(self, root: Path, *, use_syncfs: bool = True) -> None:
        self.root = Path(root)
        self._prefix = f"{root}{os.sep}"  # text, as joining paths costs more than looking for a file
        self._incoming = self.root / _INCOMING
        self._incoming.mkdir(parents=True, exist_ok=True)
        self._syncfs = _find_syncfs() if use_syncfs else None

    def read(self, path: str, /) -> bytes | None:
        try:
            with open(self._prefix + path, "rb", buffering=0) as file:
                return file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def add(self, files: Mapping[str, bytes], *, replace: bool = False) -> None:
        """Write tiles, bundles and public documents; when this returns they will survive a loss of power.

        A file that is there with the same bytes is left alone. Raises TileConflict when the bytes differ, unless
        `replace` (for mending a damaged directory from the database).
        """
        missing = [path for path, raw in files.items() if self._is_missing(path, raw, replace)]
        for path in missing:
            self._put(path, files[path])
        # Also for files that were there: whoever wrote them may have been killed before they were synced.
        if self._syncfs:
            self._syncfs(self.root)
            return
        folders = {
            folder
            for path in files
            for folder in (self.root / path).parents
            if self.root in (folder, *folder.parents)
        }
        for place in [*(self.root / path for path in files), *sorted(folders, reverse=True)]:
            _sync(place)

    def publish(self, checkpoint: bytes) -> None:
        """Put the checkpoint in place; call it only after `add` and after the quorum of witnesses."""
        place = self._incoming / CHECKPOINT_PATH
        place.write_bytes(checkpoint)
        _sync(place)
        os.replace(place, self.root / CHECKPOINT_PATH)
        _sync(self.root)

    def sweep(self, signed_size: int) -> int:
        """Clear up at the start what an interrupted write left behind; returns how many files that was.

        signed_size: of the last checkpoint ever signed. Tiles beyond it are removed, as they may be torn.
        """
        left = [*self._incoming.iterdir(), *self._beyond(signed_size)]
        for place in left:
            place.unlink()
        return len(left)

    def _beyond(self, size: int) -> Iterator[Path]:
        """Tiles and bundles that a log of `size` entries does not have. Looks only at the right edge."""
        for level in range(ENTRIES, 64):
            for group in itertools.count(hashes_at(level, size) // WIDTH // 1000):
                folder = (self.root / Tile(level, group * 1000).path).parent
                if not folder.is_dir():
                    break
                for place in (*folder.glob("[0-9]*"), *folder.glob("[0-9]*.p/*")):
                    tile = (
                        None if place.is_dir() else parse_tile_path(place.relative_to(self.root).as_posix())
                    )
                    if tile and not tile.is_within(size):
                        yield place

    def tile_paths(self) -> Iterator[str]:
        """All tiles and bundles that are there, also those of older checkpoints."""
        for place in sorted((self.root / "tile").rglob("*")):
            if place.is_file():
                yield place.relative_to(self.root).as_posix()

    def remove_outgrown(self, size: int) -> int:
        """Delete partial tiles whose full tile is there, as C2SP tlog-tiles allows; returns how many."""
        removed = 0
        for path in list(self.tile_paths()):
            try:
                tile = parse_tile_path(path)
            except Malformed:
                continue
            if tile != tile.full and tile.full.is_within(size) and (self.root / tile.full.path).exists():
                (self.root / path).unlink()
                removed += 1
        return removed

    def _is_missing(self, path: str, raw: bytes, replace: bool) -> bool:
        there = self.read(path)
        if there is None or there == raw:
            return there is None
        if not replace and path != document_path(hashlib.sha256(raw).hexdigest()):
            raise TileConflict(f"{path} is already there with other bytes")
        return True

    def _put(self, path: str, raw: bytes) -> None:
        place, target = f"{self._prefix}{_INCOMING}/next", self._prefix + path
        with open(place, "wb") as file:
            file.write(raw)
        if not self._syncfs:
            _sync(place)
        try:
            os.replace(place, target)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.replace(place, target)


def _sync(place: Path | str) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _find_syncfs() -> Callable[[Path], None] | None:
    """Linux's syncfs: one call for many files. Before Linux 5.8 it hid write errors, so we do without it there."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    release = os.uname().release.split(".")
    if call is None or (int(release[0]), int(release[1].split("-")[0])) < (5, 8):
        return None

    def syncfs(place: Path) -> None:
        handle = os.open(place, os.O_RDONLY)
        try:
            if call(handle) != 0:
                error = ctypes.get_errno()
                raise OSError(error, os.strerror(error), str(place))
        finally:
            os.close(handle)

    return syncfs
