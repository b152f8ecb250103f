"""What the world sees of forecasts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from shuzhi.domains.statistics.cards import BreakCard

DAYS_SHOWN = 28
"""Days of the record that a chart draws."""


@dataclass(frozen=True)
class DayAhead:
    """A day to come: the count to expect and the band around it. last_week: what came on that weekday of late."""

    day: date
    expected: float
    low: int
    high: int
    last_week: int | None


@dataclass(frozen=True)
class DayBefore:
    """A judged day: what would have been told beforehand, and what came, None where nothing is known."""

    day: date
    expected: float
    low: int
    high: int
    came: int | None


@dataclass(frozen=True, kw_only=True)
class ForecastCard:
    """The sum of the next days of one area and category, "" for all.

    served: code of the model that serves.   errors: {model: mean absolute error a day}.   error: of what would have
    been served on the judged days.   scaled: that divided by the error of the baseline.   beats_baseline: whether a
    model serves at all.   total, total_low, total_high: of all days to come.   last_week: what came in as many days
    before, None when one of them is not known.   judged, covered: days foretold beforehand, and those inside their band.
    digest: SHA-256 of the counts.
    """

    area: str
    area_name: str
    category: str
    category_name: str
    served: str
    beats_baseline: bool
    errors: Mapping[str, float]
    error: float
    scaled: float | None
    judged: int
    covered: int
    total: float
    total_low: int
    total_high: int
    last_week: int | None
    made_at: datetime
    digest: str
    weather: bool

    @property
    def change(self) -> float | None:
        """Of the sum against the same number of days before, as a share; None when nothing came or not all is known."""
        return (self.total - self.last_week) / self.last_week if self.last_week else None

    @property
    def coverage(self) -> float | None:
        return self.covered / self.judged if self.judged else None


@dataclass(frozen=True, kw_only=True)
class ForecastDetail(ForecastCard):
    """The same day by day. record: the judged days.   breaks: of the last ones, those that a chart shows."""

    ahead: tuple[DayAhead, ...]
    record: tuple[DayBefore, ...]
    breaks: tuple[BreakCard, ...]


@dataclass(frozen=True)
class ForecastRunCard:
    """One look ahead: when, from which counts, how many series, and how many a model serves."""

    id: int
    made_at: datetime
    first_day: date
    digest: str
    series: int
    beaten: int
