"""The bytes of a file, whoever holds them: an open file, an upload, or chunks that arrive one by one."""

import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO, cast

from shuzhi.engines.tabular.rows import UnreadableTable

Source = BinaryIO | Iterable[bytes]
_CHUNK = 1 << 18


class ByteSource(io.RawIOBase):
    """Reads a source once, from its present place, and stops at a limit. Never closes what it was given."""

    def __init__(self, source: Source, limit: int) -> None:
        self._chunks = _chunks(source)
        self._rest = b""
        self._left = limit
        self._limit = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        if not self._rest:
            self._rest = next(self._chunks, b"")
        piece = self._rest[: len(view)]
        view[: len(piece)] = piece
        self._rest = self._rest[len(piece) :]
        self._left -= len(piece)
        if self._left < 0:
            raise UnreadableTable("too_large", limit=self._limit)
        return len(piece)

    def put_back(self, piece: bytes) -> None:
        self._rest = piece + self._rest
        self._left += len(piece)


def _chunks(source: Source) -> Iterator[bytes]:
    if not hasattr(source, "read"):
        yield from (chunk for chunk in source if chunk)
        return
    file = cast(BinaryIO, source)
    while chunk := file.read(_CHUNK):
        yield chunk


def head(source: ByteSource, size: int) -> bytes:
    """The first bytes, at most `size`, without taking them away."""
    parts: list[bytes] = []
    missing = size
    while missing and (part := source.read(missing)):
        parts.append(part)
        missing -= len(part)
    found = b"".join(parts)
    source.put_back(found)
    return found


def telling_sample(source: Source, first: bytes, *, complete: bool) -> tuple[bytes, bool]:
    """Bytes that show the encoding, and whether they reach the end of the file.

    first: its first bytes; complete: whether they are all. A long file may begin with plain ASCII: then the first
    other characters are looked for further on, where the file allows to look ahead.
    """
    if complete or not first.isascii() or not can_seek(source):
        return first, complete
    file = cast(BinaryIO, source)
    here = file.tell()
    chunk = first
    while chunk and chunk.isascii():
        chunk = file.read(_CHUNK)
    file.seek(here)
    return (chunk, len(chunk) < _CHUNK) if chunk else (first, True)


def can_seek(source: Source) -> bool:
    seekable = getattr(source, "seekable", None)
    return seekable is not None and bool(seekable())


def as_archive(source: Source, stream: ByteSource, *, limit: int) -> BinaryIO:
    """The whole source as a file in which one can jump: itself where it can, else a copy in memory."""
    if can_seek(source):
        return cast(BinaryIO, source)
    copy = io.BytesIO(io.BufferedReader(stream).read(limit + 1))
    if copy.getbuffer().nbytes > limit:
        raise UnreadableTable("too_large", limit=limit)
    return copy
