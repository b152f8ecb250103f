"""Workbooks: values as people typed them, and no bomb goes off."""

import io
import zipfile
from datetime import datetime

import openpyxl
import pytest

from shuzhi.engines.tabular import Limits, UnreadableTable, open_table


def workbook(rows, hidden_first=False):
    book = openpyxl.Workbook()
    sheet = book.active
    if hidden_first:
        sheet.append(["hidden", "sheet"])
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet("visible")
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def archive(entries):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in entries:
            made.writestr(name, data)
    return file.getvalue()


def test_a_workbook_gives_its_first_visible_sheet_without_headings_and_blank_rows():
    data = workbook(
        [
            ["台账"],
            [],
            ["代码", "电话", "时间"],
            [990102000000, 13900000001.0, datetime(2026, 1, 2, 3, 4)],
            [],
            ["b"],
        ],
        hidden_first=True,
    )

    table = open_table(io.BytesIO(data), "rows.xlsx")

    assert (table.format, table.columns) == ("xlsx", ("代码", "电话", "时间"))
    assert list(table.rows) == [
        (4, ["990102000000", "13900000001", "2026-01-02 03:04:00"], None),
        (6, ["b", "", ""], None),
    ]


def test_a_workbook_may_arrive_in_chunks():
    data = workbook([["a", "b"], [1, 2]])

    table = open_table((data[at : at + 100] for at in range(0, len(data), 100)), "upload")

    assert list(table.rows) == [(2, ["1", "2"], None)]


@pytest.mark.parametrize(
    "entries",
    [
        [("xl/worksheets/sheet1.xml", b"0" * 50_000_000)],
        [(f"entry{number}", b"") for number in range(3_000)],
    ],
    ids=["a bomb", "many entries"],
)
def test_a_zip_bomb_is_refused_before_it_is_unpacked(entries):
    with pytest.raises(UnreadableTable, match="zip_bomb"):
        open_table(io.BytesIO(archive(entries)), "rows.xlsx")


def test_a_large_table_of_strings_is_refused():
    data = workbook([["a", "b"], *([f"text {number}", "x"] for number in range(500))])

    with pytest.raises(UnreadableTable, match="zip_bomb"):
        open_table(io.BytesIO(data), "rows.xlsx", limits=Limits(strings_bytes=1_000))


def replaced(data, name, content):
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        return archive([(one, content if one == name else old.read(one)) for one in old.namelist()])


def sheet_with(rows):
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def test_entities_that_multiply_are_refused():
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    data = replaced(
        workbook([["a", "b"]]), "xl/worksheets/sheet1.xml", entities + sheet_with("<row><c/></row>")
    )

    with pytest.raises(UnreadableTable, match="damaged_workbook"):
        list(open_table(io.BytesIO(data), "rows.xlsx").rows)


def test_a_row_number_that_no_sheet_has_is_refused():
    cell = '<c t="inlineStr"><is><t>x</t></is></c>'
    rows = f'<row r="1">{cell}{cell}</row><row r="9999999999">{cell}{cell}</row>'
    data = replaced(workbook([["a", "b"]]), "xl/worksheets/sheet1.xml", sheet_with(rows))

    with pytest.raises(UnreadableTable, match="too_large"):
        list(open_table(io.BytesIO(data), "rows.xlsx").rows)


def test_a_truncated_workbook_is_refused():
    data = workbook([["a", "b"], [1, 2]])

    with pytest.raises(UnreadableTable, match="damaged_workbook"):
        open_table(io.BytesIO(data[: len(data) // 2]), "rows.xlsx")
