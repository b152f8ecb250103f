"""Web and worker as processes of this machine: in the foreground, or in the background with pid files."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from django.conf import settings

from shuzhi.spine import shell

console = shell.console()
START_SECONDS = 60.0
STOP_SECONDS = 15.0


def _folder() -> Path:
    folder: Path = settings.SHUZHI_DATA_DIR / "run"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def log_file() -> Path:
    return _folder() / "shuzhi.log"


def _web(host: str, port: int) -> list[str]:
    workers = os.environ.get("SHUZHI_WEB_WORKERS", "2")
    return [
        *(sys.executable, "-m", "gunicorn", "shuzhi.site.wsgi:application", "--bind", f"{host}:{port}"),
        "--preload",  # the program is loaded once and shared by the workers
        *("--workers", workers, "--threads", "8", "--worker-class", "gthread", "--timeout", "120"),
        *("--max-requests", "20000", "--max-requests-jitter", "2000", "--graceful-timeout", "10"),
        *("--error-logfile", "-", "--log-level", "warning"),
    ]


def _worker() -> list[str]:
    return [sys.executable, "-m", "shuzhi", "worker"]


def _witnesses() -> dict[str, list[str]]:
    """The ledger's witnesses of this machine, where some were set up, as in the demo county."""
    from shuzhi.domains.ledger import services as ledger

    return ledger.local_witness_commands()


def serve(host: str, port: int) -> int:
    """Run all in the foreground; when one ends by itself, the others are ended too, and that is a failure."""
    commands = (*_witnesses().values(), _web(host, port), _worker())
    both = [subprocess.Popen(command) for command in commands]
    console.print(f"http://{host}:{port}/  (Ctrl-C stops)")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: sys.exit(0))
    try:
        while all(one.poll() is None for one in both):
            time.sleep(0.3)
    finally:
        for one in both:
            one.terminate()
        for one in both:
            one.wait(STOP_SECONDS)
    return 1


def start(host: str, port: int) -> int:
    commands = {**_witnesses(), "web": _web(host, port), "worker": _worker()}
    if len(running := _running()) == len(commands) and _answers(host, port):
        console.print(f"Running already (processes {', '.join(map(str, running.values()))}).")
        return 0
    if len(running) == len(commands):
        console.print("It runs already, but not on this port. Stop it first: make stop", style="red")
        return 1
    if running:
        # One was killed and the others live on: half a county is none.
        stop()
    if _answers(host, port):
        console.print(
            f"Something else answers on port {port}. Choose another: make demo PORT=8001", style="red"
        )
        return 1
    with log_file().open("ab") as log:
        for name, command in commands.items():
            process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
            (_folder() / f"{name}.pid").write_text(str(process.pid))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if _answers(host, port):
            return 0
        if len(_running()) < len(commands):
            break
        time.sleep(0.2)
    console.print(f"The web server did not answer. The reason stands in {log_file()}", style="red")
    stop()
    return 1


def stop() -> int:
    for name, pid in _running().items():
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while _alive(pid) and time.monotonic() < deadline:
            time.sleep(0.1)
        if _alive(pid):
            os.killpg(pid, signal.SIGKILL)
        (_folder() / f"{name}.pid").unlink(missing_ok=True)
    return 0


def _running() -> dict[str, int]:
    found = {}
    for path in _folder().glob("*.pid"):
        pid = int(path.read_text() or 0)
        if pid and _alive(pid):
            found[path.stem] = pid
        else:
            path.unlink(missing_ok=True)
    return found


def _alive(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
        # A pid may have been given to somebody else since: ours name this program, once they have been started.
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        return not command or b"shuzhi" in command
    except ProcessLookupError:
        return False
    except FileNotFoundError:  # a system without /proc
        return True


def _answers(host: str, port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/", timeout=10) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
