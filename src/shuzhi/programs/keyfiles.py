"""Private keys in files that only their owner can read."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from shuzhi.engines.ledger import (
    COSIGN_ED25519,
    COSIGN_ML_DSA_44,
    NOTE_ED25519,
    Signer,
    format_skey,
    signer_from_seed,
    signer_from_skey,
)

KINDS = {"note-ed25519": NOTE_ED25519, "cosign-ed25519": COSIGN_ED25519, "cosign-ml-dsa-44": COSIGN_ML_DSA_44}


def make_key_file(path: Path, name: str, kind: str) -> str:
    """Draw a new private key into a new file (mode 0600); returns the public vkey.

    kind: one of KINDS.   Raises FileExistsError: an existing key is never overwritten.
    """
    seed = secrets.token_bytes(32)
    key = signer_from_seed(name, KINDS[kind], seed).key
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{format_skey(key, seed)}\n")
        file.flush()
        os.fsync(handle)
    return key.vkey


def read_key_file(path: Path) -> Signer:
    """A signer from a key file; raises PermissionError when others may read it."""
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise PermissionError(f"{path}: others may read this private key; run chmod 600 on it")
    return signer_from_skey(path.read_text(encoding="utf-8"))
