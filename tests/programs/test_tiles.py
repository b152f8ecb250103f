"""The public directory survives crashes, and never says two things about one place."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.engines.ledger import Tile, document_path, grow, parse_checkpoint, read_edge
from shuzhi.programs.tiles import LogDirectory, TileConflict
from tests.engines.ledger.given import Published, given_leaves
from tests.programs.given import given_directory


@pytest.mark.parametrize("use_syncfs", [True, False])
def test_what_was_added_is_read_back_and_nothing_else_lies_around(tmp_path: Path, use_syncfs: bool) -> None:
    log = Published()
    log.add(given_leaves(700))
    directory = LogDirectory(tmp_path, use_syncfs=use_syncfs)
    checkpoint = log.files.pop("checkpoint")
    directory.add(log.files)

    assert directory.read("checkpoint") is None
    directory.publish(checkpoint)
    assert set(directory.tile_paths()) == set(log.files)
    assert all(directory.read(path) == raw for path, raw in log.files.items())
    assert directory.sweep(700) == 0
    assert read_edge(directory.read, 700).root == parse_checkpoint(checkpoint).checkpoint.root


def test_other_bytes_for_the_same_place_stop_the_log(tmp_path: Path) -> None:
    directory = LogDirectory(tmp_path)
    directory.add({"tile/0/000": b"a"})
    directory.add({"tile/0/000": b"a"})
    with pytest.raises(TileConflict, match=r"tile/0/000"):
        directory.add({"tile/0/001": b"x", "tile/0/000": b"b"})

    assert directory.read("tile/0/001") is None
    directory.add({"tile/0/000": b"b"}, replace=True)
    assert directory.read("tile/0/000") == b"b"


def test_partial_tiles_go_once_the_full_ones_are_there(tmp_path: Path) -> None:
    log = given_directory(tmp_path, 700)
    directory = LogDirectory(tmp_path)

    assert directory.remove_outgrown(700) == 2  # the bundle and the tile that ended at entry 350
    assert read_edge(directory.read, 700) == log.edge


@given(st.integers(0, 600), st.integers(0, 600))
@settings(max_examples=10, deadline=None)
def test_the_sweep_removes_exactly_what_was_never_signed(signed: int, torn: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        directory, log = LogDirectory(Path(folder), use_syncfs=False), Published()
        log.add(given_leaves(signed))
        kept = {path: raw for path, raw in log.files.items() if path != "checkpoint"}
        directory.add(kept)
        beyond = dict.fromkeys(grow(log.edge, given_leaves(signed + torn)[signed:]).files, b"torn")
        directory.add(beyond)

        assert directory.sweep(signed) == len(beyond)
        assert set(directory.tile_paths()) == set(kept)


def test_the_sweep_finds_torn_tiles_across_a_thousand_boundary(tmp_path: Path) -> None:
    directory = LogDirectory(tmp_path)
    paths = [Tile(0, index).path for index in (998, 999, 1000, 1001)] + [
        Tile(0, 1001, 7).path,
        Tile(1, 3, 231).path,
    ]
    directory.add(dict.fromkeys([*paths, Tile(1, 3, 232).path], b""))

    assert directory.sweep(999 * 256) == 5  # 999 = 3 * 256 + 231
    assert set(directory.tile_paths()) == {Tile(0, 998).path, Tile(1, 3, 231).path}


def test_a_torn_public_document_is_written_again(tmp_path: Path) -> None:
    document = b"gl1-types\na\n"
    path, directory = document_path(hashlib.sha256(document).hexdigest()), LogDirectory(tmp_path)
    directory.add({path: b"torn"}, replace=True)
    directory.add({path: document})

    assert directory.read(path) == document
    with pytest.raises(TileConflict):
        directory.add({path: b"another document"})


WRITER = """
import sys
import tempfile
from pathlib import Path
from tests.programs.test_tiles import publish_600
print("start", flush=True)
publish_600(Path(sys.argv[1]))
"""


def publish_600(root: Path) -> None:
    """Grow the log of 300 entries that is there to 600, or finish doing so."""
    log = Published()
    log.add(given_leaves(300))
    log.add(given_leaves(600)[300:])
    directory = LogDirectory(root)
    directory.sweep(parse_checkpoint(directory.read("checkpoint") or b"").checkpoint.size)
    checkpoint = log.files.pop("checkpoint")
    directory.add(log.files)
    directory.publish(checkpoint)


def strace(root: Path, script: Path, *options: str) -> int:
    line = ["strace", "-qq", *options, sys.executable, str(script), str(root)]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(line, capture_output=True, env=environment, timeout=60, check=False).returncode


@pytest.mark.slow  # one process under strace for each system call that could fail, about a hundred
@pytest.mark.skipif(shutil.which("strace") is None, reason="NOT RUN: strace is not installed")
@pytest.mark.parametrize("fault", ["signal=SIGKILL", "error=EIO"])
@pytest.mark.parametrize("call", ["openat", "write", "rename", "fsync", "syncfs"])
def test_a_publication_that_fails_at_any_call_leaves_old_or_new_and_can_be_repeated(
    tmp_path: Path, call: str, fault: str
) -> None:
    script, trace, root = tmp_path / "writer.py", tmp_path / "trace", tmp_path / "log"
    script.write_text(WRITER, encoding="utf-8")
    given_directory(root, 300)
    assert strace(root, script, "-o", str(trace), "-e", f"trace=write,{call}") == 0
    head, start, tail = trace.read_text(encoding="utf-8").partition('write(1, "start')
    before = (head + start * (call == "write")).count(f"{call}(")
    during = tail.count(f"{call}(")
    assert during > 0
    for nth in range(before + 1, before + during + 1):
        shutil.rmtree(root)
        old = given_directory(root, 300).files["checkpoint"]
        code = strace(
            root, script, "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:{fault}:when={nth}"
        )
        directory = LogDirectory(root)
        found = directory.read("checkpoint") or b""

        assert code != 0
        assert found == old or parse_checkpoint(found).checkpoint.size == 600
        published = parse_checkpoint(found).checkpoint
        assert read_edge(directory.read, published.size).root == published.root
        publish_600(root)
        assert (
            parse_checkpoint(directory.read("checkpoint") or b"").checkpoint.root
            == read_edge(directory.read, 600).root
        )
