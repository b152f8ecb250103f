"""From an event to a leaf: pure thinking, no database.

What the public sees is the organ, the kind of decision and its day. All values of the event are sealed, field by field.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime, timedelta, timezone
from typing import Any

from shuzhi.engines.ledger import Leaf, Opening, Reference, Seal, installed_sm3, seal
from shuzhi.spine.events import Decision, DemandReceived, WorkOrderMoved
from shuzhi.spine.outbox import Announced

BEIJING = timezone(timedelta(hours=8))
SEED = 32  # secret random bytes from which the nonces and decoys of one seal are drawn
OWN_SERIES = "log"
POLICY = "log.policy"  # its public document is the witness policy from here on
ERASED = "subject.erased"
_ORGAN = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,23}")
_SERIES: Mapping[type[object], str] = {DemandReceived: "demands", WorkOrderMoved: "orders"}
_PROTECTED = "report"  # reports of violations: not even the unit is public


@dataclass(frozen=True, kw_only=True)
class Draft:
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
    """The entry for a decision.   county: the organ that answers where no unit does."""
    event = told.event
    values = _values(event) | {"by": told.by}
    at = values.get("at") or values.get("received_at") or told.at.isoformat()
    return Draft(
        organ=_organ(event, county),
        series=series_of(type(event)),
        type=type_of(event),
        day=datetime.fromisoformat(at).astimezone(BEIJING).date(),
        subject=_subject(values, told.position),
        values={"event": type(event).__name__, "at": at} | values,
        position=told.position,
        rule=_rule(event),
    )


def _rule(event: object) -> bytes | None:
    """The rule package of a decision that the rules made alone."""
    package = getattr(event, "rule_package", "") if getattr(event, "by_machine", False) else ""
    return bytes.fromhex(package) if package else None


def _values(event: Any) -> dict[str, Any]:
    """The event's own values as JSON has them, without those that say nothing."""
    given = event.__dict__
    silent = _defaults(type(event))
    return {
        name: _plain(value) for name, value in given.items() if name not in silent or value != silent[name]
    }


_silent: dict[str, dict[str, object]] = {}


def _defaults(event_class: type[Any]) -> dict[str, object]:
    """Field -> default; read off the class once."""
    name = event_class.__name__
    if name not in _silent:
        _silent[name] = {one.name: one.default for one in fields(event_class) if one.default is not MISSING}
    return _silent[name]


def _plain(value: object) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, str) else value


def series_of(event_class: type[object]) -> str:
    return _SERIES.get(event_class, "decisions")


def type_of(event: object) -> str:
    """The public code of a kind of decision: what happened to a demand or an order, else the event's own name."""
    if isinstance(event, WorkOrderMoved):
        return f"order.{event.action.replace('_', '-')}"[:32]
    return _code_of(type(event))


def _code_of(event_class: type[object]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", event_class.__name__).lower().replace("-", ".", 1)[:32]


def known_types() -> list[str]:
    """The codes that can be told in advance; others are listed when they first come."""
    return sorted(
        [POLICY, ERASED, *(_code_of(one) for one in Decision.__subclasses__() if one is not WorkOrderMoved)]
    )


def _organ(event: object, county: str) -> str:
    unit = str(getattr(event, "unit", ""))
    if not unit or getattr(event, "kind", "") == _PROTECTED:
        return county
    if _ORGAN.fullmatch(unit):
        return unit
    return f"u-{hashlib.sha256(unit.encode()).hexdigest()[:16]}"


def _subject(values: Mapping[str, Any], position: int) -> str:
    """Whose key wraps the opening: the demand's, so that all that was decided about it is erased together."""
    if "demand_id" in values:
        return subject_of_demand(values["demand_id"])
    name = next((name for name in values if name.endswith("_id")), "")
    return f"{name.removesuffix('_id')}:{values[name]}"[:48] if name else f"event:{position}"


def subject_of_demand(demand_id: int) -> str:
    return f"demand:{demand_id}"


def sealed_by(values: Mapping[str, Any], seed: bytes, *, sm3: bool) -> tuple[Seal, Opening]:
    """Commit to the values. The same seed gives the same seal, so that 32 secret bytes are all that must be kept."""
    stream = hashlib.shake_256(b"shuzhi/ledger/nonces\0" + seed).digest(_MOST_DRAWN)
    taken = 0

    def draw(count: int) -> bytes:
        nonlocal taken
        taken += count
        if taken > _MOST_DRAWN:
            raise ValueError("a seal asks for more random bytes than were drawn")
        return stream[taken - count : taken]

    return seal(values, draw, sm3=installed_sm3() if sm3 else None)


_MOST_DRAWN = 32 * (32 + 32 + 32)  # at most 32 nonces, and as many decoys for each of two hash functions


def pack(seed: bytes, values: Mapping[str, Any], *, sm3: bool) -> bytes:
    """What the vault keeps of a seal."""
    return seed + bytes([sm3]) + json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def unpack(content: bytes) -> tuple[Seal, Opening]:
    """The inverse of `pack`; raises ValueError when it is none."""
    if len(content) <= SEED:
        raise ValueError("not the content of a seal")
    return sealed_by(json.loads(content[SEED + 1 :]), content[:SEED], sm3=bool(content[SEED]))


def leaf_of(draft: Draft, *, number: int, sealed: Seal | None) -> Leaf:
    return Leaf(
        draft.organ,
        draft.series,
        number,
        draft.type,
        draft.day,
        pub=hashlib.sha256(draft.document).digest() if draft.document is not None else None,
        seal=sealed,
        ref=draft.ref,
        rule=draft.rule,
    )
