"""What the world sees of how work orders flow. All times are working minutes."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class StayCard:
    """A state of work orders. visits: how often it was entered; again: of these, by orders that had been in it before.

    now: orders that are in it.   median_minutes: half of the stays that ended were shorter.   share: of all waiting,
    from 0 to 1; 0 for states in which nobody waits any more.
    """

    state: str
    label: str
    visits: int
    again: int
    begins: int
    now: int
    median_minutes: int
    share: float


@dataclass(frozen=True, kw_only=True)
class PassageCard:
    """From one state to the next. median_minutes, ninetieth_minutes: of the waiting before it.   back: against the usual way."""

    start: str
    start_label: str
    end: str
    end_label: str
    times: int
    median_minutes: int
    ninetieth_minutes: int
    back: bool


@dataclass(frozen=True, kw_only=True)
class VariantCard:
    """A way that some orders took from the first state to the last. share: of all orders, from 0 to 1."""

    states: tuple[str, ...]
    labels: tuple[str, ...]
    orders: int
    share: float
    median_minutes: int


@dataclass(frozen=True, kw_only=True)
class HandOverCard:
    """Orders given from one unit to another; back: of these, to a unit that had had the order before."""

    giver: str
    giver_name: str
    taker: str
    taker_name: str
    times: int
    back: int


@dataclass(frozen=True, kw_only=True)
class WaitingCard:
    """An order that waits now, with the state and unit that it is with."""

    state: str
    label: str
    demand_id: int
    unit: str
    unit_name: str
    waited_minutes: int


@dataclass(frozen=True, kw_only=True)
class ProcessCard:
    """How the orders of some days flowed. unit: orders that this unit ever had.

    looped: orders that entered a state again.   bounced: orders that came back to a unit that had had them before.
    longest: the state in which most of the waiting happened, "" when nothing waited.   day_minutes: of a usual
    working day.
    """

    days: int
    until: date
    area: str
    area_name: str
    category: str
    category_name: str
    unit: str
    unit_name: str
    orders: int
    looped: int
    bounced: int
    longest: str
    stays: tuple[StayCard, ...]
    passages: tuple[PassageCard, ...]
    variants: tuple[VariantCard, ...]
    hand_overs: tuple[HandOverCard, ...]
    waiting: tuple[WaitingCard, ...]
    day_minutes: int
    made_at: datetime


@dataclass(frozen=True)
class ProcessChoices:
    """What a reader may choose: (code, label) each."""

    areas: tuple[tuple[str, str], ...]
    categories: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]
