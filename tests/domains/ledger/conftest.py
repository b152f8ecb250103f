"""What the tests of the ledger share: a county with a data folder of its own, and witnesses that really answer."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from tests import factories

from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.ledger.models import Log
from shuzhi.domains.ledger.services import logs, publishing
from shuzhi.engines.ledger import parse_policy
from shuzhi.programs.keyfiles import make_key_file, read_key_file
from shuzhi.programs.witness.server import WitnessServer
from shuzhi.programs.witness.store import WitnessStore
from shuzhi.programs.witness.witness import Witness
from shuzhi.spine.actors import SYSTEM

COUNTING = {"statistics", "insight"}


@pytest.fixture
def ledger_home(settings: Any, tmp_path: Path) -> Path:
    """A data folder of its own, as a process finds it at its start."""
    settings.SHUZHI_DATA_DIR = tmp_path
    publishing.forget_comparison()
    return tmp_path


@pytest.fixture
def county(db: None, ledger_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The small county of the factories; people read Chinese. Rooms that only count hear nothing: it takes a third of the time."""
    heard = tuple(one for one in factories.LISTENERS if one.name.partition(".")[0] not in COUNTING)
    monkeypatch.setattr(factories, "LISTENERS", heard)
    with translation.override("zh-hans"):
        factories.given_county()
        yield ledger_home


class StoppableServer(WitnessServer):
    """Cuts its connections when it stops, as a process that ends does."""

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        super().__init__(address, witness)
        self.connections: list[socket.socket] = []

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.append(request)
        super().process_request(request, client_address)

    def cut(self) -> None:
        for one in self.connections:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@dataclass
class RunningWitness:
    """A witness in a thread with its own key and memory; it can be stopped and started again."""

    name: str
    folder: Path
    origin: str
    port: int = 0
    server: StoppableServer | None = None

    def start(self) -> "RunningWitness":
        key = self.folder / f"{self.name}.key"
        if not key.exists():
            make_key_file(key, f"{self.name}.example/w", "cosign-ed25519")
        logs_ = {
            self.origin: [
                known.key for known in parse_policy(Log.objects.get(origin=self.origin).policy.encode()).logs
            ]
        }
        store = WitnessStore(str(self.folder / f"{self.name}.sqlite"))
        witness = Witness(logs_, [read_key_file(key)], store, lambda: int(time.time()))
        self.server = StoppableServer(("127.0.0.1", self.port), witness)
        self.port = self.server.server_address[1]
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def stop(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server.cut()
            self.server = None

    @property
    def vkey(self) -> str:
        return read_key_file(self.folder / f"{self.name}.key").key.vkey


@pytest.fixture
def given_witnesses(tmp_path: Path) -> Iterator[Callable[[int], list[RunningWitness]]]:
    """Start so many witnesses and let the open log's policy ask for more than half of them."""
    running: list[RunningWitness] = []

    def given(count: int, *, threshold: int = 2) -> list[RunningWitness]:
        log = logs.latest_log() or logs.open_log(after=None)
        running.extend(RunningWitness(f"w{n}", tmp_path, log.origin).start() for n in range(count))
        lines = [line for line in log.policy.splitlines() if line.startswith("log ")]
        lines += [f"witness {w.name} {w.vkey} http://127.0.0.1:{w.port}" for w in running]
        lines += [f"group most {threshold} {' '.join(w.name for w in running)}", "quorum most"]
        ledger.set_policy("".join(f"{line}\n" for line in lines), because="test", by=SYSTEM)
        return running

    yield given
    for one in running:
        one.stop()
