"""The files of the demo county load as they are; so would another county's."""

import pytest
from tests.domains.registry.given import csv_of, features, load

from shuzhi.domains.registry import services
from shuzhi.engines import county

pytestmark = pytest.mark.django_db
SEED = 7


@pytest.fixture(scope="module")
def registry():
    return county.registry(SEED)


def area_rows(registry):
    columns = ("code", "name", "name_en", "level", "parent", "lat", "lng")
    return csv_of(columns, ([getattr(area, one) for one in columns] for area in registry.areas))


def given_demo_county(registry):
    unit_columns = ("code", "name", "name_en", "tier", "area", "parent", "phone")
    outlines = {
        area.code: {"type": "Polygon", "coordinates": [area.ring]} for area in registry.areas if area.ring
    }
    return [
        load("areas", area_rows(registry)),
        load("boundaries", features(outlines)),
        load(
            "places",
            csv_of(
                ("code", "name", "aliases", "area", "lat", "lng", "kind"),
                (
                    [p.code, p.name, "|".join(p.aliases), p.area, p.lat, p.lng, p.kind]
                    for p in registry.places
                ),
            ),
        ),
        load(
            "units", csv_of(unit_columns, ([getattr(u, one) for one in unit_columns] for u in registry.units))
        ),
        load("posts", county.table_text("posts")),
        load("categories", county.table_text("categories")),
        load("catalogue", county.table_text("catalogue")),
        load("sla", county.table_text("sla")),
        load("templates", county.table_text("reply_templates")),
    ]


@pytest.mark.thorough
def test_every_row_of_the_demo_county_is_taken_and_a_second_time_changes_nothing(registry):
    first = given_demo_county(registry)
    second = given_demo_county(registry)

    assert [(r.dataset, r.quarantined, r.unchanged) for r in first] == [(r.dataset, 0, 0) for r in first]
    assert [(r.accepted, r.unchanged) for r in second] == [(0, r.rows) for r in first]


def test_the_catalogue_names_the_same_unit_as_the_generator(registry):
    given_demo_county(registry)
    today = county.tables.catalogue()[0].from_date

    for area in registry.communities[::30]:
        for category in registry.categories[::9]:
            best = services.dispatch_targets(category.code, area=area.code, on=today)[0]

            assert best.unit == registry.unit_for(category.code, area.code)


def test_the_centre_of_every_community_lies_in_that_community(registry):
    given_demo_county(registry)

    for area in registry.communities:
        assert services.locate(area.lat, area.lng).code == area.code


def test_every_kind_and_urgency_of_the_matrix_has_its_limits(registry):
    given_demo_county(registry)
    day = registry.sla[0].from_date

    assert services.sla_for("complaint", urgency="normal", category="010101", on=day).finish.amount == 5
    assert services.sla_for("inquiry", urgency="normal", category="130401", on=day).law
    assert services.sla_for("inquiry", urgency="life_safety", category="130401", on=day).finish.unit == "hour"
