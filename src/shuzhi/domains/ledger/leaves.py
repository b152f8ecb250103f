"""From an event to a leaf: pure thinking, no database.

What the public sees is the organ, the kind of decision and its day. All values of the event are sealed, field by field.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime, timedelta, timezone
from functools import cache, lru_cache
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from shuzhi.engines.ledger import (
    Hash,
    Leaf,
    Opening,
    Reference,
    Seal,
    commit,
    installed_sm3,
    seal,
    secret_size,
)
from shuzhi.spine.events import Decision, DemandReceived, Event, WorkOrderMoved
from shuzhi.spine.outbox import Announced
from shuzhi.spine.subject_keys import Cipher, wrap

BEIJING = timezone(timedelta(hours=8))
DECISIONS = tuple(one.__name__ for one in Decision.__subclasses__())  # what becomes an entry
NONCE = 32  # random bytes that hide one value; what is kept of a seal is counted in them
OWN_SERIES = "log"
POLICY = "log.policy"  # its public document is the witness policy from here on
ERASED = "subject.erased"
RECOVERED = "log.recovered"  # its public document says which entries a restored database has from a copy
ORDER = "order."
_LONGEST_SUBJECT = 48
_ORGAN = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,23}")
_SERIES = {DemandReceived.__name__: "demands", WorkOrderMoved.__name__: "orders"}
_PROTECTED = "report"  # reports of violations: not even the unit is public


class Draft(NamedTuple):
    """What an entry will say; its running number comes with its place in the log.

    values: what is sealed.   document: what `pub` names.   position: of the event, None for the log's own entries.
    """

    organ: str
    series: str
    type: str
    day: date
    subject: str = ""
    values: Mapping[str, Any] | None = None
    document: bytes | None = None
    ref: Reference | None = None
    rule: bytes | None = None
    position: int | None = None


def draft_of(told: Announced, *, county: str) -> Draft:
    """The entry for a decision, read off what was announced.   county: the organ that answers where no unit does."""
    body = from_json(told.body)
    always, sometimes = _fields_of(told.name)
    at = body.get("at") or body.get("received_at") or told.at.isoformat()
    values = {"event": told.name, "at": at, "by": told.by}
    for name in always:
        values[name] = body[name]
    for name, silent in sometimes:
        if body.get(name, silent) != silent:
            values[name] = body[name]
    return Draft(
        organ=_organ(values, county),
        series=_SERIES.get(told.name, "decisions"),
        type=_type_of(told.name, values),
        day=datetime.fromisoformat(at).astimezone(BEIJING).date(),
        subject=_subject(values, told.position),
        values=values,
        position=told.position,
        rule=_rule(values),
    )


def _rule(values: Mapping[str, Any]) -> bytes | None:
    """The rule package of a decision that the rules made alone."""
    package = values.get("rule_package") if values.get("by_machine") else None
    return bytes.fromhex(package) if package else None


@cache
def _fields_of(event: str) -> tuple[list[str], list[tuple[str, object]]]:
    """The fields of an event that always say something; the others with the value that says nothing, in JSON."""
    known = fields(Event.known[event])
    always = [one.name for one in known if one.default is MISSING]
    return always, [(one.name, _plain(one.default)) for one in known if one.default is not MISSING]


def _plain(default: object) -> object:
    return list(default) if isinstance(default, tuple) else default


def _type_of(event: str, values: Mapping[str, Any]) -> str:
    """The public code of a kind of decision: what happened to a demand or an order, else the event's own name."""
    return type_of_action(values["action"]) if event == WorkOrderMoved.__name__ else _code_of(event)


@cache
def type_of_action(action: str) -> str:
    return f"{ORDER}{action.replace('_', '-')}"[:32]


@cache
def _code_of(event: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", event).lower().replace("-", ".", 1)[:32]


def known_types() -> list[str]:
    """The codes that can be told in advance; others are listed when they first come."""
    return sorted(
        [
            POLICY,
            RECOVERED,
            ERASED,
            *(_code_of(one.__name__) for one in Decision.__subclasses__() if one is not WorkOrderMoved),
        ]
    )


def recovered_document(indexes: range) -> bytes:
    """What an entry about recovered ones names.

    >>> recovered_document(range(7, 9))
    b'gl1-recovered\\nfrom 7\\nbefore 9\\n'
    """
    return f"gl1-recovered\nfrom {indexes.start}\nbefore {indexes.stop}\n".encode()


def recovered_indexes(document: bytes) -> range:
    """The inverse of `recovered_document`; an empty range when it is none."""
    found = re.fullmatch(rb"gl1-recovered\nfrom (\d{1,12})\nbefore (\d{1,12})\n", document)
    return range(*map(int, found.groups())) if found else range(0)


def _organ(values: Mapping[str, Any], county: str) -> str:
    unit: str = values.get("unit", "")
    return county if not unit or values.get("kind") == _PROTECTED else _organ_of(unit)


@lru_cache(maxsize=1024)
def _organ_of(unit: str) -> str:
    """The organ code of a unit."""
    if _ORGAN.fullmatch(unit):
        return unit
    return f"u-{hashlib.sha256(unit.encode()).hexdigest()[:16]}"


def _subject(values: Mapping[str, Any], position: int) -> str:
    """Whose key wraps the opening: the demand's, so that all that was decided about it is erased together."""
    if "demand_id" in values:
        return subject_of_demand(values["demand_id"])
    name = _thing(values)
    return _subject_of(name, values[name]) if name else f"event:{position}"


def _thing(names: Iterable[str]) -> str:
    """The field that says what an event is about."""
    return next((name for name in names if name.endswith("_id") or name == "book"), "")


def _subject_of(name: str, thing: object) -> str:
    subject = f"{name.removesuffix('_id')}:{thing}"
    if len(subject) <= _LONGEST_SUBJECT:
        return subject
    return f"long:{hashlib.sha256(subject.encode()).hexdigest()[:40]}"  # two that begin alike stay two


def subject_and_type(event: type[Decision], thing: int | str) -> tuple[str, str]:
    """Under which subject and type the entries of such decisions about a thing stand."""
    return _subject_of(_thing(one.name for one in fields(event)), thing), _code_of(event.__name__)


def subject_of_demand(demand_id: int) -> str:
    return f"demand:{demand_id}"


def sealed(draft: Draft, *, number: int, cipher: Cipher | None, sm3: Hash | None) -> tuple[bytes, bytes]:
    """The leaf, and what opens its seal, encrypted; b"" where nothing is sealed."""
    if draft.values is None or cipher is None:
        return bytes(_leaf_of(draft, number, None)), b""
    secret = os.urandom(secret_size(len(draft.values), sm3=sm3 is not None))
    leaf = bytes(_leaf_of(draft, number, commit(draft.values, secret, sm3=sm3)))
    return leaf, wrap(cipher, pack(secret, draft.values, sm3=sm3 is not None), belongs_to=leaf)


def pack(secret: bytes, values: Mapping[str, Any], *, sm3: bool) -> bytes:
    """What the vault keeps of a seal: whether there is a commitment with SM3, its random bytes, the values in JSON."""
    return b"%c%c%b%b" % (sm3, len(secret) // NONCE, secret, to_json(values))


def unpack(content: bytes) -> tuple[Seal, Opening]:
    """The inverse of `pack`; raises ValueError when it is none."""
    end = 2 + NONCE * content[1] if len(content) > 2 else 0
    secret = content[2:end]
    return seal(from_json(content[end:]), lambda _size: secret, sm3=installed_sm3() if content[0] else None)


def _leaf_of(draft: Draft, number: int, seal_: Seal | None) -> Leaf:
    return Leaf(
        draft.organ,
        draft.series,
        number,
        draft.type,
        draft.day,
        pub=hashlib.sha256(draft.document).digest() if draft.document is not None else None,
        seal=seal_,
        ref=draft.ref,
        rule=draft.rule,
    )
