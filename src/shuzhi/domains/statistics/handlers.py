"""What statistics does on hearing: it keeps one fact per work order."""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from operator import attrgetter

from shuzhi.domains.statistics import following, quality
from shuzhi.domains.statistics.facts import COLUMNS, Fact
from shuzhi.domains.statistics.models import DemandTrait, OrderFact, Quarantined
from shuzhi.domains.statistics.warehouse import loading
from shuzhi.spine import outbox
from shuzhi.spine.events import (
    CalendarChanged,
    CallbackRecorded,
    ContactRecorded,
    DemandRated,
    DemandReceived,
    EntitlementDecided,
    Event,
    ReadingTaken,
    RegistryImported,
    WorkOrderMoved,
)
from shuzhi.spine.outbox import Announced, Listener
from shuzhi.spine.rows import upsert_rows

OF_ORDERS = (WorkOrderMoved, ContactRecorded, CallbackRecorded, DemandRated)
EVENTS: tuple[type[Event], ...] = (
    DemandReceived,
    *OF_ORDERS,
    EntitlementDecided,
    ReadingTaken,
    RegistryImported,
    CalendarChanged,
)
# A load writes a file for each table: large batches, few files.
BATCH = 40_000
_CHUNK = 2000
# Flags of a demand after which nobody is measured by how the requester judged the outcome.
THREATENING = frozenset({"threat"})

_values = attrgetter(*COLUMNS)


class _Facts:
    """The facts that a batch touches: loaded at once, changed in memory, written at once."""

    def __init__(self, batch: Sequence[Announced]) -> None:
        events = [heard.event for heard in batch]
        orders = {event.order_id for event in events if isinstance(event, OF_ORDERS)}
        self.of_order = {fact.order_id: fact for fact in _load("order_id", orders)}
        self.of_demand = {fact.demand_id: fact for fact in self.of_order.values()}
        repeated = {event.same_as for event in events if isinstance(event, DemandReceived) and event.same_as}
        for fact in _load("demand_id", repeated - set(self.of_demand)):
            self._add(fact)
        arrived = {event.demand_id for event in events if isinstance(event, WorkOrderMoved)}
        self.traits = DemandTrait.objects.in_bulk(arrived - set(self.of_demand))
        self.changed: dict[int, Fact] = {}
        self.new_traits: list[DemandTrait] = []
        self.kept: list[Announced] = []
        self.quarantined: list[Quarantined] = []

    def _add(self, fact: Fact) -> None:
        self.of_order[fact.order_id] = fact
        self.of_demand[fact.demand_id] = fact

    def hear(self, heard: Announced) -> None:
        event = heard.event
        fact = self.of_order.get(event.order_id) if isinstance(event, OF_ORDERS) else None
        if fact is not None and heard.position <= fact.position:
            return
        if rule := quality.broken(heard, fact):
            self._set_aside(heard, rule)
            return
        self.kept.append(heard)
        if isinstance(event, DemandReceived):
            self._receive(event, heard.position)
        elif isinstance(event, OF_ORDERS):
            if isinstance(event, WorkOrderMoved) and fact is None:
                self._open(event)
            self._mark(self.of_order[event.order_id], heard.position)
            _tell(self.of_order[event.order_id], event)

    def _set_aside(self, heard: Announced, rule: str) -> None:
        event = heard.event
        names = ("order_id", "demand_id")
        subject = next((getattr(event, name) for name in names if hasattr(event, name)), heard.position)
        self.quarantined.append(
            Quarantined(
                position=heard.position, event=type(event).__name__, rule=rule, subject=subject, at=heard.at
            )
        )

    def _mark(self, fact: Fact, position: int) -> None:
        """A fact has counted this position."""
        fact.position = position
        self.changed[fact.order_id] = fact

    def _receive(self, event: DemandReceived, position: int) -> None:
        threat = not THREATENING.isdisjoint(event.flags)
        if threat or not event.reachable:
            trait = DemandTrait(demand_id=event.demand_id, threat=threat, reachable=event.reachable)
            self.traits[event.demand_id] = trait
            self.new_traits.append(trait)
        before = self.of_demand.get(event.same_as) if event.same_as else None
        if before is not None and position > before.position:
            self._mark(before, position)
            following.repeat(before, event.received_at)

    def _open(self, event: WorkOrderMoved) -> None:
        trait = self.traits.get(event.demand_id)
        self._add(
            following.open_fact(
                event, threat=bool(trait and trait.threat), reachable=trait is None or trait.reachable
            )
        )

    def save(self) -> None:
        DemandTrait.objects.bulk_create(self.new_traits, ignore_conflicts=True)
        Quarantined.objects.bulk_create(self.quarantined, ignore_conflicts=True)
        upsert_rows(OrderFact, COLUMNS, map(_values, self.changed.values()), key="order_id")


def _load(column: str, ids: Collection[int]) -> Iterator[Fact]:
    """The facts that have one of these ids; databases take only so many parameters at once."""
    waiting = iter(sorted(ids))
    while chunk := list(islice(waiting, _CHUNK)):
        for values in OrderFact.objects.filter(**{f"{column}__in": chunk}).values_list(*COLUMNS):
            yield Fact(*values)


def _tell(fact: Fact, event: Event) -> None:
    match event:
        case WorkOrderMoved():
            following.move(fact, event)
        case ContactRecorded():
            following.contact(fact, event)
        case CallbackRecorded():
            following.call_back(fact, event)
        case DemandRated():
            following.rate(fact, event)


def follow(batch: Sequence[Announced]) -> None:
    """Bring the facts and the warehouse up to a batch of events, which come in the order of their positions."""
    facts = _Facts(batch)
    for heard in batch:
        facts.hear(heard)
    facts.save()
    loading.load(batch, facts.kept, facts.changed.values())


def forget() -> None:
    """Empty the facts before the whole story is heard again."""
    OrderFact.objects.all().delete()
    DemandTrait.objects.all().delete()
    Quarantined.objects.all().delete()
    loading.begin_again(until=outbox.last_position([event.__name__ for event in EVENTS]))


FACTS = Listener("statistics.facts", EVENTS, follow, forget, batch=BATCH)
