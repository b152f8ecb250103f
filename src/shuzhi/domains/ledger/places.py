"""Where the ledger's files lie, and the lock of whoever writes them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

_ADVISORY = 0x5348555A_4C454447  # "SHUZLEDG": the number of our advisory lock in PostgreSQL


def folder() -> Path:
    return Path(settings.SHUZHI_LEDGER_DIR or settings.SHUZHI_DATA_DIR / "ledger")


def public(log_name: str) -> Path:
    """The log's public directory: what a web server shows, and nothing else lies there."""
    return folder() / "public" / log_name


def keys() -> Path:
    return folder() / "keys"


def made(place: Path) -> Path:
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


@contextmanager
def publishing() -> Iterator[bool]:
    """Hold the right to write public files and to sign; gives False at once when somebody else holds it.

    The file lock guards the directory, the database lock guards publishers on other machines. Should both fail, the
    compare-and-swap of the checkpoint still lets only one of them sign.
    """
    handle = os.open(made(folder()) / "publisher.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        with _database_lock() as held:
            yield held
    finally:
        os.close(handle)


@contextmanager
def _database_lock() -> Iterator[bool]:
    if connection.vendor != "postgresql":
        yield True
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ADVISORY])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY])
