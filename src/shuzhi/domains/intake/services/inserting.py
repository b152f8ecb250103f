"""New rows by one prepared statement: about four times as fast as bulk_create, which compiles every value apart."""

from collections.abc import Sequence
from typing import Any, cast

from django.db import connection
from django.db.models import DateTimeField, Field, JSONField, Model


def insert_rows(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Insert rows whose values stand in the order of `columns` (names of fields; every one without a default of the
    database). Inside the caller's transaction.
    """
    if not rows:
        return
    fields = [cast("Field[object, object]", model._meta.get_field(name)) for name in columns]
    odd = [(at, field) for at, field in enumerate(fields) if isinstance(field, DateTimeField | JSONField)]
    prepared: list[list[Any]] = [list(row) for row in rows]
    for row in prepared:
        for at, field in odd:
            row[at] = field.get_db_prep_save(row[at], connection)
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})",  # noqa: S608  (names of ours)
            prepared,
        )
