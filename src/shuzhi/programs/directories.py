"""Reading a log from a copy of its directory. Apart from `reading`, because whoever checks one receipt needs no HTTP."""

from __future__ import annotations

import os
from collections.abc import Iterator

from shuzhi.engines.ledger import ReadFile

LARGEST_FILE = 32 * 1024 * 1024  # bytes; a full bundle of the largest entries has 16 MiB


def directory_reader(root: str) -> ReadFile:
    """Read below a directory. A file that is not there is None; one that cannot be read raises OSError."""

    def read(path: str, /) -> bytes | None:
        try:
            with open(os.path.join(root, path), "rb") as file:
                return file.read(LARGEST_FILE + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None

    return read


def paths_below(root: str, part: str) -> Iterator[str]:
    """All files below one folder of a directory, seen from the directory, with forward slashes."""
    for folder, _folders, names in os.walk(os.path.join(root, part)):
        for name in sorted(names):
            yield os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
