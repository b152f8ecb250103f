"""What demands are about, for rooms that look for what many of them share: masked words, place, time, an opaque reporter."""

from collections.abc import Collection, Iterator
from dataclasses import fields
from datetime import datetime

from shuzhi.domains.intake.cards import CallCard, MatterCard
from shuzhi.domains.intake.models import Demand, Requester
from shuzhi.spine import access, sealing
from shuzhi.spine.actors import Actor

_CHUNK = 2_000
_FIELDS = tuple(field.name for field in fields(MatterCard) if field.name != "reporter")
_PHONE = "requester__phone_hash"


def matters(
    *,
    by: Actor,
    ids: Collection[int] | None = None,
    area: str | None = None,
    since: datetime | None = None,
    above: int | None = None,
) -> Iterator[MatterCard]:
    """Demands in the order of their time, without secret ones.

    ids: only these.   area: a code prefix with everything below it, "" for demands without a place, None for all.
    above: only those that came into the database after this one.   reporter of a card: the same opaque key for one phone, "" when none was left; it can be joined with nothing else.
    """
    access.require(by, "intake.read")
    rows = Demand.objects.filter(secret=False)
    if ids is not None:
        rows = rows.filter(id__in=ids)
    if area is not None:
        rows = rows.filter(area__startswith=area) if area else rows.filter(area="")
    if since is not None:
        rows = rows.filter(received_at__gte=since)
    if above is not None:
        rows = rows.filter(id__gt=above)
    for row in rows.order_by("received_at", "id").values(*_FIELDS, _PHONE).iterator(chunk_size=_CHUNK):
        reporter = _reporter(row.pop(_PHONE))
        yield MatterCard(**row | {"flags": tuple(row["flags"])}, reporter=reporter)


def calls(*, since: datetime, by: Actor) -> Iterator[CallCard]:
    """Who sent which demand, by the opaque key of a phone, in the order of time: for finding out who calls again.

    Secret and anonymous demands, and those without a phone, are left out.
    """
    access.require(by, "intake.read")
    rows = Requester.objects.exclude(phone_hash="").filter(
        demand__secret=False, demand__anonymous=False, demand__received_at__gte=since
    )
    told = rows.order_by("demand__received_at", "demand_id").values_list(
        "demand_id", "phone_hash", "demand__category", "demand__area", "demand__received_at"
    )
    for demand_id, phone_hash, category, area, received_at in told.iterator(chunk_size=_CHUNK):
        yield CallCard(demand_id, _reporter(phone_hash), category, area, received_at)


def _reporter(phone_hash: str) -> str:
    return sealing.lookup_hash(f"reporter {phone_hash}")[:16] if phone_hash else ""
