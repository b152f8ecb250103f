"""What a monitor remembers between two looks, in one JSON file that is always whole."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shuzhi.engines.ledger import (
    Auditor,
    Checkpoint,
    Edge,
    Finding,
    SeriesWatch,
    SignedCheckpoint,
    parse_checkpoint,
)


@dataclass
class Day:
    """One day's work (UTC+8) for the report.   alarms: each once, in the order of finding."""

    day: str = ""
    looks: int = 0
    entries: int = 0
    alarms: list[Finding] = field(default_factory=list)


@dataclass
class Memory:
    """head: the last checkpoint whose whole tree was read.   ahead: other people's checkpoints beyond it."""

    auditor: Auditor = field(default_factory=Auditor)
    head: SignedCheckpoint | None = None
    ahead: dict[str, SignedCheckpoint] = field(default_factory=dict)
    today: Day = field(default_factory=Day)

    def keep(self, path: Path) -> None:
        auditor = self.auditor
        body = {
            "head": _text(self.head) if self.head else None,
            "size": auditor.edge.size,
            "rows": [base64.b64encode(row).decode() for row in auditor.edge.rows],
            "series": auditor.series.last,
            "types": sorted(auditor.types) if auditor.types is not None else None,
            "ahead": {name: _text(signed) for name, signed in self.ahead.items()},
            "today": vars(self.today) | {"alarms": [vars(alarm) for alarm in self.today.alarms]},
        }
        write_whole(path, json.dumps(body, ensure_ascii=False).encode())


def load(path: Path) -> Memory:
    """The memory of an earlier run, or a fresh one when there is no file."""
    if not path.exists():
        return Memory()
    body: dict[str, Any] = json.loads(path.read_bytes())
    rows = tuple(base64.b64decode(row) for row in body["rows"])
    types = frozenset(body["types"]) if body["types"] is not None else None
    auditor = Auditor(Edge(body["size"], rows), SeriesWatch(body["series"]), types)
    alarms = [Finding(**alarm) for alarm in body["today"].pop("alarms")]
    head = parse_checkpoint(body["head"].encode()) if body["head"] else None
    ahead = {name: parse_checkpoint(text.encode()) for name, text in body["ahead"].items()}
    return Memory(auditor, head, ahead, Day(**body["today"], alarms=alarms))


def head_of(memory: Memory) -> Checkpoint | None:
    return memory.head.checkpoint if memory.head else None


def _text(signed: SignedCheckpoint) -> str:
    return bytes(signed).decode()


def write_whole(path: Path, raw: bytes) -> None:
    """Replace a file so that a reader, or a crash, finds either the old or the new one."""
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
