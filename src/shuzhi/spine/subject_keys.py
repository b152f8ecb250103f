"""Keys of people and matters, one each, in a file of their own that no backup of the database contains.

What is encrypted with a subject's key lies in the database. To erase is to destroy the key: then every copy of the
database, also the oldest backup, holds bytes that nobody can read.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import OperationalError

NONCE = 12  # bytes, as AES-GCM wants
KEY = 32
Cipher = AESGCM
_MOST_AT_ONCE = 500  # places in one statement
_SCHEMA = "CREATE TABLE IF NOT EXISTS subject_key (subject TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID"


@dataclass(frozen=True)
class SubjectKeys:
    """A file of keys. folder: where it lies; asked each time, because settings may change."""

    folder: Callable[[], Path]

    def ciphers_for(self, subjects: Collection[str]) -> dict[str, Cipher]:
        """What encrypts with each subject's key; who has none gets one. The keys are on the disk when this returns."""
        wanted = sorted(set(subjects))
        if not wanted:
            return {}
        with self._opened() as file:
            found = _find(file, wanted)
            fresh = [(subject, secrets.token_bytes(KEY)) for subject in wanted if subject not in found]
            if fresh:
                file.execute("BEGIN IMMEDIATE")
                file.executemany("INSERT OR IGNORE INTO subject_key VALUES (?, ?)", fresh)
                file.execute("COMMIT")
                found |= _find(file, [subject for subject, _key in fresh])
        return {subject: Cipher(key) for subject, key in found.items()}

    def known(self, subjects: Collection[str]) -> dict[str, Cipher]:
        """What opens with the keys of those subjects that have one still."""
        with self._opened() as file:
            return {subject: Cipher(key) for subject, key in _find(file, sorted(set(subjects))).items()}

    def destroy(self, subject: str) -> bool:
        """Overwrite and remove a key; returns whether there was one."""
        with self._opened() as file:
            return file.execute("DELETE FROM subject_key WHERE subject = ?", (subject,)).rowcount > 0

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        folder = self.folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = folder / "subjects.sqlite3"
        os.close(os.open(place, os.O_RDWR | os.O_CREAT, 0o600))
        with (
            _told_as_of_the_database(),
            closing(sqlite3.connect(place, isolation_level=None, timeout=20)) as file,
        ):
            # No write-ahead file that would keep a destroyed key; to empty the journal is one wait for the disk less
            # than to delete it.
            file.execute("PRAGMA journal_mode = TRUNCATE")
            file.execute("PRAGMA secure_delete = ON")
            file.execute("PRAGMA synchronous = FULL")
            file.execute(_SCHEMA)
            yield file


@contextmanager
def _told_as_of_the_database() -> Iterator[None]:
    """A file of keys that is locked or a disk that is full: whoever tries again for the database does so here too."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OperationalError(*error.args) from error


def _find(file: sqlite3.Connection, subjects: list[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for start in range(0, len(subjects), _MOST_AT_ONCE):
        part = subjects[start : start + _MOST_AT_ONCE]
        marks = ", ".join("?" * len(part))
        found.update(
            file.execute(f"SELECT subject, key FROM subject_key WHERE subject IN ({marks})", part)  # noqa: S608
        )
    return found


def wrap(cipher: Cipher, content: bytes, *, belongs_to: bytes) -> bytes:
    """Encrypt; the result opens only beside what it belongs to."""
    nonce = os.urandom(NONCE)
    return nonce + cipher.encrypt(nonce, content, belongs_to)


def unwrap(cipher: Cipher, wrapped: bytes, *, belongs_to: bytes) -> bytes | None:
    """None when a byte was altered, or the key is another one."""
    try:
        return cipher.decrypt(wrapped[:NONCE], wrapped[NONCE:], belongs_to)
    except InvalidTag:
        return None
