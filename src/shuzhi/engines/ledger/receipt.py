"""Receipts: an offline proof that an entry stands in a witnessed log.   Source: C2SP tlog-proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .checkpoint import SignedCheckpoint, parse_checkpoint, split_before_checkpoint
from .encoding import decimal, from_base64, hash_from_base64, to_base64
from .errors import Malformed, Unverified
from .policy import Policy, Witnessed, check_policy
from .primitives import INSTALLED, Check
from .tree import leaf_hash, verify_inclusion

_HEADER = "c2sp.org/tlog-proof@v1"
LONGEST_PROOF = 63  # hashes; a tree has at most 2^63 - 1 entries
LARGEST_RECEIPT = 2_000_000  # bytes


@dataclass(frozen=True)
class Receipt:
    """A `.tlog-proof`.   extra: unauthenticated; here it is the entry itself or absent, and the proof confirms it."""

    index: int
    proof: tuple[bytes, ...]
    signed: SignedCheckpoint
    extra: bytes | None = None

    def __bytes__(self) -> bytes:
        lines = [_HEADER]
        if self.extra is not None:
            lines.append(f"extra {to_base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines += [to_base64(sibling) for sibling in self.proof]
        return "\n".join([*lines, "", ""]).encode() + bytes(self.signed)


def parse_receipt(raw: bytes) -> Receipt:
    """Read a `.tlog-proof`; verifies nothing.   Raises Malformed."""
    if len(raw) > LARGEST_RECEIPT:
        raise Malformed(f"proof: larger than {LARGEST_RECEIPT} bytes")
    lines, checkpoint = split_before_checkpoint(raw, "proof")
    if lines.pop(0) != _HEADER:
        raise Malformed(f"proof: does not begin with {_HEADER}")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = from_base64(lines.pop(0)[len("extra ") :], "proof extra")
    if not lines or not lines[0].startswith("index "):
        raise Malformed("proof: no index line")
    index = decimal(lines.pop(0)[len("index ") :], "proof index")
    if len(lines) > LONGEST_PROOF:
        raise Malformed(f"proof: more than {LONGEST_PROOF} hashes")
    proof = tuple(hash_from_base64(line, "proof hash") for line in lines)
    return Receipt(index, proof, parse_checkpoint(checkpoint), extra)


def verify_receipt(
    receipt: Receipt, entry: bytes, policy: Policy, checks: Mapping[str, Check] = INSTALLED
) -> Witnessed:
    """Check that the policy's witnesses saw a tree of its log in which this entry stands at the receipt's index.

    Raises Unverified with the first thing that does not hold.
    """
    if receipt.extra not in (None, entry):
        raise Unverified("the receipt was made for another entry")
    head = receipt.signed.checkpoint
    verify_inclusion(leaf_hash(entry), receipt.index, head.size, receipt.proof, head.root)
    return check_policy(receipt.signed, policy, checks)
