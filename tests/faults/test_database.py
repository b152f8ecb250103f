"""The database is locked, the disk is full: a clear answer, nothing half-done, nothing lost."""

import contextlib
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.server import Server, built_county, eventually, post_form, serving, shuzhi

# Thorough: real processes, and a lock that is held longer than anybody waits.
pytestmark = [pytest.mark.processes, pytest.mark.thorough]
A_MOMENT = 2.0
SPARE_BYTES = 6 << 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: Any) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("locked") / "county") as running:
        yield running


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system that holds the county and little more."""
    folder = Path(tempfile.mkdtemp(prefix="shuzhi-disk-"))
    size = sum(one.stat().st_size for one in built_county().rglob("*") if one.is_file()) + 2 * SPARE_BYTES
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False)
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("NOT RUN: no right to mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


def test_a_database_locked_for_a_moment_is_waited_for(server: Server) -> None:
    with ThreadPoolExecutor() as people, _locked(server):
        sending = people.submit(_send, server)
        time.sleep(A_MOMENT)
        waited = not sending.done()

    assert waited
    assert sending.result().status_code == 201


def test_a_database_locked_for_long_is_a_clear_answer_and_nothing_stays(
    server: Server, tmp_path: Path
) -> None:
    before = _count(server)
    demands = tmp_path / "demands.csv"
    demands.write_text("编号,内容\n1,路灯不亮。\n", encoding="utf-8")
    with _locked(server), ThreadPoolExecutor() as people:
        asked = {"api": people.submit(_send, server), "page": people.submit(_report, server)}
        importing = people.submit(shuzhi, server.folder, "demands", "import", str(demands), "--yes")
        answers = {name: answer.result() for name, answer in asked.items()}
        imported = importing.result()

    assert {name: answer.status_code for name, answer in answers.items()} == {"api": 503, "page": 503}
    assert answers["api"].headers["content-type"] == "application/problem+json"
    assert "Retry-After" in answers["page"].headers
    assert (imported.returncode, "cannot take this at the moment" in imported.stderr) == (2, True), (
        imported.stderr
    )
    assert _count(server) == before
    assert _send(server).status_code == 201
    eventually(lambda: server.waiting() == 0, seconds=60, what="the worker goes on by itself")


def test_keys_that_are_locked_for_long_are_no_other_answer(server: Server) -> None:
    before = _count(server)
    with _locked(server, "keys/subjects.sqlite3"):
        answer = _send(server)

    assert answer.status_code == 503
    assert _count(server) == before
    assert _send(server).status_code == 201
    eventually(lambda: server.waiting() == 0, seconds=60, what="the worker goes on by itself")


def test_a_full_disk_is_a_clear_answer_and_nothing_is_lost(small_disk: Path) -> None:
    with serving(small_disk / "county") as server:
        assert _send(server).status_code == 201
        eventually(lambda: server.waiting() == 0, seconds=60, what="the worker has caught up")
        before = _count(server)
        ballast = small_disk / "ballast"
        _fill(ballast)

        answers = [_send(server, words=10_000) for _time in range(60)]
        refused = [answer for answer in answers if answer.status_code != 201]
        page = _report(server)

        assert {answer.status_code for answer in refused} == {503}
        assert page.status_code == 503
        ballast.unlink()
        assert _send(server).status_code == 201
        assert _count(server) == before + len(answers) - len(refused) + 1
        eventually(lambda: server.waiting() == 0, seconds=60, what="the worker goes on by itself")
        assert server.rows("PRAGMA integrity_check") == [("ok",)]


def _fill(ballast: Path) -> None:
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)


@contextlib.contextmanager
def _locked(server: Server, file: str = "shuzhi.sqlite3") -> Iterator[None]:
    """Another program holds the database's write lock."""
    with contextlib.closing(sqlite3.connect(server.folder / file, timeout=20)) as database:
        database.execute("BEGIN EXCLUSIVE")
        yield


def _send(server: Server, words: int = 20) -> httpx.Response:
    with server.client() as client:
        return client.post("/api/demands", json={"text": "路灯不亮。" * (words // 5)})


def _report(server: Server) -> httpx.Response:
    with server.client() as client:
        fields = {"text": "路灯不亮", "place": "人民路", "screen": "3", "phone": "", "go": "send"}
        return post_form(client, "/report/", fields)


def _count(server: Server) -> int:
    return int(str(server.rows("SELECT count(*) FROM intake_demand")[0][0]))
