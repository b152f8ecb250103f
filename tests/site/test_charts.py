"""Charts say with position what the numbers beside them say in text."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.site.charts import dot_row, sparkline

shares = st.floats(0, 1)


def paths(svg: str) -> list[str]:
    return [path.attrib["d"] for path in ElementTree.fromstring(svg).iter("path")]


def numbers(path: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)]


def test_a_dot_stands_where_its_rate_is_on_the_track():
    track, whiskers, dot = paths(dot_row(0.5, 0.25, 0.9))

    assert track == "M0 9H100"
    assert whiskers == "M25 5V13M25 9H90M90 5V13"
    assert dot == "M50 9h0"


def test_a_track_need_not_start_at_zero():
    assert paths(dot_row(0.9, start=0.8, end=1.0))[-1] == "M50 9h0"


def test_a_rate_without_an_interval_has_no_whiskers():
    assert len(paths(dot_row(0.4))) == 2


@pytest.mark.parametrize("chart", [dot_row(None), sparkline([]), sparkline([None, None])])
def test_nothing_known_is_nothing_drawn(chart: str):
    assert chart == ""


def test_a_rising_series_rises_to_its_marked_end():
    line, tip = paths(sparkline([1, 2, 4]))

    assert line == "M3 28L80 20L157 4"
    assert tip == "M157 4h0"


def test_a_week_without_figures_is_a_gap_not_a_zero():
    line, _tip = paths(sparkline([1, 2, None, 4, 5]))

    assert line.count("M") == 2


def test_a_series_that_never_changes_runs_through_the_middle():
    assert paths(sparkline([7, 7]))[0] == "M3 16L157 16"


def test_charts_carry_classes_and_no_colours_or_styles():
    drawn = dot_row(0.5, 0.4, 0.6) + sparkline([1, 2])

    assert not re.search(r"style=|fill=|stroke=", drawn)
    assert drawn.count('aria-hidden="true"') == 2


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=60))
def test_a_sparkline_stays_inside_its_picture(values: list[float | None]):
    svg = sparkline(values, 160, 32)

    if svg:
        pairs = numbers(paths(svg)[0])
        assert all(0 <= x <= 160 for x in pairs[::2])
        assert all(0 <= y <= 32 for y in pairs[1::2])


@given(shares, shares, shares)
def test_a_dot_row_stays_on_its_track(one: float, two: float, three: float):
    low, value, high = sorted((one, two, three))

    track, whiskers, dot = paths(dot_row(value, low, high))

    assert all(0 <= x <= 100 for x in numbers(whiskers) + numbers(dot) + numbers(track))
