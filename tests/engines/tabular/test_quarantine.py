"""What is refused goes back in a file that can be mended and read again."""

import io

from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.tabular import LINE_COLUMN, REASON_COLUMN, QuarantineWriter, Row, open_table


def quarantined(columns, rows):
    file = io.BytesIO()
    writer = QuarantineWriter(file, columns)
    for row in rows:
        writer.add(row, "名称为空")
    return file.getvalue(), writer.count


def test_a_refused_row_carries_its_line_and_reason_and_can_be_read_again():
    data, count = quarantined(["代码", "名称"], [Row(7, ["=cmd()", ""])])

    table = open_table(io.BytesIO(data), "quarantine.csv")

    assert count == 1
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"'=cmd()" in data
    assert table.columns == (LINE_COLUMN, REASON_COLUMN, "代码", "名称")
    assert next(table.rows).values == ["7", "名称为空", "=cmd()", ""]


def test_nothing_refused_leaves_an_empty_file():
    assert quarantined(["a"], []) == (b"", 0)


def test_a_second_quarantine_replaces_the_columns_of_the_first():
    first, _count = quarantined(["a", "b"], [Row(3, ["1", "2"])])
    table = open_table(io.BytesIO(first), "first.csv")

    second, _count = quarantined(table.columns, table.rows)

    assert second.decode("utf-8-sig").splitlines() == [f"{LINE_COLUMN},{REASON_COLUMN},a,b", "2,名称为空,1,2"]


def test_cells_beyond_the_last_column_are_kept():
    data, _count = quarantined(["a", "b"], [Row(2, ["1", "2", "3"])])

    assert data.decode("utf-8-sig").splitlines()[1] == "2,名称为空,1,2,3"


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs"])), min_size=2, max_size=2).filter(any))
def test_any_cell_survives_the_way_there_and_back(values):
    values = [value.lstrip("'") for value in values]
    data, _count = quarantined(["a", "b"], [Row(2, values)])

    (row,) = open_table(io.BytesIO(data), "quarantine.csv").rows

    assert row.values[2:] == values
