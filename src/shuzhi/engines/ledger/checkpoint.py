"""Checkpoints: how large a log is and what its root is, as a signed note.   Source: C2SP tlog-checkpoint."""

from __future__ import annotations

from dataclasses import dataclass

from .encoding import decimal, hash_from_base64, to_base64
from .errors import Malformed
from .note import Note, check_note_text, parse_note


@dataclass(frozen=True)
class Checkpoint:
    """origin: the log's name.   size: entries.   root: 32 bytes.   extensions: opaque lines, best left empty."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        lines = [self.origin, str(self.size), to_base64(self.root), *self.extensions]
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint with its note. The signatures are not verified by being here."""

    checkpoint: Checkpoint
    note: Note

    def __bytes__(self) -> bytes:
        return bytes(self.note)


def parse_checkpoint_text(text: str) -> Checkpoint:
    """The note text of a checkpoint.   Raises Malformed."""
    lines = check_note_text(text)[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise Malformed("checkpoint: fewer than three lines, or an empty one")
    root = hash_from_base64(lines[2], "checkpoint root")
    return Checkpoint(lines[0], decimal(lines[1], "checkpoint size"), root, tuple(lines[3:]))


def split_before_checkpoint(raw: bytes, what: str) -> tuple[list[str], bytes]:
    """The lines that a receipt or a request puts before a checkpoint, and the checkpoint's bytes.   Raises Malformed."""
    head, blank, checkpoint = raw.partition(b"\n\n")
    if not blank:
        raise Malformed(f"{what}: no checkpoint after a blank line")
    if not head.isascii():
        raise Malformed(f"{what}: not ASCII before the checkpoint")
    return head.decode().split("\n"), checkpoint


def parse_checkpoint(raw: bytes) -> SignedCheckpoint:
    """A whole checkpoint file; verifies nothing.   Raises Malformed."""
    note = parse_note(raw)
    return SignedCheckpoint(parse_checkpoint_text(note.text), note)
