"""Making and checking signatures under notes: a log's own, and the cosignatures of witnesses.

Source: C2SP signed-note (0x01), tlog-cosignature (Ed25519 0x04, ML-DSA-44 0x06).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .checkpoint import Checkpoint, SignedCheckpoint, parse_checkpoint_text
from .errors import Malformed, Unverified
from .keys import Algorithm, Signer, VerifierKey
from .note import Note, NoteSignature, check_note_text
from .primitives import INSTALLED, Check

_LABEL = b"subtree/v1\n\0"
_LATEST_TIME = 2**63 - 1  # tlog-cosignature: a timestamp must not exceed it


def signed_message(algorithm: Algorithm, name: str, text: str, timestamp: int) -> bytes:
    """The bytes that a signature of this kind covers.   Raises Malformed when they need a checkpoint and it is none."""
    if not algorithm.timestamped:
        return text.encode()
    if algorithm.scheme == "ed25519":
        return f"cosignature/v1\ntime {timestamp}\n{text}".encode()
    return _cosigned_message(name, parse_checkpoint_text(text), timestamp)


def _cosigned_message(name: str, checkpoint: Checkpoint, timestamp: int) -> bytes:
    numbers = (0).to_bytes(8, "big") + checkpoint.size.to_bytes(8, "big")
    parts = (
        _LABEL,
        _short(name),
        timestamp.to_bytes(8, "big"),
        _short(checkpoint.origin),
        numbers,
        checkpoint.root,
    )
    return b"".join(parts)


def _short(text: str) -> bytes:
    raw = text.encode()
    if not 1 <= len(raw) <= 255:
        raise Malformed("ML-DSA-44 cosignatures need names of 1 to 255 bytes")
    return len(raw).to_bytes(1, "big") + raw


def sign_text(text: str, signer: Signer, *, at: int | None = None) -> NoteSignature:
    """Sign a note's text.   at: POSIX seconds, needed for (and only for) cosignatures, whose text is a checkpoint."""
    algorithm = signer.key.algorithm
    check_note_text(text)
    if algorithm.timestamped != (at is not None):
        raise ValueError("a cosignature needs its time; a plain note signature has none")
    if at is not None:
        parse_checkpoint_text(text)
        if not 0 <= at <= _LATEST_TIME:
            raise ValueError("a cosignature's time is from 0 to 2^63 - 1")
    signature = signer.sign(signed_message(algorithm, signer.key.name, text, at or 0))
    time = b"" if at is None else at.to_bytes(8, "big")
    return NoteSignature(signer.key.name, signer.key.id, time + signature)


def sign_checkpoint(checkpoint: Checkpoint, *signers: Signer, at: int | None = None) -> SignedCheckpoint:
    """A checkpoint under the log's key, or keys while one replaces another.

    at: POSIX seconds; used by signers whose kind carries a time.
    """
    text = checkpoint.text
    if parse_checkpoint_text(text) != checkpoint:
        raise ValueError("this checkpoint cannot be written as text")
    signatures = (sign_text(text, s, at=at if s.key.algorithm.timestamped else None) for s in signers)
    return SignedCheckpoint(checkpoint, Note(text, tuple(signatures)))


@dataclass(frozen=True)
class Verified:
    """Whose signatures under a note hold.

    times: the key with the latest time at which it signed (0 for plain signatures).
    unsupported: known keys whose signatures this machine has no primitive for; they count for nothing.
    """

    times: Mapping[VerifierKey, int]
    unsupported: tuple[VerifierKey, ...] = ()


def verify_note(note: Note, keys: Iterable[VerifierKey], checks: Mapping[str, Check] = INSTALLED) -> Verified:
    """Check every signature of a known key; ignore all others.

    Raises Unverified, naming the key, when a known key's signature does not hold: somebody altered something.
    """
    known = {(key.name, key.id): key for key in keys}
    times: dict[VerifierKey, int] = {}
    unsupported = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        check = checks.get(key.algorithm.scheme)
        if check is None:
            unsupported.append(key)
            continue
        times[key] = max(times.get(key, 0), _verified_time(note.text, signature, key, check))
    return Verified(times, tuple(unsupported))


def _verified_time(text: str, signature: NoteSignature, key: VerifierKey, check: Check) -> int:
    raw, time = signature.signature, 0
    if key.algorithm.timestamped:
        raw, time = raw[8:], int.from_bytes(raw[:8], "big")
    try:
        message = signed_message(key.algorithm, key.name, text, time)
    except Malformed as error:
        raise Unverified(f"the signature of {key.name} cannot cover this text: {error}") from error
    right_length = len(raw) == key.algorithm.signature_bytes
    if not right_length or time > _LATEST_TIME or not check(key.public_key, message, raw):
        raise Unverified(f"the signature of {key.name} does not hold")
    return time


def keep_valid(
    note: Note,
    offered: Iterable[NoteSignature],
    keys: Iterable[VerifierKey],
    checks: Mapping[str, Check] = INSTALLED,
) -> Note:
    """The note with those offered signatures that known keys really made.

    A witness that answers with rubbish thus changes nothing, as if it had not answered.
    """
    known = list(keys)
    for signature in offered:
        try:
            verified = verify_note(Note(note.text, (signature,)), known, checks)
        except Unverified:
            continue
        if verified.times:
            note = note.with_signatures(signature)
    return note
