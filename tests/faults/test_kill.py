"""Processes die under load: every demand whose receipt was shown is there once, and becomes one work order."""

import contextlib
import json
import os
import signal
import sqlite3
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from shuzhi.engines import county
from tests.faults.server import Server, eventually, shuzhi

pytestmark = pytest.mark.processes
SENDERS = 4
DEMANDS_EACH = 15
FEW_EACH = 10
TRIES = 40
PHONE = "13800000000"


@pytest.mark.thorough  # a county is served, killed twice in the middle of the work, and asked
def test_worker_and_web_killed_together_under_load_lose_nothing_and_double_nothing(server: Server) -> None:
    senders, receipts = _sending(server, each=FEW_EACH)
    for least in (SENDERS, 2 * SENDERS):
        _wait_for(receipts, least)
        assert len(receipts) < SENDERS * FEW_EACH, "there is load when they are killed"
        _kill_everybody(server)
    senders.shutdown(wait=True)

    _everything_is_there_once(server, receipts, each=FEW_EACH)


@pytest.mark.slow  # as the three after it: real processes are killed and started again for half a minute
def test_a_killed_worker_loses_nothing_and_doubles_nothing(server: Server) -> None:
    senders, receipts = _sending(server)
    for _time in range(3):
        time.sleep(1)
        server.kill_worker()
        _replace_worker(server)
    senders.shutdown(wait=True)

    _everything_is_there_once(server, receipts)


@pytest.mark.slow
def test_killed_web_processes_lose_nothing_and_double_nothing(server: Server) -> None:
    senders, receipts = _sending(server)
    for _time in range(4):
        time.sleep(0.7)
        for pid in server.web_workers():
            os.kill(pid, signal.SIGKILL)
    senders.shutdown(wait=True)

    _everything_is_there_once(server, receipts)


@pytest.mark.slow
def test_killed_together_while_demands_are_held_and_released_nothing_is_lost_or_doubled(
    server: Server, tmp_path: Path
) -> None:
    """The registry promises nothing at first, so that everything is held; limits are imported under load."""
    with (
        contextlib.closing(sqlite3.connect(server.folder / "shuzhi.sqlite3", timeout=20)) as database,
        database,
    ):
        database.execute("DELETE FROM registry_slarow")
        database.execute("UPDATE registry_topicversion SET version = version + 1 WHERE topic = 'sla'")
    limits = tmp_path / "sla.csv"
    limits.write_text(county.table_text("sla"), encoding="utf-8")

    senders, receipts = _sending(server)
    held = "SELECT count(*) FROM casework_helddemand"
    eventually(lambda: server.rows(held) != [(0,)], seconds=60, what="a demand is held")
    _kill_everybody(server)
    done = shuzhi(server.folder, "registry", "import", "sla", str(limits))
    assert done.returncode == 0, done.stdout + done.stderr
    _kill_everybody(server)
    senders.shutdown(wait=True)

    _everything_is_there_once(server, receipts)
    assert server.rows("SELECT count(*) FROM spine_outboxevent WHERE name = 'DemandHeld'") != [(0,)]
    assert server.rows(held) == [(0,)]


@pytest.mark.slow
def test_two_workers_at_once_deliver_nothing_twice(server: Server) -> None:
    server.start_worker()
    senders, receipts = _sending(server)
    senders.shutdown(wait=True)

    _everything_is_there_once(server, receipts)
    letters = [
        json.loads(line) for line in (server.folder / "outbox" / "messages.jsonl").read_text().splitlines()
    ]
    assert len(letters) >= len(receipts)
    assert [key for key, times in Counter(one["key"] for one in letters).items() if times > 1] == []


def _sending(server: Server, *, each: int = DEMANDS_EACH) -> tuple[ThreadPoolExecutor, dict[str, str]]:
    """Several senders, each trying again with the same key until it holds a receipt: {key: public code}."""
    receipts: dict[str, str] = {}
    lock = threading.Lock()

    def send_all(sender: int) -> None:
        for number in range(each):
            key = str(uuid.uuid4())
            code = _send(server, key, f"锦绣花园{sender}号楼第{number}盏路灯不亮。")
            with lock:
                receipts[key] = code

    pool = ThreadPoolExecutor(SENDERS)
    for sender in range(SENDERS):
        pool.submit(send_all, sender)
    return pool, receipts


def _wait_for(receipts: dict[str, str], least: int) -> None:
    eventually(lambda: len(receipts) >= least, seconds=60, what="demands arrive")


def _send(server: Server, key: str, text: str) -> str:
    for _try in range(TRIES):
        try:
            answer = httpx.post(
                f"{server.url}/api/demands",
                json={"text": text, "phone": PHONE},
                headers={"Idempotency-Key": key},
                timeout=20,
            )
        except httpx.TransportError:
            time.sleep(0.2)  # the process died with the request in hand: the sender tries again
            continue
        if answer.status_code == 201:
            return str(answer.json()["public_code"])
        assert answer.status_code in (429, 503), answer.text
        time.sleep(0.2)
    raise AssertionError("no receipt after many tries")


def _kill_everybody(server: Server) -> None:
    server.kill_worker()
    for pid in server.web_workers():
        os.kill(pid, signal.SIGKILL)
    _replace_worker(server)


def _replace_worker(server: Server) -> None:
    process = server.start_worker()
    (server.folder / "run" / "worker.pid").write_text(str(process.pid))


def _everything_is_there_once(server: Server, receipts: dict[str, str], *, each: int = DEMANDS_EACH) -> None:
    assert len(receipts) == SENDERS * each
    eventually(lambda: server.waiting() == 0, seconds=60, what="the worker has caught up")
    queued = "SELECT count(*) FROM notices_message WHERE state IN ('queued', 'sending')"
    eventually(lambda: server.rows(queued) == [(0,)], seconds=60, what="the messages are sent")
    ids = {
        code: server.rows("SELECT id FROM intake_demand WHERE public_code = ?", code)
        for code in receipts.values()
    }
    assert {len(rows) for rows in ids.values()} == {1}
    assert len(ids) == len(receipts)
    orders = Counter(row[0] for row in server.rows("SELECT demand_id FROM casework_workorder"))
    assert {orders[rows[0][0]] for rows in ids.values()} == {1}
    assert server.rows("SELECT count(*) FROM spine_bookmark WHERE failed_at IS NOT NULL") == [(0,)]
    _every_listener_counts_once(server)


def _every_listener_counts_once(server: Server) -> None:
    """The story has no gap and no repeat, and every read model holds each order once, the demo county's own too."""
    ((events, distinct, first, last),) = server.rows(
        "SELECT count(*), count(DISTINCT position), min(position), max(position) FROM spine_outboxevent"
    )
    assert (distinct, first, last) == (events, 1, events)
    ((demands,),) = server.rows("SELECT count(*) FROM intake_demand")
    for table in ("casework_workorder", "statistics_orderfact", "intake_demandorder"):
        found = server.rows(f"SELECT count(*), count(DISTINCT demand_id) FROM {table}")
        assert found == [(demands, demands)], table
    registered = "SELECT count(*) FROM casework_orderstep WHERE action = 'register'"
    assert server.rows(registered) == [(demands,)]
    told = "SELECT about FROM notices_message WHERE template = 'demand_received' GROUP BY about HAVING count(*) > 1"
    assert server.rows(told) == []
