"""Works a decision out again from one file: the book, the facts, and what was claimed.

The engine of rules asks for Python 3.11, the rest of the program for 3.9: it is imported when it is wanted, and an older
Python is told that nothing could be decided here.
"""

from __future__ import annotations

import sys

from .verdict import Outcome, Verdict

_OLDEST = (3, 11)


def judge_decision(raw: bytes) -> Verdict:
    """Whether the book gives the claimed value for the sealed facts."""
    if sys.version_info < _OLDEST:
        return Verdict().end(Outcome.UNDECIDED, "old-python")
    from shuzhi.engines.rules import claims

    verdict = Verdict()
    try:
        claim = claims.parse_claim(raw)
        found = claims.recompute(claim)
    except claims.ClaimRefused as error:
        return verdict.end(Outcome.MALFORMED, "wrong-form", error, file="decision")
    if "rule_package" in found.differs:
        return verdict.end(Outcome.REFUTED, "another-book", claim["rule_package"])
    if "inputs_seal" in found.differs:
        return verdict.end(Outcome.REFUTED, "other-facts", claim["inputs_seal"])
    if not found.agrees:
        told = {"rule": claim["rule"], "claimed": found.claimed, "value": found.value}
        return verdict.end(Outcome.REFUTED, "recomputed-wrong", **told)
    verdict.say("recomputed", rule=claim["rule"], value=found.value, day=claim["as_of"])
    verdict.say("book", digest=claim["rule_package"])
    verdict.say("seal", seal=claim["inputs_seal"])
    return verdict
