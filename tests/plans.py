"""Which tables a piece of work reads from end to end, as SQLite plans it: what is quick today may not be with a million rows."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

LARGE = {
    "casework_workorder",
    "intake_demand",
    "intake_requester",
    "notices_message",
    "spine_outboxevent",
}
"""What grows with every demand."""


def tables_read_whole(work: Callable[[], Any], *, even_along_an_index: bool = False) -> set[str]:
    """The large tables of which some statement of this work reads every row.

    even_along_an_index: also where it would walk along an index of all rows, as is right for the first page of a list only.
    """
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads small tables whole, whatever index there is")
    statements: list[tuple[str, Any]] = []

    def record(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not many and sql.startswith(("SELECT", "UPDATE", "DELETE")):
            statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        work()
    with connection.cursor() as cursor:
        steps = [step for one in statements for step in _plan(cursor, *one)]
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'")
        of_some_rows = {name for (name,) in cursor.fetchall()}
    scans = (re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?$", step) for step in steps)
    return {
        scan[1]
        for scan in scans
        if scan
        and scan[1] in LARGE
        and (not scan[2] or (even_along_an_index and scan[2] not in of_some_rows))
    }


def _plan(cursor: Any, sql: str, params: Any) -> list[str]:
    cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
    return [row[3] for row in cursor.fetchall()]
