"""The same bad words come to every door: each is taken or refused with a reason, and none breaks a page or a file."""

import csv
import io
import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from shuzhi.domains.intake import services
from shuzhi.domains.intake.models import Demand
from shuzhi.spine import accounts
from shuzhi.spine.actors import SYSTEM, Actor, ActorKind, Grant
from tests.bad_words import LONG, SHORT, soon
from tests.domains.intake.conftest import county
from tests.domains.intake.test_pages import answer
from tests.factories import client_of, staff

__all__ = ["county"]

pytestmark = [
    pytest.mark.usefixtures("county"),
    pytest.mark.urls("tests.domains.intake.open311_site"),
    pytest.mark.thorough,
]
SECURITY = Actor(ActorKind.STAFF, "9", "Security", (Grant("security_admin"),))
ALL = {**SHORT, **LONG}
REFUSED = (400, 413, 422)
LONELY = "\ud83d"


@pytest.fixture(autouse=True)
def _a_patient_county(settings: object) -> None:
    settings.SHUZHI_REPORTS_PER_ADDRESS = 1_000


@pytest.fixture
def unmoved(client: Client) -> Client:
    """A browser that shows what went wrong in place of raising it, as a real server does."""
    client.raise_request_exception = False
    return client


def stored() -> int:
    return Demand.objects.count()


@pytest.mark.parametrize("name", ALL)
def test_the_report_page_takes_the_words_or_says_why_not(unmoved, name):
    if LONELY in ALL[name]:
        pytest.skip("no browser can send half a character")
    with soon():
        where = answer(unmoved, unmoved.get(reverse("intake:report")), text=ALL[name])
        who = answer(unmoved, where, place="锦绣花园") if where.status_code == 200 else where
        done = answer(unmoved, who, go="send") if who.status_code == 200 else who

    assert (done.status_code, stored()) in {(302, 1), (200, 0), *((code, 0) for code in REFUSED)}
    if done.status_code == 302:
        receipt = unmoved.get(done.url)
        assert receipt.status_code == 200
        assert "<script>alert(1)" not in receipt.content.decode()


@pytest.mark.parametrize("name", ALL)
def test_the_api_takes_the_words_or_answers_with_a_problem(unmoved, name):
    with soon():
        found = unmoved.post("/api/demands", json.dumps({"text": ALL[name]}), content_type="application/json")

    if found.status_code == 201:
        assert stored() == 1
    else:
        assert found.status_code in REFUSED
        assert found.headers["Content-Type"] == "application/problem+json"
        assert stored() == 0


@pytest.mark.parametrize("name", ALL)
def test_open311_takes_the_words_or_answers_with_an_error(unmoved, name):
    if LONELY in ALL[name]:
        pytest.skip("a form cannot hold half a character")
    key = accounts.create_key("Street app", scopes=["application"], by=SECURITY).secret
    fields = {"api_key": key, "service_code": "0401", "lat": "29.205", "long": "124.005"}
    with soon():
        found = unmoved.post("/open311/v2/requests.json", {**fields, "description": ALL[name]})

    assert (found.status_code, stored()) in {(201, 1), *((code, 0) for code in REFUSED)}


@pytest.mark.parametrize("name", ALL)
def test_the_call_page_shows_what_is_known_and_takes_the_words_or_says_why_not(name):
    if LONELY in ALL[name]:
        pytest.skip("no browser can send half a character")
    seat = client_of(staff("call_taker"))
    seat.raise_request_exception = False
    with soon():
        beside = seat.post(reverse("intake:beside_call"), {"text": ALL[name]})
        done = seat.post(
            reverse("intake:receive_call"), {"key": name, "text": ALL[name], "place": "锦绣花园"}
        )

    assert beside.status_code in (200, *REFUSED)
    assert (done.status_code, stored()) in {(302, 1), *((code, 0) for code in (200, *REFUSED))}


def test_an_import_accounts_for_every_row_and_tells_why_it_left_one_out(tmp_path: Path):
    words = {name: text for name, text in ALL.items() if LONELY not in text}
    lines = io.StringIO()
    csv.writer(lines).writerows(
        [["编号", "内容"], *([str(number), text] for number, text in enumerate(words.values(), 1))]
    )
    path = tmp_path / "bad.csv"
    path.write_bytes(lines.getvalue().encode())

    with soon():
        report = services.import_demands(path, by=SYSTEM)

    assert report.rows == len(words)
    assert report.accepted + report.merged + report.quarantined == len(words)
    assert report.accepted + report.merged == stored()
    assert report.quarantined >= len(
        [text for text in words.values() if len(text) > 10_000 or not text.strip()]
    )
