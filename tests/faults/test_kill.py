"""Processes die under load: every demand whose receipt was shown is there once, and becomes one work order."""

import json
import os
import signal
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.faults.server import Server, eventually

pytestmark = pytest.mark.slow  # starts, kills and restarts real processes for half a minute each
SENDERS = 4
DEMANDS_EACH = 15
TRIES = 40
PHONE = "13800000000"


def test_a_killed_worker_loses_nothing_and_doubles_nothing(server: Server) -> None:
    senders, receipts = _sending(server)
    for _time in range(3):
        time.sleep(1)
        server.kill_worker()
        _replace_worker(server)
    senders.shutdown(wait=True)

    _everything_is_there_once(server, receipts)


def test_killed_web_processes_lose_nothing_and_double_nothing(server: Server) -> None:
    senders, receipts = _sending(server)
    for _time in range(4):
        time.sleep(0.7)
        for pid in server.web_workers():
            os.kill(pid, signal.SIGKILL)
    senders.shutdown(wait=True)

    _everything_is_there_once(server, receipts)


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


def _sending(server: Server) -> tuple[ThreadPoolExecutor, dict[str, str]]:
    """Several senders, each trying again with the same key until it holds a receipt: {key: public code}."""
    receipts: dict[str, str] = {}
    lock = threading.Lock()

    def send_all(sender: int) -> None:
        for number in range(DEMANDS_EACH):
            key = str(uuid.uuid4())
            code = _send(server, key, f"锦绣花园{sender}号楼第{number}盏路灯不亮。")
            with lock:
                receipts[key] = code

    pool = ThreadPoolExecutor(SENDERS)
    for sender in range(SENDERS):
        pool.submit(send_all, sender)
    return pool, receipts


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


def _replace_worker(server: Server) -> None:
    process = server.start_worker()
    (server.folder / "run" / "worker.pid").write_text(str(process.pid))


def _everything_is_there_once(server: Server, receipts: dict[str, str]) -> None:
    assert len(receipts) == SENDERS * DEMANDS_EACH
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
