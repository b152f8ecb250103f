"""A daily series and the calendar it lives in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

YEAR = 365.25
# A yearly wave is told apart from a trend only when the year was seen once and a half.
_DAYS_FOR_SEASON = 540


@dataclass(frozen=True, slots=True)
class Days:
    """What is known beforehand of every day.

    holidays: days on which offices rest although the weekday would not tell (the county's calendar).
    worked: weekend days that are worked instead (调休).
    regressors: by name, a value for each day that a model may use, as a weather forecast; a day without one counts
    as the average of the others.
    """

    holidays: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    regressors: Mapping[str, Mapping[date, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DailySeries:
    """Counts of consecutive days. first: day of counts[0].   counts: (days,), not negative; nan is a missing day.

    Raises ValueError for counts that are negative, infinite or not one-dimensional.
    """

    first: date
    counts: Floats

    def __post_init__(self) -> None:
        counts = np.asarray(self.counts, dtype=np.float64)
        object.__setattr__(self, "counts", counts)
        if counts.ndim != 1:
            raise ValueError(f"a daily series has one dimension, this has {counts.ndim}")
        known = counts[~np.isnan(counts)]
        if (known < 0).any() or np.isinf(known).any():
            raise ValueError("counts must be finite and not negative")

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def after(self) -> date:
        """The first day that is not known yet."""
        return self.first + timedelta(days=len(self))

    def until(self, day: date) -> "DailySeries":
        """The part before a day."""
        return DailySeries(self.first, self.counts[: max((day - self.first).days, 0)])

    def between(self, first: date, days: int) -> Floats:
        """Counts of so many days from `first` on; (days,), nan where nothing is known."""
        shifts = (first - self.first).days + np.arange(days)
        inside = (shifts >= 0) & (shifts < len(self))
        found = np.full(days, np.nan)
        found[inside] = self.counts[shifts[inside]]
        return found


def features(first: date, days: int, known: Days, *, origin: date, length: int) -> Floats:
    """What a model may know of each day from `first` on: (days, features).

    Constant, weekday (Monday as the reference; a worked weekend day counts as Monday), holiday, day after a holiday,
    trend in years since `origin`, two yearly waves when the history of `length` days is long enough, regressors.
    """
    dates = [first + timedelta(days=shift) for shift in range(days)]
    off = np.array([day in known.holidays for day in dates], dtype=np.float64)
    after = np.array([day - timedelta(days=1) in known.holidays for day in dates], dtype=np.float64) * (
        1 - off
    )
    weekday = np.array([0 if day in known.worked else day.weekday() for day in dates])
    age = np.array([(day - origin).days / YEAR for day in dates])
    columns = [np.ones(days), *((weekday == number) * (1 - off) for number in range(1, 7)), off, after]
    if length >= _DAYS_FOR_SEASON:
        columns.append(age)
        columns += [wave(2 * np.pi * turns * age) for turns in (1, 2) for wave in (np.sin, np.cos)]
    columns += [_filled(values, dates) for _name, values in sorted(known.regressors.items())]
    return np.column_stack(columns)


def _filled(values: Mapping[date, float], dates: list[date]) -> Floats:
    average = float(np.mean(list(values.values()))) if values else 0.0
    return np.array([values.get(day, average) for day in dates])
