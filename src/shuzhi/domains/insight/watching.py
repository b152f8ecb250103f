"""What is more than chance today: in the demands of one matter of one area, in the weather, or in both together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from shuzhi.domains.insight.counting import Cell, Table
from shuzhi.domains.insight.warning_cards import ChecklistCard
from shuzhi.domains.insight.weather import Sky, Weather
from shuzhi.engines.forecast import (
    LEVELS,
    WINDOWS,
    DailySeries,
    Days,
    EarlyWarning,
    Floats,
    Ordinary,
    agree,
    change_point,
    day_pattern,
    level_of,
    ordinary,
    spreads,
    warn,
)

BURST, SHIFT, WEATHER = "burst", "shift", "weather"
GRAVITY = {level: len(LEVELS) - place for place, (level, _most) in enumerate(LEVELS)}
LEAD_DAYS = 3
DAYS_SHOWN = 28
_HOLIDAY_KIND = 7
_DAYS_A_MONTH = 30
_LONGEST = max(WINDOWS)
_LATELY_DAYS = 56


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something to warn of. category: "" where only the weather says so.   days: (came, expected) up to `last`."""

    area: str
    category: str
    kind: str
    level: str
    first: date
    last: date
    came: float = 0.0
    expected: float = 0.0
    false_alarms: float
    days: tuple[tuple[float, float], ...] = ()
    sky: Sky | None = None
    checklist: str = ""


@dataclass(frozen=True)
class Watch:
    """Everything that is looked at together. counts, varied: (cells, days) from `first` on, as `usual`."""

    first: date
    cells: tuple[Cell, ...]
    counts: Floats
    usual: Ordinary
    varied: Floats

    @property
    def series(self) -> Mapping[str, int]:
        """How many series each area has: so many looks are taken at once."""
        areas = [cell.area for cell in self.cells]
        return {area: areas.count(area) for area in set(areas)}

    def on(self, day: date) -> Iterator[Finding]:
        """What the demands up to and with a day say. A day that is not over is held against the whole of it."""
        at = (day - self.first).days
        looks = self.series
        lately = self.counts[:, max(at - _LONGEST + 1, 0) : at + 1]
        for row in np.flatnonzero(lately.sum(axis=1) > 0):
            found = self._warned(int(row), at, looks[self.cells[row].area])
            if found:
                yield self._finding(int(row), at, found)

    def _warned(self, row: int, at: int, looks: int) -> EarlyWarning | None:
        return warn(
            DailySeries(self.first, self.counts[row]),
            self.usual.expected[row],
            self.first + timedelta(days=at),
            spread=float(self.varied[row, at]),
            doubt=float(self.usual.doubt[row, at]),
            tests=looks,
        )

    def _finding(self, row: int, at: int, found: EarlyWarning) -> Finding:
        cell, part = self.cells[row], slice(max(at - _LATELY_DAYS + 1, 0), at + 1)
        came, usual = self.counts[row, part], self.usual.expected[row, part]
        began = change_point(came, usual, spread=float(self.varied[row, at]))
        since = found.last - timedelta(days=len(came) - 1 - began) if began is not None else found.first
        lasting = (found.last - since).days >= _LONGEST
        return Finding(
            area=cell.area,
            category=cell.category,
            kind=SHIFT if lasting else BURST,
            level=found.level,
            first=min(since, found.first),
            last=found.last,
            came=found.came,
            expected=found.expected,
            false_alarms=found.false_alarms,
            days=tuple(zip(came[-DAYS_SHOWN:].tolist(), usual[-DAYS_SHOWN:].tolist(), strict=True)),
        )


def begin(table: Table, known: Days) -> Watch:
    """Learn what is ordinary for every cell on every day of a table, from the days before it."""
    cells = tuple(sorted(table.counts))
    counts = np.array([table.counts[cell] for cell in cells])
    days = [table.first + timedelta(days=shift) for shift in range(counts.shape[1])]
    numbers = {category: at for at, category in enumerate(sorted({cell.category for cell in cells}))}
    pattern = day_pattern(counts.sum(axis=0), [_kind(day, known) for day in days])
    usual = ordinary(counts, pattern, [numbers[cell.category] for cell in cells])
    return Watch(table.first, cells, counts, usual, spreads(counts, usual.expected))


def _kind(day: date, known: Days) -> int:
    if day in known.holidays:
        return _HOLIDAY_KIND
    return 0 if day in known.worked else day.weekday()


def in_the_sky(weather: Weather, lists: Sequence[ChecklistCard], day: date) -> Iterator[Finding]:
    """What the weather file, as known on a day, foretells for it and the days after: the gravest day of each area."""
    for area in weather.areas:
        for one in lists:
            if one.measure and (found := _gravest(weather, one, area, day)):
                yield found


def together(found: Finding, weather: Weather, lists: Iterable[ChecklistCard], *, looks: int) -> Finding:
    """A finding in the demands, graver where the weather of its days says the same.

    Demands and weather are independent when nothing is the matter, so their chances combine (Fisher).
    """
    for one in lists:
        if not one.measure or not found.category.startswith(one.categories):
            continue
        days = [
            found.first - timedelta(days=1) + timedelta(days=shift)
            for shift in range((found.last - found.first).days + 2)
        ]
        skies = [sky for day in days if (sky := weather.on(day, found.area, known=found.last))]
        worst = max(skies, key=lambda sky: float(getattr(sky, one.measure)), default=None)
        if worst is None or getattr(worst, one.measure) < min(one.levels.values()):
            continue
        scale = len(WINDOWS) * looks * _DAYS_A_MONTH
        rare = weather.exceedance(one.measure, getattr(worst, one.measure))
        false_alarms = min(found.false_alarms, agree([found.false_alarms / scale, rare]) * scale)
        return replace(found, level=level_of(false_alarms), false_alarms=false_alarms, sky=worst)
    return found


def _gravest(weather: Weather, one: ChecklistCard, area: str, day: date) -> Finding | None:
    ahead = [day + timedelta(days=shift) for shift in range(LEAD_DAYS + 1)]
    skies = [sky for each in ahead if (sky := weather.on(each, area, known=day))]
    worst = max(skies, key=lambda sky: float(getattr(sky, one.measure)), default=None)
    value = float(getattr(worst, one.measure)) if worst else 0.0
    reached = [level for level, least in one.levels.items() if value >= least]
    if worst is None or not reached:
        return None
    level = max(reached, key=GRAVITY.__getitem__)
    return Finding(
        area=area,
        category="",
        kind=WEATHER,
        level=level,
        first=worst.day,
        last=worst.day,
        false_alarms=weather.false_alarms(one.measure, one.levels[level], lead_days=LEAD_DAYS),
        sky=worst,
        checklist=one.code,
    )
