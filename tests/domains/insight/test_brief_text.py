"""The text of a brief: what people type is read as they mean it, and numbers keep what they rest on."""

from hypothesis import given
from hypothesis import strategies as st

from shuzhi.domains.insight.brief_text import (
    BODY,
    HEADING,
    SUBHEADING,
    Grid,
    Line,
    Piece,
    cleaned,
    difference,
    figures_named,
    plain,
    read,
    rows_of,
)

anything = st.text(max_size=200)


def test_headings_paragraphs_tables_and_numbers_are_told_apart() -> None:
    text = "# 一、总体\n\n收到[120](1)件。\n## （一）三率\n| 指标 | 本期 |\n| 解决率 | [92.3%](2) |\n结束"

    assert read(text) == [
        Line(HEADING, (Piece("一、总体"),)),
        Line(BODY, (Piece("收到"), Piece("120", 1), Piece("件。"))),
        Line(SUBHEADING, (Piece("（一）三率"),)),
        Grid((((Piece("指标"),), (Piece("本期"),)), ((Piece("解决率"),), (Piece("92.3%", 2),)))),
        Line(BODY, (Piece("结束"),)),
    ]


def test_rows_of_a_table_are_made_as_long_as_its_head() -> None:
    (grid,) = read("| a | b |\n| c |\n| d | e | f |")

    assert isinstance(grid, Grid)
    assert [len(row) for row in grid.rows] == [2, 2, 2]


@given(anything)
def test_words_of_people_never_become_headings_tables_or_numbers(words: str) -> None:
    said = plain(words)

    assert figures_named(f"甲{said}乙") == []
    assert "\n" not in said
    assert all(isinstance(part, Line) and part.kind == BODY for part in read(said))


@given(anything)
def test_what_is_cleaned_once_stays_and_holds_nothing_that_no_file_can_hold(text: str) -> None:
    once = cleaned(text)

    assert cleaned(once) == once
    assert not any(ord(one) < 32 and one not in "\n\t" for one in once)


@given(anything, anything)
def test_a_comparison_holds_both_texts(before: str, after: str) -> None:
    changes = difference(before, after)

    assert [one.words for one in changes if one.kind != "added"] == [
        x for x in before.split("\n") if x.strip()
    ]
    assert [one.words for one in changes if one.kind != "removed"] == [
        x for x in after.split("\n") if x.strip()
    ]


def test_rows_are_read_again_as_they_were_written() -> None:
    (grid,) = read(rows_of([("a", "b"), ("c", "d")]))

    assert isinstance(grid, Grid)
    assert [[cell[0].words for cell in row] for row in grid.rows] == [["a", "b"], ["c", "d"]]
