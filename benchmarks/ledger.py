"""How fast is the ledger engine on this machine, and how near to what SHA-256 itself allows?

Data: synthetic `gl1` leaves (about 230 bytes). No peer is installed that writes these formats, so the limit is the
peer: one SHA-256 over each leaf and one per tree node, and nothing else, measured in turn with ours in the same run.

    python -m benchmarks.ledger            full: 1,000,000 entries for audit and proofs
    python -m benchmarks.ledger --quick    100,000 entries

Goals are printed beside the figures; the exit code is 1 when one is missed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from shuzhi.engines.ledger import (
    COSIGN_ED25519,
    NOTE_ED25519,
    Auditor,
    Checkpoint,
    Edge,
    Hashes,
    Leaf,
    Receipt,
    Seal,
    SignedCheckpoint,
    grow,
    leaf_hash,
    parse_checkpoint,
    parse_policy,
    parse_receipt,
    prove_inclusion,
    read_edge,
    sign_checkpoint,
    sign_text,
    signer_from_seed,
    verify_inclusion,
    verify_receipt,
)
from shuzhi.programs.directories import directory_reader
from shuzhi.programs.tiles import LogDirectory
from shuzhi.programs.verify.build import build
from shuzhi.programs.verify.ledgers import audit_directory

ORIGIN = "bench.example/ledger"
LOG = signer_from_seed(ORIGIN, NOTE_ED25519, b"b" * 32)
WITNESSES = [signer_from_seed(f"w{i}.example", COSIGN_ED25519, bytes([i]) * 32) for i in range(3)]
AT = 1_780_000_000


@dataclass(frozen=True)
class Figure:
    """One row: samples of one measurement, and what they should reach (at least or at most)."""

    what: str
    unit: str
    samples: list[float]
    at_least: float | None = None
    at_most: float | None = None
    limit: float | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.samples)

    @property
    def is_met(self) -> bool:
        reached = self.at_least is None or self.median >= self.at_least
        return reached and (self.at_most is None or self.median <= self.at_most)


def leaves(count: int) -> list[bytes]:
    """Synthetic leaves of ten series that take turns."""
    draw = random.Random(1)
    seal = Seal(draw.randbytes(32))
    first = bytes(Leaf("dept-00", "orders", 1, "workorder.closed", date(2026, 5, 3), None, seal))
    head, _, tail = first.partition(b"dept-00\norders/1\n")
    return [head + b"dept-%02d\norders/%d\n" % (i % 10, i // 10 + 1) + tail for i in range(count)]


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def sha256_limit(entries: list[bytes]) -> float:
    """Entries per second when every leaf and every node costs one SHA-256 call and nothing else costs anything."""
    node = bytes(65)

    def hash_all() -> None:
        sha256 = hashlib.sha256
        for entry in entries:
            sha256(entry).digest()
            sha256(node).digest()

    return len(entries) / timed(hash_all)


class SignedRow:
    """The database row of the last signed checkpoint: a signature may leave only after this row holds it durably."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "signed.sqlite", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("CREATE TABLE log (size INTEGER NOT NULL, signed BLOB NOT NULL)")
        self._connection.execute("INSERT INTO log VALUES (0, x'')")

    def compare_and_swap(self, old: int, signed: SignedCheckpoint) -> None:
        values = (signed.checkpoint.size, bytes(signed), old)
        if (
            self._connection.execute("UPDATE log SET size = ?, signed = ? WHERE size = ?", values).rowcount
            != 1
        ):
            raise RuntimeError("somebody else signed")


@dataclass
class Batches:
    """What batches took.   speeds: entries per second up to the durable signature.   publishing: ms after it.

    cpu_speeds: entries per second of processor time, which says the same on a busy machine.
    """

    speeds: list[float] = field(default_factory=list)
    cpu_speeds: list[float] = field(default_factory=list)
    publishing: list[float] = field(default_factory=list)


def integrate_and_sign(folder: Path, entries: list[bytes], batch: int, batches: Batches) -> None:
    """Per batch: edge re-read and checked, grown, files renamed and synced, edge re-read again, root signed, row swapped.

    Publishing comes after the witnesses, so it is measured apart.
    """
    directory, row = LogDirectory(folder / "log"), SignedRow(folder)
    head = Checkpoint(ORIGIN, 0, Edge().root)
    for start in range(0, len(entries) - batch + 1, batch):
        begin, cpu = time.perf_counter(), time.process_time()
        edge = read_edge(directory.read, head.size)
        if edge.root != head.root:
            raise RuntimeError("the stored edge is not what was signed")
        grown = grow(edge, entries[start : start + batch])
        directory.add(grown.files)
        written = read_edge(directory.read, grown.edge.size)
        old, head = head.size, Checkpoint(ORIGIN, written.size, written.root)
        signed = sign_checkpoint(head, LOG)
        row.compare_and_swap(old, signed)
        is_signed = time.perf_counter()
        batches.cpu_speeds.append(batch / (time.process_time() - cpu))
        batches.speeds.append(batch / (is_signed - begin))
        directory.publish(bytes(signed))
        batches.publishing.append((time.perf_counter() - is_signed) * 1e3)


def integration(entries: list[bytes], batch: int, goal: float, rounds: int) -> list[Figure]:
    sample = entries[: batch * 24]
    limit = statistics.median(sha256_limit(sample[:batch]) for _ in range(rounds))
    batches = Batches()
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            integrate_and_sign(Path(folder), sample, batch, batches)
    what = f"durable integrate + sign, batch {batch:,}"
    return [
        Figure(what, "entries/s", batches.speeds, at_least=goal, limit=limit),
        Figure("  the same in processor time alone", "entries/s", batches.cpu_speeds, limit=limit),
        Figure("  then publishing its checkpoint, synced", "ms", batches.publishing),
    ]


def disk_limit(batch_files: int, rounds: int) -> Figure:
    """What the disk alone asks of one batch: as many small files and the row, synced by the same code, no hashing."""
    samples: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        directory, row = LogDirectory(Path(folder) / "log"), SignedRow(Path(folder))
        signed = sign_checkpoint(Checkpoint(ORIGIN, 0, Edge().root), LOG)
        for number in range(rounds * 24):
            files = {f"tile/0/{number:03d}.p/{width}": b"x" for width in range(1, batch_files + 1)}
            start = time.perf_counter()
            directory.add(files)
            row.compare_and_swap(0, signed)
            samples.append((time.perf_counter() - start) * 1e3)
    return Figure(f"disk alone: {batch_files} tiny files and a row, synced", "ms", samples)


def publish(folder: Path, entries: list[bytes]) -> Checkpoint:
    grown = grow(Edge(), entries)
    directory = LogDirectory(folder)
    directory.add(grown.files)
    signed = sign_checkpoint(Checkpoint(ORIGIN, grown.edge.size, grown.edge.root), LOG)
    cosignatures = (sign_text(signed.checkpoint.text, witness, at=AT) for witness in WITNESSES)
    directory.publish(bytes(signed.note.with_signatures(*cosignatures)))
    return signed.checkpoint


def audits(folder: Path, head: Checkpoint, limit: float, rounds: int) -> Figure:
    speeds = []
    for _ in range(rounds):
        seconds = timed(lambda: _audit(folder, head))
        speeds.append(head.size / seconds)
    return Figure("whole audit, 2 processes", "entries/s", speeds, at_least=200_000, limit=limit)


def _audit(folder: Path, head: Checkpoint) -> None:
    findings = audit_directory(str(folder), head, Auditor(), jobs=2)
    if findings:
        raise RuntimeError(f"an honest log shows {findings[0]}")


def proofs(folder: Path, head: Checkpoint, entries: list[bytes]) -> Figure:
    """Each proof reads its tiles from disk anew, as a request to the web server would."""
    read, draw, samples = directory_reader(str(folder)), random.Random(2), []
    for _ in range(500):
        index = draw.randrange(head.size)
        start = time.perf_counter()
        proof = prove_inclusion(Hashes(read, head.size), index)
        samples.append((time.perf_counter() - start) * 1e3)
        verify_inclusion(leaf_hash(entries[index]), index, head.size, proof, head.root)
    return Figure(f"inclusion proof from tiles at {head.size:,} entries", "ms", samples, at_most=1)


def receipt_of(folder: Path, head: Checkpoint, entry: bytes, index: int) -> bytes:
    read = directory_reader(str(folder))
    signed = parse_checkpoint((folder / "checkpoint").read_bytes())
    return bytes(Receipt(index, tuple(prove_inclusion(Hashes(read, head.size), index)), signed, entry))


def policy() -> bytes:
    lines = [f"log {LOG.key.vkey}", *(f"witness w{i} {w.key.vkey}" for i, w in enumerate(WITNESSES))]
    return "".join(f"{line}\n" for line in [*lines, "group q 2 w0 w1 w2", "quorum q"]).encode()


def warm_receipts(raw: bytes, entry: bytes) -> Figure:
    def check() -> None:
        verify_receipt(parse_receipt(raw), entry, parse_policy(policy()))

    return Figure(
        "receipt check, warm, 4 signatures", "ms", [timed(check) * 1e3 for _ in range(300)], at_most=2
    )


def cold_receipts(folder: Path, raw: bytes, rounds: int) -> Iterator[Figure]:
    (folder / "a.tlog-proof").write_bytes(raw)
    (folder / "policy").write_bytes(policy())
    zipapp = build(folder / "shuzhi-verify.pyz")
    for what, flags in (("with cryptography", []), ("standard library alone", ["-I", "-S"])):
        line = [
            sys.executable,
            *flags,
            str(zipapp),
            "receipt",
            str(folder / "a.tlog-proof"),
            "--policy",
            str(folder / "policy"),
        ]
        run = lambda line=line: subprocess.run(line, check=True, capture_output=True)  # noqa: E731
        samples = [timed(run) for _ in range(rounds * 3)]
        yield Figure(f"receipt check, program started cold, {what}", "s", samples, at_most=0.5)


def measure(count: int, rounds: int) -> list[Figure]:
    entries = leaves(count)
    figures = [
        *integration(entries, 1024, 60_000, rounds),
        *integration(entries, 4096, 150_000, rounds),
    ]
    figures += [disk_limit(9, rounds), disk_limit(33, rounds)]
    limit = statistics.median(sha256_limit(entries[:100_000]) for _ in range(rounds))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "log"
        head = publish(place, entries)
        figures += [audits(place, head, limit, rounds), proofs(place, head, entries)]
        raw = receipt_of(place, head, entries[7], 7)
        figures.append(warm_receipts(raw, entries[7]))
        figures += cold_receipts(Path(folder), raw, rounds)
    return figures


def show(figures: list[Figure]) -> None:
    table = Table(
        title=f"ledger engine, {platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}"
    )
    for heading in ("measure", "unit", "median", "min", "max", "SHA-256 limit", "ratio", "goal", ""):
        table.add_column(heading, justify="left" if heading in ("measure", "unit", "") else "right")
    for figure in figures:
        digits = 0 if figure.median > 100 else 3
        goal = (
            f"≥ {figure.at_least:,.0f}"
            if figure.at_least
            else f"≤ {figure.at_most:g}"
            if figure.at_most
            else "-"
        )
        table.add_row(
            figure.what,
            figure.unit,
            *(f"{value:,.{digits}f}" for value in (figure.median, min(figure.samples), max(figure.samples))),
            f"{figure.limit:,.0f}" if figure.limit else "-",
            f"{figure.median / figure.limit:.2f}" if figure.limit else "-",
            goal,
            "" if goal == "-" else "met" if figure.is_met else "MISSED",
        )
    console = Console(width=160)
    console.print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(f"peak memory {peak:,.0f} MiB · {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    figures = measure(100_000 if quick else 1_000_000, 2 if quick else 3)
    show(figures)
    return 0 if all(figure.is_met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
