"""A question goes from an analyst to a leader, is settled once, and what was settled stays as it was."""

import hashlib
import itertools
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests import factories
from tests.domains.insight.given_questions import (
    DRAFT,
    MEND,
    PATROL,
    analyst,
    given_decided,
    given_draft,
    given_scenario,
    given_waiting,
    leader,
)
from tests.factories import DAY, HOUR, HOUSING, MONDAY, OTHER_TOWN, TOWN, WATER, staff
from tests.made_once import made_once

from shuzhi.domains.insight import services
from shuzhi.domains.insight.models import Question
from shuzhi.domains.insight.questions import (
    MOVES,
    Move,
    MoveNotPossible,
    QuestionIncomplete,
    QuestionSettled,
    SamePersonDrafted,
    State,
    after,
)
from shuzhi.domains.insight.services import Draft
from shuzhi.domains.insight.services.tasking import TaskDone
from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.ledger.refusals import NotYetWitnessed
from shuzhi.domains.notices import services as notices
from shuzhi.spine import clock, outbox
from shuzhi.spine.actors import SYSTEM, Actor, ActorKind, Grant
from shuzhi.spine.errors import AccessDenied, InvalidInput, NotFound
from shuzhi.spine.events import DecisionTaskDone, Event, QuestionDecided

pytestmark = pytest.mark.usefixtures("county")
LIFT = ("锦绣花园3栋电梯又停了，物业一直不修。", "锦绣花园3栋的电梯坏了好几天，物业不修。")


@pytest.fixture
def issue() -> int:
    return given_issue()


@made_once
def given_issue() -> int:
    """Two people about one lift: a hot issue; its number."""
    for count, text in enumerate(LIFT):
        factories.given_demand(text, at=MONDAY + count * HOUR, phone=f"1390000{count:04}")
    (found,) = services.hot_issues(by=SYSTEM).items
    return found.id


def last(kind: type[Event]) -> Event:
    outbox.sequence()
    return list(outbox.story(names=[kind.__name__]))[-1].event


def test_every_pair_of_state_and_move_is_either_in_the_table_or_refused() -> None:
    for state, move in itertools.product(State, Move):
        if (state, move) in MOVES:
            assert after(state, move) is MOVES[state, move]
        else:
            with pytest.raises(MoveNotPossible):
                after(state, move)


def test_a_question_about_an_issue_takes_its_place_and_what_the_issue_says_now(issue: int) -> None:
    number = given_draft(Draft(title="电梯怎么办"), issue=issue)

    found = services.question(number, by=analyst())
    (evidence,) = found.evidence
    assert found.question.area.startswith("990102100")
    assert found.question.issue == issue
    assert (evidence.kind, evidence.figures["people"], evidence.figures["demands"]) == ("issue", 2, 2)


def test_evidence_keeps_what_it_said_when_it_was_taken(issue: int) -> None:
    number = given_draft(issue=issue)

    factories.given_demand(LIFT[0], at=MONDAY + 2 * HOUR, phone="13900000009")

    assert services.issue(issue, by=SYSTEM).issue.people == 3
    assert services.question(number, by=analyst()).evidence[0].figures["people"] == 2


def test_a_measure_is_evidence_for_the_county_and_for_the_questions_own_matter_and_place(issue: int) -> None:
    number = given_draft()
    with clock.stopped_at(MONDAY + 7 * DAY):
        for reference in ("own_voice_share", "own_voice_share:category", "own_voice_share:area"):
            services.add_evidence(number, kind="measure", reference=reference, by=analyst())
        with pytest.raises(InvalidInput):
            services.add_evidence(number, kind="measure", reference="own_voice_share:unit", by=analyst())
        with pytest.raises(InvalidInput):
            services.add_evidence(number, kind="measure", reference="no_such_measure", by=analyst())

    evidence = services.question(number, by=analyst()).evidence
    assert [one.figures["denominator"] for one in evidence] == [2, 2, 2]
    assert [one.figures["group"] for one in evidence] == ["", "02", TOWN]


def test_a_simulation_that_was_kept_is_evidence_and_an_unknown_one_is_not() -> None:
    digest = given_scenario()
    number = given_draft()

    services.add_evidence(number, kind="scenario", reference=digest[:12], by=analyst())

    (evidence,) = services.question(number, by=analyst()).evidence
    assert (evidence.figures["cost_fen"], evidence.figures["winners"]) == (500_000, 12)
    assert evidence.figures["synthetic"]
    with pytest.raises(NotFound):
        services.add_evidence(number, kind="scenario", reference="f" * 64, by=analyst())
    with pytest.raises(NotFound):
        services.add_evidence(number, kind="scenario", reference="c", by=analyst())


def test_an_incomplete_question_is_not_put_forward_and_says_what_is_missing(issue: int) -> None:
    number = given_draft(replace(DRAFT, basis="", risk=""), issue=issue)
    services.add_option(number, MEND, by=analyst())

    assert services.question(number, by=analyst()).lacking == ("basis", "risk", "options")
    with pytest.raises(QuestionIncomplete):
        services.put_forward(number, by=analyst())


def test_a_decision_needs_two_options_and_a_basis_even_when_the_row_was_tampered_with(issue: int) -> None:
    number = given_waiting(issue=issue)
    Question.objects.filter(pk=number).update(basis="")

    with pytest.raises(QuestionIncomplete):
        services.decide(number, option=1, because="是", by=leader())


def test_a_leader_decides_and_the_ledger_seals_the_record(issue: int) -> None:
    with clock.stopped_at(MONDAY + DAY):
        number = given_waiting(issue=issue)
        digest = services.decide(number, option=2, because="先巡检", by=leader())
        factories.deliver()

    found = services.question(number, by=analyst())
    event = last(QuestionDecided)
    record = services.decision_record(number, by=analyst())
    assert (found.question.state, found.question.chosen, found.because) == ("decided", 2, "先巡检")
    assert isinstance(event, QuestionDecided)
    assert (event.option, event.cost_fen, event.record_seal) == (2, PATROL.cost_fen, digest)
    assert digest == hashlib.sha256(record.encode()).hexdigest()
    told = json.loads(record)
    assert [one["title"] for one in told["options"]] == [MEND.title, PATROL.title]
    assert told["evidence"][0]["figures"]["people"] == 2
    assert "question.decided" in {one.type for one in ledger.entries().items}


def test_a_decision_shows_its_receipt_once_it_is_witnessed_and_says_so_before(issue: int) -> None:
    number = given_decided(issue=issue)
    factories.deliver()

    before = services.question(number, by=analyst())
    factories.witness()
    after_ = services.question(number, by=analyst())

    assert (before.receipt, before.held_back) == (None, NotYetWitnessed().sentence)
    assert after_.receipt
    assert (after_.receipt.type, after_.held_back) == ("question.decided", "")


def test_a_decision_is_not_edited_and_not_decided_twice(issue: int) -> None:
    number = given_decided(issue=issue)

    for edit in (
        lambda: services.change_question(number, DRAFT, by=analyst()),
        lambda: services.add_option(number, PATROL, by=analyst()),
        lambda: services.drop_option(number, number=1, by=analyst()),
        lambda: services.add_evidence(number, kind="issue", reference=str(issue), by=analyst()),
    ):
        with pytest.raises(QuestionSettled):
            edit()
    with pytest.raises(MoveNotPossible):
        services.decide(number, option=2, because="改主意", by=leader())
    with pytest.raises(MoveNotPossible):
        services.withdraw_question(number, by=analyst())


def test_a_new_question_supersedes_a_decision_when_it_is_decided_and_not_before(issue: int) -> None:
    number = given_decided(issue=issue)

    successor = services.draft_successor(number, by=analyst())
    assert services.question(number, by=analyst()).question.state == "decided"
    with pytest.raises(MoveNotPossible):
        services.draft_successor(number, by=analyst())
    services.put_forward(successor, by=analyst())
    services.decide(successor, option=2, because="预算变了", by=leader())

    before, now = (services.question(one, by=analyst()) for one in (number, successor))
    assert (before.question.state, before.superseded_by) == ("superseded", successor)
    assert (now.question.state, now.supersedes) == ("decided", number)
    assert before.options == now.options
    assert before.question.chosen == 1


def test_a_question_is_sent_back_with_a_reason_and_comes_again(issue: int) -> None:
    number = given_waiting(issue=issue)

    services.send_back(number, because="缺少维修报价", by=leader())
    found = services.question(number, by=analyst())
    services.put_forward(number, by=analyst())

    assert (found.question.state, found.sent_back_because) == ("drafting", "缺少维修报价")
    assert services.question(number, by=analyst()).sent_back_because == ""


def test_who_may_not_draft_decide_or_see_is_refused(issue: int) -> None:
    number = given_waiting(issue=issue)

    with pytest.raises(AccessDenied):
        services.decide(number, option=1, because="我来定", by=analyst())
    with pytest.raises(AccessDenied):
        services.draft_question(DRAFT, by=leader())
    with pytest.raises(AccessDenied):
        services.questions(by=staff("unit_officer", unit=HOUSING))
    with pytest.raises(NotFound):
        services.question(number, by=staff("analyst", area=OTHER_TOWN))
    with pytest.raises(AccessDenied):
        services.decide(number, option=1, because="不归我管", by=staff("leader", area=OTHER_TOWN))


def test_a_draft_is_seen_by_those_who_prepare_and_settle_only(issue: int) -> None:
    number = given_draft(issue=issue)

    assert services.question(number, by=leader()).question.id == number
    with pytest.raises(NotFound):
        services.question(number, by=staff("dispatcher"))


def test_whoever_drafted_a_question_does_not_decide_it(issue: int) -> None:
    both = Actor(ActorKind.STAFF, "4711", "", (Grant("analyst"), Grant("leader")))
    number = services.draft_question(DRAFT, issue_id=issue, by=both)
    for option in (MEND, PATROL):
        services.add_option(number, option, by=both)
    services.put_forward(number, by=both)

    with pytest.raises(SamePersonDrafted):
        services.decide(number, option=1, because="我写的我定", by=both)


def test_a_unit_gets_a_task_with_its_day_and_says_what_it_did(issue: int) -> None:
    with clock.stopped_at(MONDAY + DAY):
        number = given_decided(issue=issue)
        due = clock.today() + timedelta(days=10)
        task = services.give_task(number, unit=HOUSING, title="完成更换招标", due_on=due, by=leader())

    officer = staff("unit_officer", unit=HOUSING)
    (seen,) = services.tasks_of_my_units(by=officer)
    assert (seen.id, seen.title, seen.due_on) == (task, "完成更换招标", due)
    assert services.tasks_of_my_units(by=staff("unit_officer", unit=WATER)) == []
    with pytest.raises(NotFound):
        services.finish_task(task, told="不是我的", by=staff("unit_officer", unit=WATER))
    with clock.stopped_at(MONDAY + 14 * DAY):
        services.finish_task(task, told="已开标", by=officer)
    event = last(DecisionTaskDone)
    assert isinstance(event, DecisionTaskDone)
    assert event.late_days == 3
    with pytest.raises(TaskDone):
        services.finish_task(task, told="再报一次", by=officer)
    assert any("决策事项" in one.subject for one in notices.inbox(by=officer))


def test_no_task_comes_before_a_decision_or_for_a_day_that_is_over(issue: int) -> None:
    waiting = given_waiting(issue=issue)
    with pytest.raises(MoveNotPossible):
        services.give_task(waiting, unit=HOUSING, title="先干", due_on=clock.today(), by=leader())
    services.decide(waiting, option=1, because="可以", by=leader())

    with pytest.raises(InvalidInput):
        services.give_task(
            waiting, unit=HOUSING, title="补上", due_on=clock.today() - timedelta(days=1), by=leader()
        )
    with pytest.raises(NotFound):
        services.give_task(waiting, unit="no-such-unit", title="谁干", due_on=clock.today(), by=leader())


@pytest.mark.parametrize("day", [date(206, 5, 11), date(9999, 12, 31)])
def test_a_day_that_is_a_slip_of_the_pen_gets_into_no_record(day):
    number = given_waiting()

    with pytest.raises(InvalidInput):
        services.decide(number, option=1, because="是", starts_on=day, by=leader())

    assert services.question(number, by=leader()).question.state == "waiting"
