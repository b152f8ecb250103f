"""The subjects' keys: one for each demand, in a file of their own that no backup of the database contains.

What opens a seal lies in the database, encrypted with its subject's key. To erase is to destroy the key: then every
copy of the database, also the oldest backup, holds bytes that nobody can read.
"""

import os
import secrets
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shuzhi.domains.ledger import places

NONCE = 12  # bytes, as AES-GCM wants
KEY = 32
Cipher = AESGCM
_MOST_AT_ONCE = 500  # places in one statement
_SCHEMA = "CREATE TABLE IF NOT EXISTS subject_key (subject TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID"


@contextmanager
def _opened() -> Iterator[sqlite3.Connection]:
    place = places.made(places.keys()) / "subjects.sqlite3"
    os.close(os.open(place, os.O_RDWR | os.O_CREAT, 0o600))
    with closing(sqlite3.connect(place, isolation_level=None, timeout=20)) as vault:
        vault.execute("PRAGMA journal_mode = DELETE")  # no write-ahead file that would keep a destroyed key
        vault.execute("PRAGMA secure_delete = ON")
        vault.execute("PRAGMA synchronous = FULL")
        vault.execute(_SCHEMA)
        yield vault


def ciphers_for(subjects: Collection[str]) -> dict[str, Cipher]:
    """What encrypts with each subject's key; who has none gets one. The keys are on the disk when this returns."""
    wanted = sorted(set(subjects))
    with _opened() as vault:
        found = _find(vault, wanted)
        fresh = [(subject, secrets.token_bytes(KEY)) for subject in wanted if subject not in found]
        if fresh:
            vault.execute("BEGIN IMMEDIATE")
            vault.executemany("INSERT OR IGNORE INTO subject_key VALUES (?, ?)", fresh)
            vault.execute("COMMIT")
            found |= _find(vault, [subject for subject, _key in fresh])
    return {subject: Cipher(key) for subject, key in found.items()}


def key_of(subject: str) -> bytes | None:
    with _opened() as vault:
        return _find(vault, [subject]).get(subject)


def _find(vault: sqlite3.Connection, subjects: list[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for start in range(0, len(subjects), _MOST_AT_ONCE):
        part = subjects[start : start + _MOST_AT_ONCE]
        marks = ", ".join("?" * len(part))
        found.update(
            vault.execute(f"SELECT subject, key FROM subject_key WHERE subject IN ({marks})", part)  # noqa: S608
        )
    return found


def destroy(subject: str) -> bool:
    """Overwrite and remove a key; returns whether there was one."""
    with _opened() as vault:
        return vault.execute("DELETE FROM subject_key WHERE subject = ?", (subject,)).rowcount > 0


def wrap(cipher: Cipher, content: bytes, *, belongs_to: bytes) -> bytes:
    """Encrypt; the result opens only beside the entry that it belongs to."""
    nonce = os.urandom(NONCE)
    return nonce + cipher.encrypt(nonce, content, belongs_to)


def unwrap(key: bytes, wrapped: bytes, *, belongs_to: bytes) -> bytes | None:
    """None when a byte was altered, or the key is another one."""
    try:
        return Cipher(key).decrypt(wrapped[:NONCE], wrapped[NONCE:], belongs_to)
    except InvalidTag:
        return None
