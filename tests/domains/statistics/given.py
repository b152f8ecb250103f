"""Stories of work orders, announced and heard as casework tells them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import transaction

from shuzhi.domains.statistics.handlers import FACTS
from shuzhi.spine import outbox
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.events import (
    CallbackRecorded,
    ContactRecorded,
    DemandId,
    DemandRated,
    DemandReceived,
    Event,
    WorkOrderId,
    WorkOrderMoved,
)

START = datetime(2026, 5, 4, 1, tzinfo=UTC)  # Monday 09:00 in the county
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WATER, HOUSING, TOWN_A, TOWN_B = "water", "housing", "town_qingshi", "town_luoxi"


def heard(events: Iterable[Event]) -> None:
    """Announce events and let the facts follow."""
    told(events)
    outbox.drain([FACTS])


def told(events: Iterable[Event]) -> None:
    with transaction.atomic():
        outbox.announce_all(events, by=SYSTEM)


class Order:
    """One order whose steps are told one after the other, an hour apart unless said otherwise."""

    def __init__(self, number: int, *, at: datetime = START, **about: str) -> None:
        self.number = number
        self.at = at
        self.state, self.unit, self.step = "", "", 0
        self.about = {
            "category": "0201",
            "area": "990102100201",
            "kind": "complaint",
            "channel": "web",
        } | about
        self.events: list[Event] = []

    def received(self, **fields: object) -> "Order":
        about = {**self.about, "urgency": "normal"}
        self.events.append(
            DemandReceived(demand_id=DemandId(self.number), received_at=self.at, **about | fields)  # type: ignore[arg-type]
        )
        return self.moved("register", "registered")

    def moved(
        self,
        action: str,
        to_state: str = "",
        *,
        unit: str | None = None,
        after: timedelta = HOUR,
        late: int = 0,
        outcome: str = "",
        due_at: datetime | None = None,
    ) -> "Order":
        if self.step:
            self.at += after
        self.step += 1
        before, self.state = self.state, to_state or self.state
        self.unit = self.unit if unit is None else unit
        self.events.append(
            WorkOrderMoved(
                order_id=WorkOrderId(self.number),
                demand_id=DemandId(self.number),
                step=self.step,
                action=action,
                from_state=before,
                to_state=self.state,
                unit=self.unit,
                urgency="normal",
                outcome=outcome,
                due_at=due_at,
                late_minutes=late,
                at=self.at,
                **self.about,
            )
        )
        return self

    def dispatched(self, unit: str = WATER, **options: object) -> "Order":
        return self.moved("dispatch", "dispatched", unit=unit, **options)  # type: ignore[arg-type]

    def contacted(self, *, in_time: bool = True) -> "Order":
        self.events.append(
            ContactRecorded(order_id=WorkOrderId(self.number), unit=self.unit, in_time=in_time, at=self.at)
        )
        return self

    def replied(self, **options: object) -> "Order":
        self.moved("sign_in", "accepted").moved("start_handling", "handling")
        return self.moved("reply", "replied", **options)  # type: ignore[arg-type]

    def called_back(
        self, *, reached: bool = True, solved: bool | None = None, satisfaction: int | None = None
    ) -> "Order":
        if self.state != "callback":
            self.moved("start_callback", "callback")
        self.moved("record_callback")
        self.events.append(
            CallbackRecorded(
                order_id=WorkOrderId(self.number),
                unit=self.unit,
                attempt=1,
                reached=reached,
                contacted=True if reached else None,
                solved=solved,
                satisfaction=satisfaction,
                via="phone",
                at=self.at,
            )
        )
        return self

    def closed(self, **options: object) -> "Order":
        return self.moved("close", "closed", **{"outcome": "solved", **options})  # type: ignore[arg-type]

    def rated(self, *, solved: bool, satisfaction: int) -> "Order":
        self.events.append(
            DemandRated(
                demand_id=DemandId(self.number),
                order_id=WorkOrderId(self.number),
                unit=self.unit,
                contacted=True,
                solved=solved,
                satisfaction=satisfaction,
            )
        )
        return self


def handled(number: int, *, unit: str = WATER, at: datetime = START, late: int = 0, **about: str) -> Order:
    """An order from receiving to the reply of a unit that contacted the requester in time."""
    order = Order(number, at=at, **about).received().moved("triage", "triaged").dispatched(unit)
    return order.contacted().replied(late=late)


def handled_and_closed(
    number: int,
    *,
    unit: str = WATER,
    at: datetime = START,
    late: int = 0,
    solved: bool = True,
    satisfaction: int = 4,
    **about: str,
) -> Order:
    order = handled(number, unit=unit, at=at, late=late, **about)
    return order.called_back(solved=solved, satisfaction=satisfaction).closed(late=late)


def told_of(*orders: Order) -> None:
    """All that happened to some orders, in the order of time, as the outbox would number it."""
    heard(event for order in orders for event in order.events)
