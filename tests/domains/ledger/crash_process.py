"""Runs in a process of its own: lets calls of sealing and publishing fail one by one, each in a fork on a fresh copy.

Arguments: the data folder, a pristine copy of it, EIO or KILL, and of how many calls one is tried. Prints one line of
JSON for each: the call, and what a restart made of it.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import django

CALLS = "open,openat,write,pwrite64,fsync,fdatasync,syncfs,rename,renameat2"
FOLDER, PRISTINE = Path(sys.argv[1]), Path(sys.argv[2])
TRACE = PRISTINE.with_name("trace")


def forked(do: Callable[[], None], *tracing: str) -> None:
    """Do something in a fork, under strace where asked; the fork may die of it."""
    child = os.fork()
    if child == 0:
        os.kill(os.getpid(), signal.SIGSTOP)
        with contextlib.suppress(Exception):
            do()
        os._exit(0)
    os.waitpid(child, os.WUNTRACED)
    command = ["strace", "-qq", "-o", str(TRACE), "-e", f"trace={CALLS}", *tracing, "-p", str(child)]
    tracer = subprocess.Popen(command, stderr=subprocess.DEVNULL) if tracing else None
    while tracer and f"TracerPid:\t{tracer.pid}" not in Path(f"/proc/{child}/status").read_text():
        time.sleep(0.001)
    os.kill(child, signal.SIGCONT)
    os.waitpid(child, 0)
    if tracer:
        tracer.wait()


def work() -> None:
    from shuzhi.domains.ledger import handlers
    from shuzhi.domains.ledger import services as ledger
    from shuzhi.spine import outbox
    from shuzhi.spine.actors import SYSTEM

    outbox.drain([outbox.Listener("ledger.seal", handlers.DECISIONS, handlers.seal)])
    ledger.publish(by=SYSTEM)


def restart() -> None:
    """What the operator and the worker do after the fault; the result goes into a file."""
    from shuzhi.domains.ledger import handlers
    from shuzhi.domains.ledger import services as ledger
    from shuzhi.domains.ledger.models import Entry
    from shuzhi.spine import outbox
    from shuzhi.spine.actors import SYSTEM

    started = time.perf_counter()
    outbox.resume(outbox.Listener("ledger.seal", handlers.DECISIONS, handlers.seal), by=SYSTEM)
    work()
    seconds = time.perf_counter() - started
    sealed = Entry.objects.filter(position__isnull=False).order_by("id")
    result = {
        "seconds": seconds,
        "positions": list(sealed.values_list("position", flat=True)),
        "faults": [f"{one.code} {one.where} {one.detail}" for one in ledger.check_everything(by=SYSTEM)],
        "state": ledger.status().state,
    }
    (FOLDER / "result.json").write_text(json.dumps(result))


def fresh() -> None:
    shutil.rmtree(FOLDER)
    shutil.copytree(PRISTINE, FOLDER)


def main() -> None:
    django.setup()
    fresh()
    forked(work, "-e", "inject=getsid:error=EIO")
    made = [line.partition("(")[0] for line in TRACE.read_text().splitlines() if "(" in line]
    seen: Counter[str] = Counter()
    for number, name in enumerate(made):
        seen[name] += 1
        if number % int(sys.argv[4]):
            continue
        fault = "signal=KILL" if sys.argv[3] == "KILL" else "error=EIO"
        fresh()
        forked(work, "-e", f"inject={name}:{fault}:when={seen[name]}")
        hit = "(INJECTED)" in TRACE.read_text() or "killed by SIGKILL" in TRACE.read_text()
        forked(restart)
        told = json.loads((FOLDER / "result.json").read_text())
        print(json.dumps({"call": f"{name} {seen[name]}", "hit": hit, **told}), flush=True)


if __name__ == "__main__":
    main()
