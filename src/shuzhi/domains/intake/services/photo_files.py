"""Photos on the disk: each closed with a key of its own, so that whoever destroys the key destroys the picture.

The key lies in the database, closed like the words that came with the photo. Backups of files and database together do
not bring back the pictures of somebody whose key is gone.
"""

import base64
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from shuzhi.spine import sealing
from shuzhi.spine.subject_keys import KEY, Cipher, unwrap, wrap


def keep(name: str, picture: bytes) -> str:
    """Write a picture, on disk for good; returns its key, sealed. Raises OSError."""
    key = secrets.token_bytes(KEY)
    _write(path_of(name), wrap(Cipher(key), picture, belongs_to=name.encode()))
    return sealing.seal(base64.b64encode(key).decode())


def opened(name: str, key: str) -> bytes:
    """The picture. key: unsealed; "" for pictures of version 0.1, which lie open.

    Raises FileNotFoundError when it is gone, RuntimeError when the file was altered.
    """
    content = path_of(name).read_bytes()
    if not key:
        return content
    picture = unwrap(Cipher(base64.b64decode(key)), content, belongs_to=name.encode())
    if picture is None:
        raise RuntimeError(f"the photo {name} was altered: restore it from a backup")
    return picture


def remove(names: Iterable[str]) -> None:
    for name in names:
        path_of(name).unlink(missing_ok=True)


def path_of(name: str) -> Path:
    return Path(settings.SHUZHI_DATA_DIR) / "photos" / name[:2] / name


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".part")
    try:
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
