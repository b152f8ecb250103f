"""What everybody may know of demands: what about, roughly where, whose duty, how far. No words, no house numbers."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from shuzhi.domains.intake import codes
from shuzhi.domains.intake.cards import PublicDemand
from shuzhi.domains.intake.kinds import FINAL_STATUSES, UNWITNESSED
from shuzhi.domains.intake.models import Demand
from shuzhi.domains.ledger import services as ledger
from shuzhi.spine import access
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import NotFound

MOST = 100
ROUGH = 2  # decimals of a degree, about 1 km: near enough for a map, too coarse to find a door
DONE = FINAL_STATUSES | {"merged"}


def public_demands(
    *,
    by: Actor,
    public_codes: Collection[str] = (),
    categories: Collection[str] = (),
    closed: bool | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    start: int = 0,
    limit: int = MOST,
) -> list[PublicDemand]:
    """Demands as the public may see them, newest first. Reports of violations and confidential demands are left out.

    closed: True the finished ones, False the open ones, None all. What the actor itself sent is exact.
    No receipt, no effect: how a demand ended is told once witnesses have seen it, until then it is "unwitnessed".
    """
    access.require_somewhere(by, "intake.track")
    rows = _publishable()
    if public_codes:
        rows = rows.filter(public_code__in=[codes.read_public_code(code) for code in public_codes])
    if categories:
        rows = rows.filter(category__in=list(categories))
    if closed is not None:
        rows = rows.filter(status__in=DONE) if closed else rows.exclude(status__in=DONE)
    if since:
        rows = rows.filter(received_at__gte=since)
    if until:
        rows = rows.filter(received_at__lt=until)
    page = list(rows.order_by("-received_at", "-id")[start : start + min(limit, MOST)])
    waiting = ledger.unwitnessed_demands([row.pk for row in page])
    cards = [_card(row, by, in_force=row.pk not in waiting) for row in page]
    return [card for card in cards if card.closed] if closed else cards


def public_demand(public_code: str, *, by: Actor) -> PublicDemand:
    found = public_demands(by=by, public_codes=[public_code])
    if not found:
        raise NotFound(what=public_code[:40])
    return found[0]


def _publishable() -> QuerySet[Demand]:
    return Demand.objects.filter(secret=False).exclude(kind="report")


def _card(row: Demand, by: Actor, *, in_force: bool) -> PublicDemand:
    own = bool(row.source) and row.source == by.reference
    lat, lng = row.lat, row.lng
    if not own and lat is not None and lng is not None:
        lat, lng = round(lat, ROUGH), round(lng, ROUGH)
    return PublicDemand(
        public_code=row.public_code,
        category=row.category,
        area=row.area,
        lat=lat,
        lng=lng,
        words=row.text if own else "",
        place=row.place if own else "",
        closed=in_force and row.status in DONE,
        status=row.status if in_force else UNWITNESSED,
        outcome=row.outcome if in_force else "",
        unit=row.unit,
        received_at=row.received_at,
        due_at=row.due_at,
    )
