"""A county is lost with its machine and comes back from two folders, neither of which says anything alone."""

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.faults.server import Server, eventually, post_form, serving, shuzhi

WORDS = "翠竹苑门口的井盖不见了，夜里有人差点掉下去。"


@pytest.fixture(scope="module")
def server(tmp_path_factory: Any) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("backup") / "county") as running:
        yield running


@pytest.fixture
def backup(server: Server, tmp_path: Path) -> tuple[Path, Path]:
    """Taken while the county is served."""
    eventually(lambda: server.waiting() == 0, seconds=60, what="the worker has caught up")
    stored, keys = tmp_path / "stored", tmp_path / "keys"
    done = shuzhi(server.folder, "backup", str(stored), "--keys", str(keys))
    assert done.returncode == 0, done.stderr
    return stored, keys


def sent(server: Server) -> dict[str, str]:
    with server.client() as client:
        answer = client.post("/api/demands", json={"text": WORDS, "phone": "13800138000"})
    assert answer.status_code == 201, answer.text
    told: dict[str, str] = answer.json()
    return told


def page_of(server: Server, receipt: dict[str, str]) -> str:
    """What the citizen reads with both codes; the words are sealed in the database."""
    with server.client() as client:
        return post_form(client, "/track/", receipt).text


def restored(place: Path, backup: tuple[Path, Path], **more: str) -> None:
    done = shuzhi(place, "restore", str(backup[0]), "--keys", str(backup[1]), **more)
    assert done.returncode == 0, done.stderr


@pytest.mark.processes
@pytest.mark.thorough  # a county is served, lost and served again
def test_what_was_received_before_the_backup_is_back_and_its_words_can_be_read(tmp_path: Path) -> None:
    stored, keys = tmp_path / "stored", tmp_path / "keys"
    with serving(tmp_path / "county") as lost:
        before = sent(lost)
        eventually(lambda: "井盖" in page_of(lost, before), seconds=60, what="the demand has its order")
        eventually(lambda: lost.waiting() == 0, seconds=60, what="the worker has caught up")
        assert shuzhi(lost.folder, "backup", str(stored), "--keys", str(keys)).returncode == 0
        fsck = shuzhi(lost.folder, "ledger", "fsck").stdout
        after = sent(lost)

    restored(tmp_path / "again", (stored, keys))

    assert shuzhi(tmp_path / "again", "ledger", "fsck").stdout == fsck
    again = Server(tmp_path / "again")
    again.start()
    try:
        assert WORDS in page_of(again, before)
        assert "井盖" not in page_of(again, after)
        assert again.rows("PRAGMA integrity_check") == [("ok",)]
    finally:
        again.end()


@pytest.mark.processes
def test_neither_folder_says_anything_alone(server: Server, backup: tuple[Path, Path]) -> None:
    stored, keys = backup
    key = (server.folder / "keys" / "shuzhi_data_key").read_bytes()
    database = server.folder / "ledger" / "keys" / "subjects.sqlite3"

    assert not [one for one in stored.rglob("*") if one.is_file() and key in one.read_bytes()]
    assert not list(stored.rglob("subjects.sqlite3"))
    assert (keys / "ledger" / "keys" / database.name).exists()
    assert {one.name for one in keys.iterdir()} == {"keys", "ledger", "backup.json"}
    assert not [
        one for one in (*stored.rglob("*"), *keys.rglob("*")) if one.is_dir() and one.stat().st_mode & 0o77
    ]


@pytest.mark.processes
def test_an_altered_backup_is_named_and_nothing_of_it_is_brought_back(
    server: Server, backup: tuple[Path, Path], tmp_path: Path
) -> None:
    stored, keys = backup
    file = keys / "keys" / "shuzhi_data_key"
    file.write_bytes(file.read_bytes()[::-1])

    done = shuzhi(tmp_path / "again", "restore", str(stored), "--keys", str(keys))

    assert (done.returncode, "shuzhi_data_key 缺失" in done.stderr.replace("\n", "")) == (2, True), (
        done.stderr
    )
    assert {one.name for one in (tmp_path / "again").iterdir()} == {"keys"}


@pytest.mark.processes
def test_a_county_that_stands_is_not_overwritten_nor_a_backup(
    server: Server, backup: tuple[Path, Path]
) -> None:
    stored, keys = backup

    over = shuzhi(server.folder, "restore", str(stored), "--keys", str(keys))
    twice = shuzhi(server.folder, "backup", str(stored), "--keys", f"{keys}-2")
    inside = shuzhi(server.folder, "backup", f"{stored}-2", "--keys", f"{stored}-2/keys")
    itself = shuzhi(server.folder, "backup", str(server.folder / "backup"), "--keys", f"{keys}-2")

    assert (over.returncode, "这里已有数据" in over.stderr) == (2, True), over.stderr
    assert (twice.returncode, "已存在" in twice.stderr) == (2, True), twice.stderr
    assert (inside.returncode, "请另选文件夹" in inside.stderr) == (2, True), inside.stderr
    assert (itself.returncode, "数据文件夹" in itself.stderr.replace("\n", "")) == (2, True), itself.stderr
    assert not Path(f"{stored}-2").exists()
    assert not Path(f"{keys}-2").exists()


@contextlib.contextmanager
def databases(*names: str) -> Iterator[list[str]]:
    """Empty ones in the cluster that SHUZHI_TEST_POSTGRES_URL names."""
    cluster = os.environ["SHUZHI_TEST_POSTGRES_URL"]
    made = [f"backup_{os.getpid()}_{name}" for name in names]
    with psycopg.connect(cluster, autocommit=True) as connection:
        for one in made:
            connection.execute(f"CREATE DATABASE {one}")
        try:
            yield [re.sub(r"/[^/]*$", f"/{one}", cluster) for one in made]
        finally:
            for one in made:
                connection.execute(f"DROP DATABASE {one} WITH (FORCE)")


@pytest.mark.postgres
@pytest.mark.thorough
def test_a_county_on_postgresql_comes_back_too(tmp_path: Path) -> None:
    """Into an empty database; a file of demands stands for the county's work."""
    stored, keys, csv = tmp_path / "stored", tmp_path / "keys", tmp_path / "demands.csv"
    csv.write_text(f"编号,内容\n1,{WORDS}\n", encoding="utf-8")
    with databases("first", "second") as (first, second):
        for command in (
            ["setup"],
            ["demands", "import", str(csv), "--yes"],
            ["worker", "--once"],
            ["backup", str(stored), "--keys", str(keys)],
        ):
            done = shuzhi(tmp_path / "first", *command, SHUZHI_DATABASE_URL=first)
            assert done.returncode == 0, done.stderr
        shutil.rmtree(tmp_path / "first")

        restored(tmp_path / "second", (stored, keys), SHUZHI_DATABASE_URL=second)

        fsck = shuzhi(tmp_path / "second", "ledger", "fsck", SHUZHI_DATABASE_URL=second)
        assert (fsck.returncode, "0 faults found" in fsck.stdout) == (0, True), fsck.stdout
        with psycopg.connect(second) as connection:
            assert connection.execute("SELECT count(*) FROM intake_demand").fetchone() == (1,)
