"""Facts as a county of any size would hold them, written straight as files of the warehouse: for measuring only.

Everything follows from the number of the order, so that two runs hold the same rows.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

MONTHS, DAYS_A_MONTH = 36, 30
SECONDS = MONTHS * DAYS_A_MONTH * 86_400
CHANNELS = ("hotline", "wechat", "web", "mobile_app", "window", "grid_officer", "letter")
OPEN = "age_days < 12 AND dice(8) < 60"

# What an order is made of. n: its number; dice(k): a number from 0 to 99 that only depends on n and k.
ORDERS: Mapping[str, str] = {
    "order_id": "n",
    "demand_id": "n",
    "position": "n * 8",
    "state": f"CASE WHEN {OPEN} THEN 'handling' ELSE 'closed' END",
    "unit": "unit",
    "first_unit": "CASE WHEN dice(1) < 4 THEN other_unit ELSE unit END",
    "category": "category",
    "area": "area",
    "kind": "CASE WHEN dice(2) < 30 THEN 'inquiry' WHEN dice(2) < 70 THEN 'complaint' ELSE 'help' END",
    "channel": "channel",
    "urgency": "CASE WHEN dice(3) < 90 THEN 'normal' ELSE 'urgent' END",
    "outcome": f"CASE WHEN {OPEN} THEN '' WHEN dice(4) < 82 THEN 'solved' ELSE 'explained' END",
    "set_aside": "CASE WHEN dice(5) < 2 THEN 'refused' WHEN dice(5) < 4 THEN 'merged' ELSE '' END",
    "threat": "FALSE",
    "reachable": "dice(6) < 97",
    "opened_at": "opened_at",
    "began_at": "opened_at",
    "dispatched_at": "opened_at + INTERVAL 1 HOUR",
    "first_contact_at": "opened_at + INTERVAL 5 HOUR",
    "contact_in_time": "dice(7) < 93",
    "replied_at": f"CASE WHEN {OPEN} THEN NULL ELSE closed_at - INTERVAL 20 HOUR END",
    "first_closed_at": f"CASE WHEN {OPEN} THEN NULL ELSE closed_at END",
    "closed_at": f"CASE WHEN {OPEN} THEN NULL ELSE closed_at END",
    "due_at": "opened_at + INTERVAL 5 DAY",
    "late_minutes": "CASE WHEN dice(9) < 9 THEN 240 ELSE 0 END",
    "minutes_taken": f"CASE WHEN {OPEN} THEN NULL ELSE 600 + dice(10) * 80 END",
    "answered_directly": "dice(11) < 30",
    "dispatches": "1",
    "redispatches": "CASE WHEN dice(1) < 4 THEN 1 ELSE 0 END",
    "returns": "CASE WHEN dice(1) < 3 THEN 1 ELSE 0 END",
    "reworks": "CASE WHEN dice(12) < 5 THEN 1 ELSE 0 END",
    "extensions": "CASE WHEN dice(13) < 3 THEN 1 ELSE 0 END",
    "suspensions": "0",
    "reopenings": "CASE WHEN dice(14) < 3 THEN 1 ELSE 0 END",
    "repeated": "dice(15) < 6",
    "callback_tries": "1",
    "callback_reached": f"NOT ({OPEN}) AND dice(16) < 80",
    "callback_contacted": "TRUE",
    "callback_solved": f"CASE WHEN NOT ({OPEN}) AND dice(16) < 80 THEN dice(17) < 84 END",
    "callback_satisfaction": f"CASE WHEN NOT ({OPEN}) AND dice(16) < 80 THEN 2 + dice(18) % 4 END",
    "rated_contacted": "CAST(NULL AS BOOLEAN)",
    "rated_solved": "CAST(NULL AS BOOLEAN)",
    "rated_satisfaction": "CAST(NULL AS BIGINT)",
    "steps": "8",
    "opened_on": "CAST(opened_at + INTERVAL 8 HOUR AS DATE)",
}
DEMANDS: Mapping[str, str] = {
    "position": "n * 8 - 7",
    "demand_id": "n",
    "channel": "channel",
    "kind": ORDERS["kind"],
    "category": "category",
    "area": "area",
    "urgency": ORDERS["urgency"],
    "same_as": "CAST(NULL AS BIGINT)",
    "anonymous": "dice(19) < 8",
    "reachable": ORDERS["reachable"],
    "received_at": "opened_at",
    "received_on": ORDERS["opened_on"],
}
SHAPES = {"orders": ORDERS, "demands": DEMANDS}


def write(demands: int) -> None:
    """Fill the warehouse of the settings with so many demands and their orders over three years."""
    from django.db import transaction

    from shuzhi.domains.statistics.warehouse import catalogue, files, loading
    from shuzhi.domains.statistics.warehouse.catalogue import TableFiles
    from shuzhi.domains.statistics.warehouse.tables import FACTS

    with files.duck() as cursor:
        _know(cursor)
        filed: dict[str, dict[str, str]] = {name: {} for name in SHAPES}
        for month, first, last in _months(demands):
            for name, shape in SHAPES.items():
                columns = ", ".join(
                    f"CAST({_thrown(shape[column])} AS {kind}) AS {column}"
                    for column, kind in FACTS[name].columns.items()
                )
                query = f"SELECT {columns} FROM ({_bases(first, last, demands)}) AS bases"
                filed[name][month] = files.write_query(cursor, query, name, f"{month}/{demands:012d}")
    with transaction.atomic():
        row = catalogue.locked()
        row.position = demands * 8
        catalogue.write(row, {name: TableFiles(found) for name, found in filed.items()})
    loading.file_away(most_news=-1)


def _months(demands: int) -> Iterator[tuple[str, int, int]]:
    """Each month of the county's clock with the orders that were opened in it: after the first number, up to the last."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    begins = today - timedelta(days=MONTHS * DAYS_A_MONTH)

    def opened_on(number: int) -> str:
        return f"{begins + timedelta(seconds=number * SECONDS // demands, hours=8):%Y-%m}"

    first = 0
    while first < demands:
        month = opened_on(first + 1)
        last = bisect_right(range(1, demands + 1), month, key=opened_on)
        yield month, first, last
        first = last


def _know(cursor: object) -> None:
    """What the registry knows, as lists that a query picks from."""
    from shuzhi.domains.registry import services as registry

    known = {
        "areas": [one.code for one in registry.areas() if one.level in ("community", "village")],
        "units": [one.code for one in registry.units()],
        "categories": [one.code for one in registry.categories(level=3)],
        "channels": list(CHANNELS),
    }
    for name, codes in known.items():
        cursor.execute(f"SET VARIABLE known_{name} = {codes}")  # type: ignore[attr-defined]


def _thrown(expression: str) -> str:
    return re.sub(r"dice\((\d+)\)", r"CAST(hash(n * 31 + \1) % 100 AS BIGINT)", expression)


def _bases(first: int, last: int, demands: int) -> str:
    """Each order's place, unit, category, channel and times; few codes have most of the orders, as in life."""

    def picked(name: str, salt: int) -> str:
        share = f"(hash(n * 31 + {salt}) % 1000000) / 1000000.0"
        return f"getvariable('known_{name}')[1 + CAST(FLOOR(POW({share}, 2) * len(getvariable('known_{name}'))) AS BIGINT)]"

    opened = (
        f"date_trunc('day', now()::TIMESTAMP) - INTERVAL {MONTHS * DAYS_A_MONTH} DAY"
        f" + to_seconds(CAST(n * {SECONDS}.0 / {demands} AS BIGINT))"
    )
    return (
        "SELECT *, date_diff('day', opened_at, now()::TIMESTAMP) AS age_days, "
        "opened_at + to_hours(CAST(20 + hash(n) % 150 AS BIGINT)) AS closed_at FROM ("
        f"SELECT n, {opened} AS opened_at, {picked('areas', 101)} AS area, {picked('units', 102)} AS unit, "
        f"{picked('units', 103)} AS other_unit, {picked('categories', 104)} AS category, "
        f"{picked('channels', 105)} AS channel FROM range({first + 1}, {last + 1}) AS numbers(n)) AS drawn"
    )
