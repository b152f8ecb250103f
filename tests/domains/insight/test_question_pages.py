"""The decision desk on its pages: prepared, settled, carried out, and its effect shown; nothing typed is lost."""

import hashlib
from datetime import timedelta

import pytest
from django.test import Client
from tests import factories
from tests.domains.insight.given_questions import (
    DRAFT,
    analyst,
    given_decided,
    given_draft,
    given_scenario,
    given_waiting,
    leader,
)
from tests.domains.insight.test_effects import BEFORE, START, WEEK, given_weeks
from tests.factories import HOUR, HOUSING, MONDAY, client_of, staff

from shuzhi.domains.insight import services
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM

pytestmark = pytest.mark.usefixtures("county")
LIFT = ("锦绣花园3栋电梯又停了，物业一直不修。", "锦绣花园3栋的电梯坏了好几天，物业不修。")
LIST = "/desk/decisions/"


@pytest.fixture
def issue() -> int:
    for count, text in enumerate(LIFT):
        factories.given_demand(text, at=MONDAY + count * HOUR, phone=f"1390000{count:04}")
    (found,) = services.hot_issues(by=SYSTEM).items
    return found.id


def page(client: Client, number: int) -> str:
    return client.get(f"{LIST}{number}/").content.decode()


def test_an_analyst_prepares_a_question_from_a_hot_issue_and_a_leader_decides_it(issue: int) -> None:
    drafting, deciding = client_of(analyst()), client_of(leader())
    form = drafting.get(f"{LIST}new/?issue={issue}").content.decode()
    assert services.issue(issue, by=SYSTEM).issue.title in form

    made = drafting.post(
        f"{LIST}new/?issue={issue}",
        {"title": "电梯怎么办", "background": "停运", "basis": "条例", "risk": "噪声"},
    )
    number = int(made.url.strip("/").split("/")[-1])
    for cost in ("900000", "40000.50"):
        drafting.post(
            f"{LIST}{number}/option/",
            {"title": f"花 {cost}", "cost": cost, "benefit": "好", "affected": "住户"},
        )
    drafting.post(f"{LIST}{number}/evidence/", {"what": f"scenario:{given_scenario()}", "note": "比较"})
    drafting.post(f"{LIST}{number}/put-forward/")
    waiting = page(deciding, number)
    answer = deciding.post(f"{LIST}{number}/decide/", {"option": "2", "because": "先修"}, follow=True)

    assert "40,000.50" in waiting
    assert "2 人反映，2 件诉求" in waiting
    assert "合成人口" in waiting
    assert "已决定：花 40000.50" in answer.content.decode()
    assert services.question(number, by=leader()).question.chosen == 2


def test_a_wrong_option_comes_back_with_what_was_typed() -> None:
    number = given_draft()

    answer = client_of(analyst()).post(
        f"{LIST}{number}/option/", {"title": "换电梯", "cost": "许多", "benefit": "", "affected": "住户"}
    )

    assert answer.status_code == 422
    assert "换电梯" in answer.content.decode()
    assert "许多" in answer.content.decode()


def test_a_refusal_is_said_on_the_page_and_the_reason_typed_is_kept() -> None:
    number = given_draft()

    answer = client_of(leader()).post(f"{LIST}{number}/decide/", {"option": "1", "because": "不等了"})

    assert answer.status_code == 422
    assert services.question(number, by=leader()).question.state == "drafting"


def test_each_reader_is_offered_what_the_role_may_do_and_no_more() -> None:
    number = given_waiting()

    assert "decide/" in page(client_of(leader()), number)
    assert "decide/" not in page(client_of(analyst()), number)
    assert "decide/" not in page(client_of(staff("dispatcher")), number)
    assert client_of(staff("unit_officer", unit=HOUSING)).get(LIST).status_code == 403


def test_the_list_tells_a_leader_how_many_wait() -> None:
    given_waiting()
    given_decided(DRAFT)

    told = client_of(leader()).get(LIST).content.decode()
    only = client_of(leader()).get(f"{LIST}?state=decided").content.decode()

    assert "有 1 个议题等您决定" in told
    assert told.count('<a href="/desk/decisions/') - only.count('<a href="/desk/decisions/') == 1


def test_the_leaders_page_says_what_waits_for_whom_it_waits() -> None:
    assert client_of(leader()).get(f"{LIST}waiting/").content.decode().strip() == ""

    given_waiting()

    assert "有 1 个议题等您决定" in client_of(leader()).get("/desk/cockpit/").content.decode()
    assert client_of(analyst()).get(f"{LIST}waiting/").content.decode().strip() == ""


def test_the_record_that_is_taken_away_has_the_fingerprint_on_the_page() -> None:
    number = given_decided()
    client = client_of(analyst())

    file = client.get(f"{LIST}{number}/record.json")

    assert hashlib.sha256(file.content).hexdigest()[:16] in page(client, number)
    assert client.get(f"{LIST}{given_draft()}/record.json").status_code == 404


def test_a_unit_sees_its_task_and_reports_it_done() -> None:
    number = given_decided()
    leading, working = client_of(leader()), client_of(staff("unit_officer", unit=HOUSING))
    due = clock.today() + timedelta(days=3)

    leading.post(f"{LIST}{number}/task/", {"unit": HOUSING, "title": "招标", "due_on": due.isoformat()})
    told = working.get("/desk/tasks/").content.decode()
    (task,) = services.tasks_of_my_units(by=staff("unit_officer", unit=HOUSING))
    nothing = working.post(f"/desk/tasks/{task.id}/done/", {"told": ""})
    working.post(f"/desk/tasks/{task.id}/done/", {"told": "已开标"})

    assert "招标" in told
    assert nothing.status_code == 422
    assert "已开标" in page(leading, number)


def test_the_effect_is_a_chart_with_the_day_marked_and_a_title_that_says_what_was_found() -> None:
    given_weeks((*BEFORE, 4, 5, 4, 5))
    with clock.stopped_at(START):
        number = given_decided(starts_on=START.date())

    with clock.stopped_at(START + 4 * WEEK):
        client = client_of(leader())
        shown = page(client, number)
        told = client.get(f"/api/insight/decisions/{number}/effect").json()

    assert "诉求比预期少" in shown
    assert "95% 区间" in shown
    assert shown.count('role="img"') == 2
    assert "起效</text>" in shown
    assert told["came"] == [*BEFORE, 4, 5, 4, 5]
    assert told["low"] < told["change"] < told["high"] < 0


def test_a_decision_is_replaced_from_its_page() -> None:
    number = given_decided()
    client = client_of(analyst())

    made = client.post(f"{LIST}{number}/supersede/")
    again = client.post(f"{LIST}{number}/supersede/", follow=True)

    assert made.status_code == 302
    assert made.url in page(client, number)
    assert "不能这样做" in again.content.decode()


def test_the_api_lists_questions_and_gives_one_with_its_evidence() -> None:
    number = given_decided()
    client = client_of(leader())

    listed = client.get("/api/insight/decisions?state=decided").json()
    one = client.get(f"/api/insight/decisions/{number}").json()

    assert [item["id"] for item in listed["items"]] == [number]
    assert one["evidence"][0]["kind"] == "scenario"
    assert one["question"]["chosen"] == 1
    assert client.get("/api/insight/decisions/999").status_code == 404
    assert client.get("/api/insight/decisions?after=x").status_code == 422


def test_the_desk_speaks_english_too() -> None:
    number = given_decided()

    told = client_of(leader(), language="en").get(f"{LIST}{number}/").content.decode()

    assert "Decided: 更换三部电梯" in told
    assert "900,000 yuan" in told
