"""Which drawn area a point lies in: bounding boxes in a coarse grid first, then point in polygon."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

Ring = Sequence[Sequence[float]]
_CELLS = 48  # of the grid, along each side


@dataclass(frozen=True)
class Shape:
    """An area's outline. rings: closed, as (lng, lat) in degrees; holes are further rings (even-odd rule)."""

    code: str
    depth: int
    rings: tuple[Ring, ...]
    box: tuple[float, float, float, float] = field(init=False)

    def __post_init__(self) -> None:
        lngs = [point[0] for ring in self.rings for point in ring]
        lats = [point[1] for ring in self.rings for point in ring]
        object.__setattr__(self, "box", (min(lngs), min(lats), max(lngs), max(lats)))

    def holds(self, lng: float, lat: float) -> bool:
        """Whether a point lies inside. A point on an edge belongs to one of its two sides."""
        west, south, east, north = self.box
        if not (west <= lng <= east and south <= lat <= north):
            return False
        return sum(_crossings(ring, lng, lat) for ring in self.rings) % 2 == 1


def _crossings(ring: Ring, lng: float, lat: float) -> int:
    """How often a ray from the point to the east crosses the ring."""
    count = 0
    before = ring[-1]
    for point in ring:
        x1, y1, x2, y2 = before[0], before[1], point[0], point[1]
        if (y1 > lat) != (y2 > lat) and lng < x1 + (lat - y1) / (y2 - y1) * (x2 - x1):
            count += 1
        before = point
    return count


def rings_of(geometry: Mapping[str, Any]) -> tuple[Ring, ...]:
    """The rings of a GeoJSON Polygon or MultiPolygon. Raises ValueError for anything that is not one (RFC 7946)."""
    try:
        match geometry["type"]:
            case "Polygon":
                rings = tuple(geometry["coordinates"])
            case "MultiPolygon":
                rings = tuple(ring for polygon in geometry["coordinates"] for ring in polygon)
            case other:
                raise ValueError(f"not a polygon: {other}")
        if not rings or not all(_is_ring(ring) for ring in rings):
            raise ValueError("a ring needs at least four points in degrees, the last equal to the first")
    except (KeyError, TypeError, IndexError) as shapeless:
        raise ValueError("not a GeoJSON geometry") from shapeless
    return rings


def _is_ring(ring: Ring) -> bool:
    on_earth = all(-180 <= float(point[0]) <= 180 and -90 <= float(point[1]) <= 90 for point in ring)
    return on_earth and len(ring) >= 4 and list(ring[0][:2]) == list(ring[-1][:2])


def centre_of(rings: Iterable[Ring]) -> tuple[float, float]:
    """The (lng, lat) centroid of the largest ring, rounded to about a tenth of a metre."""
    _area, lng, lat = max((_moments(ring) for ring in rings), key=lambda moments: abs(moments[0]))
    return round(lng, 6), round(lat, 6)


def _moments(ring: Ring) -> tuple[float, float, float]:
    # Relative to the first point: the shoelace formula loses digits far from the origin.
    lng0, lat0 = ring[0][0], ring[0][1]
    area = lng = lat = 0.0
    for one, two in pairwise(ring):
        x1, y1, x2, y2 = one[0] - lng0, one[1] - lat0, two[0] - lng0, two[1] - lat0
        cross = x1 * y2 - x2 * y1
        area += cross
        lng += (x1 + x2) * cross
        lat += (y1 + y2) * cross
    if not area:
        return 0.0, lng0, lat0
    return area / 2, lng0 + lng / (3 * area), lat0 + lat / (3 * area)


class Locator:
    """Finds the deepest shape around a point."""

    def __init__(self, shapes: Iterable[Shape]) -> None:
        ordered = sorted(shapes, key=lambda shape: (-shape.depth, shape.code))
        boxes = [shape.box for shape in ordered] or [(0.0, 0.0, 0.0, 0.0)]
        self._west, self._south = min(box[0] for box in boxes), min(box[1] for box in boxes)
        self._wide = (max(box[2] for box in boxes) - self._west) / _CELLS or 1.0
        self._high = (max(box[3] for box in boxes) - self._south) / _CELLS or 1.0
        self._cells: dict[tuple[int, int], list[Shape]] = {}
        for shape in ordered:
            for cell in self._covered(shape.box):
                self._cells.setdefault(cell, []).append(shape)

    def _covered(self, box: tuple[float, float, float, float]) -> Iterator[tuple[int, int]]:
        (left, bottom), (right, top) = self._cell(box[0], box[1]), self._cell(box[2], box[3])
        return ((x, y) for x in range(left, right + 1) for y in range(bottom, top + 1))

    def _cell(self, lng: float, lat: float) -> tuple[int, int]:
        return int((lng - self._west) // self._wide), int((lat - self._south) // self._high)

    def find(self, lng: float, lat: float) -> str:
        """The code of the deepest shape that holds the point, "" when none does."""
        candidates = self._cells.get(self._cell(lng, lat), ())
        return next((shape.code for shape in candidates if shape.holds(lng, lat)), "")
