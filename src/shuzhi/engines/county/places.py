"""Names the places that people use when they say where: roads, estates, hamlets, schools, hospitals, factories."""

import random
from collections.abc import Iterator, Sequence
from itertools import count

from shuzhi.engines.county import tables
from shuzhi.engines.county.registry_records import Area, Place

KINDS = (
    "estate",
    "factory",
    "hamlet",
    "hospital",
    "kindergarten",
    "market",
    "park",
    "reservoir",
    "road",
    "school",
    "site",
    "station",
)
_SPREAD = 0.006
"""How far, in degrees, a place lies from the centre of its community: inside the neighbouring cells."""


def places(areas: Sequence[Area], rng: random.Random) -> tuple[Place, ...]:
    """Every named place of the county, in order of code; each belongs to one community or village."""
    builder = _Builder(rng)
    for area in areas:
        if area.level == "county":
            seat = next(one for one in areas if one.level == "community" and one.code[:6] == area.code[:6])
            builder.county_seat(area, seat)
        elif area.level in ("town", "subdistrict"):
            builder.town_centre(area, next(one for one in areas if one.parent == area.code))
        elif area.level == "community":
            builder.urban(area)
        elif area.level == "village":
            builder.rural(area)
    return tuple(builder.made)


class _Builder:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._numbers = count(1)
        self.made: list[Place] = []
        parts: dict[str, list[str]] = {}
        for row in tables.rows("name_parts"):
            parts.setdefault(row["use"], []).append(row["text"])
        self._parts = parts
        self._roads = self._combined("road", ["路", "街", "大道", "巷"])
        self._estates = self._combined("estate", parts["estate_tail"])
        self._factories = self._combined("firm", parts["factory"])

    def county_seat(self, county: Area, home: Area) -> None:
        short = county.name[:-1]
        self._add(home, "hospital", f"{county.name}人民医院", f"{short}人民医院", "县医院", "人民医院")
        self._add(home, "hospital", f"{county.name}中医院", f"{short}中医院", "中医院")
        self._add(home, "school", f"{county.name}第一中学", f"{short}一中", "一中")
        self._add(home, "school", f"{county.name}实验小学", f"{short}实小", "实验小学")
        self._add(home, "station", f"{county.name}汽车站", "汽车站", "老车站")
        self._add(home, "park", f"{short}人民公园", "人民公园")

    def town_centre(self, town: Area, home: Area) -> None:
        short = town.name.removesuffix("街道").removesuffix("镇").removesuffix("乡")
        clinic = "社区卫生服务中心" if town.level == "subdistrict" else "卫生院"
        self._add(home, "hospital", short + clinic, f"{short}医院")
        self._add(home, "school", f"{short}中心小学", f"{short}小学", f"{short}完小")
        self._add(home, "school", f"{short}中学", f"{short}初中")
        self._add(home, "market", f"{short}农贸市场", f"{short}菜市场", f"{short}菜场")
        self._add(home, "station", f"{short}客运站", f"{short}车站")
        self._add(home, "park", f"{short}文化广场", f"{short}广场")
        self._add(home, "factory", next(self._factories))

    def urban(self, area: Area) -> None:
        stem = area.name.removesuffix("社区")
        road = next(self._roads, f"{stem}大道")
        estate = next(self._estates, f"{stem}苑")
        self._add(area, "road", road, f"{road}这边")
        self._add(area, "road", f"{stem}路")
        self._add(area, "estate", estate, f"{estate}小区" if not estate.endswith("小区") else estate[:-2])
        tail = self._rng.choice(["小区", "新村", "家属院", "安置小区"])
        self._add(area, "estate", stem + tail, f"{stem}老小区" if tail == "小区" else f"{stem}小区")
        self._add(area, "kindergarten", f"{stem}幼儿园")
        self._add(area, "site", f"{estate}二期工地", f"{estate}二期")
        if self._rng.random() < 0.4:
            self._add(area, "market", f"{stem}市场", f"{stem}菜场")
        if self._rng.random() < 0.3:
            self._add(area, "park", f"{stem}公园")

    def rural(self, area: Area) -> None:
        stem = area.name.removesuffix("村")
        for hamlet in self._rng.sample(self._parts["hamlet"], 4):
            self._add(area, "hamlet", f"{area.name}{hamlet}组", f"{hamlet}组", hamlet)
        self._add(area, "road", f"{stem}村道", f"{stem}那条村道")
        self._add(area, "reservoir", f"{stem}{self._rng.choice(['水库', '山塘', '水塘'])}")
        if self._rng.random() < 0.25:
            self._add(area, "school", f"{stem}小学", f"{stem}教学点")

    def _combined(self, first: str, tails: Sequence[str]) -> Iterator[str]:
        names = [head + tail for head in self._parts[first] for tail in tails]
        self._rng.shuffle(names)
        return iter(names)

    def _add(self, area: Area, kind: str, name: str, *aliases: str) -> None:
        self.made.append(
            Place(
                code=f"P{next(self._numbers):05d}",
                name=name,
                aliases=aliases,
                area=area.code,
                lat=round(area.lat + self._rng.uniform(-_SPREAD, _SPREAD), 6),
                lng=round(area.lng + self._rng.uniform(-_SPREAD, _SPREAD), 6),
                kind=kind,
            )
        )
