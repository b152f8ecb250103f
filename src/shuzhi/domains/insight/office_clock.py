"""A clock that runs only while the county's offices are open, read for very many moments at once."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from shuzhi.spine.calendar import MINUTES_A_DAY, WorkingCalendar


class OfficeClock:
    """Working minutes from the beginning of a day on: the difference of two readings is the working time between them.

    first, last: the days that it covers; it stands still before and after them.
    """

    def __init__(self, calendar: WorkingCalendar, *, first: date, last: date) -> None:
        told = list(_openings(calendar, first, last))
        if not told:
            raise ValueError("nobody works on these days, so there is no working time")
        opens, closes = np.array([[_minute(one), _minute(other)] for one, other in told]).T
        worked = np.cumsum(closes - opens)
        self._moments = np.column_stack([opens, closes]).ravel()
        self._readings = np.column_stack([worked - (closes - opens), worked]).ravel()

    def read(self, moments: Sequence[datetime]) -> NDArray[np.float64]:
        """What it shows at these moments, in whole minutes. moments: UTC, without a zone."""
        minutes = np.array(moments, dtype="datetime64[m]").astype(np.int64)
        shown: NDArray[np.float64] = np.interp(minutes, self._moments, self._readings)
        return shown


def _openings(calendar: WorkingCalendar, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(calendar.zone)
    for shift in range((last - first).days + 1):
        day = first + timedelta(days=shift)
        for one in calendar.hours_on(day):
            yield _moment(day, one.opens, zone), _moment(day, one.closes, zone)


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    if minute == MINUTES_A_DAY:
        day, minute = day + timedelta(days=1), 0
    return datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60
