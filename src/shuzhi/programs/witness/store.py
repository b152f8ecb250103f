"""A witness's memory: the last checkpoint that it cosigned for each log, in one SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from shuzhi.engines.ledger import SignedCheckpoint, parse_checkpoint

MOST_EVIDENCE = 1_000  # requests kept per log: anybody can replay a signed checkpoint with a wrong proof

_SCHEMA = """
CREATE TABLE IF NOT EXISTS latest (origin TEXT PRIMARY KEY, checkpoint BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS evidence (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, origin TEXT NOT NULL, reason TEXT NOT NULL, request BLOB NOT NULL
);
"""


class WitnessStore:
    """Opens or makes the file; `:memory:` forgets.

    Every decision is made inside one BEGIN IMMEDIATE transaction, so that two requests, even in two processes,
    can never both pass the check against the same old size.
    """

    def __init__(self, path: str) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(
            "PRAGMA synchronous = FULL"
        )  # a cosignature may leave only after the disk has it
        self._connection.executescript(_SCHEMA)

    @contextmanager
    def decision(self) -> Iterator[None]:
        """Hold the write lock; commit at the end, roll back on an exception."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def latest(self, origin: str) -> SignedCheckpoint | None:
        query = "SELECT checkpoint FROM latest WHERE origin = ?"
        row = self._connection.execute(query, (origin,)).fetchone()
        return parse_checkpoint(row[0]) if row else None

    def remember(self, signed: SignedCheckpoint) -> None:
        self._connection.execute(
            "INSERT INTO latest VALUES (?, ?) ON CONFLICT (origin) DO UPDATE SET checkpoint = excluded.checkpoint",
            (signed.checkpoint.origin, bytes(signed)),
        )

    def keep_evidence(self, origin: str, reason: str, request: bytes, *, at: int) -> None:
        query = "SELECT count(*) FROM evidence WHERE origin = ?"
        if self._connection.execute(query, (origin,)).fetchone()[0] < MOST_EVIDENCE:
            insert = "INSERT INTO evidence (at, origin, reason, request) VALUES (?, ?, ?, ?)"
            self._connection.execute(insert, (at, origin, reason, request))

    def evidence(self) -> list[tuple[str, str, bytes]]:
        """(origin, reason, request) of every request that may show a log's misbehaviour, oldest first."""
        return list(self._connection.execute("SELECT origin, reason, request FROM evidence ORDER BY id"))

    def close(self) -> None:
        self._connection.close()
