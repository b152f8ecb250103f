"""Witnesses on this very machine, for the demo county and for trying: real processes with keys and memories of their own.

They show how witnessing works and protect against nothing, because whoever holds the machine holds them too.
"""

import contextlib
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from shuzhi.domains.ledger import places
from shuzhi.domains.ledger.models import Log
from shuzhi.domains.ledger.services import keeping, logs
from shuzhi.programs.keyfiles import make_key_file, read_key_file
from shuzhi.spine import access
from shuzhi.spine.actors import Actor

DEMO_WITNESSES = ("court", "neighbour-city", "university")


def set_up_local_witnesses(names: Sequence[str] = DEMO_WITNESSES, *, because: str, by: Actor) -> None:
    """Make keys for witnesses of this machine and let the open log ask for more than half of them."""
    access.require(by, "ledger.operate")
    log = logs.latest_log() or logs.open_log(after=None)
    lines = [line for line in log.policy.splitlines() if line.startswith("log ")]
    for name in names:
        folder = places.made(_folder() / name)
        key = folder / "key"
        if not key.exists():
            make_key_file(key, f"{name}.example/witness", "cosign-ed25519")
            (folder / "port").write_text(str(_free_port()))
        port = (folder / "port").read_text()
        lines.append(f"witness {name} {read_key_file(key).key.vkey} http://127.0.0.1:{port}")
    lines += [f"group most {len(names) // 2 + 1} {' '.join(names)}", "quorum most"]
    policy = "".join(f"{line}\n" for line in lines)
    if policy != log.policy:
        keeping.set_policy(policy, because=because, by=by)


def local_witness_commands() -> dict[str, list[str]]:
    """How to start each witness of this machine; nothing where none was set up."""
    names = (
        sorted(place.name for place in _folder().iterdir() if place.is_dir()) if _folder().is_dir() else []
    )
    if not names:
        return {}
    trusted = _folder() / "logs.txt"
    trusted.write_text(_trusted_logs())
    return {f"witness-{name}": _command(name) for name in names}


def _trusted_logs() -> str:
    """The log lines of every log: each witness knows those that are and those that were."""
    lines = [line for log in Log.objects.order_by("id") for line in log.policy.splitlines()]
    return "".join(f"{line}\n" for line in lines if line.startswith("log ")) + "quorum none\n"


def _command(name: str) -> list[str]:
    folder = _folder() / name
    return [
        *(sys.executable, "-m", "shuzhi.programs.witness", "serve", "--key", str(folder / "key")),
        *("--logs", str(_folder() / "logs.txt"), "--state", str(folder / "state.sqlite3")),
        *("--listen", f"127.0.0.1:{(folder / 'port').read_text()}"),
    ]


def _folder() -> Path:
    return places.folder() / "witnesses"


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
