"""The command line of shuzhi-witness.

python -m shuzhi.programs.witness keygen --name court.example/w1 --file court.key
python -m shuzhi.programs.witness serve --key court.key --logs policy.txt --state court.sqlite --listen 127.0.0.1:8471
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from shuzhi.engines.ledger import LedgerError, VerifierKey, parse_policy

from ..keyfiles import KINDS, make_key_file, read_key_file
from .server import WitnessServer
from .store import WitnessStore
from .witness import Witness


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (LedgerError, OSError) as error:
        print(f"shuzhi-witness: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="shuzhi-witness", description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    keygen = commands.add_parser("keygen", help="make a private key and print its public vkey")
    keygen.add_argument("--name", required=True, help="the witness's name, a URL without scheme")
    keygen.add_argument("--file", type=Path, required=True, help="new file for the private key")
    keygen.add_argument(
        "--kind", choices=[kind for kind in KINDS if kind.startswith("cosign")], default="cosign-ed25519"
    )
    keygen.set_defaults(run=_keygen)

    serve = commands.add_parser("serve", help="answer add-checkpoint requests")
    serve.add_argument(
        "--key", type=Path, required=True, action="append", help="private key file; may be repeated"
    )
    serve.add_argument(
        "--logs", type=Path, required=True, help="policy file whose log lines say which logs to trust"
    )
    serve.add_argument("--state", required=True, help="SQLite file; losing it means to trust each log anew")
    serve.add_argument("--listen", default="127.0.0.1:8471", help="host:port")
    serve.set_defaults(run=_serve)
    return parser


def _keygen(options: argparse.Namespace) -> int:
    print(make_key_file(options.file, options.name, options.kind))
    return 0


def _serve(options: argparse.Namespace) -> int:
    logs: dict[str, list[VerifierKey]] = {}
    for known in parse_policy(options.logs.read_bytes()).logs:
        logs.setdefault(known.key.name, []).append(known.key)
    signers = [read_key_file(path) for path in options.key]
    witness = Witness(logs, signers, WitnessStore(options.state), lambda: int(time.time()))
    host, _, port = options.listen.rpartition(":")
    with WitnessServer((host, int(port)), witness) as server:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
        print(
            f"shuzhi-witness: listening on http://{host}:{server.server_address[1]}",
            file=sys.stderr,
            flush=True,
        )
        server.serve_forever()
    witness.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
