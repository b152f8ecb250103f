"""The staff read the registry; stewards edit its calendar; everybody else stays outside."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from tests.domains.registry.given import COUNTY, TOWN, given_registry

from shuzhi.domains.registry import services
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.clock import now, stopped_at
from shuzhi.spine.models import RoleGrant, User

pytestmark = pytest.mark.django_db
PAGES = ("index", "areas", "units", "categories", "catalogue", "sla", "calendar")


def logged_in(role):
    user = User.objects.create_user(username=role, password="Registry-2026", name=role)
    RoleGrant.objects.create(user=user, role=role, granted_by="staff:1", granted_at=now())
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def steward():
    given_registry()
    services.import_calendar([2026], by=SYSTEM)
    return logged_in("registry_steward")


def get(client, name, **query):
    response = client.get(reverse(f"registry:{name}"), query)
    return response, response.content.decode()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_staff_read_every_page_in_both_languages(steward, name, language):
    steward.cookies["django_language"] = language

    response, html = get(steward, name)

    assert response.status_code == 200
    assert "style=" not in html
    assert "onclick" not in html


@pytest.mark.parametrize("name", PAGES)
def test_a_citizen_is_told_that_these_pages_are_for_the_staff(client, name):
    assert get(client, name)[0].status_code == 403


def test_a_search_shows_what_fits_and_says_how_many(steward):
    _response, html = get(steward, "areas", q="禾坪")

    assert "禾坪县" in html
    assert "青石镇" not in html


def test_children_of_an_area_are_one_click_away(steward):
    _response, html = get(steward, "areas", parent=COUNTY)

    assert "青石镇" in html
    assert "上湾村" not in html


def test_the_catalogue_page_answers_who_handles_what_where(steward):
    _response, html = get(steward, "catalogue", category="020101", area=TOWN, on="2026-03-01")

    assert html.index("青石镇人民政府") < html.index("云江市住房和城乡建设局")


def test_an_unknown_area_is_said_and_not_an_error(steward):
    response, html = get(steward, "catalogue", category="02", area="123")

    assert response.status_code == 200
    assert "note error" in html


@pytest.mark.parametrize("query", [{"page": "x"}, {"year": "99999"}, {"day": "2026-02-30"}, {"on": "soon"}])
def test_a_broken_address_still_shows_the_page(steward, query):
    for name in PAGES:
        assert get(steward, name, **query)[0].status_code == 200


def test_the_year_shows_holidays_and_swapped_days(steward):
    _response, html = get(steward, "calendar", year="2026")

    assert html.count('<table class="month">') == 12
    assert "swapped_workday" in html
    assert "note warning" not in html


def test_a_year_without_published_holidays_warns(steward):
    assert "note warning" in get(steward, "calendar", year="2035")[1]


@pytest.mark.parametrize("address", ["/registry/", "/status/"])
def test_who_keeps_the_calendar_is_told_that_the_coming_year_is_missing(steward, client, address):
    with stopped_at(datetime(2026, 11, 28, 2, tzinfo=UTC)):
        told = steward.get(address).content.decode()
        public = client.get("/status/").content.decode()

    assert "year=2027" in told
    assert "note warning" in told
    assert "year=2027" not in public


def test_a_steward_gives_a_day_off(steward):
    response = steward.post(
        reverse("registry:calendar"), {"day": "2026-03-04", "working": "no", "note": "县庆日", "hours": ""}
    )

    assert response.status_code == 302
    assert not services.working_calendar().is_workday(date(2026, 3, 4))
    assert "县庆日" in steward.get(response["Location"]).content.decode()


def test_wrong_hours_come_back_with_the_mistake_named(steward):
    response = steward.post(
        reverse("registry:calendar"), {"day": "2026-03-04", "working": "yes", "hours": "9 to 5"}
    )

    assert response.status_code == 422
    assert "9 to 5" in response.content.decode()
    assert 'role="alert"' in response.content.decode()


def test_a_steward_changes_the_office_hours_from_a_day_on(steward):
    steward.post(
        reverse("registry:change_hours"), {"from_date": "2026-06-01", "hours": "08:30-12:00,15:00-18:00"}
    )

    calendar = services.working_calendar()
    assert str(calendar.hours_on(date(2026, 6, 1))[1]) == "15:00-18:00"
    assert str(calendar.hours_on(date(2026, 5, 29))[1]) == "13:30-17:30"


def test_an_officer_sees_the_calendar_and_cannot_change_it(steward):
    officer = logged_in("unit_officer")

    _response, html = get(officer, "calendar", year="2026")
    refused = officer.post(reverse("registry:calendar"), {"day": "2026-03-04", "working": "no"})

    assert "csrf" not in html.split("<main")[1].split("</main")[0]
    assert refused.status_code == 403
    assert services.working_calendar().is_workday(date(2026, 3, 4))


def test_no_page_needs_more_than_a_few_queries(steward, django_assert_max_num_queries):
    """Inside of a test's transaction each kind of what is kept asks for its version, too."""
    for name in PAGES:
        get(steward, name)
        with django_assert_max_num_queries(13):
            get(steward, name)


def test_a_steward_names_another_unit_and_the_officer_may_not(steward):
    change = {
        "category": "0201",
        "area": TOWN,
        "unit": "water",
        "from_date": "2026-05-01",
        "because": "裁定 17",
    }
    page = reverse("registry:catalogue")

    refused = logged_in("unit_officer").post(page, change)
    saved = steward.post(page, change)

    assert refused.status_code == 403
    assert saved.status_code == 302
    html = steward.get(saved["Location"]).content.decode()
    assert html.index("云江水务") < html.index("云江市住房和城乡建设局")


def test_a_change_without_a_basis_comes_back_with_the_mistake_named(steward):
    response = steward.post(
        reverse("registry:catalogue"), {"category": "0201", "area": TOWN, "unit": "water"}
    )

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
