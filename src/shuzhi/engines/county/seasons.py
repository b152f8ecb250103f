"""When people write: months by subject, days of the week, holidays, hours, and growth over the years."""

from datetime import date, timedelta

SEASONS: dict[str, tuple[float, ...]] = {
    "flat": (1,) * 12,
    "summer": (0.5, 0.5, 0.6, 0.8, 1.1, 1.5, 2.0, 1.9, 1.3, 0.8, 0.5, 0.5),
    "winter": (2.2, 1.8, 1.0, 0.6, 0.4, 0.4, 0.4, 0.4, 0.5, 0.8, 1.5, 2.0),
    "rain": (0.4, 0.5, 0.8, 1.3, 1.7, 2.2, 1.8, 1.2, 0.8, 0.5, 0.4, 0.4),
    "school": (0.7, 0.8, 0.7, 0.6, 0.8, 1.3, 1.7, 2.4, 1.6, 0.6, 0.5, 0.3),
    "term": (0.6, 0.8, 1.3, 1.3, 1.3, 1.1, 0.3, 0.4, 1.5, 1.2, 1.3, 0.9),
    "year_end": (2.6, 1.4, 0.7, 0.6, 0.6, 0.7, 0.7, 0.7, 0.8, 0.8, 1.1, 2.0),
    "spring_farm": (0.4, 0.7, 1.7, 2.3, 1.9, 1.2, 0.8, 0.6, 0.5, 0.6, 0.6, 0.4),
    "autumn_farm": (0.4, 0.3, 0.4, 0.6, 0.7, 0.9, 1.1, 1.3, 1.9, 2.3, 1.5, 0.6),
    "tourism": (0.7, 1.4, 0.8, 1.3, 1.6, 0.9, 1.4, 1.5, 0.8, 2.0, 0.5, 0.4),
}
"""Factor for each month from January; each averages about one over the year."""

_WEEKDAYS = (1.18, 1.12, 1.06, 1.03, 1.0, 0.82, 0.74)
_HOLIDAY = 0.55
_AFTER_HOLIDAY = 1.25
_GROWTH_PER_YEAR = 0.12
_SPRING_FESTIVAL = {
    2020: date(2020, 1, 25),
    2021: date(2021, 2, 12),
    2022: date(2022, 2, 1),
    2023: date(2023, 1, 22),
    2024: date(2024, 2, 10),
    2025: date(2025, 1, 29),
    2026: date(2026, 2, 17),
    2027: date(2027, 2, 6),
    2028: date(2028, 1, 26),
    2029: date(2029, 2, 13),
    2030: date(2030, 2, 3),
}
"""First day of the lunar year; years outside the table simply have no such holiday in their demands."""

HOURS_BY_PHONE = (4, 2, 2, 1, 1, 3, 9, 24, 58, 82, 80, 66, 38, 44, 66, 70, 66, 58, 44, 38, 34, 28, 18, 9)
HOURS_BY_APP = (12, 6, 4, 3, 3, 5, 12, 28, 44, 54, 56, 50, 52, 48, 46, 48, 48, 50, 52, 60, 68, 70, 56, 30)
HOURS_AT_NIGHT = (
    60,
    36,
    20,
    12,
    8,
    10,
    16,
    14,
    12,
    12,
    12,
    12,
    12,
    12,
    10,
    10,
    12,
    14,
    18,
    28,
    44,
    66,
    90,
    92,
)
"""How many of a thousand or so demands arrive in each hour of the day."""


def is_holiday(day: date) -> bool:
    """Whether offices rest for one of the long holidays (fixed dates and Spring Festival week)."""
    if (day.month, day.day) in {(1, 1), (5, 1), (5, 2), (5, 3), (5, 4), (5, 5)}:
        return True
    if day.month == 10 and day.day <= 7:
        return True
    festival = _SPRING_FESTIVAL.get(day.year)
    return festival is not None and -1 <= (day - festival).days <= 6


def pace(day: date, *, start: date) -> float:
    """How busy a day is, relative to an ordinary Friday at the start."""
    growth: float = (1 + _GROWTH_PER_YEAR) ** ((day - start).days / 365.25)
    if is_holiday(day):
        return growth * _HOLIDAY
    if is_holiday(day - timedelta(days=1)):
        return growth * _AFTER_HOLIDAY
    return growth * _WEEKDAYS[day.weekday()]
