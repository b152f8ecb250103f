"""Go's own transparency log packages read what we write, and make the same proofs."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.engines.ledger.given import LOG, Published, given_leaves

from shuzhi.engines.ledger import Hashes, prove_consistency, prove_inclusion
from shuzhi.programs.tiles import LogDirectory

DEBIANS_GO_CODE = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog")
SIZES = (1, 255, 256, 700, 65_536, 66_000)


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    target = tmp_path_factory.mktemp("go") / "verify"
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": "/usr/share/gocode",
        "GOFLAGS": "",
        "GOCACHE": str(target.parent / "cache"),
    }
    source = Path(__file__).parent / "go" / "verify.go"
    subprocess.run(["go", "build", "-o", str(target), str(source)], check=True, env=environment)
    return [str(target)]


@pytest.mark.skipif(
    shutil.which("go") is None or not DEBIANS_GO_CODE.exists(),
    reason="NOT RUN: Go is not installed (apt-get install golang-go golang-golang-x-mod-dev)",
)
def test_go_verifies_our_checkpoints_and_makes_our_proofs_from_our_tiles(
    verifier: list[str], tmp_path: Path
) -> None:
    entries, log, directory = given_leaves(SIZES[-1]), Published(), LogDirectory(tmp_path)
    for size in SIZES:
        old = log.checkpoints[-1].checkpoint if log.checkpoints else None
        log.add(entries[log.edge.size : size])
        directory.add({path: raw for path, raw in log.files.items() if path != "checkpoint"})
        directory.publish(log.files["checkpoint"])
        before = old or log.checkpoints[-1].checkpoint
        for index in sorted({0, size // 3, size - 1}):
            (tmp_path / "entry").write_bytes(entries[index])
            root = base64.b64encode(before.root).decode()
            line = [
                *verifier,
                str(tmp_path),
                LOG.key.vkey,
                str(index),
                str(tmp_path / "entry"),
                str(before.size),
                root,
            ]
            done = subprocess.run(line, capture_output=True, text=True, check=False)

            assert done.returncode == 0, (size, index, done.stderr)
            hashes = Hashes(log.read, size)
            ours = [prove_inclusion(hashes, index), prove_consistency(hashes, before.size)]
            texts = ["".join(base64.b64encode(part).decode() + "\n" for part in proof) for proof in ours]
            assert done.stdout == "--\n".join(texts)
