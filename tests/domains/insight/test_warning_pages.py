"""The pages of early warnings: what stands, why, what to do; and the same through the API and the command."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests import factories
from tests.domains.insight.given import LIFT, MONDAY, given_days, tell, told_of
from tests.factories import client_of, staff
from tests.made_once import made_once
from typer.testing import CliRunner

from shuzhi.domains.insight import cli, services
from shuzhi.spine import accounts, clock
from shuzhi.spine.actors import SYSTEM

pytestmark = pytest.mark.usefixtures("county")
DAYS = 70
TODAY = MONDAY + timedelta(days=DAYS)
NOW = datetime.combine(TODAY, datetime.min.time(), UTC) + timedelta(hours=4)


@pytest.fixture(autouse=True)
def _a_warehouse_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.SHUZHI_WAREHOUSE_DIR = str(tmp_path / "warehouse")


@pytest.fixture
def number() -> int:
    return given_warning()


@made_once
def given_warning() -> int:
    """A warning about lifts: many calls, one of them with words that the desk has."""
    real = factories.given_demand("3栋电梯又停了，没有人修。", at=NOW - timedelta(hours=2), category=LIFT)
    given_days(DAYS, number=10_000)
    tell([told_of(50_000 + each, TODAY, factories.VILLAGE, LIFT) for each in range(30)])
    with clock.stopped_at(NOW):
        services.look_for_warnings(by=SYSTEM)
        (found,) = services.open_warnings(by=SYSTEM)
        behind = services.warning(found.id, by=SYSTEM).evidence
    assert [one.demand_id for one in behind] == [real.demand_id]
    return found.id


def test_a_leader_reads_what_stands_and_why_and_is_offered_nothing_to_change(number: int) -> None:
    client = client_of(staff("leader"))

    listed = client.get("/desk/warnings/").content.decode()
    page = client.get(f"/desk/warnings/{number}/").content.decode()

    assert "有 1 条预警，最高级为红色（1 条）" in listed
    assert "“电梯故障”有 31 件诉求" in page
    assert "单凭偶然，本区域百年不到一次" in page
    assert page.count('<path class="attn"') == 3
    assert "抽看诉求，确认是不是同一件事" in page
    assert "/close/" not in page


def test_the_demands_behind_a_warning_are_listed_with_their_masked_titles(number: int) -> None:
    page = client_of(staff("supervisor")).get(f"/desk/warnings/{number}/").content.decode()

    assert "电梯又停了" in page
    assert "/desk/demands/" in page


def test_a_supervisor_carries_a_warning_to_its_end(number: int) -> None:
    client = client_of(staff("supervisor"))

    client.post(f"/desk/warnings/{number}/acknowledge/")
    client.post(f"/desk/warnings/{number}/tick/", {"task": "0"})
    client.post(f"/desk/warnings/{number}/act/", {"because": "派维保单位"})
    refused = client.post(f"/desk/warnings/{number}/close/", {"outcome": "true", "because": ""})
    client.post(f"/desk/warnings/{number}/close/", {"outcome": "false", "because": "一次演练"})
    page = client.get(f"/desk/warnings/{number}/").content.decode()

    assert refused.status_code == 422
    assert "出错" in refused.content.decode()
    assert "派维保单位" in page
    assert "一次演练" in page
    assert "误报" in page
    assert "一次演练" not in client.get("/desk/warnings/").content.decode()
    assert f"/desk/warnings/{number}/" in client.get("/desk/warnings/?show=closed").content.decode()
    again = client.post(f"/desk/warnings/{number}/act/", {"because": "再来"})
    assert "已结束" in again.content.decode()


def test_a_list_is_edited_on_the_page_and_nothing_typed_is_lost(number: int) -> None:
    client = client_of(staff("supervisor"))
    told = {"steps": "先打电话\n再去现场", "categories": "0201", "from_date": "2026-01-01", "because": ""}

    wrong = client.post("/desk/warnings/checklists/general/", told)
    strange = client.post(
        "/desk/warnings/checklists/general/", told | {"because": "因", "categories": "9999"}
    )
    right = client.post("/desk/warnings/checklists/general/", told | {"because": "更短"}, follow=True)

    assert (wrong.status_code, strange.status_code) == (422, 422)
    assert "再去现场" in wrong.content.decode()
    assert "再去现场" in right.content.decode()
    assert client_of(staff("leader")).get("/desk/warnings/checklists/general/").status_code == 403
    assert client_of(staff("call_taker")).get("/desk/warnings/checklists/").status_code == 403


def test_the_api_lists_warnings_and_takes_the_same_steps(number: int) -> None:
    key = accounts.create_key("Duty desk", scopes=["dispatcher"], by=SYSTEM)
    client = Client(headers={"authorization": f"Bearer {key.secret}"})
    address = f"/api/insight/warnings/{number}"

    def post(path: str, **body: str) -> Any:
        return client.post(f"{address}/{path}", body, content_type="application/json")

    assert [one["id"] for one in client.get("/api/insight/warnings?category=02").json()] == [number]
    assert post("acknowledgement").json()["state"] == "acknowledged"
    assert post("measures", because="派人").json()["state"] == "acting"
    assert post("acknowledgement").json()["code"] == "warning-cannot-move"
    assert post("closing", outcome="maybe", because="?").status_code == 422
    assert post("closing", outcome="true", because="停电").json()["outcome"] == "true"
    assert client.get(address).json()["true"] == 1
    assert client.get("/api/insight/warnings").json() == []


def test_the_command_lists_what_stands(number: int) -> None:
    with clock.stopped_at(NOW):
        said = CliRunner().invoke(cli.app, ["watch"], env={"COLUMNS": "160"}).output

    assert str(number) in said
    assert "red" in said


def test_a_quiet_county_is_told_so() -> None:
    page = client_of(staff("leader")).get("/desk/warnings/").content.decode()

    assert "目前没有预警" in page


def test_a_question_begins_from_a_warning_and_shows_it_as_evidence(number: int) -> None:
    client = client_of(staff("analyst"), language="en")
    page = client.get(f"/desk/warnings/{number}/").content.decode()
    address = f"/desk/decisions/new/?warning={number}"

    begun = client.get(address).content.decode()
    made = client.post(
        address, {"title": "Stop the lifts", "background": "They fail.", "basis": "Safety law"}
    )
    question = client.get(made.headers["Location"]).content.decode()

    assert address in page
    assert "About the early warning" in begun
    assert "demands, where" in question
    assert f'href="/desk/warnings/{number}/"' in question
