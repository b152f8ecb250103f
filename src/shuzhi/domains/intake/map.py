"""A map without tiles: the county's own outlines as an SVG picture that a click turns into a point."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from shuzhi.domains.registry import services as registry
from shuzhi.domains.registry.cards import AreaCard
from shuzhi.spine.errors import NotFound

WIDTH, HEIGHT = 704, 440  # pixels
_MARGIN = 0.06
_FILL, _LINE, _INK, _PIN = "#dfeae8", "#ffffff", "#33484b", "#b3541e"
_SHOWN_NAMES = 40
_TIERS = (("city",), ("county",), ("town", "subdistrict"), ("community", "village"))

Ring = list[tuple[float, float]]


@dataclass(frozen=True)
class View:
    """A window on the county: degrees at the upper left corner, and degrees per pixel."""

    west: float
    north: float
    lng_per_pixel: float
    lat_per_pixel: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """(lat, lng) in degrees under a pixel."""
        return self.north - y * self.lat_per_pixel, self.west + x * self.lng_per_pixel

    def pixel(self, lat: float, lng: float) -> tuple[float, float]:
        return (lng - self.west) / self.lng_per_pixel, (self.north - lat) / self.lat_per_pixel


@dataclass(frozen=True)
class Sheet:
    """What is drawn of an area: the outlines one level below it, or its own when it has none."""

    area: AreaCard
    shapes: tuple[tuple[AreaCard, tuple[Ring, ...]], ...]
    view: View


def sheet_of(code: str) -> Sheet | None:
    """The sheet of an area, of the whole county for ""; None when nothing was drawn there."""
    tops = (
        [registry.get_area(code)] if code else registry.areas(level="city") or registry.areas(level="county")
    )
    for area in tops:
        tier = next((at for at, levels in enumerate(_TIERS) if area.level in levels), 0)
        for levels in (*_TIERS[tier + 1 :], (area.level,)):
            features = [one for level in levels for one in registry.boundaries(level, area.code)["features"]]
            shapes = tuple(
                (registry.get_area(one["properties"]["code"]), _rings(one["geometry"])) for one in features
            )
            if shapes:
                return Sheet(area, shapes, _view([ring for _area, rings in shapes for ring in rings]))
    return None


def deeper(code: str, lat: float, lng: float) -> str:
    """The area one level below `code` that holds a point; `code` itself where there is none deeper."""
    try:
        path = [area.code for area in registry.area_path(registry.locate(lat, lng).code)]
    except NotFound:
        return code
    top = sheet_of("")
    start = code or (top.area.code if top else "")
    at = path.index(start) + 1 if start in path else 0
    # The last step is the community itself: stay on its town, where the neighbours give a sense of place.
    return path[at] if at < len(path) - 1 else code


def draw(
    sheet: Sheet,
    *,
    lat: float | None = None,
    lng: float | None = None,
    dots: Sequence[tuple[float, float]] = (),
) -> str:
    """The sheet as SVG, with a pin when a point is given and a dot at each (lat, lng) of `dots`.

    Attributes only, no styles: the CSP allows none.
    """
    paths = "".join(
        f'<path d={quoteattr(_path(rings, sheet.view))} fill="{_FILL}" stroke="{_LINE}" stroke-width="1.5"/>'
        for _area, rings in sheet.shapes
    )
    named = sheet.shapes[:_SHOWN_NAMES]
    names = "".join(_name(area, sheet.view, size=_letters(len(named))) for area, _rings_ in named)
    pin = "" if lat is None or lng is None else _pin(*sheet.view.pixel(lat, lng))
    marks = "".join(_dot(*sheet.view.pixel(*point)) for point in dots)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#f3f6f5"/>{paths}{names}{marks}{pin}</svg>'
    )


def _letters(names: int) -> int:
    """As large as there is room for: a phone shows the sheet at half its size."""
    return 24 if names <= 6 else 18 if names <= 14 else 14


def _name(area: AreaCard, view: View, *, size: int) -> str:
    if area.lat is None or area.lng is None:
        return ""
    x, y = view.pixel(area.lat, area.lng)
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" text-anchor="middle" font-family="sans-serif" '
        f'fill="{_INK}">{escape(area.label)}</text>'
    )


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="{_PIN}" fill-opacity=".75" stroke="#fff" stroke-width="1.5"/>'


def _pin(x: float, y: float) -> str:
    return (
        f'<path d="M{x:.1f} {y:.1f}c-8-10-14-17-14-25a14 14 0 0 1 28 0c0 8-6 15-14 25z" fill="{_PIN}" '
        f'stroke="#fff" stroke-width="2"/><circle cx="{x:.1f}" cy="{y - 25:.1f}" r="5" fill="#fff"/>'
    )


def _path(rings: tuple[Ring, ...], view: View) -> str:
    parts = []
    for ring in rings:
        points = (view.pixel(lat, lng) for lng, lat in ring)
        parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z")
    return "".join(parts)


def _rings(geometry: dict[str, Any]) -> tuple[Ring, ...]:
    shapes = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return tuple(list(ring) for shape in shapes for ring in shape)


def _view(rings: list[Ring]) -> View:
    """The smallest window of the picture's shape around the rings; a degree of longitude shrinks with the latitude."""
    lngs = [lng for ring in rings for lng, _lat in ring]
    lats = [lat for ring in rings for _lng, lat in ring]
    middle_lat, middle_lng = (min(lats) + max(lats)) / 2, (min(lngs) + max(lngs)) / 2
    shrink = math.cos(math.radians(middle_lat))
    tall, wide = max(lats) - min(lats), (max(lngs) - min(lngs)) * shrink
    per_pixel = max(tall / HEIGHT, wide / WIDTH, 1e-7) * (1 + 2 * _MARGIN)
    west = middle_lng - WIDTH / 2 * per_pixel / shrink
    return View(west, middle_lat + HEIGHT / 2 * per_pixel, per_pixel / shrink, per_pixel)
