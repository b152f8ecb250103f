"""From steps of orders to the flow of every part of the county. No database here: steps in, flows out."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

import numpy as np

from shuzhi.domains.casework.lifecycle import OPEN, State
from shuzhi.domains.insight.office_clock import OfficeClock
from shuzhi.domains.statistics.services import OrderStep
from shuzhi.engines.fairness import LEAST_SHOWN
from shuzhi.engines.patterns import Flow, Log

OVER = frozenset(State) - OPEN
"""States in which nobody waits for anybody."""
WAITING_SHOWN = 3
"""So many orders of each state are named as waiting longest."""


@dataclass(frozen=True, order=True)
class Part:
    """Whose orders: an area directly below the whole, a category of the first level, a unit that ever had them; "" for all."""

    area: str
    category: str
    unit: str


@dataclass(frozen=True)
class Waiting:
    """An order that waits now. minutes: of working time."""

    state: str
    demand_id: int
    unit: str
    minutes: int


class Journeys:
    """The steps of many orders, added month by month, and which part of the county each order belongs to."""

    def __init__(
        self, clock: OfficeClock, *, area_of: Callable[[str], str], category_of: Callable[[str], str]
    ):
        self._clock, self._area_of, self._category_of = clock, area_of, category_of
        self._order, self._step = array("q"), array("q")
        self._state: list[str] = []
        self._unit: list[str] = []
        self._at: list[np.ndarray] = []
        self._demand_of: dict[int, int] = {}
        self._parts: defaultdict[Part, set[int]] = defaultdict(set)

    def add(self, steps: Sequence[OrderStep]) -> None:
        names = {name: name for one in steps for name in (one.state, one.unit)}  # one text for each name
        self._order.extend(one.order_id for one in steps)
        self._step.extend(one.step for one in steps)
        self._state.extend(names[one.state] for one in steps)
        self._unit.extend(names[one.unit] for one in steps)
        self._at.append(self._clock.read([one.at for one in steps]))
        self._demand_of.update((one.order_id, one.demand_id) for one in steps)
        for area, category, unit, order in {
            (one.area, one.category, one.unit, one.order_id) for one in steps
        }:
            told = ((self._area_of(area), ""), (self._category_of(category), ""), (unit, ""))
            for part in set(product(*told)):
                self._parts[Part(*part)].add(order)

    def flows(self, now: datetime) -> Iterator[tuple[Part, Flow, list[Waiting]]]:
        """The flow of every part with enough orders that nobody is recognised, and who waits longest in it."""
        at = np.concatenate(self._at) if self._at else np.zeros(0)
        log = Log(case=self._order, step=self._step, state=self._state, unit=self._unit, at=at)
        shown = float(self._clock.read([now])[0])
        waiting = {
            order: Waiting(state, self._demand_of[order], unit, int(shown - since))
            for order, state, unit, since in log.where_now()
            if state in OPEN
        }
        for part, orders in sorted(self._parts.items()):
            if len(orders) >= LEAST_SHOWN:
                chosen = np.fromiter(orders, dtype=np.int64, count=len(orders))
                yield part, log.flow(chosen), _longest(waiting[one] for one in orders & waiting.keys())


def _longest(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Those of each state that wait longest, state by state in the order of an order's life."""
    by_state: defaultdict[str, list[Waiting]] = defaultdict(list)
    for one in waiting:
        by_state[one.state].append(one)
    return [
        one
        for state in State
        for one in sorted(by_state[state], key=lambda one: (-one.minutes, one.demand_id))[:WAITING_SHOWN]
    ]
