"""The witness over HTTP."""

from __future__ import annotations

import contextlib
import re
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from shuzhi.engines.ledger import WitnessAnswer

from .witness import Witness

LARGEST_REQUEST = 512 * 1024  # bytes; a hundred post-quantum signatures need about 350 KiB
LARGEST_DISCARDED = 16 * LARGEST_REQUEST  # bytes of a refused request that are read before it is cut off
LINGER_SECONDS = 5
_PART = 64 * 1024
_CHECKPOINT = re.compile(r"/([0-9a-f]{64})/checkpoint")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keep-alive, as tlog-witness recommends
    server_version = "shuzhi-witness"
    sys_version = ""
    timeout = 30  # seconds; a silent client must not hold a thread for ever
    server: WitnessServer

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch(r"[0-9]{1,9}", length) or int(length) > LARGEST_REQUEST:
            self._refuse_unread(
                WitnessAnswer(413 if length.isdigit() else 411, "the request is too large or has no length\n")
            )
            return
        body = self.rfile.read(int(length))
        if self.path != "/add-checkpoint":
            self._send(WitnessAnswer(404, "there is only /add-checkpoint\n"))
        elif len(body) == int(length):
            self._send(self._answer(body))

    def do_GET(self) -> None:
        match = _CHECKPOINT.fullmatch(self.path)
        self._send(
            self.server.witness.latest_checkpoint(match[1]) if match else WitnessAnswer(404, "not found\n")
        )

    def _answer(self, body: bytes) -> WitnessAnswer:
        try:
            return self.server.witness.add_checkpoint(body)
        except (
            Exception
        ) as error:  # the door of the program: nothing was cosigned, and the next request may go well
            print(f"shuzhi-witness: {type(error).__name__}: {error}", file=sys.stderr)
            return WitnessAnswer(500, "the witness could not decide\n")

    def _refuse_unread(self, answer: WitnessAnswer) -> None:
        """Answer, then read on for a while: whoever is cut off in mid-sentence never hears the answer (RFC 9112, 9.6)."""
        self.close_connection = True
        self._send(answer)
        end, left = time.monotonic() + LINGER_SECONDS, LARGEST_DISCARDED
        with contextlib.suppress(
            OSError
        ):  # a sender who is silent or gone has the answer or does not want it
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(LINGER_SECONDS)
            while left > 0 and time.monotonic() < end and (part := self.rfile.read1(_PART)):
                left -= len(part)

    def _send(self, answer: WitnessAnswer) -> None:
        raw = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(raw)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: object) -> None:
        """One line per request on standard error, without the client's address."""
        print(f"shuzhi-witness: {self.command} {self.path[:100]!r} {format % args}", file=sys.stderr)


class WitnessServer(ThreadingHTTPServer):
    """Serves one witness.   address: (host, port); port 0 takes a free one."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        self.witness = witness
        super().__init__(address, _Handler)
