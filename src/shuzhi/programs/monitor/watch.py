"""One look at a ledger: read what is new, and compare with what others were shown."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shuzhi.engines.ledger import (
    CHECKPOINT_PATH,
    Auditor,
    Checkpoint,
    Finding,
    LedgerError,
    Policy,
    ReadFile,
    SignedCheckpoint,
    Unverified,
    check_log_signature,
    check_policy,
    parse_checkpoint,
    root_at,
)

from .memory import Memory, head_of, write_whole

# After these the tree cannot be trusted, so the monitor stays where it was. Other findings are about content
# that is really logged; they are reported once and the monitor goes on.
_STOP = frozenset({"bundle", "tile", "rewritten", "checkpoint"})


@dataclass(frozen=True)
class Monitor:
    """read: the ledger.   others: name -> another copy (mirror, or a witness's last checkpoint, as CHECKPOINT_PATH).

    evidence: a directory that keeps every checkpoint which contradicts another.
    """

    policy: Policy
    read: ReadFile
    others: Mapping[str, ReadFile]
    evidence: Path

    def look(self, memory: Memory) -> list[Finding]:
        """Read what is new and return what is wrong; the memory moves on as far as the log can be trusted."""
        findings = []
        try:
            raw = self.read(CHECKPOINT_PATH)
        except OSError as error:
            return [Finding("unreachable", "the ledger", str(error))]
        if raw is None:
            return [Finding("unreachable", "the ledger", "it serves no checkpoint")]
        try:
            signed = parse_checkpoint(raw)
            check_log_signature(signed, self.policy)
        except LedgerError as error:
            self._keep(raw)
            return [Finding("checkpoint", CHECKPOINT_PATH, str(error))]
        try:
            check_policy(signed, self.policy)
        except Unverified as error:
            findings.append(Finding("quorum", CHECKPOINT_PATH, str(error)))
        findings += self._follow(memory, signed)
        for name, read in self.others.items():
            findings += self._compare(memory, name, read)
        return findings

    def _follow(self, memory: Memory, signed: SignedCheckpoint) -> list[Finding]:
        new, known = signed.checkpoint, head_of(memory)
        if known and known.origin != new.origin:
            return [Finding("checkpoint", CHECKPOINT_PATH, f"the ledger calls itself {new.origin} now")]
        if known and new.size <= known.size:
            return self._look_back(memory, signed, "the ledger")
        trial = copy.deepcopy(memory.auditor)
        try:
            findings = trial.walk(self.read, new)
        except OSError as error:
            return [Finding("unreachable", "the ledger", str(error))]
        if _stopping(findings):
            self._keep_both(memory, signed)
            return findings
        memory.today.entries += new.size - memory.auditor.edge.size
        memory.auditor, memory.head = trial, signed
        return findings

    def _look_back(self, memory: Memory, signed: SignedCheckpoint, who: str) -> list[Finding]:
        """A checkpoint no larger than what was read must be a beginning of it."""
        old, known = signed.checkpoint, head_of(memory)
        if known is None:
            return []
        damage: list[Finding] = []
        if old.size == known.size:  # two signatures over one size contradict each other without any tile
            is_beginning = old.root == known.root
        else:
            try:
                is_beginning = self._root_at(old.size, known) == old.root
                damage = [] if is_beginning else _stopping(Auditor().walk(self.read, known))
            except OSError as error:
                return [Finding("unreachable", "the ledger", str(error))]
        if is_beginning:
            return []
        self._keep_both(memory, signed)
        if damage:  # the tiles that gave the root are altered, which says nothing about `who`
            return damage
        return [
            Finding("split", who, f"shows another history of {old.size} entries; both checkpoints are kept")
        ]

    def _root_at(self, size: int, known: Checkpoint) -> bytes | None:
        """What the tiles say that the root was; None when they say nothing."""
        try:
            return root_at(self.read, size, within=known.size)
        except LedgerError:
            return None

    def _compare(self, memory: Memory, name: str, read: ReadFile) -> list[Finding]:
        try:
            raw = read(CHECKPOINT_PATH)
            signed = parse_checkpoint(raw) if raw else None
            if signed:
                check_log_signature(signed, self.policy)
        except OSError as error:
            return [Finding("unreachable", name, str(error))]
        except LedgerError as error:
            return [Finding("checkpoint", name, str(error))]
        findings = []
        for seen in (memory.ahead.pop(name, None), signed):
            if seen is None:
                continue
            if _is_ahead(seen.checkpoint, head_of(memory)):
                memory.ahead.setdefault(
                    name, seen
                )  # the oldest one stays until the ledger has caught up with it
            else:
                findings += self._look_back(memory, seen, name)
        return findings

    def _keep_both(self, memory: Memory, signed: SignedCheckpoint) -> None:
        for one in (memory.head, signed):
            if one:
                self._keep(bytes(one))

    def _keep(self, raw: bytes) -> None:
        self.evidence.mkdir(parents=True, exist_ok=True)
        write_whole(self.evidence / f"{hashlib.sha256(raw).hexdigest()[:16]}.checkpoint", raw)


def _stopping(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.code in _STOP]


def _is_ahead(other: Checkpoint, known: Checkpoint | None) -> bool:
    return known is None or other.size > known.size


def witness_reader(read: ReadFile, origin: str) -> ReadFile:
    """A witness's last checkpoint of this log, as if it were a copy of the log (C2SP tlog-witness monitoring)."""
    place = f"{hashlib.sha256(origin.encode()).hexdigest()}/{CHECKPOINT_PATH}"
    return lambda path: read(place) if path == CHECKPOINT_PATH else None
