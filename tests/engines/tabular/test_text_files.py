"""Delimited files and JSON Lines, as they come: every row is read or named."""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.engines.tabular import Limits, Problem, UnreadableTable, open_table

CHINESE = "区划代码,名称\n990102000000,青禾县\n990103000000,云岭县\n"


def table_of(data, name="rows.csv", **limits):
    return open_table(io.BytesIO(data), name, limits=Limits(**limits))


def rows_of(text, **limits):
    return list(table_of(text.encode(), **limits).rows)


@pytest.mark.parametrize(
    ("codec", "recognised"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_every_encoding_met_in_an_office_is_recognised(codec, recognised):
    table = table_of(CHINESE.encode(codec))

    assert table.encoding == recognised
    assert table.columns == ("区划代码", "名称")
    assert [row.values for row in table.rows] == [["990102000000", "青禾县"], ["990103000000", "云岭县"]]


def test_traditional_chinese_is_not_mistaken_for_gb18030():
    text = "編號,內容\n" + "1,市民反映路燈損壞請儘快處理謝謝您的協助與關懷\n" * 20

    table = table_of(text.encode("big5"))

    assert next(table.rows).values[1] == "市民反映路燈損壞請儘快處理謝謝您的協助與關懷"


def test_chinese_that_begins_after_a_long_plain_stretch_is_still_recognised():
    plain = "id,text\n" + "1,plain\n" * 100_000
    data = plain.encode() + "2,路灯不亮，请尽快维修\n".encode("gb18030")

    *_most, last = table_of(data).rows

    assert last.values == ["2", "路灯不亮，请尽快维修"]


def test_bytes_that_do_not_fit_the_encoding_cost_one_row():
    data = "id,text\n1,好\n".encode() + b"2,\xff\xfe\n" + "3,好\n".encode()

    found = list(table_of(data).rows)

    assert [(row.line, row.problem) for row in found] == [(2, None), (3, Problem.UNDECODABLE), (4, None)]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(delimiter):
    text = CHINESE.replace(",", delimiter)

    assert rows_of(text)[0].values == ["990102000000", "青禾县"]


def test_a_row_is_named_by_the_line_on_which_it_starts():
    text = 'id,text\n\n1,"two\nlines"\n,\n2,b\n'

    assert [(row.line, row.values) for row in rows_of(text)] == [(3, ["1", "two\nlines"]), (6, ["2", "b"])]


def test_an_open_quote_costs_one_row_and_not_the_rest_of_the_file():
    text = 'id,text\n1,"open\n2,b\n3,c\n'

    assert [(row.line, row.problem) for row in rows_of(text)] == [
        (2, Problem.UNCLOSED_QUOTE),
        (3, None),
        (4, None),
    ]


def test_a_last_row_in_quotes_without_line_end_is_complete():
    assert rows_of('id,text\n1,"two\nlines"') == [(2, ["1", "two\nlines"], None)]


def test_a_row_of_ten_megabytes_is_refused_alone():
    text = f"id,text\n1,{'x' * 10_000_000}\n2,b\n"

    first, second = rows_of(text)

    assert (first.line, first.problem, second) == (2, Problem.TOO_LONG, (3, ["2", "b"], None))


def test_short_rows_are_filled_and_long_rows_are_named():
    short, long, trailing = rows_of("id,text,place\n1,a\n2,b,c,d\n3,e,f,,\n")

    assert short == (2, ["1", "a", ""], None)
    assert long == (3, ["2", "b", "c", "d"], Problem.TOO_MANY_CELLS)
    assert trailing == (4, ["3", "e", "f"], None)


def test_control_characters_disappear_and_line_breaks_in_cells_stay():
    assert rows_of('id,text\n1,"a\x00b\x1b\nc"\n')[0].values == ["1", "ab\nc"]


def test_a_heading_above_the_titles_is_left_out():
    table = table_of("青禾县诉求台账,,\n编号,内容,地点\n1,a,b\n".encode())

    assert table.columns == ("编号", "内容", "地点")
    assert [row.line for row in table.rows] == [3]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\xd0\xcf\x11\xe0rest", "old_workbook"),
        (b"PK\x03\x04no zip", "damaged_workbook"),
        (b"[1]", "json_array"),
        (b",,,\n", "no_header"),
    ],
)
def test_a_file_that_is_no_table_says_why(data, code):
    with pytest.raises(UnreadableTable) as refusal:
        table_of(data, "rows.json")

    assert refusal.value.code == code


def test_a_file_beyond_the_limit_stops_at_the_limit():
    table = table_of(b"id,text\n" + b"1,a\n" * 200_000, file_bytes=500_000)

    with pytest.raises(UnreadableTable, match="too_large"):
        list(table.rows)


def test_chunks_of_any_size_read_like_a_file():
    data = CHINESE.encode("gb18030")

    table = open_table((data[at : at + 1] for at in range(len(data))), "rows.csv")

    assert [row.values[1] for row in table.rows] == ["青禾县", "云岭县"]


def test_the_file_stays_open_for_its_owner():
    file = io.BytesIO(CHINESE.encode())

    list(open_table(file, "rows.csv").rows)

    assert not file.closed


def test_json_lines_give_a_column_per_key_and_text_for_every_value():
    data = '{"id": 1, "text": "好"}\n\n{"id": 2.50, "tags": ["a", {"b": null}]}\n'.encode()

    table = table_of(data, "rows.jsonl")

    assert (table.format, table.columns) == ("jsonl", ("id", "text", "tags"))
    assert list(table.rows) == [(1, ["1", "好", ""], None), (3, ["2.50", "", '["a",{"b":null}]'], None)]


def test_a_damaged_json_line_costs_one_row():
    deep = "[" * 100_000
    data = f'{{"id": 1}}\n{{"id": \n{deep}\n7\n{{"id": 2}}\n'.encode()

    found = list(table_of(data, "rows.jsonl").rows)

    assert [row.problem for row in found] == [
        None,
        Problem.NOT_AN_OBJECT,
        Problem.NOT_AN_OBJECT,
        Problem.NOT_AN_OBJECT,
        None,
    ]


def test_a_json_key_that_appears_late_is_not_dropped_in_silence():
    data = b'{"id": 1}\n' * 1000 + b'{"id": 2, "phone": "1"}\n'

    *_most, last = table_of(data, "rows.jsonl").rows

    assert last == (1001, ["2", "phone=1"], Problem.UNKNOWN_KEY)


CELLS = st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from('\n",;\t'), max_size=12).map(
    lambda cell: cell.replace("\r", "")
)


@settings(max_examples=200)
@given(st.lists(st.tuples(CELLS, CELLS), max_size=20))
def test_every_row_that_a_spreadsheet_writes_is_read_back(pairs):
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([("first", "second"), *pairs])

    found = [row.values for row in rows_of(text.getvalue())]

    assert found == [list(pair) for pair in pairs if any(pair)]


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_no_bytes_at_all_do_more_than_refuse(data):
    with suppress(UnreadableTable):
        assert all(row.line >= 1 for row in table_of(data).rows)
