"""What the warehouse holds: tables, their columns, the key of a row and the day that it is filed under."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import BooleanField, CharField, DateTimeField, Field

from shuzhi.domains.statistics.models import OrderFact


@dataclass(frozen=True, eq=False)
class Table:
    """columns: name → SQL type.   key: what tells rows apart.   day: the date whose month is the partition.

    newest: the column that decides between versions of a row; "" where rows never change.
    """

    name: str
    columns: Mapping[str, str]
    key: str
    day: str
    newest: str = ""


def _sql_type(field: "Field[object, object]") -> str:
    if isinstance(field, DateTimeField):
        return "TIMESTAMP"
    if isinstance(field, BooleanField):
        return "BOOLEAN"
    return "VARCHAR" if isinstance(field, CharField) else "BIGINT"


ORDERS = Table(
    "orders",
    {field.name: _sql_type(field) for field in OrderFact._meta.concrete_fields} | {"opened_on": "DATE"},
    key="order_id",
    day="opened_on",
    newest="position",
)
DEMANDS = Table(
    "demands",
    {
        "position": "BIGINT",
        "demand_id": "BIGINT",
        "channel": "VARCHAR",
        "kind": "VARCHAR",
        "category": "VARCHAR",
        "area": "VARCHAR",
        "urgency": "VARCHAR",
        "same_as": "BIGINT",
        "anonymous": "BOOLEAN",
        "reachable": "BOOLEAN",
        "received_at": "TIMESTAMP",
        "received_on": "DATE",
    },
    key="position",
    day="received_on",
)
MOVES = Table(
    "moves",
    {
        "position": "BIGINT",
        "order_id": "BIGINT",
        "demand_id": "BIGINT",
        "step": "BIGINT",
        "action": "VARCHAR",
        "from_state": "VARCHAR",
        "to_state": "VARCHAR",
        "unit": "VARCHAR",
        "category": "VARCHAR",
        "area": "VARCHAR",
        "channel": "VARCHAR",
        "outcome": "VARCHAR",
        "ground": "VARCHAR",
        "late_minutes": "BIGINT",
        "moved_at": "TIMESTAMP",
        "moved_on": "DATE",
    },
    key="position",
    day="moved_on",
)
CALLBACKS = Table(
    "callbacks",
    {
        "position": "BIGINT",
        "order_id": "BIGINT",
        "unit": "VARCHAR",
        "attempt": "BIGINT",
        "reached": "BOOLEAN",
        "contacted": "BOOLEAN",
        "solved": "BOOLEAN",
        "satisfaction": "BIGINT",
        "via": "VARCHAR",
        "called_at": "TIMESTAMP",
        "called_on": "DATE",
    },
    key="position",
    day="called_on",
)
BENEFITS = Table(
    "benefits",
    {
        "position": "BIGINT",
        "award_id": "BIGINT",
        "decision_id": "BIGINT",
        "book": "VARCHAR",
        "rule": "VARCHAR",
        "area": "VARCHAR",
        "outcome": "VARCHAR",
        "amount_fen": "BIGINT",
        "by_machine": "BOOLEAN",
        "decided_at": "TIMESTAMP",
        "decided_on": "DATE",
    },
    key="position",
    day="decided_on",
)
READINGS = Table(
    "readings",
    {
        "reading": "VARCHAR",
        "position": "BIGINT",
        "station": "VARCHAR",
        "area": "VARCHAR",
        "quantity": "VARCHAR",
        "unit": "VARCHAR",
        "value_milli": "BIGINT",
        "foretold": "BOOLEAN",
        "told_at": "TIMESTAMP",
        "told_on": "DATE",
        "observed_at": "TIMESTAMP",
        "observed_on": "DATE",
    },
    key="reading",
    day="observed_on",
    newest="position",
)
CHANGES = Table(
    "changes",
    {
        "position": "BIGINT",
        "dataset": "VARCHAR",
        "accepted": "BIGINT",
        "changed_at": "TIMESTAMP",
        "changed_on": "DATE",
    },
    key="position",
    day="changed_on",
)
FACTS: Mapping[str, Table] = {
    one.name: one for one in (ORDERS, DEMANDS, MOVES, CALLBACKS, BENEFITS, READINGS, CHANGES)
}

# Dimensions are small and written whole: what the registry says at the time of the load.
DIMENSIONS: Mapping[str, Mapping[str, str]] = {
    "areas": {
        "code": "VARCHAR",
        "name": "VARCHAR",
        "name_en": "VARCHAR",
        "level": "VARCHAR",
        "parent": "VARCHAR",
    },
    "units": {
        "code": "VARCHAR",
        "name": "VARCHAR",
        "name_en": "VARCHAR",
        "tier": "VARCHAR",
        "area": "VARCHAR",
        "parent": "VARCHAR",
    },
    "categories": {
        "code": "VARCHAR",
        "name": "VARCHAR",
        "name_en": "VARCHAR",
        "level": "BIGINT",
        "parent": "VARCHAR",
    },
    # people: of a priority group, "" for everybody, in the area itself.
    "people": {"area": "VARCHAR", "people_group": "VARCHAR", "people": "BIGINT"},
    "calendar": {"day": "DATE", "works": "BOOLEAN", "note": "VARCHAR"},
}
COLUMNS: Mapping[str, Mapping[str, str]] = {
    **DIMENSIONS,
    **{name: table.columns for name, table in FACTS.items()},
}
