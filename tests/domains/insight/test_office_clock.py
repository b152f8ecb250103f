"""The office clock shows what the working calendar says, for many moments at once."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.domains.insight.office_clock import OfficeClock
from shuzhi.spine.calendar import DayException, DayKind, from_chinese_calendar

CALENDAR = from_chinese_calendar([2026])


@given(
    st.lists(st.datetimes(datetime(2026, 1, 3), datetime(2026, 3, 29)), min_size=2, max_size=2).map(sorted)
)
@settings(max_examples=40, deadline=None)
def test_the_office_clock_counts_as_the_calendar_does(moments: list[datetime]) -> None:
    """Spring Festival with its swapped working days lies between them."""
    office = OfficeClock(CALENDAR, first=date(2026, 1, 1), last=date(2026, 4, 1))
    start, end = (moment.replace(tzinfo=UTC) for moment in moments)

    one, other = office.read(moments)

    assert other - one == CALENDAR.working_minutes_between(start, end)


def test_days_on_which_nobody_works_have_no_clock() -> None:
    closed = CALENDAR.with_days({date(2026, 3, 2): DayException(DayKind.HOLIDAY)})

    with pytest.raises(ValueError, match="nobody works"):
        OfficeClock(closed, first=date(2026, 3, 2), last=date(2026, 3, 2))
