"""Rows written many at once arrive as they were given, on both databases."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from shuzhi.domains.ledger.models import Document, Entry
from shuzhi.spine.models import OutboxEvent
from shuzhi.spine.rows import insert_rows

pytestmark = pytest.mark.django_db

AWKWARD = ["", "\\N", "tab\tand\nline", "back\\slash", "quo\"te's", "数治 😀", "a" * 5000]
AT = datetime(2026, 5, 11, 1, 2, 3, 456789, tzinfo=UTC)


@pytest.mark.parametrize("times", [1, 10])
def test_few_and_many_rows_of_awkward_text_json_moments_and_gaps_arrive_as_given(times: int) -> None:
    rows = [
        (None, f"n{at}", {"text": words, "list": [at, None, True]}, "me", AT)
        for at, words in enumerate(AWKWARD * times)
    ]

    insert_rows(OutboxEvent, ("position", "name", "body", "by", "at"), rows)

    found = OutboxEvent.objects.order_by("id").values_list("position", "name", "body", "by", "at")
    assert list(found) == rows


def test_bytes_and_days_arrive_as_given() -> None:
    rows = [(at, None, "o", "s", 1, "t", date(2026, 5, 3), "", bytes(range(256)), b"") for at in range(30)]

    insert_rows(
        Entry,
        ("id", "position", "organ", "series", "number", "type", "day", "subject", "leaf", "sealed"),
        rows,
    )

    found = [(row.day, bytes(row.leaf), bytes(row.sealed)) for row in Entry.objects.all()]
    assert found == [(date(2026, 5, 3), bytes(range(256)), b"")] * 30


def test_no_rows_are_no_work() -> None:
    insert_rows(Document, ("digest", "content"), [])

    assert not Document.objects.exists()


def test_a_row_that_is_there_already_refuses_them_all_unless_it_may_be_left_out() -> None:
    columns = ("digest", "content")
    fresh = [(f"fresh {at}", b"2") for at in range(30)]
    insert_rows(Document, columns, [("there", b"1")])

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Document, columns, [*fresh, ("there", b"3")])
    insert_rows(Document, columns, [*fresh, ("there", b"3")], unless_taken="digest")

    kept = Document.objects.values_list("digest", "content")
    assert {digest: bytes(content) for digest, content in kept} == {"there": b"1", **dict(fresh)}
