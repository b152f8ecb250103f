"""Two ways to read a log that somebody else serves: from a directory, or over HTTP."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request

from shuzhi.engines.ledger import ReadFile

from .directories import LARGEST_FILE, directory_reader

_TIMEOUT_S = 10


def url_reader(prefix: str) -> ReadFile:
    """Read below a URL prefix, http or https. "Not found" is None; anything else that fails raises OSError."""
    if not prefix.startswith(("http://", "https://")):
        raise ValueError(f"not an http or https address: {prefix}")

    def read(path: str, /) -> bytes | None:
        request = urllib.request.Request(f"{prefix.rstrip('/')}/{path}", headers={"User-Agent": "shuzhi"})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
                raw: bytes = answer.read(LARGEST_FILE + 1)
                if answer.length and len(raw) <= LARGEST_FILE:
                    raise OSError(f"the answer breaks off {answer.length} bytes before its end")
        except urllib.error.HTTPError as error:
            if error.code in (404, 410):
                return None
            raise
        except http.client.HTTPException as error:
            raise OSError(f"{type(error).__name__}: {error}") from error
        return raw

    return read


def reader(place: str) -> ReadFile:
    """A reader for a URL prefix or a directory."""
    return url_reader(place) if "://" in place else directory_reader(place)
