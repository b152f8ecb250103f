"""Two rivers that follow the land: the main one across the whole city, and a mountain stream that joins it."""

import heapq
import random
from collections.abc import Mapping, Sequence

from shuzhi.engines.county.boundaries import Cell, Jitter, neighbours, smooth
from shuzhi.engines.county.registry_records import WaterLine

_EVERY = 3
"""Every third cell of a path becomes a bend of the river."""


def rivers(
    cells_of: Mapping[str, Sequence[Cell]], jitter: Jitter, rng: random.Random
) -> tuple[WaterLine, ...]:
    """The rivers of a city, source first.

    cells_of: area code to its cells; the shortest code prefix (the city) and the last county are used.
    """
    city = min(cells_of, key=lambda code: code.rstrip("0"))
    counties = sorted(code for code in cells_of if code.endswith("000000") and code != city)
    land = set(cells_of[city])
    cost = {cell: rng.uniform(0.3, 2.4) for cell in sorted(land)}
    source = min(land, key=lambda cell: (cell[0], abs(cell[1] - 38)))
    mouth = max(land, key=lambda cell: (cell[0], -abs(cell[1] - 38)))
    main = _path(land, cost, source, {mouth})
    mountains = cells_of[counties[-1]]
    spring = max(
        mountains, key=lambda cell: min(abs(cell[1] - other[1]) + abs(cell[0] - other[0]) for other in main)
    )
    stream = _path(land, cost, spring, set(main))
    main_line, stream_line = _line(main, jitter), _line(stream, jitter)
    x, y = stream_line[-1]
    # Smoothing moves the main river away from where the stream met it: end the stream on the drawn line.
    meeting = min(main_line, key=lambda point: (point[0] - x) ** 2 + (point[1] - y) ** 2)
    return (
        WaterLine("云江", "Yun River", main_line),
        WaterLine("竹溪河", "Zhuxi Stream", (*stream_line, meeting)),
    )


def _path(land: set[Cell], cost: Mapping[Cell, float], start: Cell, goals: set[Cell]) -> list[Cell]:
    heap = [(0.0, start)]
    came: dict[Cell, Cell] = {}
    best = {start: 0.0}
    while heap:
        distance, cell = heapq.heappop(heap)
        if cell in goals:
            path = [cell]
            while path[-1] != start:
                path.append(came[path[-1]])
            return path[::-1]
        for near in neighbours(cell):
            if near in land and distance + cost[near] < best.get(near, float("inf")):
                best[near] = distance + cost[near]
                came[near] = cell
                heapq.heappush(heap, (best[near], near))
    raise ValueError("the land is not in one piece")


def _line(path: Sequence[Cell], jitter: Jitter) -> tuple[tuple[float, float], ...]:
    bends = [*path[:-1:_EVERY], path[-1]]
    return smooth([jitter.point((2 * column + row % 2, 3 * row)) for column, row in bends])
