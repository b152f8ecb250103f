"""The ledger's public files, straight from their directory: neither views nor the database stand in the read path.

A county puts its web server's own file service before this (docs/guide/ledger-nginx.conf); the answers are the same.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from shuzhi.domains.ledger.places import folder

# Exactly the files that a log has; everything else falls through to the platform.
_FILE = re.compile(
    r"/log/(?P<log>[0-9]{4}(?:-[0-9]{1,3})?)/(?P<path>checkpoint|policy\.txt"
    r"|tile/(?:entries|[0-9]{1,2})/(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/[0-9]{1,3})?|pub/[0-9a-f]{2}/[0-9a-f]{64})"
)
_FOR_EVER = "public, max-age=31536000, immutable"  # C2SP tlog-tiles: a tile never changes
_CHANGING = {"checkpoint": "no-cache", "policy.txt": "no-cache"}
_TEXT = "text/plain; charset=utf-8"


def before(application: WSGIApplication) -> WSGIApplication:
    """Answer for the ledger's files; hand every other request on."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        match = _FILE.fullmatch(environ.get("PATH_INFO", ""))
        if match is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return application(environ, start_response)
        return _serve(folder() / "public" / match["log"], match["path"], environ, start_response)

    return answer


def _serve(root: Path, path: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    try:
        raw = _read(root, path)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        start_response("404 Not Found", [("Content-Type", _TEXT), ("Content-Length", "0")])
        return []
    kind = "application/octet-stream" if path.startswith("tile/") else _TEXT
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(raw))),
        ("Cache-Control", _CHANGING.get(path, _FOR_EVER)),
        ("Access-Control-Allow-Origin", "*"),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'; sandbox"),
    ]
    start_response("200 OK", headers)
    return [raw] if environ["REQUEST_METHOD"] == "GET" else []


def _read(root: Path, path: str) -> bytes:
    """A file of a log. A link that somebody laid into the log leads nowhere."""
    real = (root / path).resolve(strict=True)
    if not real.is_relative_to(root.resolve()):
        raise FileNotFoundError(path)
    return real.read_bytes()
