"""Areas, their outlines, and the places that people name."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from shuzhi.domains.registry import versions
from shuzhi.domains.registry.importers import values as cell
from shuzhi.domains.registry.importers.loading import Given, KeyedLoader, RowLoader, TreeLoader
from shuzhi.domains.registry.importers.values import RowRefused
from shuzhi.domains.registry.locating import centre_of, rings_of
from shuzhi.domains.registry.models import Area, Place
from shuzhi.engines.tabular import Field
from shuzhi.spine.access import area_prefix

_LEVELS = {
    "省": "province",
    "自治区": "province",
    "直辖市": "province",
    "市": "city",
    "地级市": "city",
    "县": "county",
    "区": "county",
    "县区": "county",
    "市辖区": "county",
    "县级市": "county",
    "镇": "town",
    "乡": "town",
    "乡镇": "town",
    "街道": "subdistrict",
    "社区": "community",
    "居委会": "community",
    "村": "village",
    "行政村": "village",
    "网格": "grid",
}
# Digits that tell apart: 2-2-2-3-3, National Bureau of Statistics. What has more than twelve is a grid.
_LEVEL_OF_DIGITS = {2: "province", 4: "city", 6: "county", 9: "town", 12: "community"}
_FULL = 12
_DEEPEST = 8

_COORDINATES = (
    Field("lat", ("纬度", "latitude", "y")),
    Field("lng", ("经度", "longitude", "lon", "x")),
)


def full_code(code: str) -> str:
    """A division code with the zeros that short tables leave out: "330102" is "330102000000"."""
    return code.ljust(_FULL, "0") if code.isdecimal() and len(code) in _LEVEL_OF_DIGITS else code


def code_above(code: str) -> str:
    """The code of the division one level up, "" for a province."""
    digits = area_prefix(code)
    shorter = [length for length in _LEVEL_OF_DIGITS if length < len(digits)]
    return full_code(digits[: shorter[-1]]) if shorter else ""


class AreaLoader(TreeLoader):
    model = Area
    fields = (
        Field("code", ("区划代码", "行政区划代码", "统计用区划代码", "代码", "编码", "area_code", "adcode")),
        Field("name", ("名称", "区划名称", "区域名称")),
        Field("name_en", ("英文名", "英文名称", "english_name")),
        Field("level", ("层级", "级别", "区划级别")),
        Field("parent", ("上级代码", "上级区划", "上级区划代码", "parent_code", "area_code", "city_code")),
        *_COORDINATES,
    )
    required = ("code", "name")
    topics = (versions.AREAS, versions.WORDS)

    def place_of(self, values: Mapping[str, str]) -> tuple[str, str]:
        code = full_code(values.get("code", ""))
        if "parent" in self.present:
            return code, full_code(values["parent"])
        above = code_above(code)
        # A county's table need not hold the city and the province above it.
        return code, above if above in self.parents or above in self._in_file else ""

    def arranged(self, rows: Iterable[Given]) -> Iterable[Given]:
        rows = list(rows)
        self._in_file = {full_code(given.values.get("code", "")) for given in rows}
        return super().arranged(rows)

    def read(self, values: Mapping[str, str]) -> dict[str, Any]:
        code, parent = self.place_of(values)
        if not re.fullmatch(r"\d{12,20}", code):
            raise RowRefused(
                "code", _("“%(text)s” is not a division code of 12 digits") % {"text": values["code"]}
            )
        derived = _LEVEL_OF_DIGITS.get(len(area_prefix(code)), "grid")
        return {
            "code": code,
            "name": cell.needed(values, "name", longest=128),
            "name_en": cell.optional(values, "name_en", longest=128),
            "level": cell.choice(values, "level", _LEVELS) if values.get("level") else derived,
            "parent": parent,
            "lat": cell.degrees(values, "lat", most=90),
            "lng": cell.degrees(values, "lng", most=180),
        }

    def keep(self, data: dict[str, Any]) -> bool:
        if len(self._path(data["parent"])) >= _DEEPEST:
            raise RowRefused("parent", _("more than %(n)d levels") % {"n": _DEEPEST})
        return super().keep(data)

    def _path(self, code: str) -> list[str]:
        path: list[str] = []
        while code and code not in path:
            path.insert(0, code)
            code = self.parents.get(code, "")
        return path

    def finish(self) -> None:
        for code, row in self.there.items():
            path = self._path(code)
            text = "".join(f"{one}/" for one in path)
            if getattr(row, "path", "") != text:
                vars(row).update(path=text, depth=len(path) - 1)
                if code not in self.fresh:
                    self.edited[code] = row
        super().finish()


class PlaceLoader(KeyedLoader):
    model = Place
    fields = (
        Field("code", ("地点代码", "代码", "编码", "编号")),
        Field("name", ("名称", "地点名称", "地名")),
        Field("aliases", ("别名", "又名", "俗称")),
        Field("area", ("所属区划", "区划代码", "所属社区", "area_code")),
        *_COORDINATES,
        Field("kind", ("类型", "类别", "地点类型")),
    )
    required = ("code", "name", "area")
    topics = (versions.WORDS,)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._areas = frozenset(Area.objects.values_list("code", flat=True))

    def read(self, values: Mapping[str, str]) -> dict[str, Any]:
        return {
            "code": cell.code(values, "code", longest=32),
            "name": cell.needed(values, "name", longest=128),
            "aliases": cell.words(values, "aliases"),
            "area": cell.known({"area": full_code(values["area"])}, "area", self._areas),
            "lat": cell.degrees(values, "lat", most=90),
            "lng": cell.degrees(values, "lng", most=180),
            "kind": cell.optional(values, "kind", longest=32),
        }


class BoundaryLoader(RowLoader):
    """Outlines from GeoJSON, or from a table with a column of GeoJSON geometries."""

    fields = (
        Field("code", ("区划代码", "代码", "area_code", "adcode", "gb", "id")),
        Field("geometry", ("边界", "geojson", "几何")),
    )
    required = ("code", "geometry")
    topics = (versions.AREAS,)

    def take(self, values: Mapping[str, str]) -> bool:
        area = Area.objects.filter(code=full_code(values["code"])).first()
        if area is None:
            why = _("“%(text)s” is not known. Import it first or correct it.")
            raise RowRefused("code", why % {"text": values["code"]})
        try:
            geometry = json.loads(values["geometry"])
            rings = rings_of(geometry)
        except (ValueError, RecursionError):
            raise RowRefused("geometry", _("it is not a closed GeoJSON Polygon or MultiPolygon")) from None
        if area.boundary == geometry:
            return False
        area.boundary = {"type": geometry["type"], "coordinates": geometry["coordinates"]}
        if area.lat is None or area.lng is None:
            area.lng, area.lat = centre_of(rings)
        area.save(update_fields=["boundary", "lat", "lng"])
        return True
