"""What casework does on hearing."""

from collections.abc import Sequence

from shuzhi.domains.casework import services
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.events import (
    CalendarChanged,
    CatalogueChanged,
    DemandReceived,
    DemandReleased,
    Event,
    RegistryImported,
)
from shuzhi.spine.outbox import Announced

MENDING = (RegistryImported, CatalogueChanged, CalendarChanged)
ARRIVALS: tuple[type[Event], ...] = (DemandReceived, DemandReleased, *MENDING)


def register_arrivals(batch: Sequence[Announced]) -> None:
    """Every demand that arrived, or that was held and released, becomes a work order.

    News of the registry releases what is held. It is heard by the same listener, so that no demand can be held after
    the news that would have released it.
    """
    heard = [one.event for one in batch]
    arrived = [_arrival(event) for event in heard if isinstance(event, DemandReceived)]
    if arrived:
        services.admit_demands(arrived, by=SYSTEM)
    if released := [event.demand_id for event in heard if isinstance(event, DemandReleased)]:
        services.admit_released(released, by=SYSTEM)
    if any(isinstance(event, MENDING) for event in heard):
        services.release_held(by=SYSTEM)


def _arrival(event: DemandReceived) -> services.NewOrder:
    return services.NewOrder(
        demand_id=event.demand_id,
        kind=event.kind,
        channel=event.channel,
        category=event.category,
        area=event.area,
        urgency=event.urgency,
        flags=event.flags,
        same_as=event.same_as,
        received_at=event.received_at,
        can_be_called=event.reachable and not event.anonymous,
    )


def dispatch_by_themselves(batch: Sequence[Announced]) -> None:
    """Orders of demands that just arrived go to their units where the county lets them and that is proven."""
    arrived = [one.event.demand_id for one in batch if isinstance(one.event, DemandReceived)]
    services.dispatch_by_themselves(arrived, by=SYSTEM)


def follow_calendar(batch: Sequence[Announced]) -> None:
    """The calendar was edited: open orders that cross the day get new due times."""
    if any(isinstance(heard.event, CalendarChanged) for heard in batch):
        services.recompute_due_times()


def tell_people(batch: Sequence[Announced]) -> None:
    """Requesters and units hear of the steps that concern them."""
    services.tell_people(batch)


def tell_decisions(batch: Sequence[Announced]) -> None:
    """Requesters hear of decisions."""
    services.tell_decisions(batch)
