"""The plain values of a county's registry: areas, places, units, posts, categories, rules of dispatch and time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

Point = tuple[float, float]
"""(longitude, latitude) in degrees."""


@dataclass(frozen=True, slots=True)
class Area:
    """A division: code of 12 digits (15 for a grid), level, centre, and outline when the level has one.

    level: city, county, town, subdistrict, community, village or grid.   ring: closed outline as (lng, lat)
    pairs, first equals last, empty for grids.   income: 1.0 is the city's average.
    """

    code: str
    name: str
    name_en: str
    level: str
    parent: str
    lat: float
    lng: float
    ring: tuple[Point, ...] = field(default=(), repr=False)
    income: float = 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """Something people name when they say where: a road, estate, hamlet, school, hospital, factory."""

    code: str
    name: str
    aliases: tuple[str, ...]
    area: str
    lat: float
    lng: float
    kind: str


@dataclass(frozen=True, slots=True)
class WaterLine:
    """A river as a line of (lng, lat) pairs, source first."""

    name: str
    name_en: str
    line: tuple[Point, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unit:
    """A handling unit. tier: department, county, town or firm; units are compared inside their tier only."""

    code: str
    name: str
    name_en: str
    tier: str
    area: str
    parent: str
    phone: str


@dataclass(frozen=True, slots=True)
class Post:
    code: str
    unit: str
    title: str
    title_en: str
    role: str


@dataclass(frozen=True, slots=True)
class StaffAccount:
    """A demo account that holds a post; it has no password here."""

    username: str
    name: str
    post: str
    unit: str
    role: str
    area: str


@dataclass(frozen=True, slots=True)
class Category:
    """A node of the category tree: two digits of code for each level."""

    code: str
    parent: str
    level: int
    name: str
    name_en: str
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """Who handles a category (any level) in an area (any level) from a date on; the longest match wins."""

    category: str
    area: str
    unit: str
    from_date: date
    version: int


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """amount of unit; unit: minute, hour, working_hour, workday or calendar_day."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class SlaRow:
    """Limits for a kind ("*" is any) and urgency, optionally narrowed to a category prefix."""

    kind: str
    urgency: str
    category: str
    contact: TimeLimit
    sign_in: TimeLimit
    finish: TimeLimit
    return_window: TimeLimit
    statutory: TimeLimit | None
    law: str
    from_date: date


@dataclass(frozen=True, slots=True)
class ReplyTemplate:
    code: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class KnowledgeArticle:
    """An answer for call takers. category: a code of any level; basis: the law it rests on, "" where none is cited.

    question: in the words that people use.   review_on: when somebody is to look whether it is still right.
    """

    code: str
    category: str
    title: str
    title_en: str
    question: str
    answer: str
    basis: str
    unit: str
    valid_from: date
    review_on: date


@dataclass(frozen=True)
class CountyRegistry:
    """Everything a synthetic county is, before anybody lives in it or asks for anything."""

    seed: int
    areas: tuple[Area, ...]
    places: tuple[Place, ...]
    rivers: tuple[WaterLine, ...]
    units: tuple[Unit, ...]
    posts: tuple[Post, ...]
    staff: tuple[StaffAccount, ...]
    categories: tuple[Category, ...]
    catalogue: tuple[CatalogueEntry, ...]
    sla: tuple[SlaRow, ...]
    reply_templates: tuple[ReplyTemplate, ...]
    knowledge: tuple[KnowledgeArticle, ...]

    @cached_property
    def area_by_code(self) -> dict[str, Area]:
        return {area.code: area for area in self.areas}

    @cached_property
    def places_by_area(self) -> dict[str, dict[str, tuple[Place, ...]]]:
        """Area code of a community or village to kind of place to places."""
        found: dict[str, dict[str, tuple[Place, ...]]] = {}
        for place in self.places:
            kinds = found.setdefault(place.area, {})
            kinds[place.kind] = (*kinds.get(place.kind, ()), place)
        return found

    def areas_at(self, *levels: str) -> tuple[Area, ...]:
        return tuple(area for area in self.areas if area.level in levels)

    @cached_property
    def communities(self) -> tuple[Area, ...]:
        """The lowest areas with an outline: urban communities and villages, in order of code."""
        return self.areas_at("community", "village")

    def children(self, code: str) -> Iterator[Area]:
        return (area for area in self.areas if area.parent == code)

    def grids(self, community: str, *, count: int = 4) -> tuple[Area, ...]:
        """Grids of a community on demand: its 12 digits plus three, around its centre, without outline."""
        home = self.area_by_code[community]
        shifts = ((-0.002, -0.002), (0.002, -0.002), (-0.002, 0.002), (0.002, 0.002))
        return tuple(
            Area(
                code=f"{community}{number:03d}",
                name=f"{home.name}第{number}网格",
                name_en=f"{home.name_en} Grid {number}",
                level="grid",
                parent=community,
                lat=round(home.lat + shifts[number % 4][1], 6),
                lng=round(home.lng + shifts[number % 4][0], 6),
                income=home.income,
            )
            for number in range(1, count + 1)
        )

    def unit_for(self, category: str, area: str) -> str:
        """Code of the unit that the catalogue names: longest category prefix first, then the nearest area."""
        path = self._area_path(area)
        for length in (6, 4, 2):
            here = self._catalogue_index.get(category[:length], {})
            for code in path:
                if code in here:
                    return here[code]
        raise KeyError((category, area))

    def _area_path(self, area: str) -> list[str]:
        path = []
        code = area[:12]
        while code:
            path.append(code)
            code = self.area_by_code[code].parent
        return path

    @cached_property
    def _catalogue_index(self) -> dict[str, dict[str, str]]:
        index: dict[str, dict[str, str]] = {}
        for entry in sorted(self.catalogue, key=lambda row: (row.from_date, row.version)):
            index.setdefault(entry.category, {})[entry.area] = entry.unit
        return index
