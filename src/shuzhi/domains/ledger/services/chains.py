"""Who did what, when, on what basis and how late: told by the ledger alone, each link checked against the signed tree."""

from datetime import datetime
from typing import Any

from shuzhi.domains.ledger import leaves
from shuzhi.domains.ledger.cards import ChainLink
from shuzhi.domains.ledger.models import Entry
from shuzhi.domains.ledger.refusals import OpeningGone
from shuzhi.domains.ledger.services import reading, receipts
from shuzhi.spine import access, audit
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import NotFound

_SHOWN_APART = frozenset({"at", "received_at", "by", "unit", "ground", "late_minutes", "event"})


def chain(demand_id: int, *, by: Actor) -> list[ChainLink]:
    """The decisions about a demand, oldest first. Reads entries and openings, no table of another room."""
    access.require_somewhere(by, "ledger.read")
    rows = reading.of_subject(leaves.subject_of_demand(demand_id))
    if not rows:
        raise NotFound(what=f"demand {demand_id}")
    audit.record(by, "ledger.chain", f"demand:{demand_id}", entries=len(rows))
    links: list[ChainLink] = []
    for row in rows:
        links.append(_link(row, links[-1].at if links else None))
    return links


def _link(row: Entry, before: datetime | None) -> ChainLink:
    (entry,) = reading.cards([row])
    if entry.witnessed:
        receipts.receipt(entry.log, entry.index)
    values, opened = _values(row)
    at = datetime.fromisoformat(values["at"]) if "at" in values else None
    return ChainLink(
        entry=entry,
        opened=opened,
        what=row.type,
        at=at,
        who=str(values.get("by", "")),
        unit=str(values.get("unit", "")),
        basis=str(values.get("ground", "")),
        late_minutes=int(values.get("late_minutes", 0)),
        waited_minutes=round((at - before).total_seconds() / 60) if at and before else None,
        values=tuple((name, _shown(value)) for name, value in values.items() if name not in _SHOWN_APART),
    )


def _values(row: Entry) -> tuple[dict[str, Any], bool]:
    try:
        return {field.name: field.value for field in receipts.opening_of(row).fields}, True
    except OpeningGone:
        return {}, False


def _shown(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
