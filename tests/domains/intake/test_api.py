"""The API of demands, over HTTP."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.domains.intake.given import VILLAGE, given_demand, picture, report_from_web

from shuzhi.domains.intake.models import Demand
from shuzhi.spine.models import RoleGrant, User

pytestmark = pytest.mark.usefixtures("county")
KEY = "3f0c5f0e-6a51-4e8f-9d4f-0a5f2a4d9b11"


def send(client: Client, body: object, **headers: str):
    return client.post("/api/demands", json.dumps(body), content_type="application/json", headers=headers)


def test_a_demand_is_sent_once_and_followed_with_both_codes(client):
    first = send(client, {"text": "路灯不亮", "lat": 29.205, "lng": 124.005}, **{"Idempotency-Key": KEY})
    again = send(client, {"text": "路灯不亮"}, **{"Idempotency-Key": KEY})
    codes = first.json()

    assert (first.status_code, again.json()) == (201, codes)
    url = f"/api/demands/{codes['public_code']}?query_code={codes['query_code']}"
    shown = client.get(url)
    assert (shown.status_code, shown.json()["area"], shown.json()["status"]) == (200, VILLAGE, "registered")
    same = client.get(url, headers={"If-None-Match": shown.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")


@pytest.mark.parametrize(
    "body",
    [{"text": ""}, {"text": "x" * 10_001}, {}, {"text": "a", "lat": 1}, {"text": "a", "colour": "red"}, []],
)
def test_what_does_not_fit_is_a_problem_with_a_reason(client, body):
    response = send(client, body)

    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    assert not Demand.objects.exists()


def test_wrong_codes_find_nothing(client):
    receipt = report_from_web("路灯不亮")

    assert client.get(f"/api/demands/{receipt.public_code}?query_code=000000").status_code == 404
    assert client.get("/api/demands/YJ-0000-0000?query_code=000000").status_code == 404


def test_words_and_photos_are_added_with_both_codes(client):
    receipt = report_from_web("路灯不亮")
    base = f"/api/demands/{receipt.public_code}"
    codes = f"?query_code={receipt.query_code}"

    words = client.post(f"{base}/supplements{codes}", json.dumps({"text": "还是不亮"}), "application/json")
    photo = client.post(f"{base}/photos{codes}", {"photo": SimpleUploadedFile("a.jpg", picture().getvalue())})
    no_photo = client.post(f"{base}/photos{codes}", {"photo": SimpleUploadedFile("a.jpg", b"words")})
    refused = client.post(f"{base}/supplements?query_code=0", json.dumps({"text": "x"}), "application/json")

    assert [one.status_code for one in (words, photo, no_photo, refused)] == [201, 201, 422, 404]
    card = client.get(base + codes).json()
    assert [one["text"] for one in card["supplements"]] == ["还是不亮"]
    assert len(card["photos"]) == 1


def test_lists_are_for_those_whose_scope_covers_them(client):
    for at in range(3):
        given_demand(f"第{at}盏路灯不亮", area=VILLAGE)
    assert client.get("/api/demands").status_code == 401

    user = User.objects.create_user("seat1", "correct horse 7 Battery", name="Seat")
    RoleGrant.objects.create(
        user=user, role="dispatcher", granted_by="system:test", granted_at="2026-01-01T00:00Z"
    )
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    first = client.get("/api/demands", {"limit": 2, "area": VILLAGE}).json()
    rest = client.get("/api/demands", {"limit": 2, "area": VILLAGE, "after": first["next_after"]}).json()

    assert [len(first["items"]), len(rest["items"]), rest["next_after"]] == [2, 1, None]
    assert client.get("/api/demands", {"limit": 1000}).status_code == 422
