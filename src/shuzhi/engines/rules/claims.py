"""A decision that anybody can work out again: the book, the day, the facts and what was claimed, in one JSON file.

    {"format": "shuzhi-decision/1", "book": text, "rule_package": SHA-256 of the text, "as_of": "2026-05-01",
     "rule": name, "member": number from 0 or null, "situation": {"household": {…}, "members": [{…}]},
     "value": in the book's unit or null, "salt": 64 hexadecimal digits, "inputs_seal": SHA-256}

The seal stands in the public ledger without the facts; whoever holds the file shows that these facts were used:

    inputs_seal = SHA-256("shuzhi/inputs\\0" || salt || situation in canonical JSON)
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .binding import bind
from .calculating import plain, situation_of
from .findings import BookRefused, InputRefused
from .reading import read_book
from .walking import Walker

FORMAT = "shuzhi-decision/1"
SALT_SIZE = 32
LARGEST_CLAIM = 2_000_000  # bytes
_NAMES = {
    "format",
    "book",
    "rule_package",
    "as_of",
    "rule",
    "member",
    "situation",
    "value",
    "salt",
    "inputs_seal",
}
Json = dict[str, Any]


class ClaimRefused(ValueError):
    """The file is no claim that can be worked out again."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What came out. `agrees`: book, seal and value are all as claimed; `differs` names those that are not."""

    value: object
    claimed: object
    differs: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        return not self.differs


def seal_inputs(situation: Mapping[str, Any], salt: bytes) -> str:
    """The salted hash of facts, as 64 hexadecimal digits. Raises ValueError when the salt has another size.

    >>> seal_inputs({"members": []}, bytes(32))[:12]
    '2d170efeaa72'
    """
    if len(salt) != SALT_SIZE:
        raise ValueError(f"a salt has {SALT_SIZE} bytes")
    body = json.dumps(situation, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(b"shuzhi/inputs\0" + salt + body.encode()).hexdigest()


def format_claim(
    *, book: str, as_of: date, rule: str, member: int | None, situation: Json, value: object, salt: bytes
) -> bytes:
    """The file for a person or a court."""
    body = {
        "format": FORMAT,
        "book": book,
        "rule_package": hashlib.sha256(book.encode()).hexdigest(),
        "as_of": as_of.isoformat(),
        "rule": rule,
        "member": member,
        "situation": situation,
        "value": value,
        "salt": salt.hex(),
        "inputs_seal": seal_inputs(situation, salt),
    }
    return json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n"


def parse_claim(raw: bytes) -> Json:
    """Read the file; works out nothing. Raises ClaimRefused."""
    if len(raw) > LARGEST_CLAIM:
        raise ClaimRefused(f"larger than {LARGEST_CLAIM} bytes")
    try:
        body = json.loads(raw.decode())
    except (ValueError, RecursionError) as error:
        raise ClaimRefused("no JSON") from error
    if not isinstance(body, dict) or body.get("format") != FORMAT or set(body) != _NAMES:
        raise ClaimRefused(f"not in the format {FORMAT}")
    texts = ("book", "rule_package", "as_of", "rule", "salt", "inputs_seal")
    if not all(isinstance(body[name], str) for name in texts) or not isinstance(body["situation"], dict):
        raise ClaimRefused("a value is of the wrong kind")
    if body["member"] is not None and type(body["member"]) is not int:
        raise ClaimRefused("`member` is a number or null")
    return body


def recompute(claim: Json) -> Recomputed:
    """Work a claim of `parse_claim` out again from its book and its facts alone. Raises ClaimRefused."""
    try:
        book = read_book(claim["book"])
        as_of = date.fromisoformat(claim["as_of"])
        salt = bytes.fromhex(claim["salt"])
        sealed = seal_inputs(claim["situation"], salt)
        situation, _ids = situation_of(book, claim["situation"])
        outcome = Walker(bind(book, as_of=as_of)).walk(situation)
    except (BookRefused, InputRefused, ValueError, RecursionError) as error:
        raise ClaimRefused(str(error)) from error
    rule, member = book.rules.get(claim["rule"]), claim["member"]
    if rule is None or (rule.entity == "person") != (member is not None):
        raise ClaimRefused(f"`{claim['rule'][:40]}` is no such rule of the book")
    if member is not None and not 0 <= member < len(outcome.members):
        raise ClaimRefused("there is no such member")
    facts = outcome.household if member is None else outcome.members[member]
    value = plain(facts[rule.name], rule.kind)
    differs = {
        "rule_package": book.digest != claim["rule_package"],
        "inputs_seal": sealed != claim["inputs_seal"],
        "value": value != claim["value"] or type(value) is not type(claim["value"]),
    }
    return Recomputed(value, claim["value"], tuple(name for name, wrong in differs.items() if wrong))
