"""The steps of work orders as they were told: what shows where orders wait, loop and bounce."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, cast

from django.utils import timezone

from shuzhi.domains.statistics.tallies import sql_moment
from shuzhi.domains.statistics.warehouse import engines
from shuzhi.spine import access, clock
from shuzhi.spine.actors import Actor


class OrderStep(NamedTuple):
    """A step of an order. at: UTC, without a zone.   state, unit: after the step.   area, category: of the order by now."""

    order_id: int
    demand_id: int
    step: int
    at: datetime
    state: str
    unit: str
    area: str
    category: str
    opened_at: datetime


# Some thousand orders at a time, so that years of them need no more memory than a month.
SPAN = timedelta(days=30)
_STEPS = (
    "SELECT moves.order_id, moves.demand_id, moves.step, moves.moved_at, moves.to_state, moves.unit, "
    "orders.area, orders.category, orders.opened_at "
    "FROM moves JOIN orders ON orders.order_id = moves.order_id "
    "WHERE orders.opened_at >= {since} AND orders.opened_at < {until} "
    "ORDER BY moves.order_id, moves.step"
)


def steps_of_orders(*, since: date, until: date, by: Actor) -> Iterator[list[OrderStep]]:
    """The steps of the orders that were opened from `since` up to but not including `until`, a month of orders at a time."""
    access.require(by, "statistics.read")
    begins, ends = _midnight(since), _midnight(until)
    while begins < ends:
        after = min(begins + SPAN, ends)
        question = _STEPS.format(since=sql_moment(begins), until=sql_moment(after))
        found = engines.ask(question, now=clock.now())
        yield [
            OrderStep(*row)
            for row in cast(list[tuple[int, int, int, datetime, str, str, str, str, datetime]], found)
        ]
        begins = after


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone()).astimezone(UTC)
