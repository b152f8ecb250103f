"""Weeks of demands as the warehouse knows them: announced as intake and casework announce them, heard by the facts."""

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain

from django.db import transaction
from tests import factories
from tests.made_once import made_once

from shuzhi.site import wiring
from shuzhi.spine import outbox
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.events import DemandId, DemandReceived, Event, WorkOrderId, WorkOrderMoved

MONDAY = date(2026, 1, 5)
WEEK = (9, 8, 7, 6, 6, 3, 2)
CITY, OTHER = "990102100201", "990102101201"
LIFT, LIGHT = factories.LIFT, factories.STREET_LIGHT

Counts = Callable[[date, str, str], int]


def usual(day: date, area: str, category: str) -> int:
    """About as many as on every such weekday, twice as many in the first village as in the second."""
    rng = random.Random(f"{day} {area} {category}")
    most = WEEK[day.weekday()] * (2 if area == CITY else 1)
    return sum(rng.random() < 0.4 for _ in range(most))


@made_once
def given_days(days: int, *, first: date = MONDAY, counts: Counts = usual, number: int = 1) -> int:
    """So many days of demands from `first` on, by village and category; the number of the next demand."""
    stories: list[Iterator[Event]] = []
    for shift in range(days):
        day = first + timedelta(days=shift)
        for area in (CITY, OTHER):
            for category in (LIFT, LIGHT):
                for _each in range(counts(day, area, category)):
                    stories.append(told_of(number, day, area, category))
                    number += 1
    tell(stories)
    return number


def tell(stories: Iterable[Iterable[Event]]) -> None:
    """Announce what happened and let the facts follow."""
    with transaction.atomic():
        outbox.announce_all(chain.from_iterable(stories), by=SYSTEM)
    outbox.drain([outbox.find_listener(wiring.LISTENERS, "statistics.facts")])


def told_of(number: int, day: date, area: str, category: str, *, hour: int = 2) -> Iterator[Event]:
    """A demand of this day with its order; ten in the morning by the county's clocks."""
    at = datetime.combine(day, time(hour), UTC)
    about = {"channel": "web", "kind": "complaint", "category": category, "area": area, "urgency": "normal"}
    yield DemandReceived(demand_id=DemandId(number), received_at=at, **about)  # type: ignore[arg-type]
    yield WorkOrderMoved(
        order_id=WorkOrderId(number),
        demand_id=DemandId(number),
        step=1,
        action="register",
        from_state="",
        to_state="registered",
        unit="",
        at=at,
        **about,  # type: ignore[arg-type]
    )
