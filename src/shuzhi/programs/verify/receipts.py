"""Checking a citizen's receipt: the entry, its place in the log, the witnesses, and the opened fields."""

from __future__ import annotations

import hashlib
import json

from shuzhi.engines.ledger import (
    Leaf,
    Malformed,
    Opening,
    Policy,
    Receipt,
    Unverified,
    Witnessed,
    check_log_signature,
    check_opening,
    installed_sm3,
    leaf_hash,
    parse_leaf,
    parse_opening,
    parse_policy,
    parse_receipt,
    verify_inclusion,
)

from .verdict import Outcome, Verdict


def judge_receipt(
    proof: bytes,
    policy: bytes,
    *,
    opening: bytes | None = None,
    leaf: bytes | None = None,
    document: bytes | None = None,
) -> Verdict:
    """The verdict over one receipt. All arguments are the contents of files; `leaf` wins over the opening's."""
    verdict = Verdict()
    name = "policy"
    try:
        trusted = parse_policy(policy)
        name = "proof"
        receipt = parse_receipt(proof)
        name = "opening"
        opened = parse_opening(opening) if opening is not None else None
        entry = leaf or (opened.leaf if opened else receipt.extra)
        if not entry:
            return verdict.end(Outcome.UNDECIDED, "no-entry")
        name = "leaf"
        content = parse_leaf(entry)
    except Malformed as error:
        return verdict.end(Outcome.MALFORMED, "wrong-form", error, file=name)
    _judge_place(verdict, receipt, entry, trusted)
    if verdict.outcome is Outcome.VERIFIED:
        _tell_leaf(verdict, content)
        _judge_opening(verdict, content, opened)
        _judge_document(verdict, content, document)
    return verdict


def _judge_place(verdict: Verdict, receipt: Receipt, entry: bytes, policy: Policy) -> None:
    head = receipt.signed.checkpoint
    try:
        verify_inclusion(leaf_hash(entry), receipt.index, head.size, receipt.proof, head.root)
    except Unverified as error:
        verdict.end(Outcome.REFUTED, "not-included", error)
        return
    try:
        witnessed = check_log_signature(receipt.signed, policy)
    except Unverified as error:
        verdict.end(Outcome.REFUTED, "bad-signature", error)
        return
    verdict.say("entry", index=receipt.index, origin=head.origin)
    verdict.say("size", size=head.size)
    judge_quorum(verdict, witnessed, policy)


def judge_quorum(verdict: Verdict, witnessed: Witnessed, policy: Policy) -> None:
    """Say who witnessed a checkpoint; without a quorum the verdict ends as refuted."""
    names = ", ".join(sorted(witnessed.witnesses)) or "-"
    if not policy.is_met_by(frozenset(witnessed.witnesses)):
        verdict.end(Outcome.REFUTED, "no-quorum", names=names)
    elif policy.quorum is None:
        verdict.say("no-quorum-asked")
    else:
        verdict.say("witnesses", names=names)
    if witnessed.unsupported:
        verdict.say("unsupported", names=", ".join(witnessed.unsupported))


def _tell_leaf(verdict: Verdict, leaf: Leaf) -> None:
    verdict.say("organ", organ=leaf.organ)
    verdict.say("number", number=f"{leaf.series}/{leaf.number}")
    verdict.say("type", type=leaf.type)
    verdict.say("day", day=leaf.day.isoformat())
    if leaf.rule:
        verdict.say("automatic", rule=leaf.rule.hex())
    if leaf.ref:
        word = "erased" if leaf.ref.verb == "erases" else "ref"
        verdict.say(word, target=leaf.ref.index, verb=leaf.ref.verb)


def _judge_opening(verdict: Verdict, leaf: Leaf, opening: Opening | None) -> None:
    if opening is None:
        return
    sm3 = installed_sm3()
    try:
        if leaf.seal is None:
            raise Unverified("the entry has no seal")
        check_opening(opening, leaf.seal, sm3=sm3)
    except Unverified as error:
        verdict.end(Outcome.REFUTED, "wrong-opening", error)
        return
    verdict.say("opened", count=len(opening.fields))
    for field in opening.fields:
        value = field.value if isinstance(field.value, str) else json.dumps(field.value, ensure_ascii=False)
        verdict.say("field", name=_visible(field.name), value=_visible(value))
    if leaf.seal.sm3 and not sm3:
        verdict.say("sm3-unchecked")


def _visible(text: str) -> str:
    """Text that cannot move the cursor or hide other text on a terminal."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def _judge_document(verdict: Verdict, leaf: Leaf, document: bytes | None) -> None:
    if document is None or verdict.outcome is not Outcome.VERIFIED:
        return
    if hashlib.sha256(document).digest() == leaf.pub:
        verdict.say("document")
    else:
        verdict.end(Outcome.REFUTED, "wrong-document")
