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


def tables_read_whole(work: Callable[[], Any]) -> set[str]:
    """The large tables of which some statement of this work reads every row."""
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
    return {found[1] for step in steps if (found := re.match(r"SCAN (\w+)$", step)) and found[1] in LARGE}


def _plan(cursor: Any, sql: str, params: Any) -> list[str]:
    cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
    return [row[3] for row in cursor.fetchall()]
