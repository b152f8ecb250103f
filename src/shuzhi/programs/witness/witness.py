"""A strict witness: what it answers to each request, apart from HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from shuzhi.engines.ledger import (
    AddCheckpoint,
    SignedCheckpoint,
    Signer,
    VerifierKey,
    WitnessAnswer,
    judge_growth,
    judge_request,
    sign_text,
)

from .store import WitnessStore


@dataclass(frozen=True)
class Witness:
    """logs: origin -> trusted keys.   signers: this witness's cosigning keys.   now: gives POSIX seconds."""

    logs: Mapping[str, Sequence[VerifierKey]]
    signers: Sequence[Signer]
    store: WitnessStore
    now: Callable[[], int]

    def __post_init__(self) -> None:
        if not self.signers or not all(signer.key.algorithm.timestamped for signer in self.signers):
            raise ValueError("a witness signs with cosignature keys, and has at least one")

    def add_checkpoint(self, body: bytes) -> WitnessAnswer:
        """Answer an add-checkpoint request. The new state is on the disk before the cosignature is returned."""
        request = judge_request(body, self.logs)
        if isinstance(request, WitnessAnswer):
            return request
        with self.store.decision():
            return self._decide(request, body)

    def _decide(self, request: AddCheckpoint, body: bytes) -> WitnessAnswer:
        head, at = request.signed.checkpoint, self.now()
        latest = self.store.latest(head.origin)
        refusal = judge_growth(request, latest.checkpoint if latest else None)
        if refusal:
            if refusal.evidence:
                self.store.keep_evidence(head.origin, refusal.body.strip(), body, at=at)
            return refusal
        cosignatures = [sign_text(head.text, signer, at=at) for signer in self.signers]
        trusted = {(key.name, key.id) for key in self.logs[head.origin]}
        by_log = [s for s in request.signed.note.signatures if (s.name, s.key_id) in trusted]
        note = type(request.signed.note)(head.text, (*by_log, *cosignatures))
        self.store.remember(SignedCheckpoint(head, note))
        return WitnessAnswer(200, "".join(signature.line for signature in cosignatures))

    def latest_checkpoint(self, origin_hash: str) -> WitnessAnswer:
        """The last checkpoint that this witness cosigned, for monitors.   origin_hash: SHA-256 of the origin, hex."""
        for origin in self.logs:
            if hashlib.sha256(origin.encode()).hexdigest() == origin_hash:
                with self.store.decision():
                    latest = self.store.latest(origin)
                if latest:
                    return WitnessAnswer(200, bytes(latest).decode())
        return WitnessAnswer(404, "nothing cosigned for this log\n")
