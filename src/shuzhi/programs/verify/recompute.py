"""Computes a decision again from the book, the facts and the values that were claimed.

The engine of rules needs Python 3.11 and a YAML reader, so it is not part of the one-file program: it is imported when
it is installed (`pip install shuzhi`), and otherwise the verdict says that nothing could be decided here.
"""

from __future__ import annotations

import json

from .verdict import Outcome, Verdict


def judge_decision(book: bytes, claim: bytes) -> Verdict:
    """Whether the book gives the claimed values for the claimed facts."""
    try:
        from shuzhi.engines import rules
    except ImportError as error:
        return Verdict().end(Outcome.UNDECIDED, "no-rules", error)
    verdict = Verdict()
    try:
        claimed = json.loads(claim)
        wrong = rules.recompute(book.decode(), claimed)
    except rules.AnotherBook as error:
        return verdict.end(Outcome.REFUTED, "another-book", error)
    except rules.BookRefused as error:
        return verdict.end(Outcome.MALFORMED, "wrong-form", error, file="book")
    except (rules.InputRefused, ValueError) as error:
        return verdict.end(Outcome.MALFORMED, "wrong-form", error, file="claim")
    if wrong:
        return verdict.end(
            Outcome.REFUTED, "recomputed-wrong", "; ".join(map(_told, wrong)), count=len(wrong)
        )
    values = claimed["values"]
    count = len(values.get("household", {})) + sum(len(member) - 1 for member in values.get("members", []))
    verdict.say("recomputed", count=count, day=claimed["as_of"])
    verdict.say("book", digest=claimed["digest"])
    return verdict


def _told(wrong: object) -> str:
    rule, member, claimed, computed = (
        getattr(wrong, name) for name in ("rule", "member", "claimed", "computed")
    )
    return f"{rule}{f' of {member}' if member else ''}: claimed {claimed}, computed {computed}"
