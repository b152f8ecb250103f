"""What a witness is asked, and what a strict witness answers.   Source: C2SP tlog-witness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .checkpoint import Checkpoint, SignedCheckpoint, parse_checkpoint, split_before_checkpoint
from .encoding import decimal, hash_from_base64, to_base64
from .errors import Malformed, Unverified
from .keys import VerifierKey
from .primitives import INSTALLED, Check
from .signing import verify_note
from .tree import EMPTY_ROOT, verify_consistency

MOST_PROOF_LINES = 63
SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class AddCheckpoint:
    """A request to cosign.   old_size: of the checkpoint that the witness cosigned last, as the log believes."""

    old_size: int
    proof: tuple[bytes, ...]
    signed: SignedCheckpoint

    def __bytes__(self) -> bytes:
        lines = [f"old {self.old_size}", *(to_base64(line) for line in self.proof), "", ""]
        return "\n".join(lines).encode() + bytes(self.signed)


def parse_add_checkpoint(body: bytes) -> AddCheckpoint:
    """Read the body of an add-checkpoint request.   Raises Malformed."""
    lines, checkpoint = split_before_checkpoint(body, "request")
    old = lines.pop(0)
    if not old.startswith("old ") or len(lines) > MOST_PROOF_LINES:
        raise Malformed(f"request: no old size line, or more than {MOST_PROOF_LINES} proof lines")
    old_size = decimal(old[len("old ") :], "old size")
    proof = tuple(hash_from_base64(line, "proof line") for line in lines)
    return AddCheckpoint(old_size, proof, parse_checkpoint(checkpoint))


def parse_size(body: bytes) -> int:
    """The size in a witness's 409 answer.   Raises Malformed."""
    if not body.endswith(b"\n"):
        raise Malformed("size answer: no newline")
    return decimal(body[:-1].decode("ascii", "replace"), "size answer")


@dataclass(frozen=True)
class WitnessAnswer:
    """status: of HTTP.   evidence: the request may show that the log signed two histories; keep it."""

    status: int
    body: str
    content_type: str = TEXT_TYPE
    evidence: bool = False


def judge_request(
    body: bytes, logs: Mapping[str, Sequence[VerifierKey]], checks: Mapping[str, Check] = INSTALLED
) -> AddCheckpoint | WitnessAnswer:
    """The request, or the refusal to which checks lead that need no memory: form, origin, signature, sizes.

    logs: origin -> the keys trusted for it.
    """
    try:
        request = parse_add_checkpoint(body)
    except Malformed as error:
        return WitnessAnswer(400, f"{error}\n")
    head = request.signed.checkpoint
    if head.origin not in logs:
        return WitnessAnswer(404, "this witness does not know the log\n")
    try:
        signed = bool(verify_note(request.signed.note, logs[head.origin], checks).times)
    except Unverified:
        signed = False
    if not signed:
        return WitnessAnswer(403, "no signature of a trusted key holds\n")
    if request.old_size > head.size:
        return WitnessAnswer(400, "the old size is larger than the checkpoint\n")
    return request


def judge_growth(request: AddCheckpoint, latest: Checkpoint | None) -> WitnessAnswer | None:
    """The refusal to which checks against what this witness cosigned last lead; None means: cosign.

    Belongs, with storing the new checkpoint, into one transaction.
    """
    head = request.signed.checkpoint
    old_size, old_root = (latest.size, latest.root) if latest else (0, EMPTY_ROOT)
    if request.old_size != old_size:
        return WitnessAnswer(409, f"{old_size}\n", SIZE_TYPE)
    if latest and head.size == old_size and head.root != old_root and not request.proof:
        return WitnessAnswer(409, "the log signed another root for this size\n", evidence=True)
    try:
        verify_consistency(old_size, head.size, old_root, head.root, request.proof)
    except Unverified as error:
        return WitnessAnswer(422, f"{error}\n", evidence=old_size > 0)
    return None
