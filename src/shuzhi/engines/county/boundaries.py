"""Draws a boundary map of our own: a blob of small hexagons, grown from seeds into counties, towns and communities.

Neighbours share their edges exactly, because every outline runs along the same hexagon corners. The corners are
moved a little at random, so that borders look surveyed and not like a honeycomb.
"""

import heapq
import math
import random
from collections.abc import Iterable, Sequence
from itertools import pairwise

from shuzhi.engines.county.registry_records import Point

Cell = tuple[int, int]
Corner = tuple[int, int]

CENTRE: Point = (124.0, 29.2)
"""Open sea east of the mainland: no pin of a synthetic county can fall on somebody's real door."""

_COLUMNS, _ROWS = 92, 76
_CELL_DEGREES = 0.0115
_CORNERS = ((0, -2), (1, -1), (1, 1), (0, 2), (-1, 1), (-1, -1))
"""Corners of a hexagon around its centre, in half widths and quarter heights, clockwise."""


def land(rng: random.Random) -> list[Cell]:
    """The cells of the whole city: an oval with bays and capes."""
    waves = [(k, rng.uniform(0.02, 0.09), rng.uniform(0, math.tau)) for k in (2, 3, 5, 8, 13)]
    cells = []
    for row in range(_ROWS):
        for column in range(_COLUMNS):
            x = (column + row % 2 / 2) / _COLUMNS * 2 - 1
            y = row / _ROWS * 2 - 1
            angle = math.atan2(y, x)
            reach = 0.86 + sum(size * math.sin(k * angle + phase) for k, size, phase in waves) / 2
            if math.hypot(x, y) < reach:
                cells.append((column, row))
    return grow(cells, [(_COLUMNS // 2, _ROWS // 2)], rng)[0]


def neighbours(cell: Cell) -> tuple[Cell, ...]:
    column, row = cell
    shift = row % 2
    return (
        (column - 1, row),
        (column + 1, row),
        (column - 1 + shift, row - 1),
        (column + shift, row - 1),
        (column - 1 + shift, row + 1),
        (column + shift, row + 1),
    )


def grow(cells: Sequence[Cell], seeds: Sequence[Cell], rng: random.Random) -> list[list[Cell]]:
    """Divide cells among seeds by shortest random-cost path: every part is in one piece.

    Returns one list of cells per seed, in the order of the seeds. Cells out of reach of every seed are dropped.
    """
    free = set(cells)
    cost = {cell: rng.uniform(0.7, 1.9) for cell in cells}
    heap = [(0.0, number, seed) for number, seed in enumerate(seeds)]
    parts: list[list[Cell]] = [[] for _ in seeds]
    while heap:
        distance, number, cell = heapq.heappop(heap)
        if cell not in free:
            continue
        free.remove(cell)
        parts[number].append(cell)
        for near in neighbours(cell):
            if near in free:
                heapq.heappush(heap, (distance + cost[near], number, near))
    return parts


def spread_seeds(cells: Sequence[Cell], count: int, rng: random.Random) -> list[Cell]:
    """Pick cells far from each other: each next one is the farthest of a handful of random candidates."""
    if count > len(cells):
        raise ValueError("more parts than cells")
    chosen = [cells[len(cells) // 2]]
    taken = set(chosen)
    while len(chosen) < count:
        candidates = [cell for cell in rng.sample(list(cells), min(40, len(cells))) if cell not in taken]
        if not candidates:
            continue
        best = max(candidates, key=lambda cell: min(_squared(cell, other) for other in chosen))
        chosen.append(best)
        taken.add(best)
    return chosen


def divide(cells: Sequence[Cell], count: int, rng: random.Random) -> list[list[Cell]]:
    """Divide cells into `count` connected parts of similar size (two rounds of moving seeds to the middle)."""
    seeds = spread_seeds(cells, count, rng)
    for _ in range(2):
        seeds = [_middle(part) for part in grow(cells, seeds, rng)]
    return grow(cells, seeds, rng)


def outline(cells: Iterable[Cell], jitter: "Jitter") -> tuple[Point, ...]:
    """The outer ring of a connected set of cells, closed, as (lng, lat) pairs."""
    edges: set[tuple[Corner, Corner]] = set()
    for cell in cells:
        corners = _corners(cell)
        for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
            if (end, start) in edges:
                edges.remove((end, start))
            else:
                edges.add((start, end))
    rings = _rings(dict(sorted(edges)))
    longest = max(rings, key=len)
    return tuple(jitter.point(corner) for corner in (*longest, longest[0]))


def centre(cells: Sequence[Cell], jitter: "Jitter") -> Point:
    """A point well inside the cells: the middle of the cell that is nearest to their average."""
    column, row = _middle(cells)
    return jitter.point((2 * column + row % 2, 3 * row))


class Jitter:
    """Turns lattice corners into degrees, each moved by its own small fixed amount."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._points: dict[Corner, Point] = {}

    def point(self, corner: Corner) -> Point:
        known = self._points.get(corner)
        if known is None:
            x, y = corner
            own = random.Random(self._seed * 1_000_003 + x * 4_099 + y)  # noqa: S311 - reproducible, no secret
            known = (
                round(CENTRE[0] + (x / 2 - _COLUMNS / 2 + own.uniform(-0.2, 0.2)) * _CELL_DEGREES, 6),
                round(CENTRE[1] - (y / 3 - _ROWS / 2 + own.uniform(-0.2, 0.2)) * _CELL_DEGREES * 0.87, 6),
            )
            self._points[corner] = known
        return known


def smooth(line: Sequence[Point], *, rounds: int = 3) -> tuple[Point, ...]:
    """Chaikin's corner cutting, ends kept: a river from a chain of points."""
    points = list(line)
    for _ in range(rounds):
        cut = [points[0]]
        for (ax, ay), (bx, by) in pairwise(points):
            cut.append((ax * 0.75 + bx * 0.25, ay * 0.75 + by * 0.25))
            cut.append((ax * 0.25 + bx * 0.75, ay * 0.25 + by * 0.75))
        points = [*cut, points[-1]]
    return tuple((round(x, 6), round(y, 6)) for x, y in points)


def _corners(cell: Cell) -> list[Corner]:
    column, row = cell
    x, y = 2 * column + row % 2, 3 * row
    return [(x + dx, y + dy) for dx, dy in _CORNERS]


def _rings(edges: dict[Corner, Corner]) -> list[list[Corner]]:
    rings = []
    left = dict(edges)
    while left:
        start = next(iter(left))
        ring = []
        corner = start
        while corner in left:
            ring.append(corner)
            corner = left.pop(corner)
        rings.append(ring)
    return rings


def _middle(cells: Sequence[Cell]) -> Cell:
    column = sum(cell[0] for cell in cells) / len(cells)
    row = sum(cell[1] for cell in cells) / len(cells)
    return min(cells, key=lambda cell: ((cell[0] - column) ** 2 + (cell[1] - row) ** 2, cell))


def _squared(one: Cell, other: Cell) -> int:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
