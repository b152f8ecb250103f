"""The `gl1` leaf: what the ledger says in public about one decision.

Nine lines of ASCII, each ended by a newline, never free text; at most 512 bytes by the length of its parts:

    gl1
    <organ code>
    <series>/<running number>
    <type code>
    <day, UTC+8>
    pub sha256:<hex> | pub -
    seal c1:sha256:<hex>[ sm3:<hex>] | seal -
    ref supersedes|corrects|executes|erases <index>:<leaf hash> | ref -
    rule sha256:<hex> | rule -
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from .errors import Malformed

TYPE_LIST = "log.types"  # its public document is the list of type codes from here on
FIRST_OF_YEAR = "log.opens"  # its public document is the last checkpoint of the log before this one
BUILT_IN_TYPES = frozenset({TYPE_LIST, FIRST_OF_YEAR})

_LEAF = re.compile(
    rb"gl1\n"
    rb"([0-9A-Za-z][0-9A-Za-z._-]{0,23})\n"
    rb"([a-z0-9][a-z0-9._-]{0,23})/([1-9][0-9]{0,14})\n"
    rb"([a-z0-9][a-z0-9._-]{0,31})\n"
    rb"([0-9]{4}-[0-9]{2}-[0-9]{2})\n"
    rb"pub (?:sha256:([0-9a-f]{64})|-)\n"
    rb"seal (?:c1:sha256:([0-9a-f]{64})(?: sm3:([0-9a-f]{64}))?|-)\n"
    rb"ref (?:(supersedes|corrects|executes|erases) (0|[1-9][0-9]{0,14}):([0-9a-f]{64})|-)\n"
    rb"rule (?:sha256:([0-9a-f]{64})|-)\n"
)
match_leaf = _LEAF.fullmatch
"""Groups: organ, series, number, type, day, pub, c1, sm3, verb, index, hash, rule. The day is not yet checked."""


class Seal(NamedTuple):
    """Commitments to the personal part of a decision.   c1: with SHA-256.   sm3: the same with SM3, or None."""

    c1: bytes
    sm3: bytes | None = None


@dataclass(frozen=True)
class Reference:
    """What this entry does to an earlier one.   verb: supersedes, corrects, executes or erases.   leaf_hash: of the entry at `index`."""

    verb: str
    index: int
    leaf_hash: bytes


class Leaf(NamedTuple):
    """One entry.   number: 1, 2, 3, … without gap per organ and series.   day: in UTC+8.

    pub, rule: SHA-256 of a public document and of a rule package.   seal: None when nothing is personal.
    """

    organ: str
    series: str
    number: int
    type: str
    day: date
    pub: bytes | None = None
    seal: Seal | None = None
    ref: Reference | None = None
    rule: bytes | None = None

    def __bytes__(self) -> bytes:
        """The leaf as the log keeps it; raises Malformed when a part breaks the format."""
        seal = ref = "-"
        if self.seal:
            seal = "c1:sha256:" + self.seal.c1.hex()
            if self.seal.sm3 is not None:
                seal += " sm3:" + self.seal.sm3.hex()
        if self.ref:
            ref = f"{self.ref.verb} {self.ref.index}:{self.ref.leaf_hash.hex()}"
        raw = (
            f"gl1\n{self.organ}\n{self.series}/{self.number}\n{self.type}\n{self.day.isoformat()}\n"
            f"pub {_hash_text(self.pub)}\nseal {seal}\nref {ref}\nrule {_hash_text(self.rule)}\n"
        ).encode("utf-8", "replace")
        if not match_leaf(raw):  # nine lines, each of one form: no part can pose as another
            raise Malformed("leaf: a part does not survive being written")
        return raw


def _hash_text(raw: bytes | None) -> str:
    return "-" if raw is None else "sha256:" + raw.hex()


@lru_cache(maxsize=4096)
def is_day(text: bytes) -> bool:
    """Whether `YYYY-MM-DD` is a day of the calendar."""
    try:
        date.fromisoformat(text.decode("ascii"))
    except ValueError:
        return False
    return True


def parse_leaf(raw: bytes) -> Leaf:
    """Read a leaf. There is exactly one way to write each leaf.   Raises Malformed."""
    match = match_leaf(raw)
    if not match or not is_day(match[5]):
        raise Malformed("leaf: not nine lines of the form gl1")
    organ, series, number, kind, day = (part.decode("ascii") for part in match.groups()[:5])
    pub, c1, sm3, verb, index, target, rule = match.groups()[5:]
    return Leaf(
        organ,
        series,
        int(number),
        kind,
        date.fromisoformat(day),
        pub=_raw(pub),
        seal=Seal(bytes.fromhex(c1.decode()), _raw(sm3)) if c1 else None,
        ref=Reference(verb.decode(), int(index), bytes.fromhex(target.decode())) if verb else None,
        rule=_raw(rule),
    )


def _raw(hexadecimal: bytes | None) -> bytes | None:
    return bytes.fromhex(hexadecimal.decode()) if hexadecimal else None
