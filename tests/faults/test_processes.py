"""Starting and stopping the county, also half-dead or half-built: the same command mends it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.faults.server import Server, environment, eventually, shuzhi

pytestmark = [pytest.mark.processes, pytest.mark.slow]  # starts and stops real processes
DEMANDS = 1200


def test_started_twice_it_runs_once_and_a_killed_worker_comes_back_with_the_next_start(
    server: Server,
) -> None:
    first = server.pid("worker")

    server.start()
    assert server.pid("worker") == first
    elsewhere = shuzhi(server.folder, "start", "--port", str(server.port + 1))
    assert elsewhere.returncode == 1
    assert "make stop" in elsewhere.stdout

    server.kill_worker()
    server.start()
    assert server.pid("worker") != first
    assert httpx.get(f"{server.url}/healthz").json()["status"] == "pass"


def test_stopped_twice_is_stopped(server: Server) -> None:
    assert shuzhi(server.folder, "stop").returncode == 0
    assert shuzhi(server.folder, "stop").returncode == 0

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/healthz")


def test_in_the_foreground_both_run_until_the_first_interrupt(server: Server) -> None:
    shuzhi(server.folder, "stop")
    command = [sys.executable, "-m", "shuzhi", "serve", "--port", str(server.port)]
    process = subprocess.Popen(command, env=environment(server.folder), stdout=subprocess.DEVNULL)
    try:
        eventually(lambda: _answers(server.url), seconds=60, what="the home page answers")
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        process.kill()

    assert not _answers(server.url)


def test_in_the_foreground_a_worker_that_dies_ends_all_as_a_failure(server: Server) -> None:
    shuzhi(server.folder, "stop")
    command = [sys.executable, "-m", "shuzhi", "serve", "--port", str(server.port)]
    process = subprocess.Popen(command, env=environment(server.folder), stdout=subprocess.DEVNULL)
    try:
        eventually(lambda: _answers(server.url), seconds=60, what="the home page answers")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(next(int(pid) for pid in children if _runs_worker(pid)), signal.SIGKILL)
        assert process.wait(30) == 1
    finally:
        process.kill()

    assert not _answers(server.url)


def _runs_worker(pid: str) -> bool:
    return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[-2] == b"worker"


def test_a_port_that_somebody_else_has_is_said_and_nothing_is_left_running(server: Server) -> None:
    shuzhi(server.folder, "stop")
    with contextlib.closing(socket.socket()) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", server.port))
        taken.listen()
        done = shuzhi(server.folder, "start", "--port", str(server.port))

    assert done.returncode == 1
    assert list((server.folder / "run").glob("*.pid")) == []


def test_a_demo_county_whose_building_was_killed_is_built_to_its_end(tmp_path: Path) -> None:
    size = ("--demands", str(DEMANDS), "--households", "90")
    county = Server(tmp_path)
    assert shuzhi(tmp_path, "setup").returncode == 0
    command = [sys.executable, "-m", "shuzhi", "demo", "build", *size]
    building = subprocess.Popen(command, env=environment(tmp_path), stdout=subprocess.DEVNULL)
    eventually(
        lambda: bool(county.rows("SELECT 1 FROM casework_workorder LIMIT 1")), seconds=300, what="orders"
    )
    os.kill(building.pid, signal.SIGKILL)
    building.wait()

    other = shuzhi(tmp_path, "demo", "build", "--demands", "7")
    assert other.returncode == 2
    assert str(DEMANDS) in other.stderr
    done = shuzhi(tmp_path, "demo", "build", *size, seconds=240)

    assert done.returncode == 0, done.stderr[-2000:]
    ((demands, sources),) = county.rows("SELECT count(*), count(DISTINCT source_key) FROM intake_demand")
    ((orders, of_demands),) = county.rows(
        "SELECT count(*), count(DISTINCT demand_id) FROM casework_workorder"
    )
    assert DEMANDS * 0.99 < demands == sources == orders == of_demands
    doubled = "SELECT 1 FROM casework_orderstep GROUP BY order_id, action, at HAVING count(*) > 1"
    assert county.rows(doubled) == []
    assert (
        county.rows("SELECT count(*) FROM casework_workorder WHERE state = 'registered'")[0][0] < DEMANDS / 50
    )


def _answers(url: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{url}/healthz").status_code == 200
    return False
