"""The ledger's public files as anybody fetches them, from our own file service and from nginx with the guide's settings."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from tests.programs.given import given_directory

from shuzhi.site import ledger_files

SETTINGS = Path(__file__).parents[2] / "docs" / "guide" / "ledger-nginx.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
FOR_EVER = "public, max-age=31536000, immutable"
SECRET = b"the log's private key"
DOCUMENT = f"pub/ab/{'ab' * 32}"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A published log of 700 entries, with secrets beside it and links that somebody laid into it."""
    root = tmp_path / "ledger" / "public" / "2026"
    given_directory(root)
    keys = tmp_path / "ledger" / "keys"
    keys.mkdir()
    (keys / "2026-1.key").write_bytes(SECRET)
    (root / "pub" / "ab").mkdir(parents=True, exist_ok=True)
    (root / DOCUMENT).write_text("a public document")
    (root / "tile" / "0" / "777").symlink_to(keys / "2026-1.key")
    (root / "tile" / "9").symlink_to(keys)
    (keys / "000").write_bytes(SECRET)
    (root / ".notes").write_bytes(SECRET)
    return tmp_path / "ledger"


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_told: object) -> None: ...


def _platform(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """What stands behind the file service: it knows no such address."""
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"the platform answers"]


def _ours() -> Iterator[int]:
    with make_server("127.0.0.1", 0, ledger_files.before(_platform), handler_class=_Quiet) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server.server_port
        server.shutdown()


def _nginx(ledger: Path, folder: Path) -> Iterator[int]:
    if NGINX is None:
        pytest.skip("NOT RUN: nginx is not installed (apt-get install nginx-light)")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    served = SETTINGS.read_text().replace("/srv/shuzhi/ledger/public", str(ledger / "public"))
    served = served.replace("listen 8080;", f"listen 127.0.0.1:{port};")
    assert str(port) in served
    places = "".join(
        f"{what}_temp_path {folder}/{what};\n"
        for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    whole.write_text(
        f"{user}\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{ access_log off;\n{places}{served} }}"
    )
    process = subprocess.Popen([NGINX, "-c", str(whole), "-p", str(folder), "-g", "daemon off;"])
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int) -> None:
    for _try in range(100):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not answer")


@pytest.fixture(params=["platform", "nginx"])
def port(request: pytest.FixtureRequest, ledger: Path, tmp_path: Path, settings: object) -> Iterator[int]:
    settings.SHUZHI_LEDGER_DIR = str(ledger)  # type: ignore[attr-defined]
    yield from _ours() if request.param == "platform" else _nginx(ledger, tmp_path)


def ask(port: int, path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """Exactly this path, as no well-behaved client would send it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest(method, path, skip_host=False, skip_accept_encoding=True)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def test_files_come_byte_for_byte_with_the_headers_that_their_kind_asks_for(port: int, ledger: Path) -> None:
    root = ledger / "public" / "2026"
    binary, text = "application/octet-stream", "text/plain; charset=utf-8"
    wanted = {
        "checkpoint": ("no-cache", text),
        "tile/0/000": (FOR_EVER, binary),
        "tile/0/002.p/188": (FOR_EVER, binary),
        "tile/1/000.p/2": (FOR_EVER, binary),
        "tile/entries/001": (FOR_EVER, binary),
        DOCUMENT: (FOR_EVER, text),
    }
    for path, (cache, kind) in wanted.items():
        status, headers, body = ask(port, f"/log/2026/{path}")
        assert (status, body) == (200, (root / path).read_bytes()), path
        assert (headers["cache-control"], headers["content-type"]) == (cache, kind), path
        assert headers["access-control-allow-origin"] == "*"
        assert headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in headers["content-security-policy"]
        assert ask(port, f"/log/2026/{path}", "HEAD")[::2] == (200, b"")


TRICKS = (
    *("/log/2026/../keys/2026-1.key", "/log/2026/tile/../../../keys/2026-1.key", "/log/../keys/2026-1.key"),
    *("/log/2026/%2e%2e/%2e%2e/keys/2026-1.key", "/log/2026/..%2f..%2fkeys%2f2026-1.key"),
    *(
        "/log/2026/tile/0/%2e%2e/%2e%2e/%2e%2e/%2e%2e/keys/2026-1.key",
        "/log/2026%2f..%2f..%2fkeys/2026-1.key",
    ),
    *("/log//etc/passwd", "/log/2026//etc/passwd", "/log/%2fetc%2fpasswd", "/log/2026/file:///etc/passwd"),
    *(
        "/log/2026/tile/0/..%5c..%5ckeys",
        "/log/2026/tile/0/000%00",
        "/log/2026/checkpoint%0a",
        "/log/2026/.notes",
    ),
    *("/log/2026/tile/0/777", "/log/2026/tile/9/000", "/log/2026/tile/0/000.p", "/log/2026/tile/0/002.p/"),
    *(
        "/log/2026/",
        "/log/2026",
        "/log/",
        "/log/2026/tile/0/",
        "/log/2026/tile/0/003",
        "/log/2025/checkpoint",
    ),
    *(
        "/log/2026/tile/0/002.p/189",
        "/log/2026/pub/ab/" + "AB" * 32,
        "/log/%D9%A2026/checkpoint",
        "/log/2026/keys",
    ),
)


def test_tricks_with_paths_links_and_what_is_not_there_end_in_404(port: int) -> None:
    answers = {path: ask(port, path) for path in TRICKS}

    assert {path: got[0] for path, got in answers.items() if got[0] not in (400, 404)} == {}
    assert [path for path, got in answers.items() if SECRET in got[2] or b"root:" in got[2]] == []
    assert [path for path, got in answers.items() if got[1].get("cache-control") == FOR_EVER] == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nobody_writes_through_the_file_service(port: int, ledger: Path, method: str) -> None:
    before = (ledger / "public" / "2026" / "checkpoint").read_bytes()

    status, _headers, body = ask(port, "/log/2026/checkpoint", method)

    assert status in (403, 404, 405)
    assert before not in body
    assert (ledger / "public" / "2026" / "checkpoint").read_bytes() == before


def test_the_guide_names_the_settings_that_are_tested_here() -> None:
    guide = (SETTINGS.parent / "ledger.md").read_text()

    assert f"({SETTINGS.name})" in guide
    assert re.search(r"chmod 711 ledger", guide)
