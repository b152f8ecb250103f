"""Works a decision out again from one file: the book, the facts, and what was claimed.

The engine of rules needs Python 3.11 and a YAML reader, so it is not part of the one-file program: it is imported when
it is installed (`pip install shuzhi`), and otherwise the verdict says that nothing could be decided here.
"""

from __future__ import annotations

from .verdict import Outcome, Verdict


def judge_decision(raw: bytes) -> Verdict:
    """Whether the book gives the claimed value for the sealed facts."""
    try:
        from shuzhi.engines import rules
    except ImportError as error:
        return Verdict().end(Outcome.UNDECIDED, "no-rules", error)
    verdict = Verdict()
    try:
        claim = rules.parse_claim(raw)
        found = rules.recompute(claim)
    except rules.ClaimRefused as error:
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
