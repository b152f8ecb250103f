"""Two ways to read a log that somebody else serves: from a directory, or over HTTP."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Iterator

from shuzhi.engines.ledger import ReadFile

LARGEST_FILE = 32 * 1024 * 1024  # bytes; a full bundle of the largest entries has 16 MiB
_TIMEOUT_S = 10


def directory_reader(root: str) -> ReadFile:
    """Read below a directory. A file that is not there is None; one that cannot be read raises OSError."""

    def read(path: str, /) -> bytes | None:
        try:
            with open(os.path.join(root, path), "rb") as file:
                return file.read(LARGEST_FILE + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None

    return read


def url_reader(prefix: str) -> ReadFile:
    """Read below a URL prefix, http or https. "Not found" is None; anything else that fails raises OSError."""
    if not prefix.startswith(("http://", "https://")):
        raise ValueError(f"not an http or https address: {prefix}")

    def read(path: str, /) -> bytes | None:
        request = urllib.request.Request(f"{prefix.rstrip('/')}/{path}", headers={"User-Agent": "shuzhi"})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
                raw: bytes = answer.read(LARGEST_FILE + 1)
        except urllib.error.HTTPError as error:
            if error.code in (404, 410):
                return None
            raise
        return raw

    return read


def reader(place: str) -> ReadFile:
    """A reader for a URL prefix or a directory."""
    return url_reader(place) if "://" in place else directory_reader(place)


def paths_below(root: str, part: str) -> Iterator[str]:
    """All files below one folder of a directory, seen from the directory, with forward slashes."""
    for folder, _folders, names in os.walk(os.path.join(root, part)):
        for name in sorted(names):
            yield os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
