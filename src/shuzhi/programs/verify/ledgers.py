"""Checking a whole ledger in a directory, and comparing two checkpoints of one ledger."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator

from shuzhi.engines.ledger import (
    CHECKPOINT_PATH,
    Auditor,
    BundleScan,
    Checkpoint,
    Finding,
    LedgerError,
    Malformed,
    Policy,
    SignedCheckpoint,
    Unverified,
    check_log_signature,
    check_partial_tiles,
    document_path,
    parse_checkpoint,
    parse_policy,
    parse_tile_path,
    root_at,
    scan_bundle,
)

from ..directories import directory_reader, paths_below
from .receipts import judge_quorum
from .verdict import Outcome, Verdict

MOST_SHOWN = 50  # findings in one verdict
_WORTH_A_PROCESS = 64  # bundles
_WORD_OF = {"type": "unlisted-type", "document": "altered-document"}


def judge_directory(root: str, policy: bytes, *, jobs: int = 1) -> Verdict:
    """Read every file of a ledger again.   jobs: processes that hash in parallel."""
    verdict = Verdict()
    try:
        trusted = parse_policy(policy)
    except Malformed as error:
        return verdict.end(Outcome.MALFORMED, "wrong-form", error, file="policy")
    raw = directory_reader(root)(CHECKPOINT_PATH)
    if raw is None:
        return verdict.end(Outcome.MALFORMED, "unreadable", file=os.path.join(root, CHECKPOINT_PATH))
    head = _checkpoint(verdict, raw, trusted, CHECKPOINT_PATH)
    if head is None or verdict.outcome is not Outcome.VERIFIED:
        verdict.say("in-file", file=CHECKPOINT_PATH)
        return verdict
    auditor = Auditor()
    findings = [*audit_directory(root, head, auditor, jobs=jobs), *altered_documents(root)]
    if findings:
        _tell_findings(verdict, findings)
        return verdict
    verdict.say("audited", size=head.size)
    if auditor.types is None and head.size:
        verdict.say("types-unchecked")
    return verdict


def audit_directory(root: str, head: Checkpoint, auditor: Auditor, *, jobs: int = 1) -> list[Finding]:
    """All that is wrong with a directory under a checkpoint whose signatures hold."""
    read = directory_reader(root)
    findings = auditor.walk(read, head, _scans(root, head.size, auditor, jobs))
    paths, strange = [], []
    for path in paths_below(root, "tile"):
        try:
            parse_tile_path(path)
            paths.append(path)
        except Malformed:
            strange.append(Finding("tile", path, "not a file of a ledger"))
    return findings + strange + list(check_partial_tiles(read, paths, head.size))


def altered_documents(root: str) -> Iterator[Finding]:
    """Files among the public documents whose content is not what their name says."""
    read = directory_reader(root)
    for path in paths_below(root, "pub"):
        if path != document_path(hashlib.sha256(read(path) or b"").hexdigest()):
            yield Finding("document", path, "its SHA-256 is not its name")


def _scans(root: str, size: int, auditor: Auditor, jobs: int) -> Iterator[BundleScan]:
    seen = auditor.edge.size
    places = [(root, index, size, seen) for index in auditor.unread_bundles(size)]
    if jobs < 2 or len(places) < _WORTH_A_PROCESS:
        yield from map(_scan, places)
        return
    from multiprocessing import Pool  # here, so that checking one receipt does not wait for it

    with Pool(jobs) as pool:
        yield from pool.imap(_scan, places, chunksize=16)


def _scan(place: tuple[str, int, int, int]) -> BundleScan:
    root, index, size, seen = place
    return scan_bundle(directory_reader(root), index, size, seen=seen)


def _tell_findings(verdict: Verdict, findings: list[Finding]) -> None:
    verdict.end(Outcome.REFUTED, "found", count=len(findings))
    for finding in findings[:MOST_SHOWN]:
        verdict.say(_WORD_OF.get(finding.code, finding.code), where=finding.where)
        verdict.technical.append(str(finding))


def _checkpoint(verdict: Verdict, raw: bytes, policy: Policy, name: str) -> Checkpoint | None:
    """The checkpoint when its signatures hold; the verdict then also tells of the witnesses."""
    try:
        signed = parse_checkpoint(raw)
    except Malformed as error:
        verdict.end(Outcome.MALFORMED, "wrong-form", error, file=name)
        return None
    try:
        witnessed = check_log_signature(signed, policy)
    except Unverified as error:
        verdict.end(Outcome.REFUTED, "bad-signature", error)
        return None
    judge_quorum(verdict, witnessed, policy)
    return signed.checkpoint


def judge_two(first: bytes, second: bytes, policy: bytes, *, root: str | None = None) -> Verdict:
    """Whether two signed checkpoints show one history.   root: a directory with the larger one's tiles."""
    verdict = Verdict()
    heads: list[SignedCheckpoint] = []
    try:
        trusted = parse_policy(policy)
        heads += [parse_checkpoint(first), parse_checkpoint(second)]
    except Malformed as error:
        name = "policy" if str(error).startswith("policy") else CHECKPOINT_PATH
        return verdict.end(Outcome.MALFORMED, "wrong-form", error, file=name)
    try:
        for signed in heads:
            check_log_signature(signed, trusted)
    except Unverified as error:
        return verdict.end(Outcome.REFUTED, "bad-signature", error)
    old, new = sorted((signed.checkpoint for signed in heads), key=lambda head: head.size)
    if old.origin != new.origin:
        return verdict.end(Outcome.UNDECIDED, "two-logs")
    return _compare(verdict, old, new, root)


def _compare(verdict: Verdict, old: Checkpoint, new: Checkpoint, root: str | None) -> Verdict:
    if old.size == new.size:
        if old.root != new.root:
            return verdict.end(Outcome.REFUTED, "fork")
        verdict.say("same")
        return verdict
    if root is None:
        return verdict.end(Outcome.UNDECIDED, "need-tiles", old=old.size, new=new.size)
    read = directory_reader(root)
    try:
        roots = root_at(read, old.size, within=new.size), root_at(read, new.size, within=new.size)
    except LedgerError as error:
        return verdict.end(Outcome.UNDECIDED, "need-tiles", error, old=old.size, new=new.size)
    if roots[1] != new.root:
        return verdict.end(
            Outcome.UNDECIDED, "need-tiles", "these are tiles of another tree", old=old.size, new=new.size
        )
    if roots[0] != old.root:
        return verdict.end(Outcome.REFUTED, "fork")
    verdict.say("grown", old=old.size, new=new.size)
    return verdict
