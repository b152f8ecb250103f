"""A point is in the deepest area that is drawn around it."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.registry.given import CITY, TOWN, VILLAGE, features, given_registry, load, square

from shuzhi.domains.registry import services
from shuzhi.domains.registry.locating import Locator, Shape, centre_of, rings_of
from shuzhi.spine.errors import InvalidInput, NotFound


def shape(code, depth, west, south, size):
    return Shape(code, depth, rings_of(square(west, south, size)))


def test_holes_and_further_parts_are_honoured():
    outer, hole = square(0, 0, 10)["coordinates"][0], square(4, 4, 2)["coordinates"][0]
    island = square(20, 0, 1)["coordinates"]
    geometry = {"type": "MultiPolygon", "coordinates": [[outer, hole], island]}
    locator = Locator([Shape("a", 0, rings_of(geometry))])

    assert [locator.find(x, y) for x, y in ((1, 1), (5, 5), (20.5, 0.5), (15, 5))] == ["a", "", "a", ""]


@settings(max_examples=200)
@given(st.integers(0, 9), st.integers(0, 9), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_tiles_without_gaps_give_every_point_to_exactly_its_tile(column, row, x, y):
    tiles = [shape(f"{c},{r}", 1, c / 10, r / 10, 0.1) for c in range(10) for r in range(10)]

    assert (
        Locator([shape("all", 0, 0, 0, 1), *tiles]).find((column + x) / 10, (row + y) / 10)
        == f"{column},{row}"
    )


@given(st.floats(-170, 170), st.floats(-80, 80), st.floats(0.001, 5))
def test_the_centre_of_a_square_is_its_middle(west, south, size):
    lng, lat = centre_of(rings_of(square(west, south, size)))

    assert math.isclose(lng, west + size / 2, abs_tol=2e-6)
    assert math.isclose(lat, south + size / 2, abs_tol=2e-6)


@pytest.mark.parametrize(
    "geometry",
    [
        {},
        {"type": "Point", "coordinates": [0, 0]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]},
        {"type": "Polygon", "coordinates": [[["x", 0], [1, 0], [1, 1], ["x", 0]]]},
        {"type": "Polygon", "coordinates": 7},
    ],
)
def test_what_is_no_closed_ring_is_refused(geometry):
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence is the importer's
        rings_of(geometry)


@pytest.mark.django_db
def test_the_deepest_drawn_area_answers():
    given_registry()
    drawn = {CITY: square(124, 29, 1), TOWN: square(124.2, 29.2, 0.5), VILLAGE: square(124.3, 29.3, 0.1)}
    load("boundaries", features(drawn))

    found = [services.locate(lat, lng).code for lat, lng in ((29.35, 124.35), (29.5, 124.5), (29.9, 124.9))]

    assert found == [VILLAGE, TOWN, CITY]


@pytest.mark.django_db
def test_a_point_outside_of_the_county_is_not_found_and_nonsense_is_refused():
    given_registry()
    load("boundaries", features({CITY: square(124, 29, 1)}))

    with pytest.raises(NotFound):
        services.locate(39.9, 116.4)
    with pytest.raises(InvalidInput):
        services.locate(float("nan"), 124)


@pytest.mark.django_db
def test_outlines_redrawn_are_used_at_once():
    given_registry()
    load("boundaries", features({VILLAGE: square(124, 29, 0.1)}))
    assert services.locate(29.05, 124.05).code == VILLAGE

    load("boundaries", features({VILLAGE: square(125, 29, 0.1)}))

    assert services.locate(29.05, 125.05).code == VILLAGE
    with pytest.raises(NotFound):
        services.locate(29.05, 124.05)


@pytest.mark.django_db
def test_an_area_that_was_edited_before_it_was_drawn_is_not_on_the_map():
    given_registry()
    load("areas", f"code,name,level,parent\n{TOWN},青石新镇,town,{CITY}\n")

    assert services.get_area(TOWN).name == "青石新镇"
    assert services.boundaries("town")["features"] == []
