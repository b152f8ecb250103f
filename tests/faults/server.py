"""A county of its own, served by the real processes: what the tests of faults and of the browser ask and hit."""

import contextlib
import fcntl
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import httpx

DEMANDS = 160
HOUSEHOLDS = 300
PASSWORD = "Yunjiang-Bridge-26"
BUILD_SECONDS = 240
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The surroundings of a fresh installation: nothing of the test run's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SHUZHI_", "DJANGO_"))}
    # All clients of a test share one address.
    ours = {
        "SHUZHI_DATA_DIR": str(folder),
        "SHUZHI_LOG_LEVEL": "WARNING",
        "SHUZHI_REPORTS_PER_ADDRESS": "10000",
    }
    return kept | ours | more


def shuzhi(
    folder: Path, *arguments: str, seconds: float = 120, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run one command of the product to its end."""
    command = [sys.executable, "-m", "shuzhi", *arguments]
    return subprocess.run(
        command, env=environment(folder, **more), capture_output=True, text=True, timeout=seconds, check=False
    )


@cache
def built_county() -> Path:
    """A small demo county, built once in a test run, whichever of its processes asks first; every server works on a copy.

    SHUZHI_TEST_COUNTY names a folder where one stands already, for those who run a test again and again.
    """
    if standing := os.environ.get("SHUZHI_TEST_COUNTY"):
        return Path(standing)
    run = Path(os.environ["SHUZHI_TEST_RUN"])
    with (run / "county.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (run / "county" / "demo" / "built.json").exists():
            for command in (
                ["setup"],
                ["demo", "build", "--demands", str(DEMANDS), "--households", str(HOUSEHOLDS)],
            ):
                done = shuzhi(run / "county", *command, seconds=BUILD_SECONDS)
                assert done.returncode == 0, done.stderr[-3000:]
    return run / "county"


def _free_port() -> int:
    """One that the system gives: two runs that look for the first free one would find the same."""
    with contextlib.closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def eventually(true: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Wait until something holds; how long it may take is a bound against hanging, not a claim about speed."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds} seconds")
        time.sleep(0.1)


def _give_witnesses_ports(county: Path) -> None:
    """Other copies of the county may be served at the same time: its witnesses listen where nobody else does."""
    with contextlib.closing(sqlite3.connect(county / "shuzhi.sqlite3")) as database, database:
        for place in (county / "ledger" / "witnesses").glob("*/port"):
            before, now = place.read_text(), str(_free_port())
            place.write_text(now)
            database.execute(
                "UPDATE ledger_log SET policy = replace(policy, ?, ?)",
                (f"http://127.0.0.1:{before}\n", f"http://127.0.0.1:{now}\n"),
            )


class Server:
    """Web and worker of a county in a folder; they can be killed and started one by one."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.folder = folder
        self.more = more
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._extra: list[subprocess.Popen[bytes]] = []
        self._cookies: dict[str, dict[str, str]] = {}

    def start(self) -> None:
        done = shuzhi(self.folder, "start", "--port", str(self.port), **self.more)
        assert done.returncode == 0, done.stdout + done.stderr + self.log()

    def end(self) -> None:
        """At once, without the seconds that an orderly stop takes: nobody needs this county any more."""
        for one in self._extra:
            one.kill()
            one.wait()
        for file in (self.folder / "run").glob("*.pid"):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(int(file.read_text()), signal.SIGKILL)

    def log(self) -> str:
        path = self.folder / "run" / "shuzhi.log"
        return path.read_text()[-4000:] if path.exists() else ""

    def pid(self, name: str) -> int:
        return int((self.folder / "run" / f"{name}.pid").read_text())

    def web_workers(self) -> list[int]:
        """The processes that the web server's master has forked."""
        master = self.pid("web")
        return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]

    def kill_worker(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid("worker"), signal.SIGKILL)

    def start_worker(self) -> "subprocess.Popen[bytes]":
        with (self.folder / "run" / "shuzhi.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "shuzhi", "worker"],
                env=environment(self.folder, **self.more),
                stdout=log,
                stderr=log,
            )
        self._extra.append(process)
        return process

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Read the database from outside, as the operator's own tool would."""
        with contextlib.closing(sqlite3.connect(self.folder / "shuzhi.sqlite3", timeout=20)) as database:
            return database.execute(query, values).fetchall()

    def client(self, **options: object) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=60, follow_redirects=True, **options)  # type: ignore[arg-type]

    def logged_in(self, username: str) -> httpx.Client:
        """A session of a member of staff, through the real form."""
        client = self.client()
        answer = post_form(client, "/login/", {"username": username, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        assert not answer.url.path.startswith("/login"), f"{username} could not log in"
        return client

    def cookies_of(self, username: str) -> dict[str, str]:
        """What the browser of a member of staff holds after a log-in; logged in once, as a person is in the morning."""
        if username not in self._cookies:
            with contextlib.closing(self.logged_in(username)) as client:
                self._cookies[username] = dict(client.cookies)
        return dict(self._cookies[username])

    def waiting(self) -> int:
        """How many events no listener or not every listener has heard."""
        unnumbered = self.rows("SELECT count(*) FROM spine_outboxevent WHERE position IS NULL")[0][0]
        last = self.rows("SELECT coalesce(max(last_position), 0) FROM spine_sequence")[0][0]
        behind = self.rows("SELECT coalesce(sum(? - position), 0) FROM spine_bookmark", last)[0][0]
        return int(str(unnumbered)) + int(str(behind))


def token_of(page: str) -> str:
    found = _TOKEN.search(page)
    assert found, "the page has no CSRF token"
    return found[1]


def post_form(
    client: httpx.Client, path: str, fields: dict[str, str], *, files: object = None, at: str = ""
) -> httpx.Response:
    """Open the page (`at`, or the path itself), take its CSRF token, and post the fields."""
    page = client.get(at or path)
    data = {"csrfmiddlewaretoken": token_of(page.text), **fields}
    return client.post(path, data=data, files=files, headers={"Referer": str(page.url)})  # type: ignore[arg-type]


@contextlib.contextmanager
def serving(folder: Path, **more: str) -> Iterator[Server]:
    """A server on a copy of the small county."""
    shutil.copytree(built_county(), folder, dirs_exist_ok=True)
    _give_witnesses_ports(folder)
    server = Server(folder, **more)
    server.start()
    try:
        yield server
    finally:
        server.end()
