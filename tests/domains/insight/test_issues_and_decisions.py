"""An issue leads to a decision and the decision back to the issue; what solved earlier ones is remembered."""

from datetime import timedelta

import pytest
from tests import factories
from tests.domains.insight.given_questions import analyst, given_decided, given_draft, leader
from tests.factories import DAY, HOUR, LIFT, MONDAY, client_of, staff
from tests.made_once import made_once

from shuzhi.domains.casework.lifecycle import Action, Outcome
from shuzhi.domains.insight import services
from shuzhi.domains.insight.models import IssueMember
from shuzhi.domains.insight.services import Draft
from shuzhi.site import wiring
from shuzhi.spine import clock, outbox
from shuzhi.spine.actors import SYSTEM

pytestmark = pytest.mark.usefixtures("county")
WORDS = (
    "锦绣花园3栋电梯又停了，老人上下楼全靠爬，物业一直不修。",
    "锦绣花园3栋的电梯坏了好几天，物业说没有配件，老人下不了楼。",
    "请管管锦绣花园3栋的电梯，停运一周了，物业不修。",
)
REPLY = (
    "您好，您反映的锦绣花园3栋电梯停运、物业一直不修的问题，经现场核查属实。我单位已责令物业更换曳引机，电梯已于5月12日恢复；"
    "老人上下楼不便一事，已安排代步。依据《物业管理条例》，我们将每月巡查一次。如有疑问请致电0000-8000001。"
)
LATER = MONDAY + 100 * DAY


@made_once
def given_issue(*, at=MONDAY) -> int:
    for number, text in enumerate(WORDS[:2]):
        factories.given_demand(text, at=at + number * HOUR, phone=f"1390000{number:04}", category=LIFT)
    with clock.stopped_at(at + DAY):
        services.rebuild(by=SYSTEM)
        return newest()


def newest() -> int:
    return max(one.id for one in services.hot_issues(by=SYSTEM).items)


@made_once
def given_solved_issue() -> int:
    """Two closed orders about one lift, solved by the same unit."""
    for number, text in enumerate(WORDS[:2]):
        factories.given_work_order(
            "closed", text=text, at=MONDAY + number * DAY, phone=f"1390001{number:04}", reply=REPLY
        )
    factories.witness()
    with clock.stopped_at(MONDAY + 20 * DAY):
        services.rebuild(by=SYSTEM)
        return newest()


def test_an_issue_shows_its_decision_with_the_effect_and_the_decision_its_issue() -> None:
    issue = given_issue()
    with clock.stopped_at(MONDAY + 2 * DAY):
        number = given_decided(issue=issue)

    with clock.stopped_at(MONDAY + 3 * DAY):
        (decision,) = services.issue(issue, by=leader()).decisions
        page = client_of(leader()).get(f"/desk/issues/{issue}/").content.decode()
        back = client_of(leader()).get(f"/desk/decisions/{number}/").content.decode()

    assert (decision.id, decision.issue, decision.state) == (number, issue, "decided")
    assert f"/desk/decisions/{number}/" in page
    assert "时间还短" in page
    assert f"/desk/issues/{issue}/" in back


def test_an_analyst_begins_a_question_from_the_issue_and_others_are_not_offered_it() -> None:
    issue = given_issue()

    assert (
        f"/desk/decisions/new/?issue={issue}"
        in client_of(analyst()).get(f"/desk/issues/{issue}/").content.decode()
    )
    assert "decisions/new/" not in client_of(leader()).get(f"/desk/issues/{issue}/").content.decode()


def test_a_draft_is_not_told_to_readers_of_the_issue() -> None:
    issue = given_issue()
    given_draft(Draft(title="还没想好"), issue=issue)

    assert services.issue(issue, by=staff("dispatcher")).decisions == ()
    assert len(services.issue(issue, by=analyst()).decisions) == 1


def test_decisions_of_an_issue_that_was_joined_come_along() -> None:
    issue = given_issue()
    number = given_decided(issue=issue)
    home = given_issue(at=MONDAY + 200 * DAY)
    services.merge(issue, into=home, by=staff("dispatcher"))

    assert [one.id for one in services.issue(home, by=leader()).decisions] == [number]


@pytest.mark.parametrize("again", ["the nightly look", "the whole story"])
def test_an_issue_that_lost_its_demands_stays_while_a_question_is_about_it(again: str) -> None:
    issue = given_issue()
    number = given_draft(Draft(title="还没想好"), issue=issue)
    IssueMember.objects.filter(issue=issue).delete()

    with clock.stopped_at(MONDAY + 2 * DAY):
        if again == "the nightly look":
            services.rebuild(by=SYSTEM)
        else:
            outbox.replay(outbox.find_listener(wiring.LISTENERS, "insight.issues"), by=SYSTEM)
            factories.deliver()

    assert services.question(number, by=analyst()).question.issue == issue
    assert client_of(leader()).get(f"/desk/issues/{issue}/").status_code == 200
    assert client_of(analyst()).get(f"/desk/decisions/{number}/").status_code == 200


def test_earlier_issues_tell_how_many_were_solved_by_whom_and_with_which_reply() -> None:
    before = given_solved_issue()
    with clock.stopped_at(MONDAY + 20 * DAY):
        number = given_decided(issue=before)
    now = given_issue(at=LATER)

    with clock.stopped_at(LATER + DAY):
        (similar,) = services.issue(now, by=leader()).similar
        page = client_of(leader()).get(f"/desk/issues/{now}/").content.decode()

    assert similar.issue.id == before
    assert (similar.finished, similar.solved, similar.unit) == (2, 2, factories.HOUSING)
    assert "更换曳引机" in similar.helped
    assert [one.id for one in similar.decisions] == [number]
    assert "已办结 2 件，其中 2 件已解决" in page
    assert "更换曳引机" in page


def test_an_issue_emerges_grows_and_is_handled() -> None:
    """It is resolved when its orders are closed, and recurs when people call again: see test_issues."""
    seen = []

    def look(day: int) -> None:
        with clock.stopped_at(MONDAY + day * DAY + timedelta(hours=12)):
            services.rebuild(by=SYSTEM)
            seen.append(services.hot_issues(people=1, by=SYSTEM).items[0].stage)

    orders = [
        factories.given_work_order(
            "callback",
            text=WORDS[number % 3],
            at=MONDAY + day * DAY,
            phone=f"1390002{number:04}",
            reply=REPLY,
        )
        for number, day in enumerate((0, 1))
    ]
    look(2)
    for number, day in enumerate((8, 9, 10), start=2):
        factories.given_demand(
            WORDS[number % 3], at=MONDAY + day * DAY, phone=f"1390002{number:04}", same_as=orders[0].demand_id
        )
    look(10)
    look(20)

    assert seen == ["emerging", "growing", "handled"]


def test_an_old_issue_is_resolved_when_its_last_order_ends() -> None:
    orders = [
        factories.given_work_order("callback", text=text, at=MONDAY, phone=f"1390003{number:04}", reply=REPLY)
        for number, text in enumerate(WORDS[:2])
    ]
    with clock.stopped_at(MONDAY + DAY):
        services.rebuild(by=SYSTEM)
    with clock.stopped_at(MONDAY + 300 * DAY):
        services.rebuild(by=SYSTEM)
        before = services.hot_issues(by=SYSTEM).items[0].stage

    agent = staff("callback_agent")
    for order in orders:
        order.take(Action.RECORD_CALLBACK, agent, reached=True, solved=True, rating=4, contacted=True)
        order.take(Action.CLOSE, agent, outcome=Outcome.SOLVED)
    with clock.stopped_at(MONDAY + 301 * DAY):
        services.rebuild(by=SYSTEM)

        assert (before, services.hot_issues(by=SYSTEM).items[0].stage) == ("handled", "resolved")


def test_the_days_of_evidence_are_those_of_the_countys_clock():
    issue = given_issue(at=factories.local("2026-05-12 01:00"))

    number = given_draft(issue=issue)

    (evidence,) = services.question(number, by=analyst()).evidence
    assert [evidence.figures[name] for name in ("first_on", "last_on")] == ["2026-05-12", "2026-05-12"]
