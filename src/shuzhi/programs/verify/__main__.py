"""The command line of shuzhi-verify.   Exit codes: 0 verified, 1 not verified, 2 unreadable, 3 cannot be decided."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from .ledgers import judge_directory, judge_two
from .receipts import judge_receipt
from .recompute import judge_decision
from .verdict import Outcome, Verdict, language_of_the_place


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    language = options.language or language_of_the_place()
    try:
        verdict = options.judge(options)
    except OSError as error:
        verdict = Verdict().end(Outcome.MALFORMED, "unreadable", error, file=error.filename or "")
    sys.stdout.buffer.write(verdict.text(language).encode())
    return int(verdict.outcome)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="shuzhi-verify", description=(__doc__ or "").strip())
    parser.add_argument(
        "--language", choices=("zh", "en"), help="language of the verdict; default: the system's"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    receipt = commands.add_parser("receipt", help="check a receipt offline")
    receipt.add_argument("proof", help="the .tlog-proof file")
    receipt.add_argument("--policy", required=True, help="whom you trust (C2SP tlog-policy)")
    receipt.add_argument("--opening", help="opening.json, for the personal part")
    receipt.add_argument("--leaf", help="the entry, when neither receipt nor opening carries it")
    receipt.add_argument("--document", help="the public document that the entry names")
    receipt.set_defaults(judge=_receipt)

    directory = commands.add_parser("directory", help="read a whole ledger again")
    directory.add_argument("root", help="a copy of the ledger's public directory")
    directory.add_argument("--policy", required=True)
    directory.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, help="processes that hash in parallel"
    )
    directory.set_defaults(judge=lambda o: judge_directory(o.root, _bytes(o.policy), jobs=o.jobs))

    compare = commands.add_parser("compare", help="see whether two checkpoints show one history")
    compare.add_argument("first")
    compare.add_argument("second")
    compare.add_argument("--policy", required=True)
    compare.add_argument("--directory", help="the ledger's public directory, when the sizes differ")
    compare.set_defaults(
        judge=lambda o: judge_two(_bytes(o.first), _bytes(o.second), _bytes(o.policy), root=o.directory)
    )

    again = commands.add_parser("recompute", help="work a decision out again")
    again.add_argument("decision", help="decision.json: the book, the facts and what was claimed")
    again.set_defaults(judge=lambda o: judge_decision(_bytes(o.decision)))
    return parser


def _receipt(options: argparse.Namespace) -> Verdict:
    optional = {name: getattr(options, name) for name in ("opening", "leaf", "document")}
    contents = {name: _bytes(path) if path else None for name, path in optional.items()}
    return judge_receipt(_bytes(options.proof), _bytes(options.policy), **contents)


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


if __name__ == "__main__":
    sys.exit(main())
