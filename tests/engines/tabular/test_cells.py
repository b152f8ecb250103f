"""Cells go to spreadsheets as text, and titles are recognised however they are written."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.tabular import Field, match_columns, readable_cell, restore_cell, safe_cell


@pytest.mark.parametrize(
    "value", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1＋1"]
)
def test_a_formula_is_handed_out_as_text(value):
    assert safe_cell(value) == "'" + value


@pytest.mark.parametrize("value", ["-12.5", "+8613900000001", "42", "", "路灯不亮", "a=b", "'quoted'"])
def test_numbers_and_ordinary_text_are_handed_out_unchanged(value):
    assert safe_cell(value) == value


@given(st.text())
def test_what_was_made_safe_comes_back_as_it_was(value):
    if not value.startswith("'"):
        assert restore_cell(safe_cell(value)) == value


@given(st.text())
def test_a_safe_cell_is_safe_once_and_for_all(value):
    assert safe_cell(safe_cell(value)) == safe_cell(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (990102000000.0, "990102000000"),
        (0.5, "0.5"),
        (True, "true"),
        (None, ""),
        (datetime(2026, 2, 3, 4, 5, 6), "2026-02-03 04:05:06"),
        (datetime(2026, 2, 3), "2026-02-03"),
        (date(2026, 2, 3), "2026-02-03"),
        (time(9, 30), "09:30:00"),
        ("a\x00b\x1bc", "abc"),
    ],
)
def test_values_are_written_as_a_person_would_type_them(value, text):
    assert readable_cell(value) == text


def test_titles_match_whatever_their_case_width_or_notes():
    columns = ["＃", " 区划 代码 ", "NAME_EN", "联系电话（选填）", "名称*"]
    fields = [
        Field("code", ("区划代码",)),
        Field("name", ("名称",)),
        Field("name_en", ("英文名",)),
        Field("phone", ("电话", "联系电话")),
        Field("parent", ("上级",)),
    ]

    assert match_columns(columns, fields) == {"code": 1, "name": 4, "name_en": 2, "phone": 3}


def test_a_part_of_a_title_is_no_match():
    assert match_columns(["单位名称", "上级单位"], [Field("unit", ("单位",))]) == {}


def test_one_column_serves_one_field_and_the_earlier_field_chooses():
    fields = [Field("text", ("内容",)), Field("title", ("标题", "内容"))]

    assert match_columns(["内容"], fields) == {"text": 0}


def test_the_better_alias_wins_over_the_leftmost_column():
    assert match_columns(["描述", "诉求内容"], [Field("text", ("诉求内容", "描述"))]) == {"text": 1}
