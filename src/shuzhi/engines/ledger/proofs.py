"""Inclusion and consistency proofs, computed from tiles.   Source: RFC 6962 section 2.1."""

from __future__ import annotations

from .tiles import HEIGHT, WIDTH, ReadFile, read_tile, tile_at
from .tree import EMPTY_ROOT, HASH_SIZE, node_hash, parents


class Hashes:
    """Hashes of any part of a stored tree of `size` entries, read from its tiles.

    Nothing read is trusted: whoever uses the result checks it against a signed root.
    """

    def __init__(self, read: ReadFile, size: int) -> None:
        self._read, self.size = read, size
        self._pyramids: dict[tuple[int, int], list[bytes]] = {}

    def of_range(self, start: int, end: int) -> bytes:
        """The tree hash of the entries [start, end); start must be aligned as RFC 6962 proofs align it."""
        if not 0 <= start <= end <= self.size:
            raise ValueError(f"[{start}, {end}) is not within {self.size} entries")
        if start == end:
            return EMPTY_ROOT
        parts = []
        while start < end:
            height = (end - start).bit_length() - 1
            parts.append(self._perfect(height, start >> height))
            start += 1 << height
        whole = parts.pop()
        while parts:
            whole = node_hash(parts.pop(), whole)
        return whole

    def _perfect(self, height: int, index: int) -> bytes:
        """The hash of the complete subtree of 2^height entries that is number `index` of its height."""
        level, within = divmod(height, HEIGHT)
        number, slot = divmod(index << within, WIDTH)
        row = self._pyramid(level, number)[within]
        at = (slot >> within) * HASH_SIZE
        return row[at : at + HASH_SIZE]

    def _pyramid(self, level: int, number: int) -> list[bytes]:
        rows = self._pyramids.get((level, number))
        if rows is None:
            rows = [read_tile(self._read, tile_at(level, number, self.size))]
            while len(rows) < HEIGHT:
                rows.append(parents(rows[-1]))
            self._pyramids[level, number] = rows
        return rows


def root_at(read: ReadFile, size: int, *, within: int) -> bytes:
    """The root that a stored tree of `within` entries had when it had `size`."""
    return Hashes(read, within).of_range(0, size)


def prove_inclusion(hashes: Hashes, index: int) -> list[bytes]:
    """The proof that entry `index` is in the tree, leaf's sibling first.   Source: RFC 6962 section 2.1.1."""
    if not 0 <= index < hashes.size:
        raise ValueError(f"entry {index} is not in a tree of {hashes.size} entries")
    start, end, siblings = 0, hashes.size, []
    while end - start > 1:
        start, end, sibling = _descend(start, end, index)
        siblings.append(sibling)
    return [hashes.of_range(*part) for part in reversed(siblings)]


def prove_consistency(hashes: Hashes, old: int) -> list[bytes]:
    """The proof that the tree begins with its first `old` entries.   Source: RFC 6962 section 2.1.2."""
    if not 0 <= old <= hashes.size:
        raise ValueError(f"a tree of {hashes.size} entries cannot begin with {old}")
    start, end, siblings = 0, hashes.size if old else 0, []
    while end != old:
        start, end, sibling = _descend(start, end, old - 1)
        siblings.append(sibling)
    if start:
        siblings.append((start, end))
    return [hashes.of_range(*part) for part in reversed(siblings)]


def _descend(start: int, end: int, index: int) -> tuple[int, int, tuple[int, int]]:
    """The half of [start, end) in which `index` is, and the other half; RFC 6962 splits at a power of two."""
    middle = start + (1 << (end - start - 1).bit_length() - 1)
    return (start, middle, (middle, end)) if index < middle else (middle, end, (start, middle))
