"""What casework does on hearing."""

from collections.abc import Sequence

from shuzhi.domains.casework import services
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.events import CalendarChanged, DemandReceived
from shuzhi.spine.outbox import Announced


def register_arrivals(batch: Sequence[Announced]) -> None:
    """Every demand that arrived becomes a work order."""
    arrived = [
        services.NewOrder(
            demand_id=heard.event.demand_id,
            kind=heard.event.kind,
            channel=heard.event.channel,
            category=heard.event.category,
            area=heard.event.area,
            urgency=heard.event.urgency,
            flags=heard.event.flags,
            same_as=heard.event.same_as,
            received_at=heard.event.received_at,
            can_be_called=heard.event.reachable and not heard.event.anonymous,
        )
        for heard in batch
        if isinstance(heard.event, DemandReceived)
    ]
    services.register_work_orders(arrived, by=SYSTEM)


def follow_calendar(batch: Sequence[Announced]) -> None:
    """The calendar was edited: open orders that cross the day get new due times."""
    if any(isinstance(heard.event, CalendarChanged) for heard in batch):
        services.recompute_due_times()


def tell_people(batch: Sequence[Announced]) -> None:
    """Requesters and units hear of the steps that concern them."""
    services.tell_people([heard.event for heard in batch])
