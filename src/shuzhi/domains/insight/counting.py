"""From counts of days, places and matters to the series that outlooks and warnings look at."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import product

import numpy as np

from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics.services import DayCount
from shuzhi.engines.forecast import DailySeries

WHOLE = ""
"""All areas, or all categories."""
UNKNOWN = "?"
"""Demands without a place or without a category: no list shows them, but sums hold them."""


@dataclass(frozen=True, order=True)
class Cell:
    """What a series counts. area: a code below the whole, WHOLE or UNKNOWN; category: a code of the first level, or so."""

    area: str
    category: str

    @property
    def key(self) -> str:
        return f"{self.area} {self.category}"

    @property
    def shown(self) -> bool:
        return UNKNOWN not in (self.area, self.category)


@dataclass(frozen=True)
class Table:
    """Counts of consecutive days by cell. Days before the first one counted are not known, later ones without any are 0.

    missing: places of the days among them on which nothing was told although something must have come.
    """

    first: date
    counts: Mapping[Cell, np.ndarray]
    missing: tuple[int, ...] = ()

    @property
    def series(self) -> dict[Cell, DailySeries]:
        """A missing day is no day without demands: it is unknown to whoever learns from the series."""
        return {cell: DailySeries(self.first, self.known(counts)) for cell, counts in self.counts.items()}

    def known(self, counts: np.ndarray) -> np.ndarray:
        """The same counts, nan on missing days."""
        found = counts.astype(np.float64)
        found[list(self.missing)] = np.nan
        return found


def by_part(counted: Sequence[DayCount], *, until: date, missing: Collection[date] = frozenset()) -> Table:
    """Parts of the whole area × categories of the first level, with their sums in both directions.

    missing: days on which nothing was told although something must have come.
    """
    area_of, category_of = tops(areas=True), tops(areas=False)
    told = ((one, area_of(one.area), category_of(one.category)) for one in counted)
    return _table(
        counted,
        ((one, cell) for one, area, top in told for cell in map(Cell, *_crossed(area, top))),
        until,
        missing,
    )


def by_matter(
    counted: Sequence[DayCount],
    *,
    until: date,
    towns: bool = False,
    missing: Collection[date] = frozenset(),
) -> Table:
    """Parts of the whole area × categories as settled, without sums: a burst of one matter drowns in a sum.

    towns: the areas below those parts instead.   missing: as for `by_part`.
    """
    area_of = tops(areas=True, below=int(towns))
    cells = ((one, Cell(area_of(one.area), one.category)) for one in counted if one.category)
    return _table(counted, ((one, cell) for one, cell in cells if cell.area != UNKNOWN), until, missing)


def parents_of(cells: Iterable[Cell]) -> dict[str, tuple[str, ...]]:
    """What each cell is a part of: the whole matter of the county, and everything of the area."""
    parents: dict[str, tuple[str, ...]] = {}
    for cell in cells:
        if cell.area and cell.category:
            parents[cell.key] = (Cell(WHOLE, cell.category).key, Cell(cell.area, WHOLE).key)
        elif cell.area or cell.category:
            parents[cell.key] = (Cell(WHOLE, WHOLE).key,)
    return parents


def tops(*, areas: bool, below: int = 0) -> Callable[[str], str]:
    """Which part of the whole a code belongs to: areas directly below the top one, categories of the first level.

    below: so many levels further down.
    """
    cards = registry.areas() if areas else registry.categories()
    parents = {card.code: card.parent for card in cards}
    level = below + int(areas)

    @cache
    def top(code: str) -> str:
        path: list[str] = []
        while code in parents:
            path.append(code)
            code = parents[code]
        return path[-1 - level] if len(path) > level else UNKNOWN

    return top


def digest(counted: Iterable[DayCount]) -> str:
    """SHA-256 of the counts: what an outlook was made from, so that it can be made again and compared."""
    told = hashlib.sha256()
    for one in counted:
        told.update(f"{one.day} {one.area} {one.category} {one.demands}\n".encode())
    return told.hexdigest()


def _crossed(area: str, category: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    pairs = list(product((area, WHOLE), (category, WHOLE)))
    return tuple(one for one, _other in pairs), tuple(other for _one, other in pairs)


def _table(
    counted: Sequence[DayCount],
    told: Iterable[tuple[DayCount, Cell]],
    until: date,
    missing: Collection[date],
) -> Table:
    first = min((one.day for one in counted), default=until)
    days = (until - first) // timedelta(days=1)
    counts: dict[Cell, np.ndarray] = {}
    for one, cell in told:
        if cell not in counts:
            counts[cell] = np.zeros(days)
        counts[cell][(one.day - first).days] += one.demands
    places = ((day - first).days for day in sorted(missing))
    return Table(first, counts, tuple(place for place in places if 0 <= place < days))
