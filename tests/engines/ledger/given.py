"""Small ledgers for the tests: made by the engine itself, kept in a dictionary as a web server would show them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from shuzhi.engines.ledger import (
    COSIGN_ED25519,
    NOTE_ED25519,
    Checkpoint,
    Edge,
    Leaf,
    SignedCheckpoint,
    Signer,
    grow,
    sign_checkpoint,
    sign_text,
    signer_from_seed,
)

ORIGIN = "county.example/ledger/2026"
AT = 1_780_000_000  # POSIX seconds
DAY = date(2026, 5, 3)

LOG = signer_from_seed(ORIGIN, NOTE_ED25519, b"L" * 32)
WITNESSES = {
    name: signer_from_seed(f"{name}.example/w1", COSIGN_ED25519, name.encode().ljust(32, b"."))
    for name in ("court", "neighbour", "university")
}


def given_policy(quorum: str = "two", log: Signer = LOG) -> bytes:
    lines = [f"log {log.key.vkey}"]
    lines += [f"witness {name} {signer.key.vkey}" for name, signer in WITNESSES.items()]
    lines += ["group two 2 court neighbour university", f"quorum {quorum}"]
    return "".join(f"{line}\n" for line in lines).encode()


def given_draw(seed: int = 1) -> Callable[[int], bytes]:
    return random.Random(seed).randbytes


def given_leaf(number: int = 1, **parts: object) -> Leaf:
    given: dict[str, object] = {
        "organ": "dept-housing",
        "series": "orders",
        "type": "workorder.closed",
        "day": DAY,
    }
    return Leaf(number=number, **(given | parts))  # type: ignore[arg-type]


def given_leaves(count: int, series: Sequence[str] = ("orders", "permits")) -> list[bytes]:
    """Gap-free leaves that take turns among the series."""
    return [
        bytes(given_leaf(index // len(series) + 1, series=series[index % len(series)]))
        for index in range(count)
    ]


@dataclass
class Published:
    """A log as its public files, with a signed checkpoint after every batch."""

    files: dict[str, bytes] = field(default_factory=dict)
    edge: Edge = field(default_factory=Edge)
    checkpoints: list[SignedCheckpoint] = field(default_factory=list)

    def add(
        self, entries: Sequence[bytes], witnesses: Sequence[str] = ("court", "neighbour")
    ) -> SignedCheckpoint:
        grown = grow(self.edge, entries)
        self.edge = grown.edge
        self.files.update(grown.files)
        signed = given_signed(Checkpoint(ORIGIN, self.edge.size, self.edge.root), witnesses)
        self.files["checkpoint"] = bytes(signed)
        self.checkpoints.append(signed)
        return signed

    def read(self, path: str, /) -> bytes | None:
        return self.files.get(path)


def given_signed(head: Checkpoint, witnesses: Sequence[str] = ("court", "neighbour")) -> SignedCheckpoint:
    signed = sign_checkpoint(head, LOG)
    cosignatures = [sign_text(head.text, WITNESSES[name], at=AT) for name in witnesses]
    return SignedCheckpoint(head, signed.note.with_signatures(*cosignatures))


def given_log(*batches: Sequence[bytes]) -> Published:
    log = Published()
    for batch in batches:
        log.add(batch)
    return log
