"""Ledgers on a disk and programs as real processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from shuzhi.engines.ledger import (
    Hashes,
    Receipt,
    check_opening,
    format_opening,
    leaf_hash,
    prove_inclusion,
    seal,
)
from shuzhi.engines.ledger.commitment import Opening
from shuzhi.programs.tiles import LogDirectory
from tests.engines.ledger.given import Published, given_draw, given_leaf, given_leaves, given_policy

SEALED_INDEX = 400
FACTS = {"applicant": "synthetic person 17", "amount_fen": 52_000, "months": [4, 5]}


def given_directory(root: Path, count: int = 700) -> Published:
    """A published log of `count` entries, in two batches; entry 400, if there, carries a seal."""
    entries = given_leaves(count)
    entries[SEALED_INDEX : SEALED_INDEX + 1] = [given_opening().leaf] if count > SEALED_INDEX else []
    log, directory = Published(), LogDirectory(root)
    for part in (entries[: count // 2], entries[count // 2 :]):
        known = set(log.files)
        log.add(part)
        directory.add({path: raw for path, raw in log.files.items() if path not in known})
        directory.publish(log.files["checkpoint"])
    return log


def given_opening() -> Opening:
    sealed, opening = seal(FACTS, given_draw(3))
    plain = given_leaf(SEALED_INDEX // 2 + 1, series="orders", seal=sealed)
    check_opening(opening, sealed)
    return Opening(bytes(plain), opening.hashes, opening.fields)


def given_receipt_files(folder: Path, log: Published) -> dict[str, str]:
    """proof, opening and policy as files; returns their paths."""
    opening = given_opening()
    proof = prove_inclusion(Hashes(log.read, log.edge.size), SEALED_INDEX)
    assert leaf_hash(opening.leaf)
    contents = {
        "a.tlog-proof": bytes(Receipt(SEALED_INDEX, tuple(proof), log.checkpoints[-1])),
        "opening.json": format_opening(opening.showing(["amount_fen"])),
        "policy.txt": given_policy(),
    }
    folder.mkdir(exist_ok=True)
    for name, raw in contents.items():
        (folder / name).write_bytes(raw)
    return {name: str(folder / name) for name in contents}


def run(
    *arguments: str, python: str = sys.executable, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run Python with these arguments in a bare environment; the text of both outputs is kept."""
    env = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", "LANG": "en_US.UTF-8", **environment}
    return subprocess.run(
        [python, *arguments], capture_output=True, encoding="utf-8", env=env, timeout=60, check=False
    )
