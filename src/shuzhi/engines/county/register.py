"""Builds a county's registry from one seed: map, names, places, units, posts, and the authored tables."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from shuzhi.engines.county import tables
from shuzhi.engines.county.boundaries import Cell, Jitter, centre, divide, land, outline
from shuzhi.engines.county.places import places
from shuzhi.engines.county.registry_records import Area, CountyRegistry, Post, StaffAccount, Unit
from shuzhi.engines.county.rivers import rivers

COMMUNITIES = 300
"""Communities and villages of the city, shared among the towns."""


@dataclass(frozen=True)
class _Drawn:
    area: Area
    cells: tuple[Cell, ...]


def registry(seed: int) -> CountyRegistry:
    """The whole registry of a synthetic county; the same seed gives the same registry.

    seed: any integer. It moves borders, names of communities, places and staff; codes and names of the city,
    its counties and towns, the units and every rule are authored tables and stay.
    """
    rng = random.Random(f"county-{seed}")  # noqa: S311 - reproducible, no secret
    jitter = Jitter(seed)
    drawn = _draw_areas(rng, jitter)
    areas = tuple(sorted((one.area for one in drawn), key=lambda area: area.code))
    units = (*tables.units(), *_town_governments(areas))
    posts, staff = _staffing(units, rng)
    return CountyRegistry(
        seed=seed,
        areas=areas,
        places=places(areas, rng),
        rivers=rivers({one.area.code: one.cells for one in drawn}, jitter, rng),
        units=units,
        posts=posts,
        staff=staff,
        categories=tables.categories(),
        catalogue=tables.catalogue(),
        sla=tables.sla(),
        reply_templates=tables.reply_templates(),
        knowledge=tables.knowledge(),
    )


def _draw_areas(rng: random.Random, jitter: Jitter) -> list[_Drawn]:
    table = [_area_of(row) for row in tables.rows("areas")]
    city = next(area for area in table if area.level == "city")
    counties = [area for area in table if area.level == "county"]
    all_cells = land(rng)
    drawn = [_draw(city, all_cells, jitter)]
    # East is the rich river mouth, west the mountains, the poor plain lies between: the table's order.
    parts = sorted(divide(all_cells, len(counties), rng), key=lambda cells: -_mean_column(cells))
    names = _community_names(rng)
    for county, county_cells in zip(counties, parts, strict=True):
        drawn.append(_draw(county, county_cells, jitter))
        towns = [area for area in table if area.parent == county.code]
        for town, town_cells in _inner_first(county_cells, towns, rng):
            drawn.append(_draw(town, town_cells, jitter))
    return drawn + list(
        _draw_communities([one for one in drawn if one.area.level in _TOWN], names, rng, jitter)
    )


_TOWN = ("town", "subdistrict")


def _area_of(row: dict[str, str]) -> Area:
    return Area(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        level=row["level"],
        parent=row["parent"],
        lat=0.0,
        lng=0.0,
        income=float(row["income"]),
    )


def _draw(area: Area, cells: Sequence[Cell], jitter: Jitter) -> _Drawn:
    lng, lat = centre(cells, jitter)
    return _Drawn(replace(area, lat=lat, lng=lng, ring=outline(cells, jitter)), tuple(cells))


def _inner_first(
    cells: Sequence[Cell], towns: Sequence[Area], rng: random.Random
) -> Iterator[tuple[Area, list[Cell]]]:
    """Give the parts nearest to the middle to the sub-districts, which the table lists first."""
    column, row = _mean_column(cells), sum(cell[1] for cell in cells) / len(cells)
    parts = divide(cells, len(towns), rng)
    parts.sort(
        key=lambda part: (_mean_column(part) - column) ** 2 + (sum(c[1] for c in part) / len(part) - row) ** 2
    )
    return zip(towns, parts, strict=True)


def _mean_column(cells: Sequence[Cell]) -> float:
    return sum(cell[0] for cell in cells) / len(cells)


def _community_names(rng: random.Random) -> Iterator[tuple[str, str]]:
    firsts = [(row["text"], row["pinyin"]) for row in tables.rows("name_parts") if row["use"] == "first"]
    seconds = [(row["text"], row["pinyin"]) for row in tables.rows("name_parts") if row["use"] == "second"]
    pairs = [(one + two, en + en_two) for one, en in firsts for two, en_two in seconds]
    rng.shuffle(pairs)
    return iter(pairs)


def _draw_communities(
    towns: Sequence[_Drawn], names: Iterator[tuple[str, str]], rng: random.Random, jitter: Jitter
) -> Iterator[_Drawn]:
    for town, count in zip(towns, _shares(towns, rng), strict=True):
        urban = count if town.area.level == "subdistrict" else 1 + rng.randrange(3)
        for number, cells in enumerate(divide(town.cells, count, rng), start=1):
            stem, stem_en = next(names)
            level = "community" if number <= urban else "village"
            # Statistics Bureau: 001-199 neighbourhood committees, 200-399 village committees.
            last = number if level == "community" else 199 + number - urban
            yield _draw(
                Area(
                    code=f"{town.area.code[:9]}{last:03d}",
                    name=stem + ("社区" if level == "community" else "村"),
                    name_en=f"{stem_en} {level.title()}",
                    level=level,
                    parent=town.area.code,
                    lat=0.0,
                    lng=0.0,
                    income=round(town.area.income * rng.uniform(0.85, 1.15), 3),
                ),
                cells,
                jitter,
            )


def _shares(towns: Sequence[_Drawn], rng: random.Random) -> list[int]:
    """How many communities each town gets: more where people live densely; together COMMUNITIES."""
    weights = [
        min(len(town.cells) / 3, (13 if town.area.level == "subdistrict" else 9) * rng.uniform(0.85, 1.15))
        for town in towns
    ]
    scale = COMMUNITIES / sum(weights)
    shares = [max(4, int(weight * scale)) for weight in weights]
    for turn in range(COMMUNITIES - sum(shares)):
        shares[turn % len(shares)] += 1
    return shares


def _town_governments(areas: Sequence[Area]) -> Iterator[Unit]:
    parents = {unit.area: unit.code for unit in tables.units() if unit.tier == "county"}
    for number, area in enumerate((area for area in areas if area.level in _TOWN), start=1):
        office = "街道办事处" if area.level == "subdistrict" else "人民政府"
        office_en = "Office" if area.level == "subdistrict" else "Government"
        yield Unit(
            code=f"town_{area.code[:9]}",
            name=area.name.removesuffix("街道") + office
            if area.level == "subdistrict"
            else area.name + office,
            name_en=f"{area.name_en} {office_en}",
            tier="town",
            area=area.code,
            parent=parents[area.parent],
            phone=f"0000-80004{number:02d}",
        )


def _staffing(units: Sequence[Unit], rng: random.Random) -> tuple[tuple[Post, ...], tuple[StaffAccount, ...]]:
    surnames, firsts, seconds = (
        [row["text"] for row in tables.rows("name_parts") if row["use"] == use]
        for use in ("surname", "given_first", "given_shared")
    )
    posts, staff = [], []
    for row in tables.rows("posts"):
        for unit in units if row["unit"] == "*" else [unit for unit in units if unit.code == row["unit"]]:
            post = Post(f"{unit.code}.{row['role']}", unit.code, row["title"], row["title_en"], row["role"])
            posts.append(post)
            for number in range(1, int(row["count"]) + 1):
                name = rng.choice(surnames) + rng.choice(firsts) + rng.choice(seconds)
                staff.append(
                    StaffAccount(
                        _username(row, unit, number), name, post.code, unit.code, row["role"], unit.area
                    )
                )
    return tuple(posts), tuple(staff)


def _username(row: dict[str, str], unit: Unit, number: int) -> str:
    base = row["role"] if row["unit"] != "*" else f"{unit.code}-{row['role'].removeprefix('unit_')}"
    return base if row["count"] == "1" else f"{base}{number}"
