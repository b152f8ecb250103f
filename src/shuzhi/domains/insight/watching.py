"""What is more than chance today: in the demands of one matter of one area, in what was measured or foretold, or in both together."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from shuzhi.domains.insight import counting
from shuzhi.domains.insight.counting import Cell, Table
from shuzhi.domains.insight.readings import RARE, Readings
from shuzhi.domains.insight.warning_cards import ChecklistCard
from shuzhi.domains.statistics.services import DayReading
from shuzhi.engines.forecast import (
    LEAST_CASES,
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
    ordinary_within,
    shares,
    spreads,
    warn,
)

BURST, SHIFT, MEASURED = "burst", "shift", "weather"
GRAVITY = {level: len(LEVELS) - place for place, (level, _most) in enumerate(LEVELS)}
LEAD_DAYS = 3
DAYS_SHOWN = 28
LEVELS_LOOKED_AT = 2
"""Parts of the county, and towns: an alarm may come by chance from either."""
_HOLIDAY_KIND = 7
_DAYS_A_MONTH = 30
_LONGEST = max(WINDOWS)
_LATELY_DAYS = 56


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something to warn of. category: "" where only readings say so.   days: (came, expected) up to `last`.

    place: the area below `area` in which it came, "" where `area` as a whole shows it.   looks: how many looks at once
    share the area's false alarms.
    """

    area: str
    category: str
    place: str = ""
    looks: int = 1
    kind: str
    level: str
    first: date
    last: date
    came: float = 0.0
    expected: float = 0.0
    false_alarms: float
    days: tuple[tuple[float, float], ...] = ()
    readings: tuple[DayReading, ...] = ()
    checklist: str = ""


@dataclass(frozen=True)
class Row:
    """A series that is looked at. part: the part of the county that is warned.   looks: as of a finding."""

    cell: Cell
    part: str
    looks: int


@dataclass(frozen=True)
class Watch:
    """Everything that is looked at together. counts, varied: (rows, days) from `first` on, as `usual`."""

    first: date
    rows: tuple[Row, ...]
    counts: Floats
    usual: Ordinary
    varied: Floats

    def on(self, day: date) -> Iterator[Finding]:
        """What the demands up to and with a day say. A day that is not over is held against the whole of it."""
        at = (day - self.first).days
        lately = self.counts[:, max(at - _LONGEST + 1, 0) : at + 1]
        for row in np.flatnonzero(lately.sum(axis=1) > 0):
            found = self._warned(int(row), at)
            if found:
                yield self._finding(int(row), at, found)

    def _warned(self, row: int, at: int) -> EarlyWarning | None:
        return warn(
            DailySeries(self.first, self.counts[row]),
            self.usual.expected[row],
            self.first + timedelta(days=at),
            spread=float(self.varied[row, at]),
            doubt=float(self.usual.doubt[row, at]),
            tests=self.rows[row].looks,
        )

    def _finding(self, row: int, at: int, found: EarlyWarning) -> Finding:
        told, part = self.rows[row], slice(max(at - _LATELY_DAYS + 1, 0), at + 1)
        came, usual = self.counts[row, part], self.usual.expected[row, part]
        began = change_point(came, usual, spread=float(self.varied[row, at]))
        since = found.last - timedelta(days=len(came) - 1 - began) if began is not None else found.first
        lasting = (found.last - since).days >= _LONGEST
        return Finding(
            area=told.part,
            category=told.cell.category,
            place=told.cell.area if told.cell.area != told.part else "",
            looks=told.looks,
            kind=SHIFT if lasting else BURST,
            level=found.level,
            first=min(since, found.first),
            last=found.last,
            came=found.came,
            expected=found.expected,
            false_alarms=found.false_alarms,
            days=tuple(zip(came[-DAYS_SHOWN:].tolist(), usual[-DAYS_SHOWN:].tolist(), strict=True)),
        )


def begin(parts: Table, towns: Table, known: Days, *, since: date) -> Watch:
    """Learn what is ordinary for every matter of every part of the county, and of every town, from the days before.

    An outbreak begins in one place: there it is surprising a day before it shows in the sum. Both levels share the
    false alarms of the part.   since: no earlier day will be asked about.
    """
    whole = _parts(parts, known)
    return _with_towns(whole, towns, (since - whole.first).days) if towns.counts else whole


def _parts(table: Table, known: Days) -> Watch:
    cells = tuple(sorted(table.counts))
    counts = np.array([table.counts[cell] for cell in cells])
    days = [table.first + timedelta(days=shift) for shift in range(counts.shape[1])]
    numbers = {category: at for at, category in enumerate(sorted({cell.category for cell in cells}))}
    pattern = day_pattern(table.known(counts.sum(axis=0)), [_kind(day, known) for day in days])
    usual = ordinary(counts, pattern, [numbers[cell.category] for cell in cells])
    looks = Counter(cell.area for cell in cells)
    rows = tuple(Row(cell, cell.area, LEVELS_LOOKED_AT * looks[cell.area]) for cell in cells)
    return Watch(table.first, rows, counts, usual, spreads(counts, usual.expected))


def _with_towns(whole: Watch, table: Table, since: int) -> Watch:
    """The watch with the series of towns below it; those that could not warn on any day asked about are left out."""
    part_of = counting.tops(areas=True)
    looks = Counter(part_of(cell.area) for cell in table.counts)
    at = {row.cell: place for place, row in enumerate(whole.rows)}
    cells = [cell for cell in sorted(table.counts) if _may_warn(table.counts[cell], since)]
    above = [at[Cell(part_of(cell.area), cell.category)] for cell in cells]
    if not cells:
        return whole
    counts = np.array([table.counts[cell] for cell in cells])
    usual = ordinary_within(
        counts,
        whole.counts[above],
        Ordinary(whole.usual.expected[above], whole.usual.doubt[above]),
        _shares_of_towns(whole, table, cells),
    )
    rows = tuple(
        Row(cell, part_of(cell.area), LEVELS_LOOKED_AT * looks[part_of(cell.area)]) for cell in cells
    )
    return Watch(
        whole.first,
        whole.rows + rows,
        np.vstack([whole.counts, counts]),
        Ordinary(
            np.vstack([whole.usual.expected, usual.expected]), np.vstack([whole.usual.doubt, usual.doubt])
        ),
        # What makes counts vary more than chance, as several calls about one thing, does so on every level.
        np.vstack([whole.varied, whole.varied[above]]),
    )


def _may_warn(counts: Floats, since: int) -> bool:
    lately = counts[max(since - _LONGEST + 1, 0) :]
    return bool(np.convolve(lately, np.ones(_LONGEST)).max(initial=0) >= LEAST_CASES)


def _shares_of_towns(whole: Watch, table: Table, cells: Sequence[Cell]) -> Floats:
    """Of each cell, the share of its town in everything that came in the part of the county around it."""
    part_of = counting.tops(areas=True)
    in_town = _sums((cell.area, counts) for cell, counts in table.counts.items())
    in_part = _sums((row.part, counts) for row, counts in zip(whole.rows, whole.counts, strict=True))
    towns = sorted(in_town)
    found = shares(
        np.array([in_town[town] for town in towns]), np.array([in_part[part_of(town)] for town in towns])
    )
    return found[[towns.index(cell.area) for cell in cells]]


def _sums(told: Iterable[tuple[str, Floats]]) -> dict[str, Floats]:
    sums: dict[str, Floats] = {}
    for area, counts in told:
        sums[area] = sums[area] + counts if area in sums else counts
    return sums


def _kind(day: date, known: Days) -> int:
    if day in known.holidays:
        return _HOLIDAY_KIND
    return 0 if day in known.worked else day.weekday()


def in_readings(readings: Readings, lists: Sequence[ChecklistCard], day: date) -> Iterator[Finding]:
    """What is measured or foretold, as known on a day, for it and the days after: the gravest day of each area."""
    for area in readings.series:
        for one in lists:
            if one.measure and (found := _gravest(readings, one, area, day)):
                yield found


def together(found: Finding, readings: Readings, lists: Iterable[ChecklistCard]) -> Finding:
    """A finding in the demands, graver where what was measured or foretold for its days says the same.

    Demands and readings are independent when nothing is the matter, so their chances combine (Fisher). Readings are not
    independent of each other, as a river rises with the rain: the rarest counts, times how many were looked at.
    """
    for one in lists:
        if not one.measures or not found.category.startswith(one.categories):
            continue
        rarest = tuple(
            told for quantity in one.measures if (told := _telling(found, readings, one, quantity))
        )
        if not rarest:
            continue
        scale = len(WINDOWS) * found.looks * _DAYS_A_MONTH
        looked = len(set(one.measures) & set(readings.series[found.area]))
        rare = min(1.0, looked * min(readings.exceedance(told) for told in rarest))
        false_alarms = min(found.false_alarms, agree([found.false_alarms / scale, rare]) * scale)
        return replace(found, level=level_of(false_alarms), false_alarms=false_alarms, readings=rarest)
    return found


def _telling(found: Finding, readings: Readings, one: ChecklistCard, quantity: str) -> DayReading | None:
    """The highest reading of a finding's days, if it is out of the ordinary: by the list's levels, else by its rarity."""
    days = [
        found.first - timedelta(days=1) + timedelta(days=shift)
        for shift in range((found.last - found.first).days + 2)
    ]
    told = [was for day in days if (was := readings.on(day, found.area, quantity, known=found.last))]
    highest = max(told, key=lambda was: was.value, default=None)
    if highest is None:
        return None
    if quantity == one.measure:
        return highest if highest.value >= min(one.levels.values()) else None
    return highest if readings.exceedance(highest) <= RARE else None


def _gravest(readings: Readings, one: ChecklistCard, area: str, day: date) -> Finding | None:
    ahead = [day + timedelta(days=shift) for shift in range(LEAD_DAYS + 1)]
    told = [was for each in ahead if (was := readings.on(each, area, one.measure, known=day))]
    worst = max(told, key=lambda was: was.value, default=None)
    reached = [level for level, least in one.levels.items() if worst and worst.value >= least]
    if worst is None or not reached:
        return None
    level = max(reached, key=GRAVITY.__getitem__)
    return Finding(
        area=area,
        category="",
        kind=MEASURED,
        level=level,
        first=worst.day,
        last=worst.day,
        false_alarms=readings.false_alarms(one.measure, one.levels[level], lead_days=LEAD_DAYS),
        readings=(worst,),
        checklist=one.code,
    )
