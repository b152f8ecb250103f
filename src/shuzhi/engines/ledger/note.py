"""Signed notes: a text, a blank line, and signature lines.   Source: C2SP signed-note."""

from __future__ import annotations

from dataclasses import dataclass

from .encoding import from_base64, to_base64
from .errors import Malformed
from .keys import check_key_name

MOST_SIGNATURES = 100  # as golang.org/x/mod/sumdb/note; the specification asks for at least 16
LARGEST_NOTE = 1_000_000  # bytes; a hundred post-quantum signatures fit
_DASH = "\u2014 "


@dataclass(frozen=True)
class NoteSignature:
    """One signature line, not yet verified.   key_id: 4 bytes.   signature: what follows them."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True)
class Note:
    """A text that ends in a newline, with the signatures that somebody put under it."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __bytes__(self) -> bytes:
        return "".join([self.text, "\n", *(signature.line for signature in self.signatures)]).encode()

    def with_signatures(self, *more: NoteSignature) -> Note:
        return Note(self.text, self.signatures + tuple(s for s in more if s not in self.signatures))


def check_note_text(text: str) -> str:
    if not text.endswith("\n") or any(char < " " and char != "\n" for char in text):
        raise Malformed("note: the text must end in a newline and hold no control characters")
    return text


def parse_note(raw: bytes) -> Note:
    """Split a note into text and signatures; verifies nothing.   Raises Malformed."""
    if len(raw) > LARGEST_NOTE:
        raise Malformed(f"note: larger than {LARGEST_NOTE} bytes")
    try:
        whole = check_note_text(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Malformed("note: not UTF-8") from error
    text, blank, signatures = whole.rpartition("\n\n")
    if not blank or not signatures:
        raise Malformed("note: no signatures after a blank line")
    return Note(text + "\n", parse_signature_lines(signatures))


def parse_signature_lines(text: str) -> tuple[NoteSignature, ...]:
    """The signature lines of a note, or those with which a witness answers.   Raises Malformed."""
    if not text.endswith("\n"):
        raise Malformed("note: a signature line without its newline")
    lines = text[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise Malformed(f"note: more than {MOST_SIGNATURES} signatures")
    return tuple(_parse_signature(line) for line in lines)


def _parse_signature(line: str) -> NoteSignature:
    parts = line[len(_DASH) :].split(" ")
    if not line.startswith(_DASH) or len(parts) != 2:
        raise Malformed("note: not a signature line")
    raw = from_base64(parts[1], "note signature")
    if len(raw) < 5:
        raise Malformed("note: a signature of no bytes")
    return NoteSignature(check_key_name(parts[0]), raw[:4], raw[4:])
