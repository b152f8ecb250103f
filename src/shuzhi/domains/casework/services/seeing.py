"""Which orders an actor may see: those of the units and areas that the grants cover, and those a unit helps with."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from shuzhi.domains.casework.models import Assist, WorkOrder
from shuzhi.spine import access
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import NotFound

READ = "casework.read"


def require_seen(row: WorkOrder, by: Actor) -> None:
    """Raises NotFound: an order that the actor may not see looks like one that is missing."""
    if not may_see(row, row.assists.all(), by):
        raise NotFound(what=row.number)


def may_see(row: WorkOrder, assists: Iterable[Assist], by: Actor) -> bool:
    if access.allows(by, READ, unit=row.unit, area=row.area):
        return True
    return any(access.allows(by, READ, unit=assist.unit, area=row.area) for assist in assists)


def visible(rows: QuerySet[WorkOrder], by: Actor, permission: str = READ) -> QuerySet[WorkOrder]:
    """The same as a condition on rows, for any permission that lists ask for."""
    grants = access.scopes(by, permission)
    if any(not grant.unit and not grant.area for grant in grants):
        return rows
    seen = Q(pk__in=[])
    for grant in grants:
        within = Q(area__startswith=access.area_prefix(grant.area)) if grant.area else Q()
        if grant.unit:
            helping = Q(pk__in=Assist.objects.filter(unit=grant.unit).values("order_id"))
            within &= Q(unit=grant.unit) | helping
        seen |= within
    return rows.filter(seen)
