"""The map of the page: outlines of areas as paths of one sheet, shaded by a figure."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shuzhi.domains.registry import services as registry
from shuzhi.domains.registry.cards import AreaCard

WIDTH, MOST_HEIGHT, MARGIN = 640, 460, 8
STEPS = 6
LEAST_SPREAD = 0.25
ROOM_OF_A_CHARACTER = (
    15.0  # units of the sheet that a name needs for each character, and twice as much on a phone
)
_LEVELS: Mapping[str, tuple[str, ...]] = {
    "city": ("county",),
    "county": ("town", "subdistrict"),
    "town": ("community", "village"),
    "subdistrict": ("community", "village"),
}

Ring = Sequence[Sequence[float]]
Outline = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class AreaShape:
    """What the tags `area_map` and `raised_map` draw of one area; see there."""

    code: str
    rings: tuple[Outline, ...]
    level: float | None
    step: int
    label: str
    figure: str
    said: str
    href: str
    x: float
    y: float
    room: float


@dataclass(frozen=True)
class MapSheet:
    title: str
    told: str
    width: int
    height: int
    shapes: tuple[AreaShape, ...]


@dataclass(frozen=True)
class Shade:
    """How an area looks. level: 0 to 1, None where nothing may be said."""

    level: float | None
    figure: str
    said: str
    href: str


def levels_of(values: Mapping[str, float], *, share: bool) -> dict[str, float]:
    """How far each value stands up, 0 to 1. Counts stand up from nothing to the most; shares over at least a quarter of
    the whole scale, so that a difference of little looks like little.

    >>> levels_of({"a": 10, "b": 20, "c": 40}, share=False)
    {'a': 0.25, 'b': 0.5, 'c': 1.0}
    >>> levels_of({"a": 0.857, "b": 0.867}, share=True)
    {'a': 0.48, 'b': 0.52}
    """
    if not values:
        return {}
    low, high = (min(values.values()) if share else 0.0), max(values.values())
    if share and high - low < LEAST_SPREAD:
        low, high = (low + high - LEAST_SPREAD) / 2, (low + high + LEAST_SPREAD) / 2
    spread = (high - low) or 1
    return {code: round((value - low) / spread, 3) for code, value in values.items()}


def step_of(level: float) -> int:
    """The shade of a level, 0 to 5.

    >>> [step_of(level) for level in (0.0, 0.2, 1.0)]
    [0, 1, 5]
    """
    return min(STEPS - 1, int(level * STEPS))


def sheet_of(
    within: AreaCard, shade_of: Callable[[AreaCard], Shade], *, title: str, told: str
) -> MapSheet | None:
    """The areas directly below one; None where nothing was drawn."""
    outlines = dict(_outlines(within))
    if not outlines:
        return None
    points = [point for rings in outlines.values() for ring in rings for point in ring]
    place, height = _placing(points)
    shapes = []
    for code, rings in outlines.items():
        area = registry.get_area(code)
        shade = shade_of(area)
        placed = [tuple(place(point) for point in ring) for ring in rings]
        x, y, room = _middle(placed[0])
        shapes.append(
            AreaShape(
                code=code,
                rings=tuple(placed),
                level=shade.level,
                step=-1 if shade.level is None else step_of(shade.level),
                label=area.label,
                figure=shade.figure,
                said=shade.said,
                href=shade.href,
                x=x,
                y=y,
                room=room / (ROOM_OF_A_CHARACTER * _wide(area.label)),
            )
        )
    return MapSheet(title, told, WIDTH, height, tuple(shapes))


def _outlines(within: AreaCard) -> Iterator[tuple[str, list[Ring]]]:
    for level in _LEVELS.get(within.level, ()):
        for feature in registry.boundaries(level, within.code)["features"]:
            geometry: dict[str, Any] = feature["geometry"]
            shapes = (
                geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
            )
            # The largest ring first: its middle carries the name.
            yield feature["id"], sorted((ring for shape in shapes for ring in shape), key=len, reverse=True)


def _placing(
    points: Sequence[Sequence[float]],
) -> tuple[Callable[[Sequence[float]], tuple[float, float]], int]:
    """From degrees to the sheet, true in its middle; and how high the sheet is."""
    lngs, lats = [point[0] for point in points], [point[1] for point in points]
    west, east, south, north = min(lngs), max(lngs), min(lats), max(lats)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, tall = (east - west) * squeeze or 1e-9, (north - south) or 1e-9
    scale = min((WIDTH - 2 * MARGIN) / wide, (MOST_HEIGHT - 2 * MARGIN) / tall)
    left = (WIDTH - wide * scale) / 2

    def place(point: Sequence[float]) -> tuple[float, float]:
        return left + (point[0] - west) * squeeze * scale, MARGIN + (north - point[1]) * scale

    return place, round(tall * scale + 2 * MARGIN)


def _middle(ring: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """The centre of mass of an outline, and how wide the outline is."""
    doubled = x = y = 0.0
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = ax * by - bx * ay
        doubled, x, y = doubled + cross, x + (ax + bx) * cross, y + (ay + by) * cross
    across = max(point[0] for point in ring) - min(point[0] for point in ring)
    if not doubled:
        return *ring[0], across
    return x / (3 * doubled), y / (3 * doubled), across


def _wide(label: str) -> float:
    """Characters as wide as a Chinese one; Latin letters are about half of that."""
    return sum(1.0 if ord(letter) > 0x2E80 else 0.55 for letter in label)
