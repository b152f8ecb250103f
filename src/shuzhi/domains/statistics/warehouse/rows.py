"""From events and facts to rows of the warehouse. Times are UTC; days are those of the county's clock."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from operator import attrgetter

from django.utils import timezone

from shuzhi.domains.statistics.models import OrderFact
from shuzhi.domains.statistics.warehouse.tables import BENEFITS, CALLBACKS, DEMANDS, MOVES, ORDERS, Table
from shuzhi.spine.events import CallbackRecorded, DemandReceived, EntitlementDecided, Event, WorkOrderMoved
from shuzhi.spine.outbox import Announced

Row = tuple[object, ...]
Rows = Mapping[Table, Sequence[Row]]

_order_values = attrgetter(*(name for name in ORDERS.columns if name != "opened_on"))


def rows_of(batch: Iterable[Announced]) -> dict[Table, list[Row]]:
    """A batch of events as rows of the tables that grow only; events without a table give nothing."""
    rows: defaultdict[Table, list[Row]] = defaultdict(list)
    local = partial(timezone.localtime, timezone=timezone.get_default_timezone())
    for heard in batch:
        if told := _TELLERS.get(type(heard.event)):
            table, tell = told
            rows[table].append(tell(heard.position, heard.event, local))
    return rows


def order_rows(facts: Iterable[OrderFact]) -> list[Row]:
    local = partial(timezone.localtime, timezone=timezone.get_default_timezone())
    return [(*map(_plain, _order_values(fact)), local(fact.opened_at).date()) for fact in facts]


def _plain(value: object) -> object:
    return _utc(value) if isinstance(value, datetime) else value


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


Local = Callable[[datetime], datetime]


def _day(moment: datetime, local: Local) -> date:
    return local(moment).date()


def _demand(position: int, event: DemandReceived, local: Local) -> Row:
    return (
        *(position, event.demand_id, event.channel, event.kind, event.category, event.area, event.urgency),
        *(event.same_as, event.anonymous, event.reachable),
        *(_utc(event.received_at), _day(event.received_at, local)),
    )


def _move(position: int, event: WorkOrderMoved, local: Local) -> Row:
    return (
        *(position, event.order_id, event.demand_id, event.step, event.action),
        *(event.from_state, event.to_state, event.unit, event.category, event.area, event.channel),
        *(event.outcome, event.ground, event.late_minutes, _utc(event.at), _day(event.at, local)),
    )


def _callback(position: int, event: CallbackRecorded, local: Local) -> Row:
    return (
        *(position, event.order_id, event.unit, event.attempt, event.reached, event.contacted),
        *(event.solved, event.satisfaction, event.via, _utc(event.at), _day(event.at, local)),
    )


def _benefit(position: int, event: EntitlementDecided, local: Local) -> Row:
    return (
        *(position, event.award_id, event.decision_id, event.book, event.rule, event.area, event.outcome),
        *(event.amount_fen, event.by_machine, _utc(event.at), _day(event.at, local)),
    )


_TELLERS: Mapping[type[Event], tuple[Table, Callable[..., Row]]] = {
    DemandReceived: (DEMANDS, _demand),
    WorkOrderMoved: (MOVES, _move),
    CallbackRecorded: (CALLBACKS, _callback),
    EntitlementDecided: (BENEFITS, _benefit),
}
