"""The registry of the demo county: areas that fit together, units for every matter, nothing real."""

import csv
import io
from collections import Counter
from itertools import pairwise

import pytest

from shuzhi.engines.county import TABLES, CountyRegistry, costs, registry, table_text
from shuzhi.engines.county.costs import YUAN_A_DEMAND


def test_one_city_has_three_counties_thirty_towns_and_three_hundred_communities(
    county: CountyRegistry,
) -> None:
    levels = Counter(area.level for area in county.areas)

    assert (levels["city"], levels["county"]) == (1, 3)
    assert levels["town"] + levels["subdistrict"] == 30
    assert len(county.communities) == 300


def test_every_area_code_is_fictional_and_names_its_parent(county: CountyRegistry) -> None:
    for area in county.areas:
        assert len(area.code) == 12
        assert area.code.startswith("99")
        assert area.parent == "" or area.parent in county.area_by_code
        digits = {"community": 9, "village": 9, "town": 6, "subdistrict": 6}.get(area.level, 4)
        assert area.parent == "" or area.code[:digits] == area.parent[:digits]


def test_names_of_communities_are_all_different(county: CountyRegistry) -> None:
    assert len({area.name for area in county.communities}) == 300


def test_inner_borders_are_drawn_once_by_each_neighbour_in_opposite_directions(
    county: CountyRegistry,
) -> None:
    """Every edge of a community lies on one other community or on the outline of the city: no gaps, no overlaps."""
    edges = Counter(edge for area in county.communities for edge in _edges(area.ring))
    outer = set(_edges(county.areas_at("city")[0].ring))

    assert set(edges.values()) == {1}
    assert outer == {(a, b) for a, b in edges if (b, a) not in edges}


def test_a_parent_covers_exactly_the_ground_of_its_children(county: CountyRegistry) -> None:
    for parent in county.areas_at("city", "county", "town", "subdistrict"):
        children = sum(_surface(child.ring) for child in county.children(parent.code))

        assert _surface(parent.ring) == pytest.approx(children, rel=1e-6)


def test_the_centre_of_every_area_lies_inside_its_outline(county: CountyRegistry) -> None:
    for area in county.areas:
        assert _contains(area.ring, area.lng, area.lat), area


def test_no_pin_of_the_county_falls_on_land_that_exists(county: CountyRegistry) -> None:
    """The East China Sea between 28 and 31 degrees north, east of 122.9 and west of 125.5, holds no town."""
    pins = [(area.lng, area.lat) for area in county.areas] + [
        (place.lng, place.lat) for place in county.places
    ]

    assert all(122.9 < lng < 125.5 and 28 < lat < 31 for lng, lat in pins)


def test_the_mountain_stream_ends_on_the_main_river(county: CountyRegistry) -> None:
    main, stream = county.rivers

    assert stream.line[-1] in main.line


def test_forty_units_come_from_the_table_and_each_town_has_its_government(county: CountyRegistry) -> None:
    towns = [unit for unit in county.units if unit.tier == "town"]
    codes = {unit.code for unit in county.units}

    assert len(county.units) - len(towns) == 40
    assert {unit.area for unit in towns} == {area.code for area in county.areas_at("town", "subdistrict")}
    assert all(unit.parent in codes | {""} for unit in county.units)


def test_the_category_tree_is_deep_and_whole(county: CountyRegistry) -> None:
    levels = Counter(category.level for category in county.categories)
    codes = {category.code for category in county.categories}

    assert levels[1] == 15
    assert levels[2] >= 60
    assert levels[3] >= 200
    assert all(category.parent in codes | {""} for category in county.categories)
    assert all(category.keywords for category in county.categories if category.level == 3)
    assert all(category.name_en.isascii() for category in county.categories)


def test_the_catalogue_names_a_known_unit_for_every_matter_everywhere(county: CountyRegistry) -> None:
    codes = {unit.code for unit in county.units}
    leaves = [category.code for category in county.categories if category.level == 3]

    for community in county.communities[::15]:
        assert {county.unit_for(leaf, community.code) for leaf in leaves} <= codes


def test_a_village_road_goes_to_the_town_and_an_unfinished_home_to_the_county(county: CountyRegistry) -> None:
    village = county.areas_at("village")[0]

    assert county.unit_for("080101", village.code) == f"town_{village.code[:9]}"
    assert county.area_by_code[village.parent].parent == next(
        unit.area for unit in county.units if unit.code == county.unit_for("020301", village.code)
    )


def test_the_three_administrators_are_three_persons(county: CountyRegistry) -> None:
    holders = [
        account.username
        for account in county.staff
        if account.role in ("system_admin", "security_admin", "audit_admin")
    ]

    assert len(holders) == len(set(holders)) == 3
    assert len({account.username for account in county.staff}) == len(county.staff)


def test_every_unit_has_a_head_and_officers(county: CountyRegistry) -> None:
    for unit in county.units:
        roles = [account.role for account in county.staff if account.unit == unit.code]

        assert roles.count("unit_head") == 1
        assert roles.count("unit_officer") == 2


def test_urgent_matters_have_shorter_limits_than_ordinary_ones(county: CountyRegistry) -> None:
    finish = {(row.kind, row.urgency, row.category): row.finish for row in county.sla}

    assert (finish["*", "life_safety", ""].amount, finish["*", "life_safety", ""].unit) == (2, "hour")
    assert finish["help", "normal", ""].unit == "workday"


def test_knowledge_articles_point_at_categories_and_units_that_exist(county: CountyRegistry) -> None:
    categories = {category.code for category in county.categories}
    units = {unit.code for unit in county.units}

    assert len({article.code for article in county.knowledge}) >= 40
    assert {article.category for article in county.knowledge} <= categories
    assert {article.unit for article in county.knowledge} <= units
    assert all(article.title_en and article.question and article.basis for article in county.knowledge)


@pytest.mark.parametrize("name", TABLES)
def test_each_table_is_a_csv_whose_rows_are_as_wide_as_its_header(name: str) -> None:
    rows = list(csv.reader(io.StringIO(table_text(name))))

    assert len({len(row) for row in rows}) == 1


def test_the_same_seed_draws_the_same_county_and_another_seed_another(county: CountyRegistry) -> None:
    assert registry(county.seed) == county
    assert registry(county.seed + 1).areas != county.areas


def test_costs_follow_from_the_seed_and_share_out_the_work_of_a_year(county: CountyRegistry) -> None:
    made = list(costs(county, demands_a_year=7_000, years=[2025, 2026]))

    assert made == list(costs(county, demands_a_year=7_000, years=[2025, 2026]))
    assert len(made) == 2 * len(county.units)
    assert 0.9 < sum(one.yuan for one in made) / (2 * 7_000 * YUAN_A_DEMAND) < 1.1


def test_grids_carry_the_code_of_their_community(county: CountyRegistry) -> None:
    community = county.communities[0].code

    grids = county.grids(community)

    assert [grid.code for grid in grids] == [f"{community}00{number}" for number in (1, 2, 3, 4)]


Ring = tuple[tuple[float, float], ...]


def _edges(ring: Ring) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    return list(pairwise(ring))


def _surface(ring: Ring) -> float:
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in _edges(ring))) / 2


def _contains(ring: Ring, x: float, y: float) -> bool:
    crossings = [
        (bx - ax) * (y - ay) / (by - ay) + ax for (ax, ay), (bx, by) in _edges(ring) if (ay > y) != (by > y)
    ]
    return sum(x < crossing for crossing in crossings) % 2 == 1
