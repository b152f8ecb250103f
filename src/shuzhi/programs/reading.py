"""Two ways to read a log that somebody else serves: from a directory, or over HTTP."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request

from shuzhi.engines.ledger import ReadFile

from .directories import LARGEST_FILE, directory_reader

LONGEST_S = 60  # for one file
_SILENCE_S = 10
_PART = 1024 * 1024


def url_reader(prefix: str) -> ReadFile:
    """Read below a URL prefix, http or https. "Not found" is None; anything else that fails raises OSError."""
    if not prefix.startswith(("http://", "https://")):
        raise ValueError(f"not an http or https address: {prefix}")

    def read(path: str, /) -> bytes | None:
        request = urllib.request.Request(f"{prefix.rstrip('/')}/{path}", headers={"User-Agent": "shuzhi"})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=_SILENCE_S) as answer:  # noqa: S310
                return _whole(answer)
        except urllib.error.HTTPError as error:
            if error.code in (404, 410):
                return None
            raise
        except http.client.HTTPException as error:
            raise OSError(f"{type(error).__name__}: {error}") from error

    return read


def _whole(answer: http.client.HTTPResponse) -> bytes:
    """The body, and no more than the largest file has; raises OSError when it breaks off or comes drop by drop."""
    raw, end = bytearray(), time.monotonic() + LONGEST_S
    while len(raw) <= LARGEST_FILE and (part := answer.read1(_PART)):
        raw += part
        if time.monotonic() > end:
            raise TimeoutError(f"the answer has not come to its end in {LONGEST_S} seconds")
    if answer.length and len(raw) <= LARGEST_FILE:
        raise OSError(f"the answer breaks off {answer.length} bytes before its end")
    return bytes(raw)


def reader(place: str) -> ReadFile:
    """A reader for a URL prefix or a directory."""
    return url_reader(place) if "://" in place else directory_reader(place)
