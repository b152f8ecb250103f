"""Trust policies: which logs, which witnesses, and how many of them are enough.   Source: C2SP tlog-policy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .checkpoint import SignedCheckpoint
from .encoding import decimal
from .errors import LedgerError, Malformed, Unverified
from .keys import COSIGN_ED25519, COSIGN_ML_DSA_44, NOTE_ED25519, NOTE_SM2_SM3, VerifierKey, parse_vkey
from .primitives import INSTALLED, Check
from .signing import verify_note

_FORBIDDEN = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_LOG_KINDS = (NOTE_ED25519, COSIGN_ML_DSA_44, NOTE_SM2_SM3)
_WITNESS_KINDS = (COSIGN_ED25519, COSIGN_ML_DSA_44)
MOST_LINES = 1_000  # the specification asks for at least 32 logs, witnesses and groups


@dataclass(frozen=True)
class Known:
    """A log or a witness of the policy; `url` may be empty."""

    key: VerifierKey
    url: str = ""


@dataclass(frozen=True)
class Group:
    """Has witnessed a checkpoint when at least `threshold` of its members have."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """logs: all are accepted.   witnesses, groups: by their name in the file.   quorum: a name, or None for none."""

    logs: tuple[Known, ...]
    witnesses: Mapping[str, Known]
    groups: Mapping[str, Group]
    quorum: str | None

    @property
    def keys(self) -> list[VerifierKey]:
        return [known.key for known in (*self.logs, *self.witnesses.values())]

    def is_met_by(self, witnessed: frozenset[str]) -> bool:
        """Whether these witnesses (names in the file) are a quorum."""
        return self.quorum is None or self._has_witnessed(self.quorum, witnessed)

    def _has_witnessed(self, name: str, witnessed: frozenset[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in witnessed
        return sum(self._has_witnessed(member, witnessed) for member in group.members) >= group.threshold


@dataclass
class _Reader:
    logs: list[Known] = field(default_factory=list)
    witnesses: dict[str, Known] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    quorums: list[str] = field(default_factory=list)

    def line(self, words: list[str]) -> None:
        verb, rest = words[0], words[1:]
        if verb == "log" and 1 <= len(rest) <= 2:
            self.logs.append(self._known(rest, _LOG_KINDS, self.logs))
        elif verb == "witness" and 2 <= len(rest) <= 3:
            known = self._known(rest[1:], _WITNESS_KINDS, list(self.witnesses.values()))
            self.witnesses[self._new_name(rest[0])] = known
        elif verb == "group" and len(rest) >= 3:
            self.groups[self._new_name(rest[0])] = self._group(rest[1], rest[2:])
        elif verb == "quorum" and len(rest) == 1:
            if rest[0] != "none":
                self._must_be_defined(rest[0])
            self.quorums.append(rest[0])
        else:
            raise Malformed("not a log, witness, group or quorum line")

    def _known(self, words: list[str], kinds: tuple[object, ...], others: list[Known]) -> Known:
        key = parse_vkey(words[0])
        if key.algorithm not in kinds:
            raise Malformed(f"the key of {key.name} is of a kind for another duty")
        if any(key.public_key == other.key.public_key for other in others):
            raise Malformed(f"the key of {key.name} appears twice")
        return Known(key, words[1] if len(words) > 1 else "")

    def _new_name(self, name: str) -> str:
        if name == "none" or name in self.witnesses or name in self.groups:
            raise Malformed(f"the name {name} is taken")
        return name

    def _must_be_defined(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise Malformed(f"{name} is not defined above")

    def _group(self, count: str, members: list[str]) -> Group:
        for member in members:
            self._must_be_defined(member)
            if member in self.members:
                raise Malformed(f"{member} is already a member of a group")
            self.members.add(member)
        threshold = {"any": 1, "all": len(members)}.get(count) or decimal(count, "group threshold")
        if not 1 <= threshold <= len(members):
            raise Malformed("a group's threshold is from 1 to the number of its members")
        return Group(threshold, tuple(members))


def parse_policy(raw: bytes) -> Policy:
    """Read a policy file.   Raises Malformed with the number of the line."""
    if _FORBIDDEN.search(raw) or (raw and not raw.endswith(b"\n")):
        raise Malformed("policy: a control character, or a last line without its newline")
    lines = raw.decode("utf-8", "surrogateescape").split("\n")[
        :-1
    ]  # names are opaque octets: they must survive
    if len(lines) > MOST_LINES:
        raise Malformed(f"policy: more than {MOST_LINES} lines")
    reader = _Reader()
    for number, line in enumerate(lines, 1):
        words = [word for word in re.split(r"[ \t]+", line) if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            reader.line(words)
        except LedgerError as error:
            raise Malformed(f"policy line {number}: {error}") from error
    if len(reader.quorums) != 1:
        raise Malformed("policy: exactly one quorum line is needed")
    quorum = None if reader.quorums[0] == "none" else reader.quorums[0]
    return Policy(tuple(reader.logs), reader.witnesses, reader.groups, quorum)


@dataclass(frozen=True)
class Witnessed:
    """Who signed a checkpoint.

    log: the key of the log.   witnesses: name in the policy -> POSIX seconds of its cosignature.
    unsupported: keys whose signatures this machine cannot check; they counted for nothing.
    """

    log: VerifierKey
    witnesses: Mapping[str, int]
    unsupported: tuple[str, ...] = ()


def check_log_signature(
    signed: SignedCheckpoint, policy: Policy, checks: Mapping[str, Check] = INSTALLED
) -> Witnessed:
    """Check the log's signature and every known cosignature, but ask for no quorum.   Raises Unverified."""
    verified = verify_note(signed.note, policy.keys, checks)
    origin = signed.checkpoint.origin
    logs = [known.key for known in policy.logs if known.key in verified.times and known.key.name == origin]
    if not logs:
        raise Unverified(f"the checkpoint of {origin} is not signed by a log of the policy")
    times = {name: verified.times.get(known.key) for name, known in policy.witnesses.items()}
    witnesses = {name: time for name, time in times.items() if time is not None}
    return Witnessed(logs[0], witnesses, tuple(key.name for key in verified.unsupported))


def check_policy(
    signed: SignedCheckpoint, policy: Policy, checks: Mapping[str, Check] = INSTALLED
) -> Witnessed:
    """Check a checkpoint against the whole policy.   Raises Unverified when log or quorum are missing."""
    witnessed = check_log_signature(signed, policy, checks)
    if not policy.is_met_by(frozenset(witnessed.witnesses)):
        names = ", ".join(sorted(witnessed.witnesses)) or "nobody"
        raise Unverified(f"the checkpoint's quorum is not reached: cosigned by {names}")
    return witnessed
