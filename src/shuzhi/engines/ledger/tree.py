"""The Merkle tree of RFC 6962: hashes, and proofs that need nothing but hashes.

Hashes travel as 32-byte values, rows of hashes as their concatenation.
Source: RFC 6962 section 2.1 (definitions); RFC 9162 sections 2.1.3.2 and 2.1.4.2 (verification).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from .errors import Unverified

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

_sha256 = hashlib.sha256
_PAIR = 2 * HASH_SIZE


def leaf_hash(entry: bytes) -> bytes:
    return _sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> bytes:
    """A row of leaf hashes, as `leaf_hash` gives them one by one."""
    return b"".join([_sha256(b"\x00" + entry).digest() for entry in entries])


def node_hash(left: bytes, right: bytes) -> bytes:
    return _sha256(b"\x01" + left + right).digest()


def parents(row: bytes) -> bytes:
    """The row above: neighbours hashed in pairs; a last hash without neighbour moves up unchanged.

    Moving up unchanged gives the same root as RFC 6962's split at the largest power of two.
    """
    paired = len(row) - len(row) % _PAIR
    hashes = [_sha256(b"\x01" + row[at : at + _PAIR]).digest() for at in range(0, paired, _PAIR)]
    hashes.append(row[paired:])
    return b"".join(hashes)


def root_of_row(row: bytes) -> bytes:
    """The tree hash over a row of hashes.

    >>> root_of_row(b"") == EMPTY_ROOT
    True
    """
    if not row:
        return EMPTY_ROOT
    while len(row) > HASH_SIZE:
        row = parents(row)
    return row


def verify_inclusion(entry_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf with this hash is entry `index` of the tree of `size` entries with this root.

    Raises Unverified when it is not shown.   Source: RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size:
        raise Unverified(f"entry {index} is not in a tree of {size} entries")
    climbed = _climb(index, size - 1, entry_hash, proof)
    if climbed is None or climbed[0] != root:
        raise Unverified(f"inclusion proof of entry {index} does not lead to the root")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of `new` entries begins with the tree of `old` entries.

    An empty old tree must have the empty root and an empty proof; C2SP tlog-witness asks for both.
    Raises Unverified when it is not shown.   Source: RFC 9162 section 2.1.4.2.
    """
    if not 0 <= old <= new:
        raise Unverified(f"a tree of {new} entries cannot begin with {old}")
    if (old == 0 and old_root != EMPTY_ROOT) or (new == 0 and new_root != EMPTY_ROOT):
        raise Unverified("a tree of 0 entries has another root than the empty tree")
    if old == 0 or old == new:
        if proof or (old == new and old_root != new_root):
            raise Unverified(
                "two trees of one size differ" if old == new and not proof else "proof must be empty"
            )
        return
    if _rebuilt(old, new, old_root, proof) != (old_root, new_root):
        raise Unverified(f"consistency proof from {old} to {new} does not lead to the roots")


def _rebuilt(old: int, new: int, old_root: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots as the proof gives them, or None when its length is wrong."""
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    climbed = _climb(position, last, path[0], path[1:]) if path else None
    if climbed is None:
        return None
    after, on_the_left = climbed
    before = path[0]
    for sibling in on_the_left:
        before = node_hash(sibling, before)
    return before, after


def _climb(position: int, last: int, start: bytes, path: Sequence[bytes]) -> tuple[bytes, list[bytes]] | None:
    """The root to which a path leads, and those of its hashes that stand on the left; None when its length is wrong.

    position, last: of the node where it starts and of the last one in that row.
    """
    current, on_the_left = start, []
    for sibling in path:
        if last == 0:
            return None
        if position & 1 or position == last:
            current = node_hash(sibling, current)
            on_the_left.append(sibling)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        position, last = position >> 1, last >> 1
    return None if last else (current, on_the_left)
