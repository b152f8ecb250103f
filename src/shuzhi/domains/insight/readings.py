"""What was measured and what was foretold when, day by day and area by area.

Whoever asks for a moment in the past learns what was known then, never what came.
"""

import hashlib
import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from shuzhi.domains.statistics.services import DayReading

RAIN, WARMTH = "rain", "warmth"
RARE = 0.05
"""A reading speaks of something out of the ordinary when at most one day in twenty of its area had as much."""
_WARM_C = 28.0
_NEARLY = 0.9

Key = tuple[date, str, str]
"""Day, area, quantity."""


@dataclass(frozen=True)
class Readings:
    """Everything that stations and the weather service told."""

    told: tuple[DayReading, ...] = ()
    _by_day: dict[Key, list[DayReading]] = field(default_factory=lambda: defaultdict(list), repr=False)

    def __post_init__(self) -> None:
        for one in sorted(self.told):
            self._by_day[one.day, one.area, one.quantity].append(one)

    def on(self, day: date, area: str, quantity: str, *, known: date) -> DayReading | None:
        """The reading of a day as it was known by the end of another one."""
        before = [one for one in self._by_day.get((day, area, quantity), ()) if one.told_on <= known]
        return before[-1] if before else None

    @cached_property
    def series(self) -> Mapping[str, tuple[str, ...]]:
        """Which quantities are told of an area."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for one in self.told:
            found[one.area].add(one.quantity)
        return {area: tuple(sorted(found[area])) for area in sorted(found)}

    @cached_property
    def observed(self) -> Mapping[Key, DayReading]:
        """What came."""
        return {key: told[-1] for key, told in self._by_day.items() if told[-1].told_on >= key[0]}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that was told, "" of nothing."""
        return hashlib.sha256(repr(sorted(self.told)).encode()).hexdigest() if self.told else ""

    def regressors(self, before: date) -> dict[str, dict[date, float]]:
        """Rain and warmth of every day, over all areas, as known on the evening before a day; nothing where none is."""
        evening = before - timedelta(days=1)
        highest: dict[str, defaultdict[date, list[float]]] = {
            RAIN: defaultdict(list),
            WARMTH: defaultdict(list),
        }
        for day, area, quantity in self._by_day:
            if quantity in highest and (one := self.on(day, area, quantity, known=evening)):
                highest[quantity][day].append(one.value)
        if not highest[RAIN]:
            return {}
        return {
            "rain": {day: math.log1p(max(told)) for day, told in highest[RAIN].items()},
            "warmth": {day: max(0.0, max(told) - _WARM_C) for day, told in highest[WARMTH].items()},
        }

    def exceedance(self, one: DayReading) -> float:
        """How often a day of its area had at least so much: (k + 1) / (n + 1), so that nothing is impossible."""
        came = self._came.get((one.area, one.quantity), [])
        return (len(came) - bisect_left(came, one.value) + 1) / (len(came) + 1)

    @cached_property
    def _came(self) -> Mapping[tuple[str, str], list[float]]:
        found: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
        for (_day, area, quantity), one in self.observed.items():
            found[area, quantity].append(one.value)
        return {key: sorted(values) for key, values in found.items()}

    def false_alarms(self, quantity: str, value: float, *, lead_days: int) -> float:
        """Days for which at least so much was foretold up to `lead_days` ahead and less than nine tenths of it came.

        Per area and 30 days.
        """
        came = {key: one for key, one in self.observed.items() if key[2] == quantity}
        missed = sum(
            1
            for key, one in came.items()
            if one.value < _NEARLY * value and any(self._foretold(key, value, lead_days))
        )
        return 30 * missed / max(1, len(came))

    def _foretold(self, key: Key, value: float, lead_days: int) -> Iterator[bool]:
        for one in self._by_day[key]:
            yield 0 < (key[0] - one.told_on).days <= lead_days and one.value >= value
