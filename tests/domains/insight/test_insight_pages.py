"""The desk's pages of hot issues: found, explained, judged, and nothing typed is lost."""

import io

import pytest
from tests import factories
from tests.factories import HOUR, MONDAY, TOWN, VILLAGE, client_of, staff
from tests.made_once import made_once

from shuzhi.domains.insight import services
from shuzhi.domains.insight.pages import MEMBERS_LISTED
from shuzhi.domains.registry import services as registry
from shuzhi.spine.actors import SYSTEM

pytestmark = pytest.mark.usefixtures("county")

LIFT = ("锦绣花园3栋电梯又停了，物业一直不修。", "锦绣花园3栋的电梯坏了好几天，物业不修。")


@pytest.fixture
def number() -> int:
    return given_issue()


@made_once
def given_issue() -> int:
    """Two people about one lift, each with a place on the map: a hot issue; its number."""
    for count, text in enumerate(LIFT):
        factories.given_demand(
            text, at=MONDAY + count * HOUR, phone=f"1390000{count:04}", lat=30.0 + count / 1000, lng=114.0
        )
    (found,) = services.hot_issues(by=SYSTEM).items
    return found.id


def test_a_dispatcher_finds_an_issue_and_reads_why(number: int) -> None:
    client = client_of(staff("dispatcher"))

    page = client.get("/desk/issues/?people=2&words=电梯").content.decode()
    detail = client.get(f"/desk/issues/{number}/").content.decode()

    assert f"/desk/issues/{number}/" in page
    assert "2 件诉求" in page
    assert "相同的词" in detail
    assert "dot=30.00000%2C114.00000" in detail
    assert (
        f"/desk/issues/{number}/"
        not in client.get("/desk/issues/?people=2&words=没有这样的词").content.decode()
    )


def test_who_gave_no_point_stands_in_the_middle_of_the_community(number: int) -> None:
    areas = f"code,name,level,parent,lat,lng\n{VILLAGE},上湾村,village,{TOWN},30.25,114.5\n"
    registry.import_csv("areas", io.BytesIO(areas.encode()), by=SYSTEM)
    factories.given_demand(
        "锦绣花园3栋电梯坏了，物业还是不修。", at=MONDAY + 3 * HOUR, phone="13900009999", area=VILLAGE
    )

    detail = client_of(staff("dispatcher")).get(f"/desk/issues/{number}/").content.decode()

    assert services.issue(number, by=SYSTEM).issue.demands == 3
    assert "dot=30.25000%2C114.50000" in detail


def test_a_leader_reads_and_is_offered_nothing_to_change(number: int) -> None:
    page = client_of(staff("leader")).get(f"/desk/issues/{number}/").content.decode()

    assert "电梯" in page
    assert "/merge/" not in page
    assert 'name="demands"' not in page


def test_a_wrong_number_comes_back_with_what_was_typed(number: int) -> None:
    answer = client_of(staff("dispatcher")).post(
        f"/desk/issues/{number}/merge/", {"into": "9999", "because": "同一部电梯"}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "9999" in page
    assert "同一部电梯" in page


def test_an_issue_is_confirmed_split_and_restored_on_the_page(number: int) -> None:
    client = client_of(staff("dispatcher"))
    member = services.issue(number, by=SYSTEM).members[0].demand_id

    client.post(f"/desk/issues/{number}/confirm/", {"title": "三栋电梯", "owner": factories.HOUSING})
    client.post(f"/desk/issues/{number}/split/", {"demands": [member], "because": "另一部"})
    page = client.get(f"/desk/issues/{number}/").content.decode()
    judged = services.issue(number, by=SYSTEM).judgements[0]
    client.post(f"/desk/issues/{number}/undo/", {"judgement": judged.id})

    assert "三栋电梯" in page
    assert "另一部" in page
    assert services.issue(number, by=SYSTEM).issue.demands == 2


def test_the_order_page_names_the_issue_of_its_demand(number: int) -> None:
    member = services.issue(number, by=SYSTEM).members[0].demand_id
    client = client_of(staff("dispatcher"))

    part = client.get(f"/desk/demands/{member}/issue/").content.decode()

    assert f"/desk/issues/{number}/" in part
    assert client.get(f"/desk/demands/{member + 999}/issue/").content.decode().strip() == ""


def test_the_api_gives_the_same(number: int) -> None:
    client = client_of(staff("leader"))

    listed = client.get("/api/insight/issues?limit=1").json()
    one = client.get(f"/api/insight/issues/{number}").json()

    assert listed["items"][0]["id"] == number
    assert {member["demand_id"] for member in one["members"]} == {
        member.demand_id for member in services.issue(number, by=SYSTEM).members
    }
    assert client.get("/api/insight/issues?after=x").status_code == 422


def test_an_issue_of_many_lists_the_newest_and_on_demand_all() -> None:
    count = MEMBERS_LISTED + 2
    for number in range(count):
        factories.given_demand(LIFT[0], at=MONDAY + number * HOUR, phone=f"139000{number:05}")
    (found,) = services.hot_issues(by=SYSTEM).items
    ids = [one.demand_id for one in services.issue(found.id, by=SYSTEM).members]
    client = client_of(staff("dispatcher"), language="en")

    newest, everything = (
        client.get(f"/desk/issues/{found.id}/{query}").content.decode() for query in ("", "?all=1")
    )

    assert f'<a href="?all=1#members">Show {count} demands</a>' in newest
    assert [f'id="d{one}"' in newest for one in ids] == [True] * MEMBERS_LISTED + [False] * 2
    assert all(f'id="d{one}"' in everything for one in ids)
    assert "?all=1#members" not in everything
