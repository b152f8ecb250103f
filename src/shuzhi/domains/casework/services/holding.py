"""A demand whose order cannot be registered is held, visibly, until it can; the others of its batch go on."""

from collections.abc import Collection, Sequence

from django.db import DataError, IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from shuzhi.domains.casework.cards import HeldDemandCard
from shuzhi.domains.casework.models import HeldDemand
from shuzhi.domains.casework.services.registering import NewOrder, order_of, register_work_orders
from shuzhi.domains.intake import services as intake
from shuzhi.spine import access, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import AccessDenied, Refused
from shuzhi.spine.events import DemandHeld, DemandId, DemandReleased
from shuzhi.spine.outbox import announce, announce_all

MENDERS = ("casework.dispatch", "registry.import", "spine.outbox")
"""Who may see held demands and have them tried again: any one of these permissions."""
UNFIT = "value-unfit"
_SHOWN = 200
_AT_A_TIME = 1000

# What can be wrong with one order. Anything else (the database is gone, a mistake of ours) concerns all of them, and
# stops the listener.
_OF_ONE = (Refused, DataError, IntegrityError, OverflowError)


@transaction.atomic
def admit_demands(arrived: Sequence[NewOrder], *, by: Actor) -> int:
    """Register an order for every demand that has none, and hold those for which that fails. Returns how many orders.

    A batch that fails is halved until what stands in the way stands alone, so that the others stay fast.
    """
    try:
        with transaction.atomic():
            return register_work_orders(arrived, by=by)
    except _OF_ONE as cause:
        if len(arrived) == 1:
            _hold(arrived[0], cause, by)
            return 0
    half = len(arrived) // 2
    return admit_demands(arrived[:half], by=by) + admit_demands(arrived[half:], by=by)


@transaction.atomic
def admit_released(demand_ids: Collection[int], *, by: Actor) -> int:
    """Try held demands again, as they read now. Returns how many orders; the others stay held."""
    held = HeldDemand.objects.in_bulk(list(demand_ids))
    demands = intake.get_demands(held, by=by)
    again = [
        order_of(demand, can_be_called=held[demand_id].can_be_called)
        for demand_id, demand in sorted(demands.items())
    ]
    return admit_demands(again, by=by) if again else 0


def _hold(one: NewOrder, cause: Exception, by: Actor) -> None:
    now = clock.now()
    reason = cause.code if isinstance(cause, Refused) else UNFIT
    found = {
        "reason": reason,
        "kind": one.kind,
        "urgency": one.urgency,
        "category": one.category,
        "area": one.area,
        "can_be_called": one.can_be_called,
        "received_at": one.received_at,
        "tried_at": now,
        "released_at": None,
    }
    _row, fresh = HeldDemand.objects.update_or_create(
        demand_id=one.demand_id,
        defaults=found | {"tried": F("tried") + 1},
        create_defaults=found | {"held_at": now},
    )
    if fresh:
        announce(DemandHeld(demand_id=DemandId(one.demand_id), reason=reason), by=by)


@transaction.atomic
def release_held(demand_ids: Collection[int] | None = None, *, by: Actor) -> int:
    """Have held demands tried again by the worker: these, or all that the actor may see. Returns how many."""
    rows = _visible(by).filter(released_at=None)
    if demand_ids is not None:
        rows = rows.filter(pk__in=demand_ids)
    released = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:_AT_A_TIME]):
        HeldDemand.objects.filter(pk__in=ids).update(released_at=clock.now())
        announce_all((DemandReleased(demand_id=DemandId(one)) for one in ids), by=by)
        released += len(ids)
    return released


def held_demands(*, by: Actor) -> tuple[HeldDemandCard, ...]:
    """The demands that wait for somebody to mend what keeps their orders from being registered, the oldest first."""
    return tuple(_card(row) for row in _visible(by).order_by("held_at", "pk")[:_SHOWN])


def count_held(*, by: Actor) -> int:
    return _visible(by).count()


def may_mend(by: Actor) -> bool:
    return any(access.allows_somewhere(by, permission) for permission in MENDERS)


def _visible(by: Actor) -> QuerySet[HeldDemand]:
    if not may_mend(by):
        raise AccessDenied(permission=MENDERS[0])
    grants = [grant for permission in MENDERS for grant in access.scopes(by, permission) if not grant.unit]
    if any(not grant.area for grant in grants):
        return HeldDemand.objects.all()
    within = Q(pk__in=[])
    for grant in grants:
        within |= Q(area__startswith=access.area_prefix(grant.area))
    return HeldDemand.objects.filter(within)


def _card(row: HeldDemand) -> HeldDemandCard:
    return HeldDemandCard(
        demand_id=row.demand_id,
        reason=row.reason,
        kind=row.kind,
        urgency=row.urgency,
        category=row.category,
        area=row.area,
        received_at=row.received_at,
        held_at=row.held_at,
        tried_at=row.tried_at,
        tried=row.tried,
        trying=row.released_at is not None,
    )
