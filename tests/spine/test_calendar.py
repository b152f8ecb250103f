from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.spine.calendar import (
    OFFICE_HOURS,
    DayException,
    DayKind,
    Interval,
    WorkingCalendar,
    format_hours,
    from_chinese_calendar,
    parse_hours,
    published_years,
)

CHINA = ZoneInfo("Asia/Shanghai")
NATIONAL = from_chinese_calendar([2025, 2026])
COUNTY = NATIONAL.with_days(
    {
        date(2026, 2, 14): DayException(
            DayKind.SPECIAL_HOURS, "New Year's visits", parse_hours("09:00-11:30")
        ),
        date(2026, 7, 11): DayException(DayKind.SWAPPED_WORKDAY, "Census Saturday"),
        date(2026, 7, 13): DayException(DayKind.HOLIDAY, "Founding of the county"),
    }
)
NIGHT_DESK = WorkingCalendar(
    hours=parse_hours("00:00-06:00, 22:00-24:00"), workweek=frozenset(range(1, 8)), zone="UTC"
)
CALENDARS = st.sampled_from([NATIONAL, COUNTY, NIGHT_DESK])

MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minute: at("2025-01-01 00:00") + timedelta(minutes=minute)
)
WORKING_MINUTES = st.integers(1, 60 * 24 * 60)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def test_national_day_is_a_holiday_and_the_saturday_after_it_is_worked():
    """The State Council's notice for 2026: 1-7 October off, Sunday 20 September and Saturday 10 October worked."""
    assert not any(NATIONAL.is_workday(date(2026, 10, day)) for day in range(1, 8))
    assert NATIONAL.is_workday(date(2026, 9, 20))
    assert NATIONAL.is_workday(date(2026, 10, 10))
    assert NATIONAL.exceptions[date(2026, 10, 10)].kind == DayKind.SWAPPED_WORKDAY


def test_2026_has_the_248_working_days_of_the_published_calendar():
    """261 weekdays, less 19 of them off (1-2 Jan, 16-20 and 23 Feb, 6 Apr, 1, 4, 5 May, 19 Jun, 25 Sep, 1, 2, 5, 6,
    7 Oct: 2+6+1+3+1+1+5), plus 6 swapped weekend days: 261 - 19 + 6.
    """
    days = [date(2026, 1, 1) + timedelta(days=index) for index in range(365)]

    assert sum(NATIONAL.is_workday(day) for day in days) == 248


def test_a_year_without_published_holidays_follows_the_weekday_rule_and_says_so():
    unpublished = max(published_years()) + 1
    calendar = from_chinese_calendar([2026, unpublished])

    assert calendar.covers(2026)
    assert not calendar.covers(unpublished)
    assert calendar.is_workday(date(unpublished, 10, 1)) == (date(unpublished, 10, 1).isoweekday() <= 5)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-05-11 09:00", "2026-05-11 17:30", 420),
        ("2026-05-11 11:30", "2026-05-11 14:00", 60),
        ("2026-05-11 12:00", "2026-05-11 13:30", 0),
        ("2026-05-08 17:00", "2026-05-11 09:10", 30 + 420 + 10),
        ("2026-09-30 17:29", "2026-10-08 09:01", 2),
        ("2026-12-31 17:00", "2027-01-04 09:30", 30 + 420 + 30),
        ("2026-05-11 17:30", "2026-05-11 09:00", 0),
    ],
    ids=[
        "a day",
        "over lunch",
        "only lunch",
        "over a swapped Saturday",
        "over National Day",
        "year end",
        "backwards",
    ],
)
def test_working_minutes_are_counted_inside_office_hours_only(start, end, minutes):
    assert minutes == NATIONAL.working_minutes_between(at(start), at(end))


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-05-11 11:30", 30, "2026-05-11 12:00"),
        ("2026-05-11 11:30", 31, "2026-05-11 13:31"),
        ("2026-05-11 17:00", 30, "2026-05-11 17:30"),
        ("2026-05-11 17:00", 31, "2026-05-12 09:01"),
        ("2026-05-11 23:00", 420, "2026-05-12 17:30"),
        ("2026-02-14 16:30", 61, "2026-02-24 09:01"),
        ("2026-05-11 12:45", 0, "2026-05-11 12:45"),
    ],
)
def test_working_minutes_are_added_to_the_minute(start, minutes, end):
    assert at(end) == NATIONAL.add_working_minutes(at(start), minutes)


@pytest.mark.parametrize(
    ("day", "n", "found"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 10, 3), 1, date(2026, 10, 8)),
        (date(2026, 12, 31), 1, date(2027, 1, 1)),
        (date(2024, 2, 28), 1, date(2024, 2, 29)),
    ],
)
def test_the_day_itself_is_not_counted_among_working_days(day, n, found):
    """1 January 2027 counts here because the holidays of 2027 are not in this calendar."""
    calendar = from_chinese_calendar([2024, 2026])

    assert found == calendar.nth_workday_after(day, n)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-05-11 08:59", "2026-05-11 09:00"),
        ("2026-05-11 10:10", "2026-05-11 10:10"),
        ("2026-05-11 12:00", "2026-05-11 13:30"),
        ("2026-05-11 17:30", "2026-05-12 09:00"),
        ("2026-09-30 18:00", "2026-10-08 09:00"),
        ("2026-10-10 07:00", "2026-10-10 09:00"),
    ],
)
def test_the_next_opening_is_now_when_somebody_works_now(moment, opening):
    assert at(opening) == NATIONAL.next_opening(at(moment))


def test_a_place_lays_its_own_days_on_top_without_changing_the_national_calendar():
    assert at("2026-02-14 11:30") == COUNTY.end_of_business(date(2026, 2, 14))
    assert COUNTY.is_workday(date(2026, 7, 11))
    assert not COUNTY.is_workday(date(2026, 7, 13))
    assert at("2026-02-14 17:30") == NATIONAL.end_of_business(date(2026, 2, 14))


def test_a_moment_in_another_time_zone_is_the_same_moment():
    utc = datetime(2026, 5, 11, 3, 30, 59, tzinfo=UTC)

    assert NATIONAL.is_open(utc)
    assert at("2026-05-11 12:00") == NATIONAL.add_working_minutes(utc, 30)


def test_hours_until_midnight_end_at_the_first_minute_of_the_next_day():
    start = datetime(2026, 5, 11, 23, 0, tzinfo=UTC)

    assert datetime(2026, 5, 12, tzinfo=UTC) == NIGHT_DESK.add_working_minutes(start, 60)
    assert datetime(2026, 5, 12, 0, 1, tzinfo=UTC) == NIGHT_DESK.add_working_minutes(start, 61)


def test_hours_are_written_as_they_are_read():
    assert OFFICE_HOURS == parse_hours(format_hours(OFFICE_HOURS)) == parse_hours("09:00-12:00,13:30-17:30")
    assert parse_hours("") == ()


@pytest.mark.parametrize("text", ["9", "09:00", "09:00-08:00", "09:00-24:01", "09:60-10:00", "a:b-c:d"])
def test_hours_that_make_no_sense_are_refused(text):
    with pytest.raises(ValueError, match=r"interval|time of day"):
        parse_hours(text)


def test_a_calendar_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="overlap"):
        WorkingCalendar(hours=parse_hours("09:00-12:00,11:00-13:00"))
    with pytest.raises(ValueError, match="weekdays"):
        WorkingCalendar(workweek=frozenset({0}))
    with pytest.raises(ValueError, match="holiday"):
        DayException(DayKind.HOLIDAY, hours=OFFICE_HOURS)
    with pytest.raises(ValueError, match="special hours"):
        DayException(DayKind.SPECIAL_HOURS)


def test_a_naive_moment_is_a_programming_mistake():
    with pytest.raises(ValueError, match="aware"):
        NATIONAL.is_open(datetime(2026, 5, 11, 10, 0))


def test_a_calendar_frozen_for_ever_is_an_error_and_not_an_endless_search():
    days = (date(2026, 1, 1) + timedelta(days=index) for index in range(11 * 366))
    frozen = WorkingCalendar(exceptions={day: DayException(DayKind.HOLIDAY) for day in days})

    with pytest.raises(ValueError, match="ten years"):
        frozen.add_working_minutes(at("2026-05-11 10:00"), 1)
    with pytest.raises(ValueError, match="ten years"):
        frozen.nth_workday_after(date(2026, 5, 11), 1)


@given(CALENDARS, MOMENTS, WORKING_MINUTES)
def test_adding_working_minutes_and_counting_them_are_inverse(calendar, start, minutes):
    end = calendar.add_working_minutes(start, minutes)

    assert minutes == calendar.working_minutes_between(start, end)
    assert minutes - 1 == calendar.working_minutes_between(start, end - timedelta(minutes=1))


@given(CALENDARS, MOMENTS, WORKING_MINUTES)
def test_added_working_time_never_ends_inside_lunch_or_night(calendar, start, minutes):
    last_minute = calendar.add_working_minutes(start, minutes) - timedelta(minutes=1)

    assert calendar.is_open(last_minute)


@given(CALENDARS, MOMENTS, WORKING_MINUTES, WORKING_MINUTES)
def test_more_working_minutes_end_later(calendar, start, one, other):
    less, more = sorted((one, other))

    assert calendar.add_working_minutes(start, less) <= calendar.add_working_minutes(start, more)


@given(CALENDARS, st.lists(MOMENTS, min_size=3, max_size=3).map(sorted))
def test_working_minutes_of_two_stretches_add_up(calendar, moments):
    parts = sum(calendar.working_minutes_between(a, b) for a, b in pairwise(moments))

    assert parts == calendar.working_minutes_between(moments[0], moments[-1])


@given(CALENDARS, MOMENTS, st.integers(0, 3 * 24 * 60))
def test_working_minutes_are_those_in_which_the_office_is_open(calendar, start, length):
    opened = sum(calendar.is_open(start + timedelta(minutes=minute)) for minute in range(length))

    assert opened == calendar.working_minutes_between(start, start + timedelta(minutes=length))


@given(CALENDARS, MOMENTS, st.integers(1, 60))
def test_the_nth_working_day_has_n_working_days_up_to_it(calendar, moment, n):
    day = moment.date()
    found = calendar.nth_workday_after(day, n)

    between = (day + timedelta(days=index) for index in range(1, (found - day).days + 1))
    assert n == sum(map(calendar.is_workday, between))
    assert calendar.is_workday(found)


@given(CALENDARS, MOMENTS)
def test_the_next_opening_is_open_and_nothing_was_open_before_it(calendar, moment):
    opening = calendar.next_opening(moment)

    assert opening >= moment
    assert calendar.is_open(opening)
    assert calendar.working_minutes_between(moment, opening) == 0


def test_an_interval_is_within_one_day():
    with pytest.raises(ValueError, match="within one day"):
        Interval(600, 600)
