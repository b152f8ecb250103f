"""Times are read as days counted from the day they were said on; what is no time is left alone."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.text.moments import Moment, moments

SAID_ON = date(2026, 11, 28)  # a Saturday
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
TIMELY = st.text("今昨前去上本每天晚周月年日三两半0123456789点近从起来以了没初底个多末停水,", max_size=40)


def told(text: str) -> list[tuple[str, str, str]]:
    return [(one.kind, str(one.first), str(one.last)) for one in moments(text, said_on=SAID_ON)]


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("昨天停水", "once", "2026-11-27", "2026-11-27"),
        ("大前天来过", "once", "2026-11-25", "2026-11-25"),
        ("上周五停水", "once", "2026-11-20", "2026-11-20"),
        ("上上周三报修", "once", "2026-11-11", "2026-11-11"),
        ("上个月底", "once", "2026-10-25", "2026-10-31"),
        ("今年年底", "once", "2026-11-01", "2026-12-31"),
        ("本月3号", "once", "2026-11-03", "2026-11-03"),
        ("去年8月15号摔的", "once", "2025-08-15", "2025-08-15"),
        ("去年冬天", "once", "2025-12-01", "2026-02-28"),
        ("2019年3月5日交房", "once", "2019-03-05", "2019-03-05"),
        ("2026-3-5报的", "once", "2026-03-05", "2026-03-05"),
        ("11月30日要停电", "once", "2026-11-30", "2026-11-30"),
        ("国庆节期间", "once", "2026-10-01", "2026-10-01"),
        ("三天前报修", "once", "2026-11-25", "2026-11-25"),
        ("从上周五起停水", "since", "2026-11-20", "2026-11-20"),
        ("2019年至今没办证", "since", "2019-01-01", "2019-12-31"),
        ("自2月初一直漏水", "since", "2026-02-01", "2026-02-10"),
        ("从12月1日起涨价", "since", "2026-12-01", "2026-12-01"),
        ("已经三天没水", "since", "2026-11-25", "2026-11-25"),
        ("三个月以来", "since", "2026-08-21", "2026-09-06"),
        ("半年多了", "since", "2025-11-27", "2026-05-29"),
        ("每周一三五早上七点", "again", "None", "None"),
    ],
)
def test_what_people_say_becomes_days(text, kind, first, last):
    assert told(text) == [(kind, first, last)]


@pytest.mark.parametrize(
    "text",
    [
        "三个月内答复",
        "二年级学生",
        "住3号楼",
        "马上月底了",
        "2月30日",
        "工期三个月",
        "今后天天来",
        "日前收到",
        "时至今日",
        "一年级到三年级",
        "5月饼干",
    ],
)
def test_terms_years_of_school_and_houses_are_no_times(text):
    assert not [one for one in moments(text, said_on=SAID_ON) if one.kind != "again"]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("昨晚八点半", (20, 21)),
        ("昨天晚上十点到凌晨两点施工", (22, 26)),
        ("每天夜里十二点到两点施工", (24, 26)),
        ("每晚放音乐", (18, 24)),
        ("今天中午十二点", (12, 13)),
        ("昨天停水", None),
    ],
)
def test_hours_of_the_night_run_into_the_next_day(text, hours):
    assert [one.hours for one in moments(text, said_on=SAID_ON)] == [hours]


def test_a_message_tells_when_it_began_and_when_it_comes_again():
    text = "我家楼上从上个月开始每天晚上十一点装修，昨晚又闹了，三个月没人管。"

    assert [(one.kind, one.words) for one in moments(text, said_on=SAID_ON)] == [
        ("since", "从上个月开始"),
        ("again", "每天晚上十一点"),
        ("once", "昨晚"),
        ("since", "三个月没"),
    ]


@given(said_on=DAYS, days=st.integers(1, 400))
def test_so_many_days_ago_is_that_day(said_on, days):
    [one] = moments(f"{days}天前停水", said_on=said_on)

    assert one.first == one.last == said_on - timedelta(days=days)


@given(said_on=DAYS, day=DAYS)
def test_a_day_with_its_year_is_that_day_whenever_it_is_said(said_on, day):
    [one] = moments(f"{day.year}年{day.month}月{day.day}日", said_on=said_on)

    assert (one.first, one.last, one.confidence) == (day, day, 0.95)


@given(said_on=DAYS, text=TIMELY)
def test_a_time_stands_in_the_text_in_order_and_ends_after_it_begins(said_on, text):
    found = moments(text, said_on=said_on)

    assert [one.words for one in found] == [text[one.start : one.end] for one in found]
    assert all(earlier.end <= later.start for earlier, later in itertools.pairwise(found))
    assert all(_is_in_order(one) and 0 < one.confidence < 1 for one in found)


def _is_in_order(one: Moment) -> bool:
    if one.hours is not None and not 0 <= one.hours[0] < one.hours[1] <= 48:
        return False
    return (one.first is None and one.last is None) or one.first <= one.last
