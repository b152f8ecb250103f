"""The weather file: what was observed, and what was forecast when. Lines of CSV: issued,day,area,rain_mm,max_c.

A line issued before its day is a forecast, one issued on its day or later an observation. Whoever asks for a moment in
the past learns what was known then, never what came.
"""

import csv
import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

MEASURES = ("rain_mm", "max_c")
_WARM_C = 28.0
_NEARLY = 0.9


@dataclass(frozen=True)
class Sky:
    """The weather of one day and area as told on a day. rain_mm: in 24 hours.   max_c: the highest, degrees Celsius."""

    issued: date
    day: date
    area: str
    rain_mm: float
    max_c: float


@dataclass(frozen=True)
class Weather:
    """Everything that a weather file tells. digest: SHA-256 of the file, "" without one."""

    told: tuple[Sky, ...] = ()
    digest: str = ""
    _by_day: dict[tuple[date, str], list[Sky]] = field(default_factory=lambda: defaultdict(list), repr=False)

    def __post_init__(self) -> None:
        for one in sorted(self.told, key=lambda one: one.issued):
            self._by_day[one.day, one.area].append(one)

    def on(self, day: date, area: str, *, known: date) -> Sky | None:
        """The weather of a day as it was known by the end of another one."""
        before = [one for one in self._by_day.get((day, area), ()) if one.issued <= known]
        return before[-1] if before else None

    @cached_property
    def areas(self) -> tuple[str, ...]:
        return tuple(sorted({one.area for one in self.told}))

    @cached_property
    def observed(self) -> Mapping[tuple[date, str], Sky]:
        """What came, by day and area."""
        return {key: told[-1] for key, told in self._by_day.items() if told[-1].issued >= key[0]}

    def regressors(self, before: date) -> dict[str, dict[date, float]]:
        """Rain and warmth of every day, over all areas, as known on the evening before a day; nothing without a file."""
        rain: defaultdict[date, list[float]] = defaultdict(list)
        warmth: defaultdict[date, list[float]] = defaultdict(list)
        evening = before - timedelta(days=1)
        for day, area in self._by_day:
            if one := self.on(day, area, known=evening):
                rain[day].append(one.rain_mm)
                warmth[day].append(one.max_c)
        if not rain:
            return {}
        return {
            "rain": {day: math.log1p(max(told)) for day, told in rain.items()},
            "warmth": {day: max(0.0, max(told) - _WARM_C) for day, told in warmth.items()},
        }

    def exceedance(self, measure: str, value: float) -> float:
        """How often a day of an area had at least so much: (k + 1) / (n + 1), so that nothing is impossible."""
        came = [getattr(one, measure) for one in self.observed.values()]
        return (sum(1 for one in came if one >= value) + 1) / (len(came) + 1)

    def false_alarms(self, measure: str, value: float, *, lead_days: int) -> float:
        """Days for which at least so much was foretold up to `lead_days` ahead and less than nine tenths of it came.

        Per area and 30 days.
        """
        days = {key for key in self.observed if self._foretold(key, measure, value, lead_days)}
        missed = sum(1 for key in days if getattr(self.observed[key], measure) < _NEARLY * value)
        return 30 * missed / max(1, len(self.observed))

    def _foretold(self, key: tuple[date, str], measure: str, value: float, lead_days: int) -> bool:
        return any(
            0 < (key[0] - one.issued).days <= lead_days and getattr(one, measure) >= value
            for one in self._by_day[key]
        )


def read(data: bytes) -> Weather:
    """Read a weather file. Raises ValueError, with the number of the line, for what cannot be read."""
    lines = csv.DictReader(data.decode("utf-8-sig").splitlines())
    missing = {"issued", "day", "area", *MEASURES} - set(lines.fieldnames or ())
    if missing:
        raise ValueError(f"columns are missing: {', '.join(sorted(missing))}")
    return Weather(tuple(_skies(lines)), hashlib.sha256(data).hexdigest())


def _skies(lines: Iterable[dict[str, str]]) -> Iterable[Sky]:
    for number, line in enumerate(lines, start=2):
        try:
            one = Sky(
                date.fromisoformat(line["issued"]),
                date.fromisoformat(line["day"]),
                line["area"].strip(),
                float(line["rain_mm"]),
                float(line["max_c"]),
            )
        except (TypeError, ValueError) as error:
            raise ValueError(f"line {number}: {error}") from None
        if not (0 <= one.rain_mm < 2000 and -80 < one.max_c < 80):
            raise ValueError(f"line {number}: {one.rain_mm} mm and {one.max_c} °C are no weather")
        yield one
