"""Tables to take away: marked, safe to open, noted; and the calendar of due times."""

import csv
import io
from datetime import UTC

import icalendar
import openpyxl
import pytest
from tests.factories import (
    HOUSING,
    MONDAY,
    OTHER_VILLAGE,
    WATER,
    at,
    client_of,
    given_work_order,
    staff,
)

from shuzhi.domains.casework.exporting import export_orders
from shuzhi.domains.casework.services import Filter
from shuzhi.spine import audit
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.errors import AccessDenied, NotFound

pytestmark = pytest.mark.usefixtures("county")


def as_csv(by: Actor) -> list[list[str]]:
    content = export_orders(Filter(order="newest"), extension="csv", by=by).content
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_table_names_its_exporter_on_top_and_leaves_a_trace():
    order, by = given_work_order("handling"), staff("supervisor")

    mark, head, row = as_csv(by)

    assert (by.label in mark[0], by.reference in mark[0]) == (True, True)
    cells = dict(zip(head, row, strict=True))
    assert order.number in cells.values()
    assert "青石镇" in "".join(row)  # places and categories by name, not by code
    traces = audit.entries(by=SYSTEM, action="casework.export")
    assert [(one.by, one.details) for one in traces] == [(by.reference, {"rows": 1, "format": "csv"})]


def test_words_that_look_like_formulas_stay_words():
    given_work_order("registered", text='=HYPERLINK("http://evil.example","点我")', kind="help")
    by = staff("supervisor")

    cells = [cell for row in as_csv(by) for cell in row]
    book = openpyxl.load_workbook(io.BytesIO(export_orders(Filter(), extension="xlsx", by=by).content))
    formulas = [cell for row in book.active.iter_rows() for cell in row if cell.data_type == "f"]

    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert formulas == []


def test_both_formats_tell_the_same():
    given_work_order("handling")
    given_work_order("closed")
    by = staff("supervisor")

    book = openpyxl.load_workbook(
        io.BytesIO(export_orders(Filter(order="newest"), extension="xlsx", by=by).content)
    )
    table = [[cell.value or "" for cell in row] for row in book.active.iter_rows()]

    assert table[1:] == as_csv(by)[1:]


def test_only_what_the_duty_to_export_covers_is_exported():
    """A head of one unit who may read everything elsewhere takes away the unit's orders only."""
    here = given_work_order("handling", unit=HOUSING)
    given_work_order("handling", unit=WATER, area=OTHER_VILLAGE)
    head, reader = staff("unit_head", unit=HOUSING), staff("call_taker")
    both = Actor(head.kind, head.id, head.label, (*head.grants, *reader.grants))

    assert [row[0] for row in as_csv(both)[2:]] == [here.number]
    with pytest.raises(AccessDenied):
        as_csv(reader)


def test_an_unknown_format_is_missing():
    with pytest.raises(NotFound):
        export_orders(Filter(), extension="exe", by=staff("supervisor"))


def test_a_calendar_reads_the_due_times_and_no_words():
    order = given_work_order("handling")
    given_work_order("replied")
    browser = client_of(staff("unit_officer", unit=HOUSING))

    with at(MONDAY):
        response = browser.get(f"/desk/due/{HOUSING}.ics")

    events = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    assert response["Content-Type"].startswith("text/calendar")
    assert [event.decoded("dtstart").astimezone(UTC) for event in events] == [order.card.due_at]
    assert "走道" not in response.content.decode()
    assert browser.get(f"/desk/due/{WATER}.ics").status_code == 403
