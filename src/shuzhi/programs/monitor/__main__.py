"""The command line of shuzhi-monitor.   Exit code of `--once`: 0 nothing wrong, 1 something is.

    python -m shuzhi.programs.monitor keygen --name watch.example/m1 --file monitor.key
    python -m shuzhi.programs.monitor watch https://ledger.example/2026 --policy policy.txt --key monitor.key \
        --state state/ --mirror https://mirror.example/2026 --witness https://court.example/w1 --every 60
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from shuzhi.engines.ledger import LedgerError, Policy, ReadFile, parse_policy

from ..keyfiles import make_key_file, read_key_file
from ..reading import reader
from .memory import load
from .report import begin_day, record, write_report
from .watch import Monitor, witness_reader


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (LedgerError, OSError, ValueError) as error:
        print(f"shuzhi-monitor: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="shuzhi-monitor", description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    keygen = commands.add_parser("keygen", help="make a private key for the reports and print its vkey")
    keygen.add_argument("--name", required=True)
    keygen.add_argument("--file", type=Path, required=True)
    keygen.set_defaults(run=_keygen)

    watch = commands.add_parser("watch", help="read a ledger as it grows")
    watch.add_argument("ledger", help="its URL prefix, or a directory")
    watch.add_argument("--policy", type=Path, required=True)
    watch.add_argument("--key", type=Path, required=True, help="private key file that signs the reports")
    watch.add_argument("--state", type=Path, required=True, help="directory for memory, reports and evidence")
    watch.add_argument(
        "--mirror", action="append", default=[], help="another copy, URL or directory; may be repeated"
    )
    watch.add_argument(
        "--witness", action="append", default=[], help="a witness's monitoring prefix; may be repeated"
    )
    watch.add_argument("--every", type=float, default=60, help="seconds between two looks")
    watch.add_argument("--once", action="store_true", help="look once and end")
    watch.set_defaults(run=_watch)
    return parser


def _keygen(options: argparse.Namespace) -> int:
    print(make_key_file(options.file, options.name, "note-ed25519"))
    return 0


def _others(options: argparse.Namespace, policy: Policy) -> dict[str, ReadFile]:
    others = {place: reader(place) for place in options.mirror}
    for place in options.witness:
        for known in policy.logs:
            others[f"{place} ({known.key.name})"] = witness_reader(reader(place), known.key.name)
    return others


def _watch(options: argparse.Namespace) -> int:
    options.state.mkdir(parents=True, exist_ok=True)
    policy = parse_policy(options.policy.read_bytes())
    others = _others(options, policy)
    monitor = Monitor(policy, reader(options.ledger), others, options.state / "evidence")
    signer = read_key_file(options.key)
    place = options.state / "memory.json"
    memory = load(place)
    while True:
        begin_day(memory, now=datetime.now(UTC))
        findings = monitor.look(memory)
        for finding in record(memory, findings):
            print(finding, flush=True)
        write_report(memory, signer, options.state)
        memory.keep(place)
        if options.once:
            return int(bool(findings))
        time.sleep(options.every)


if __name__ == "__main__":
    sys.exit(main())
