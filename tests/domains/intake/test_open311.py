"""Open311 GeoReport v2, as a 311 application speaks it."""

from xml.etree import ElementTree as Xml

import pytest
from tests.domains.intake.given import DISPATCHER, VILLAGE, given_demand

from shuzhi.domains.intake import services
from shuzhi.domains.intake.models import Demand
from shuzhi.spine import accounts
from shuzhi.spine.actors import Actor, ActorKind, Grant

pytestmark = [pytest.mark.usefixtures("county"), pytest.mark.urls("tests.domains.intake.open311_site")]
SECURITY = Actor(ActorKind.STAFF, "9", "Security", (Grant("security_admin"),))
BASE = "/open311/v2"


@pytest.fixture
def key() -> str:
    return accounts.create_key("Street app", scopes=["application"], by=SECURITY).secret


def test_discovery_and_services_in_both_formats(client):
    found = client.get(f"{BASE}/discovery.json").json()
    listed = client.get(f"{BASE}/services.json").json()
    as_xml = client.get(f"{BASE}/services.xml")

    assert found["endpoints"][0]["url"].endswith("/open311/v2")
    assert {one["service_code"] for one in listed} == {"020101", "020102", "0401"}
    assert all(one["type"] == "realtime" for one in listed)
    assert as_xml.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert [one.findtext("service_code") for one in Xml.fromstring(as_xml.content)] == [
        one["service_code"] for one in listed
    ]
    assert (
        Xml.fromstring(client.get(f"{BASE}/discovery.xml").content).find("endpoints/endpoint/formats/format")
        is not None
    )
    assert client.get(f"{BASE}/services/0401.json").json() == {"service_code": "0401", "attributes": []}
    assert client.get(f"{BASE}/services/9999.xml").status_code == 404


def test_a_request_is_posted_and_read_back(client, key):
    fields = {
        "api_key": key,
        "service_code": "0401",
        "lat": "29.2051",
        "long": "124.0051",
        "description": "路灯不亮 <b>&amp;</b>，电话13800138000",
        "first_name": "小明",
        "phone": "13800138000",
    }

    made = client.post(f"{BASE}/requests.xml", fields)
    code = Xml.fromstring(made.content).findtext("request/service_request_id")

    assert made.status_code == 201
    demand = Demand.objects.get(public_code=code)
    assert (demand.category, demand.channel, demand.area) == ("0401", "open311", VILLAGE)
    assert services.contact_of(demand.pk, by=DISPATCHER).phone == "13800138000"
    (own,) = client.get(f"{BASE}/requests/{code}.json", {"api_key": key}).json()
    assert own["status"] == "open"
    assert "路灯不亮 <b>&amp;</b>" in own["description"]
    assert "13800138000" not in own["description"]
    assert own["lat"] == 29.2051
    (public,) = client.get(f"{BASE}/requests.json", {"service_request_id": code}).json()
    assert (public["description"], public["lat"]) == ("", 29.21)


def test_without_a_key_nothing_is_posted_and_the_error_has_the_form_of_the_standard(client):
    fields = {"service_code": "0401", "lat": "29.2", "long": "124.0"}

    as_json = client.post(f"{BASE}/requests.json", fields)
    as_xml = client.post(f"{BASE}/requests.xml", {**fields, "api_key": "wrong"})

    assert as_json.status_code == as_xml.status_code == 403
    assert as_json.json()[0]["code"] == 403
    assert Xml.fromstring(as_xml.content).findtext("error/code") == "403"
    assert not Demand.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"service_code": "0401"},
        {"service_code": "0401", "lat": "north", "long": "east"},
        {"service_code": "0401", "lat": "29.2"},
        {"service_code": "0401", "lat": "999", "long": "124"},
        {"service_code": "0401", "address_string": "x", "description": "长" * 4001},
        {"service_code": "0401", "address_string": "x", "phone": "call me"},
    ],
)
def test_a_wrong_request_is_refused_with_what_is_wrong(client, key, fields):
    response = client.post(f"{BASE}/requests.json", {"api_key": key, **fields})

    assert response.status_code == 400
    assert len(response.json()[0]["description"]) > 10
    assert not Demand.objects.exists()


@pytest.mark.parametrize(
    "query",
    ["status=lost", "start_date=yesterday", "page=0", "page=x", "page_size=-1"],
)
def test_a_wrong_question_is_refused(client, query):
    assert client.get(f"{BASE}/requests.json?{query}").status_code == 400
    assert client.delete(f"{BASE}/requests.json").status_code == 405


def test_confidential_matters_are_not_listed_and_pages_follow_each_other(client):
    shown = [given_demand(f"第{at}盏路灯不亮").public_code for at in range(5)]
    given_demand("举报夜里排污", kind="report", secret=True)
    given_demand("举报有人占道", kind="report")

    pages = [client.get(f"{BASE}/requests.json", {"page": at, "page_size": 2}).json() for at in (1, 2, 3)]

    assert [one["service_request_id"] for page in pages for one in page] == shown[::-1]
    assert client.get(f"{BASE}/requests.json", {"status": "closed"}).json() == []
    assert (
        len(
            client.get(f"{BASE}/requests.json?status=open,closed&start_date=2020-01-01T00:00:00+08:00").json()
        )
        == 5
    )
    assert client.get(f"{BASE}/tokens/{shown[0]}.json").json()[0]["service_request_id"] == shown[0]
    assert client.get(f"{BASE}/requests/YJ-0000-0000.xml").status_code == 404


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_definition_and_a_token_say_the_same_in_both_formats(client, form):
    receipt = given_demand("路灯不亮")
    definition = client.get(f"{BASE}/services/0401.{form}")
    token = client.get(f"{BASE}/tokens/{receipt.public_code}.{form}")

    if form == "json":
        told = (
            definition.json()["service_code"],
            token.json()[0]["service_request_id"],
            token.json()[0]["token"],
        )
    else:
        (one,) = Xml.fromstring(token.content)
        told = (
            Xml.fromstring(definition.content).findtext("service_code"),
            one.findtext("service_request_id"),
            one.findtext("token"),
        )
    assert told == ("0401", receipt.public_code, receipt.public_code)
