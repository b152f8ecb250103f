from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.domains.casework.deadlines import (
    Clock,
    Clocks,
    ClockState,
    ClockStep,
    Level,
    Limit,
    Limits,
    StepKind,
    TimeUnit,
    clocks,
    rounds,
    terms,
)
from shuzhi.spine.calendar import DayException, DayKind, WorkingCalendar, from_chinese_calendar, parse_hours

CHINA = ZoneInfo("Asia/Shanghai")
NATIONAL = from_chinese_calendar([2023, 2024, 2025, 2026])


def edited(**days: str) -> WorkingCalendar:
    """The national calendar with days of 2026 edited: d0513="" is a day off, d0514="09:00-12:00" has these hours."""
    changes = {}
    for name, hours in days.items():
        kind = DayKind.SPECIAL_HOURS if hours else DayKind.HOLIDAY
        changes[date(2026, int(name[1:3]), int(name[3:]))] = DayException(kind, hours=parse_hours(hours))
    return NATIONAL.with_days(changes)


NEW_YEAR_PUBLISHED = NATIONAL.with_days({date(2027, 1, 1): DayException(DayKind.HOLIDAY)})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def limit(text: str) -> Limit:
    amount, unit = text.split()
    return Limit(int(amount), TimeUnit(unit))


def promise(finish: str = "3 workday", *, contact: str = "1 workday", statutory: str = "") -> Limits:
    return Limits(
        contact=limit(contact),
        sign_in=limit("2 working_hour"),
        finish=limit(finish),
        return_window=limit("1 workday"),
        statutory_finish=limit(statutory) if statutory else None,
    )


def story(start: str, steps: str = "") -> list[ClockStep]:
    """A history: "suspended 05-12 10:00; extended 05-13 09:00 5 workday", in the year of the start."""
    history = [ClockStep(StepKind.OPENED, at(start))]
    for step in filter(None, (part.split() for part in steps.split(";"))):
        kind, day, hour, *rest = step
        given_limit = limit(" ".join(rest[:2])) if rest else None
        history.append(
            ClockStep(StepKind(kind), at(f"{start[:4]}-{day} {hour}"), given_limit, "".join(rest[2:]))
        )
    return history


def read(
    start: str,
    steps: str = "",
    *,
    limits: Limits | None = None,
    now: str = "",
    calendar: WorkingCalendar = NATIONAL,
) -> Clocks:
    return clocks(story(start, steps), limits or promise(), calendar, now=at(now or start))


@dataclass(frozen=True)
class Row:
    """start, limit and steps give the due time of the finish clock (or of another), by hand; `why` says how."""

    start: str
    limit: str
    steps: str
    due: str
    why: str
    calendar: WorkingCalendar = NATIONAL
    clock: str = "finish"
    statutory: str = ""
    now: str = ""


# fmt: off
DAY_OF_START = [
    Row("2026-05-11 10:00", "1 workday", "", "2026-05-12 17:30", "the day of start is not counted"),
    Row("2026-05-11 00:00", "1 workday", "", "2026-05-12 17:30",
        "midnight belongs to the day that it begins"),
    Row("2026-05-11 23:00", "1 workday", "", "2026-05-12 17:30", "23:00 is still the day of start"),
    Row("2026-05-11 12:30", "1 workday", "", "2026-05-12 17:30", "lunch is still the day of start"),
    Row("2026-05-10 08:00", "1 workday", "", "2026-05-11 17:30",
        "a start on Sunday: Monday is the first day"),
    Row("2026-05-11 10:00", "0 workday", "", "2026-05-11 17:30", "the same day: until closing time"),
    Row("2026-05-11 12:30", "0 workday", "", "2026-05-11 17:30", "the same day, started at lunch"),
    Row("2026-05-11 18:00", "0 workday", "", "2026-05-12 17:30",
        "after closing the next working day is the day"),
    Row("2026-10-03 10:00", "0 workday", "", "2026-10-08 17:30",
        "on a holiday the next working day is the day"),
]
HOLIDAYS_AND_SWAPS = [
    Row("2026-05-08 16:00", "1 workday", "", "2026-05-09 17:30", "Saturday 9 May is worked"),
    Row("2026-05-08 16:00", "2 workday", "", "2026-05-11 17:30", "Saturday counts, Sunday does not"),
    Row("2026-05-09 10:00", "1 workday", "", "2026-05-11 17:30", "started on a swapped Saturday"),
    Row("2026-04-30 17:00", "1 workday", "", "2026-05-06 17:30", "1-5 May are off"),
    Row("2026-09-18 10:00", "1 workday", "", "2026-09-20 17:30",
        "Sunday 20 September is worked, Saturday not"),
    Row("2026-09-30 16:00", "3 workday", "", "2026-10-10 17:30",
        "8, 9 and the swapped Saturday 10 October"),
    Row("2026-09-30 16:00", "5 workday", "", "2026-10-13 17:30", "8, 9, 10, 12, 13 October"),
    Row("2026-10-03 12:00", "1 workday", "", "2026-10-08 17:30", "started within National Day"),
    Row("2026-02-13 15:00", "5 workday", "", "2026-02-27 17:30",
        "Saturday 14, then 24-27 after Spring Festival"),
    Row("2026-02-27 15:00", "1 workday", "", "2026-02-28 17:30", "Saturday 28 February is worked"),
    Row("2025-12-31 16:00", "1 workday", "", "2026-01-04 17:30",
        "year end: 1-3 January off, Sunday 4 is worked"),
    Row("2024-02-28 10:00", "1 workday", "", "2024-02-29 17:30", "the leap day is a working day"),
    Row("2024-02-29 10:00", "3 workday", "", "2024-03-05 17:30", "from the leap day: 1, 4, 5 March"),
    Row("2026-12-31 16:00", "1 workday", "", "2027-01-01 17:30", "2027 not published: weekday rule"),
]
ROUND_THE_CLOCK = [
    Row("2026-05-09 23:00", "2 hour", "", "2026-05-10 01:00", "danger to life knows no night"),
    Row("2026-09-30 20:00", "24 hour", "", "2026-10-01 20:00", "a water cut knows no holiday"),
    Row("2026-05-11 12:10", "15 minute", "", "2026-05-11 12:25", "nor lunch"),
    Row("2024-02-28 23:30", "2 hour", "", "2024-02-29 01:30", "over midnight into the leap day"),
    Row("2026-05-11 10:00:59", "15 minute", "", "2026-05-11 10:15", "seconds are dropped"),
]
WORKING_HOURS = [
    Row("2026-05-11 11:30", "2 working_hour", "", "2026-05-11 15:00", "30 min before lunch, 90 after"),
    Row("2026-05-11 12:40", "2 working_hour", "", "2026-05-11 15:30", "from 13:30"),
    Row("2026-05-11 23:00", "2 working_hour", "", "2026-05-12 11:00", "from 09:00 tomorrow"),
    Row("2026-05-11 10:00", "2 working_hour", "", "2026-05-11 12:00",
        "ends when lunch begins, not after it"),
    Row("2026-05-11 09:00", "7 working_hour", "", "2026-05-11 17:30", "a whole day ends at closing time"),
    Row("2026-05-08 17:00", "2 working_hour", "", "2026-05-09 10:30",
        "30 min on Friday, 90 on a worked Saturday"),
    Row("2026-09-30 16:30", "2 working_hour", "", "2026-10-08 10:00",
        "one hour on each side of National Day"),
]
CALENDAR_DAYS = [
    Row("2026-05-11 10:00", "7 calendar_day", "", "2026-05-18 17:30", "the 7th day after, at closing time"),
    Row("2026-05-12 10:00", "5 calendar_day", "", "2026-05-18 17:30", "Sunday 17 moves to Monday"),
    Row("2026-09-28 10:00", "5 calendar_day", "", "2026-10-08 17:30", "3 October moves past National Day"),
    Row("2026-10-05 10:00", "5 calendar_day", "", "2026-10-10 17:30", "the swapped Saturday needs no move"),
    Row("2026-01-04 10:00", "60 calendar_day", "", "2026-03-05 17:30",
        "27 in January, 28 in February, 5 in March"),
    Row("2024-02-20 10:00", "15 calendar_day", "", "2024-03-06 17:30",
        "9 days to the leap day, 6 in March"),
]
SUSPENSIONS = [
    Row("2026-05-11 10:00", "3 workday", "suspended 05-12 10:00; resumed 05-13 10:00", "2026-05-15 17:30",
        "Thursday closing + 2 + 4 + 1 working hours: one day"),
    Row("2026-05-13 10:00", "5 workday", "suspended 05-15 17:00; resumed 05-18 09:30", "2026-05-21 10:00",
        "over a weekend: 30 min on Friday and 30 on Monday"),
    Row("2026-05-13 10:00", "5 workday", "suspended 05-16 10:00; resumed 05-17 20:00", "2026-05-20 17:30",
        "within a weekend: no working time was lost"),
    Row("2026-05-13 10:00", "5 workday", "suspended 05-14 12:00; resumed 05-14 13:30", "2026-05-20 17:30",
        "over lunch: no working time was lost"),
    Row("2026-09-29 10:00", "3 workday", "suspended 09-30 17:00; resumed 10-08 10:00", "2026-10-10 10:30",
        "due 9 October; 30 + 60 min over National Day go to the swapped Saturday"),
    Row("2026-05-11 10:00", "3 workday",
        "suspended 05-12 09:00; resumed 05-12 10:00; suspended 05-13 14:00; resumed 05-13 15:00",
        "2026-05-15 11:00", "two suspensions of an hour each"),
    Row("2026-05-11 10:00", "3 workday",
        "suspended 05-12 09:00; suspended 05-12 09:30; resumed 05-12 10:00", "2026-05-15 10:00",
        "suspended twice, resumed once: one hour"),
    Row("2026-05-11 10:00", "3 workday", "resumed 05-12 10:00", "2026-05-14 17:30",
        "resumed without having been suspended: nothing"),
    Row("2026-05-11 10:00", "1 workday", "suspended 05-13 09:00; resumed 05-14 09:00", "2026-05-12 17:30",
        "suspended when already overdue: too late to help"),
    Row("2026-05-11 10:00", "1 workday", "suspended 05-12 16:30; resumed 05-14 10:00", "2026-05-14 11:00",
        "one hour was left, one hour is left"),
    Row("2026-05-11 10:00", "1 workday", "suspended 05-12 16:30", "2026-05-13 12:00",
        "still suspended at 11:00: the hour that was left", now="2026-05-13 11:00"),
    Row("2026-05-11 10:00", "24 hour", "suspended 05-11 12:00; resumed 05-11 18:30", "2026-05-12 16:30",
        "a limit that runs at night excludes all 6 h 30, lunch included"),
    Row("2026-05-11 09:30", "2 working_hour", "suspended 05-11 10:00; resumed 05-11 14:00",
        "2026-05-11 15:30", "90 min were left at 10:00 and run from 14:00"),
    Row("2026-05-11 10:00", "7 calendar_day", "suspended 05-12 10:00; resumed 05-14 10:00",
        "2026-05-20 17:30", "two whole days"),
    Row("2026-05-11 10:00", "7 calendar_day", "suspended 05-12 10:00; resumed 05-12 16:00",
        "2026-05-19 09:00", "Monday closing + 6 h is night: the next opening"),
    Row("2026-05-11 10:00", "3 workday", "suspended 05-12 10:00; resumed 05-12 09:50", "2026-05-14 17:30",
        "the machine's clock jumped back: a suspension of no length"),
]
EXTENSIONS = [
    Row("2026-05-13 10:00", "5 workday", "extended 05-19 10:00 5 workday", "2026-05-27 17:30",
        "20 May + 21, 22, 25, 26, 27"),
    Row("2026-05-13 10:00", "5 workday", "extended 05-19 10:00 3 workday; extended 05-22 10:00 2 workday",
        "2026-05-27 17:30", "two extensions add up"),
    Row("2026-05-13 10:00", "5 workday", "extended 05-19 10:00 3 calendar_day", "2026-05-25 17:30",
        "20 + 3 is Saturday, which moves to Monday"),
    Row("2026-05-11 10:00", "24 hour", "extended 05-11 15:00 12 hour", "2026-05-12 22:00",
        "36 hours in all"),
    Row("2026-05-11 10:00", "2 working_hour", "extended 05-11 11:00 3 working_hour", "2026-05-11 16:30",
        "12:00 + 3 hours after lunch"),
    Row("2026-05-11 10:00", "3 workday",
        "suspended 05-12 09:00; resumed 05-12 10:00; extended 05-13 10:00 1 workday", "2026-05-18 10:00",
        "14 May + one day is Friday closing, + one hour is Monday"),
    Row("2026-09-28 10:00", "2 workday", "extended 09-30 09:00 1 workday", "2026-10-08 17:30",
        "30 September + one working day"),
]
HAND_OVERS = [
    Row("2026-05-11 10:00", "3 workday", "dispatched 05-11 10:30; transferred 05-13 15:00",
        "2026-05-14 17:30", "a transfer does not restart the citizen's clock"),
    Row("2026-05-11 10:00", "3 workday",
        "dispatched 05-11 10:30; return_requested 05-12 09:00; returned 05-12 11:00; dispatched 05-12 14:00",
        "2026-05-14 17:30", "nor does a return"),
    Row("2026-05-11 10:00", "3 workday",
        "dispatched 05-11 10:30; signed_in 05-11 11:00; transferred 05-13 15:00", "2026-05-13 17:00",
        "but the new unit has its own two hours to sign in", clock="sign_in"),
    Row("2026-05-11 10:00", "3 workday", "dispatched 05-15 17:00", "2026-05-18 10:30",
        "30 min on Friday, 90 on Monday", clock="sign_in"),
    Row("2026-05-11 10:00", "3 workday",
        "dispatched 05-11 10:30; return_requested 05-12 09:00; return_refused 05-12 16:30",
        "2026-05-13 10:00", "a refused return gives the order to the unit anew", clock="sign_in"),
    Row("2026-05-11 10:00", "3 workday", "dispatched 05-12 10:30; transferred 05-13 15:00",
        "2026-05-12 17:30", "contact runs from the opening, whoever handles it", clock="contact"),
    Row("2026-05-11 10:00", "3 workday", "suspended 05-11 11:00; resumed 05-12 11:00", "2026-05-12 17:30",
        "one can call while suspended: contact does not stop", clock="contact"),
    Row("2026-05-11 10:00", "3 workday", "merged 05-12 09:00; unmerged 05-13 09:00", "2026-05-14 17:30",
        "an undone merge never was"),
]
REOPENINGS = [
    Row("2026-05-11 10:00", "3 workday", "replied 05-12 10:00; closed 05-13 10:00; reopened 05-20 11:00",
        "2026-05-25 17:30", "a new clock: 21, 22, 25 May"),
    Row("2026-05-11 10:00", "3 workday",
        "suspended 05-11 11:00; extended 05-12 10:00 5 workday; closed 05-13 10:00; reopened 05-20 11:00",
        "2026-05-25 17:30", "extension and suspension belonged to the first round"),
    Row("2026-05-11 10:00", "1 workday", "closed 05-12 10:00; reopened 05-30 10:00", "2026-06-01 17:30",
        "reopened on a Saturday"),
]
STATUTORY = [
    Row("2026-05-11 10:00", "5 workday", "", "2026-06-08 17:30", "20 by law prevail over 5",
        statutory="20 workday"),
    Row("2026-05-11 10:00", "5 workday", "", "2026-05-18 17:30", "3 by law do not shorten 5",
        statutory="3 workday"),
    Row("2026-01-04 10:00", "15 workday", "", "2026-03-05 17:30", "60 days by law are later",
        statutory="60 calendar_day"),
    Row("2026-09-29 10:00", "5 workday", "", "2026-10-12 17:30", "7 days by law end on 8 October, before",
        statutory="7 calendar_day"),
]
CALENDAR_EDITED_AFTERWARDS = [
    Row("2026-05-11 10:00", "3 workday", "", "2026-05-15 17:30", "13 May became a day off",
        calendar=edited(d0513="")),
    Row("2026-05-11 10:00", "3 workday", "", "2026-05-14 12:00", "the offices close at noon on 14 May",
        calendar=edited(d0514="09:00-12:00")),
    Row("2026-05-13 10:00", "5 workday", "", "2026-05-19 17:30", "Saturday 16 May became a working day",
        calendar=edited(d0516="09:00-12:00,13:30-17:30")),
    Row("2026-05-11 10:00", "2 working_hour", "", "2026-05-12 10:00", "the offices close at 11 today",
        calendar=edited(d0511="09:00-11:00")),
    Row("2026-12-31 16:00", "1 workday", "", "2027-01-04 17:30", "the holidays of 2027 were published",
        calendar=NEW_YEAR_PUBLISHED),
    Row("2026-05-11 10:00", "3 workday", "suspended 05-12 10:00; resumed 05-13 10:00", "2026-05-18 16:30",
        "13 May became a day off: due 15 May, + the 6 hours suspended on 12 May",
        calendar=edited(d0513="")),
]
# fmt: on
ROWS = [
    *DAY_OF_START,
    *HOLIDAYS_AND_SWAPS,
    *ROUND_THE_CLOCK,
    *WORKING_HOURS,
    *CALENDAR_DAYS,
    *SUSPENSIONS,
    *EXTENSIONS,
    *HAND_OVERS,
    *REOPENINGS,
    *STATUTORY,
    *CALENDAR_EDITED_AFTERWARDS,
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.start} {row.limit}: {row.why}")
def test_due_to_the_minute(row: Row):
    limits = promise(row.limit, statutory=row.statutory)
    reading = read(row.start, row.steps, limits=limits, now=row.now, calendar=row.calendar)

    assert getattr(reading, row.clock).due == at(row.due)


def test_the_table_has_at_least_forty_rows_and_uses_the_swapped_days_of_2026():
    swapped = {"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"}
    due_days = {row.due[:10] for row in ROWS}

    assert len(ROWS) >= 40
    assert swapped - due_days == {"2026-02-14"}
    assert any("Saturday 14" in row.why for row in ROWS)


def test_a_clock_turns_yellow_at_seventy_percent_of_its_working_time_and_red_when_overdue():
    """Two working hours from 09:00: 70 % are 84 minutes."""
    limits = promise("2 working_hour")
    levels = {
        now: read("2026-05-11 09:00", limits=limits, now=f"2026-05-11 {now}").finish.level
        for now in ("09:00", "10:23", "10:24", "11:00", "11:01")
    }

    assert levels == {
        "09:00": Level.GREEN,
        "10:23": Level.GREEN,
        "10:24": Level.YELLOW,
        "11:00": Level.YELLOW,
        "11:01": Level.RED,
    }


def test_nights_and_weekends_do_not_use_up_a_clock():
    friday = read("2026-05-15 09:00", limits=promise("1 workday"), now="2026-05-15 17:30").finish
    sunday = read("2026-05-15 09:00", limits=promise("1 workday"), now="2026-05-17 20:00").finish

    assert (friday.used_minutes, friday.total_minutes) == (420, 840)
    assert (sunday.used_minutes, sunday.share) == (420, 0.5)


def test_reminders_come_at_50_80_and_100_percent():
    clock = read("2026-05-11 09:00", limits=promise("2 working_hour"), now="2026-05-11 10:10").finish

    assert [(r.percent, r.at, r.reached) for r in clock.reminders] == [
        (50, at("2026-05-11 10:00"), True),
        (80, at("2026-05-11 10:36"), False),
        (100, at("2026-05-11 11:00"), False),
    ]


def test_reminders_wait_while_the_clock_is_suspended():
    steps = "suspended 05-11 10:10"
    stopped = read("2026-05-11 09:00", steps, limits=promise("2 working_hour"), now="2026-05-11 16:00").finish
    steps += "; resumed 05-11 16:00"
    running = read("2026-05-11 09:00", steps, limits=promise("2 working_hour"), now="2026-05-11 16:00").finish

    assert [r.at for r in stopped.reminders] == [at("2026-05-11 10:00"), None, None]
    assert [r.at for r in running.reminders[1:]] == [at("2026-05-11 16:26"), at("2026-05-11 16:50")]


def test_a_suspended_clock_says_so_and_stands_still():
    """10:00 to 12:00 and 13:30 to 16:00 are excluded: 270 minutes."""
    early = read("2026-05-11 09:00", "suspended 05-11 10:00", now="2026-05-11 11:00").finish
    late = read("2026-05-11 09:00", "suspended 05-11 10:00", now="2026-05-11 16:00").finish

    assert early.state is late.state is ClockState.SUSPENDED
    assert early.used_minutes == late.used_minutes == 60
    assert late.excluded_minutes == 270


def test_an_order_replied_in_time_is_green_however_late_it_is_closed_or_looked_at():
    steps = "replied 05-14 17:30; closed 05-20 10:00"
    clock = read("2026-05-11 10:00", steps, now="2026-08-01 10:00").finish

    assert clock.state is ClockState.DONE
    assert (clock.done_at, clock.level, clock.in_time) == (at("2026-05-14 17:30"), Level.GREEN, True)


def test_a_late_reply_says_by_how_much_as_the_citizen_and_as_the_office_count():
    """Due Friday 17:30, replied Monday 09:10: 63 h 40 min for the citizen, 10 minutes of office time."""
    clock = read("2026-05-12 10:00", "replied 05-18 09:10", now="2026-06-01 10:00").finish

    assert clock.due == at("2026-05-15 17:30")
    assert clock.late_minutes == 63 * 60 + 40
    assert clock.late_working_minutes == 10
    assert (clock.level, clock.in_time) == (Level.RED, False)


def test_a_reply_sent_back_for_rework_never_was_an_answer():
    steps = "replied 05-12 10:00; rework 05-13 09:00"
    sent_back = read("2026-05-11 10:00", steps, now="2026-05-15 10:00").finish
    replied_again = read("2026-05-11 10:00", steps + "; replied 05-14 15:00", now="2026-05-15 10:00").finish

    assert (sent_back.state, sent_back.level) == (ClockState.RUNNING, Level.RED)
    assert (replied_again.done_at, replied_again.in_time) == (at("2026-05-14 15:00"), True)


def test_sign_in_waits_for_dispatch_and_again_after_an_approved_return():
    steps = "dispatched 05-11 10:30; return_requested 05-11 11:00"
    answered = read("2026-05-11 10:00", steps, now="2026-05-11 16:00").sign_in
    returned = read("2026-05-11 10:00", steps + "; returned 05-11 15:00", now="2026-05-11 16:00")

    assert read("2026-05-11 10:00").sign_in.state is ClockState.WAITING
    assert answered.in_time
    assert returned.sign_in.state is ClockState.WAITING
    assert (returned.return_until, returned.return_open) == (None, False)


def test_the_return_window_starts_with_each_hand_over_and_closes():
    steps = "dispatched 05-11 10:30; transferred 05-13 15:00"
    last_minute = read("2026-05-11 10:00", steps, now="2026-05-14 17:30")
    over = read("2026-05-11 10:00", steps, now="2026-05-14 17:31")

    assert last_minute.return_until == over.return_until == at("2026-05-14 17:30")
    assert last_minute.return_open
    assert not over.return_open


def test_a_first_contact_ends_the_contact_clock_and_so_does_an_answer():
    contacted = read("2026-05-11 10:00", "contacted 05-12 17:31", now="2026-05-13 10:00").contact
    answered = read("2026-05-11 10:00", "replied 05-11 11:00", now="2026-05-13 10:00").contact

    assert (contacted.late_minutes, contacted.in_time) == (1, False)
    assert answered.in_time


@pytest.mark.parametrize(
    ("assist_limit", "lead_steps", "due", "why"),
    [
        ("1 workday", "", "2026-05-15 17:30", "its own limit"),
        ("10 workday", "", "2026-05-19 17:30", "four fifths of the lead's five days: 14, 15, 18, 19 May"),
        ("10 workday", "extended 05-15 10:00 5 workday", "2026-05-25 17:30", "four fifths of ten days"),
        ("24 hour", "", "2026-05-15 09:00", "a limit that runs at night"),
    ],
)
def test_an_assisting_unit_is_due_before_the_lead(assist_limit, lead_steps, due, why):
    """The lead is due on 20 May; the assisting unit is invited on 14 May at 09:00."""
    steps = f"assist_invited 05-14 09:00 {assist_limit} U2; {lead_steps}"
    reading = read("2026-05-13 10:00", steps, limits=promise("5 workday"), now="2026-05-15 12:00")

    [assist] = reading.assists
    assert (assist.due, assist.unit) == (at(due), "U2"), why
    assert assist.due < reading.finish.due


def test_an_assist_ends_when_its_own_unit_is_done_or_released():
    steps = (
        "assist_invited 05-14 09:00 1 workday U2; assist_invited 05-14 09:00 1 workday U3; "
        "assist_invited 05-14 09:00 1 workday U4"
    )
    history = [
        *story("2026-05-13 10:00", steps),
        ClockStep(StepKind.ASSIST_DONE, at("2026-05-14 11:00"), unit="U3"),
        ClockStep(StepKind.ASSIST_RELEASED, at("2026-05-14 12:00"), unit="U4"),
    ]
    reading = clocks(history, promise("5 workday"), NATIONAL, now=at("2026-05-14 15:00"))

    assert [assist.done_at for assist in reading.assists] == [
        None,
        at("2026-05-14 11:00"),
        at("2026-05-14 12:00"),
    ]


def test_an_order_shows_the_worst_of_its_running_clocks():
    """Contact was due on 12 May and is overdue; once made, only the finish clock colours the board."""
    silent = read("2026-05-11 10:00", "dispatched 05-11 10:10; signed_in 05-11 10:20", now="2026-05-13 09:00")
    called = read(
        "2026-05-11 10:00",
        "dispatched 05-11 10:10; signed_in 05-11 10:20; contacted 05-12 18:00",
        now="2026-05-13 09:00",
    )

    assert silent.level is Level.RED
    assert called.level is called.finish.level is Level.GREEN


def test_each_reopening_begins_a_round():
    history = story("2026-05-11 10:00", "closed 05-12 10:00; reopened 05-20 10:00; closed 05-21 10:00")

    assert [len(steps) for steps in rounds(history)] == [2, 2]


def test_a_machine_clock_that_jumps_back_uses_no_negative_time():
    clock = read(
        "2026-05-11 10:00", "dispatched 05-12 10:00; contacted 05-11 09:00", now="2025-01-01 00:00"
    ).finish

    assert clock.used_minutes == 420
    assert clock.late_minutes == 0


def test_all_time_zones_give_the_same_due_time():
    opened = [ClockStep(StepKind.OPENED, datetime(2026, 5, 11, 15, 59, tzinfo=UTC))]
    reading = clocks(opened, promise("1 workday"), NATIONAL, now=datetime(2026, 5, 11, 16, 0, tzinfo=UTC))

    assert reading.finish.due == at("2026-05-12 17:30")


def test_a_day_and_night_limit_is_not_bent_by_summer_time():
    """Berlin, 29 March 2026: the clocks go from 02:00 to 03:00."""
    berlin = WorkingCalendar(zone="Europe/Berlin")
    opened = [ClockStep(StepKind.OPENED, datetime(2026, 3, 29, 0, 30, tzinfo=UTC))]
    reading = clocks(opened, promise("2 hour"), berlin, now=opened[0].at)

    assert reading.finish.due == datetime(2026, 3, 29, 2, 30, tzinfo=UTC)
    assert reading.finish.total_minutes == 120


def test_offices_open_until_midnight_extend_by_whole_days():
    night = WorkingCalendar(hours=parse_hours("16:00-24:00"))
    history = story("2026-05-11 10:00", "extended 05-12 17:00 1 workday")
    reading = clocks(history, promise("1 workday"), night, now=at("2026-05-12 17:00"))

    assert reading.finish.due == at("2026-05-14 00:00")


def test_history_limits_and_steps_that_make_no_sense_are_programming_mistakes():
    with pytest.raises(ValueError, match="opened it"):
        clocks([], promise(), NATIONAL, now=at("2026-05-11 10:00"))
    with pytest.raises(ValueError, match="at least 1"):
        Limit(0, TimeUnit.HOUR)
    with pytest.raises(ValueError, match="needs its limit"):
        ClockStep(StepKind.EXTENDED, at("2026-05-11 10:00"))
    with pytest.raises(ValueError, match="aware"):
        ClockStep(StepKind.OPENED, datetime(2026, 5, 11, 10, 0))


def test_a_limit_says_itself_in_words():
    with translation.override("en"):
        labels = [limit(text).label for text in ("1 workday", "2 working_hour", "0 workday")]

    assert labels == ["1 working day", "2 working hours", "the same day"]


LIMITS = st.builds(Limit, st.integers(1, 30), st.sampled_from(TimeUnit))
TIMES = st.integers(0, 60 * 24 * 60).map(lambda minute: at("2026-09-01 00:00") + timedelta(minutes=minute))
STEPS = st.builds(ClockStep, st.sampled_from(StepKind), TIMES, LIMITS, st.sampled_from(["", "U2", "U3"]))
PROMISES = st.builds(
    Limits,
    contact=LIMITS,
    sign_in=LIMITS,
    finish=LIMITS,
    return_window=LIMITS,
    statutory_finish=st.none() | LIMITS,
)


def every(reading: Clocks) -> list[Clock]:
    return [reading.contact, reading.sign_in, reading.finish, *reading.assists]


@given(TIMES, st.lists(STEPS, max_size=12), PROMISES, TIMES)
def test_no_history_however_mad_crashes_a_clock_or_makes_it_run_backwards(start, steps, limits, now):
    reading = clocks([ClockStep(StepKind.OPENED, start), *steps], limits, NATIONAL, now=now)

    for clock in every(reading):
        assert 0 <= clock.used_minutes <= clock.total_minutes
        assert min(clock.excluded_minutes, clock.late_minutes, clock.late_working_minutes) >= 0
        assert 0 <= clock.share <= 1
        assert (clock.level is Level.RED) == (clock.late_minutes > 0)


@given(TIMES, st.lists(STEPS, max_size=12), PROMISES, TIMES)
def test_the_terms_that_rules_ask_are_those_of_the_whole_reading(start, steps, limits, now):
    history = [ClockStep(StepKind.OPENED, start), *steps]

    short = terms(history, limits, NATIONAL, now=now)

    assert short == clocks(history, limits, NATIONAL, now=now).terms


@given(TIMES, st.lists(STEPS, max_size=12), PROMISES, TIMES, st.integers(0, 30 * 24 * 60))
def test_waiting_longer_never_gives_time_back(start, steps, limits, now, minutes):
    history = [ClockStep(StepKind.OPENED, start), *steps]
    sooner = clocks(history, limits, NATIONAL, now=now)
    later = clocks(history, limits, NATIONAL, now=now + timedelta(minutes=minutes))

    for before, after in zip(every(sooner), every(later), strict=True):
        assert before.late_minutes <= after.late_minutes
        if before.kind != "assist":
            assert before.used_minutes <= after.used_minutes


@given(
    TIMES,
    st.builds(
        Limit, st.integers(1, 20), st.sampled_from([unit for unit in TimeUnit if unit != "calendar_day"])
    ),
    st.integers(0, 20 * 24 * 60),
    st.integers(0, 20 * 24 * 60),
)
def test_a_suspension_excludes_exactly_the_suspended_time(start, finish, after, length):
    """Whenever it begins before the due time, the time to run stays the same to the minute."""
    since = start + timedelta(minutes=after)
    until = since + timedelta(minutes=length)
    opened = ClockStep(StepKind.OPENED, start)
    suspended = [opened, ClockStep(StepKind.SUSPENDED, since), ClockStep(StepKind.RESUMED, until)]
    limits = promise(f"{finish.amount} {finish.unit}")
    plain = clocks([opened], limits, NATIONAL, now=start).finish
    moved = clocks(suspended, limits, NATIONAL, now=until).finish

    assert moved.total_minutes == plain.total_minutes
    assert (moved.due == plain.due) or since < plain.due


@given(TIMES, st.sampled_from(["2 working_hour", "5 workday", "24 hour"]), TIMES)
def test_each_reminder_is_reached_exactly_at_its_time(start, finish, now):
    clock = clocks([ClockStep(StepKind.OPENED, start)], promise(finish), NATIONAL, now=now).finish

    for reminder in clock.reminders:
        assert reminder.at is not None
        assert reminder.reached == (max(now, start) >= reminder.at)
