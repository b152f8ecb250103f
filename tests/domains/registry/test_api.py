"""The public part of the registry for other systems."""

import pytest
from tests.domains.registry.given import CITY, COUNTY, TOWN, VILLAGE, features, given_registry, load, square

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def registry():
    given_registry()


def get(client, path, **query):
    response = client.get(f"/api{path}", query)
    return response.status_code, response.json()


def test_areas_come_in_pages_that_join_without_a_gap(client):
    _status, first = get(client, "/areas", limit=3)
    _status, second = get(client, "/areas", limit=3, after=first["next_after"])

    assert [area["code"] for area in first["items"] + second["items"]] == [CITY, COUNTY, TOWN, VILLAGE]
    assert second["next_after"] is None


def test_one_area_is_shown_and_an_unknown_one_is_not_found(client):
    assert get(client, f"/areas/{TOWN}")[1]["name"] == "青石镇"
    assert get(client, "/areas/1")[0] == 404


def test_boundaries_are_geojson(client):
    load("boundaries", features({VILLAGE: square(124, 29, 0.1)}))

    status, found = get(client, "/boundaries/village", within=COUNTY)

    assert status == 200
    assert found["features"][0]["properties"]["code"] == VILLAGE


def test_targets_are_best_first(client):
    _status, found = get(client, "/catalogue/targets", category="020101", area=VILLAGE)

    assert [target["unit"] for target in found] == ["town_qingshi", "housing"]


def test_units_categories_and_the_calendar_are_public(client):
    assert len(get(client, "/units", tier="firm")[1]["items"]) == 1
    assert get(client, "/categories", search="困人")[1]["items"][0]["path"][0] == "住房与城乡建设"
    assert len(get(client, "/calendar/2028")[1]) == 366


@pytest.mark.parametrize("path", ["/areas?limit=0", "/calendar/1", "/catalogue/targets", "/areas?limit=x"])
def test_a_request_outside_the_schema_is_refused(client, path):
    assert client.get(f"/api{path}").status_code == 422


def test_the_schema_is_written(client):
    schema = client.get("/api/openapi.json").json()

    assert "/api/areas/{code}" in schema["paths"]
