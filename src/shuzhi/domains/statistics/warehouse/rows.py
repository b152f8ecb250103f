"""From events and facts to rows of the warehouse. Times are UTC; days are those of the county's clock."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from operator import attrgetter

from django.utils import timezone

from shuzhi.domains.statistics.facts import Fact
from shuzhi.domains.statistics.warehouse.tables import (
    BENEFITS,
    CALLBACKS,
    CHANGES,
    DEMANDS,
    MOVES,
    ORDERS,
    READINGS,
    Table,
)
from shuzhi.spine.events import (
    CallbackRecorded,
    DemandReceived,
    EntitlementDecided,
    Event,
    ReadingTaken,
    RegistryImported,
    WorkOrderMoved,
)
from shuzhi.spine.outbox import Announced

Row = tuple[object, ...]
Rows = Mapping[Table, Sequence[Row]]

_ORDER_COLUMNS = tuple(name for name in ORDERS.columns if name != "opened_on")
_order_values = attrgetter(*_ORDER_COLUMNS)
_MOMENTS = tuple(at for at, name in enumerate(_ORDER_COLUMNS) if ORDERS.columns[name] == "TIMESTAMP")
# Clocks of all time zones are changed at full quarters (IANA time zone database).
QUARTER_SECONDS = 900


def rows_of(batch: Iterable[Announced]) -> dict[Table, list[Row]]:
    """A batch of events as rows of the tables that grow only; events without a table give nothing."""
    rows: defaultdict[Table, list[Row]] = defaultdict(list)
    day = _days()
    for heard in batch:
        if told := _TELLERS.get(type(heard.event)):
            table, tell = told
            rows[table].append(tell(heard, heard.event, day))
    return rows


def order_rows(facts: Iterable[Fact]) -> list[Row]:
    day = _days()
    rows = []
    for fact in facts:
        row = list(_order_values(fact))
        for at in _MOMENTS:
            if row[at] is not None:
                row[at] = _utc(row[at])
        rows.append((*row, day(fact.opened_at)))
    return rows


def _utc(moment: datetime) -> datetime:
    return (
        moment.replace(tzinfo=None) if moment.tzinfo is UTC else moment.astimezone(UTC).replace(tzinfo=None)
    )


Day = Callable[[datetime], date]


def _days() -> Day:
    """The county's day of a moment. No clock is changed within a quarter of an hour, so one answer serves it all."""
    zone = timezone.get_default_timezone()
    known: dict[int, date] = {}

    def day(moment: datetime) -> date:
        quarter = int(moment.timestamp()) // QUARTER_SECONDS
        if quarter not in known:
            known[quarter] = moment.astimezone(zone).date()
        return known[quarter]

    return day


def _demand(heard: Announced, event: DemandReceived, day: Day) -> Row:
    return (
        *(
            heard.position,
            event.demand_id,
            event.channel,
            event.kind,
            event.category,
            event.area,
            event.urgency,
        ),
        *(event.same_as, event.anonymous, event.reachable),
        *(_utc(event.received_at), day(event.received_at)),
    )


def _move(heard: Announced, event: WorkOrderMoved, day: Day) -> Row:
    return (
        *(heard.position, event.order_id, event.demand_id, event.step, event.action),
        *(event.from_state, event.to_state, event.unit, event.category, event.area, event.channel),
        *(event.outcome, event.ground, event.late_minutes, _utc(event.at), day(event.at)),
    )


def _callback(heard: Announced, event: CallbackRecorded, day: Day) -> Row:
    return (
        *(heard.position, event.order_id, event.unit, event.attempt, event.reached, event.contacted),
        *(event.solved, event.satisfaction, event.via, _utc(event.at), day(event.at)),
    )


def _benefit(heard: Announced, event: EntitlementDecided, day: Day) -> Row:
    return (
        *(
            heard.position,
            event.award_id,
            event.decision_id,
            event.book,
            event.rule,
            event.area,
            event.outcome,
        ),
        *(event.amount_fen, event.by_machine, _utc(event.at), day(event.at)),
    )


def _reading(heard: Announced, event: ReadingTaken, day: Day) -> Row:
    observed_at, told_at = _utc(event.observed_at), _utc(event.told_at)
    key = "/".join((event.quantity, event.area, event.station, observed_at.isoformat(), told_at.isoformat()))
    return (
        *(key, heard.position, event.station, event.area, event.quantity, event.unit, event.value_milli),
        *(told_at < observed_at, told_at, day(event.told_at), observed_at, day(event.observed_at)),
    )


def _change(heard: Announced, event: RegistryImported, day: Day) -> Row:
    return heard.position, event.dataset, event.accepted, _utc(heard.at), day(heard.at)


_TELLERS: Mapping[type[Event], tuple[Table, Callable[..., Row]]] = {
    DemandReceived: (DEMANDS, _demand),
    WorkOrderMoved: (MOVES, _move),
    CallbackRecorded: (CALLBACKS, _callback),
    EntitlementDecided: (BENEFITS, _benefit),
    ReadingTaken: (READINGS, _reading),
    RegistryImported: (CHANGES, _change),
}
