"""Histories taken over from another system: checked like steps taken now, all of a chunk or nothing."""

from datetime import timedelta

import pytest
from tests.factories import (
    DAY,
    HOUR,
    HOUSING,
    MONDAY,
    REPLY,
    WATER,
    announced,
    deliver,
    given_demand,
    given_work_order,
    number_of,
    staff,
    workdays,
)

from shuzhi.domains.casework import services as casework
from shuzhi.domains.casework.journey import Brought
from shuzhi.domains.casework.lifecycle import Action, Given, Outcome
from shuzhi.domains.casework.models import Assist, OrderStep, WorkOrder
from shuzhi.domains.casework.refusals import MoveRefused
from shuzhi.domains.casework.services import PastJourney, PastStep
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import AccessDenied
from shuzhi.spine.events import CallbackRecorded, ContactRecorded, WorkOrderMoved
from shuzhi.spine.models import OutboxEvent

pytestmark = pytest.mark.usefixtures("county")


def past(action: Action, hours: float, *, by: str = "staff:9", **brought: object) -> PastStep:
    given = {name: brought.pop(name) for name in list(brought) if name not in {"text", "limit", "contacted"}}
    return PastStep(
        action=action,
        at=MONDAY + timedelta(hours=hours),
        by=by,
        by_label="旧系统",
        brought=Brought(given=Given(**given), **brought),  # type: ignore[arg-type]
    )


WAY = (
    past(Action.TRIAGE, 0.5),
    past(Action.DISPATCH, 1, unit=HOUSING),
    past(Action.SIGN_IN, 2),
    past(Action.START_HANDLING, 3),
    past(Action.RECORD_CONTACT, 80),
    past(Action.REPLY, 81, text=REPLY, outcome=Outcome.SOLVED),
    past(Action.APPROVE_REPLY, 82, by="staff:8"),
    past(Action.START_CALLBACK, 83),
    past(Action.RECORD_CALLBACK, 84),
    past(Action.RECORD_CALLBACK, 85, reached=True, solved=True, rating=5, contacted=True),
    past(Action.CLOSE, 86, outcome=Outcome.SOLVED),
)


def test_a_past_journey_leaves_the_same_order_as_one_that_was_lived():
    receipt = given_demand()

    casework.import_journeys([PastJourney(demand_id=receipt.demand_id, steps=WAY)], by=SYSTEM)
    deliver()

    taken_over = WorkOrder.objects.get(demand_id=receipt.demand_id)
    lived = WorkOrder.objects.get(number=given_work_order("closed").number)
    same = ("state", "unit", "outcome", "is_open", "rung", "marks", "asks", "due_at", "next_reminder_at")
    assert {name: getattr(taken_over, name) for name in same} == {name: getattr(lived, name) for name in same}
    assert taken_over.closed_at == MONDAY + 86 * HOUR
    moved = [one for one in announced(WorkOrderMoved) if one.demand_id == receipt.demand_id]
    assert [one.action for one in moved] == ["register", *(str(step.action) for step in WAY)]


def test_contacts_and_call_backs_of_the_past_are_told_as_they_were():
    receipt = given_demand()

    casework.import_journeys([PastJourney(demand_id=receipt.demand_id, steps=WAY)], by=SYSTEM)
    deliver()

    assert [one.in_time for one in announced(ContactRecorded)] == [False]  # on Thursday, due on Tuesday
    assert [(one.attempt, one.reached) for one in announced(CallbackRecorded)] == [(1, False), (2, True)]


def test_a_step_that_the_life_cycle_forbids_leaves_nothing_of_its_chunk():
    good, bad = given_demand(), given_demand("路灯坏了")
    before = OutboxEvent.objects.count()
    journeys = [
        PastJourney(demand_id=good.demand_id, steps=WAY),
        PastJourney(demand_id=bad.demand_id, steps=(*WAY[:2], past(Action.CLOSE, 5, outcome=Outcome.SOLVED))),
    ]

    with pytest.raises(MoveRefused) as refused:
        casework.import_journeys(journeys, by=SYSTEM)

    assert refused.value.code == "not-in-this-state"
    assert set(WorkOrder.objects.values_list("state", flat=True)) == {"registered"}
    assert OrderStep.objects.count() == 2
    assert OutboxEvent.objects.count() == before


def test_helpers_of_the_past_stand_in_their_units_queue():
    receipt = given_demand()
    steps = (*WAY[:5], past(Action.INVITE_ASSIST, 81, unit=WATER, reason="关阀", limit=workdays(1)))

    casework.import_journeys([PastJourney(demand_id=receipt.demand_id, steps=steps)], by=SYSTEM)

    assert list(Assist.objects.values_list("unit", "done_at")) == [(WATER, None)]


def test_orders_joined_to_one_that_closed_in_the_past_close_with_it():
    lead = given_demand()
    joined = given_demand("走道灯坏了，我也是", at=MONDAY + HOUR, same_as=lead.demand_id)

    casework.import_journeys([PastJourney(demand_id=lead.demand_id, steps=WAY)], by=SYSTEM)

    card = casework.get_work_order(number_of(joined), by=SYSTEM).card
    assert (card.state, card.outcome, card.merged_into) == ("closed", "solved", number_of(lead))


def test_news_of_long_ago_is_sent_to_nobody():
    from shuzhi.domains.notices.models import Message

    receipt = given_demand()
    sent = Message.objects.count()

    casework.import_journeys([PastJourney(demand_id=receipt.demand_id, steps=WAY)], by=SYSTEM)
    deliver()

    assert Message.objects.count() == sent


def test_progress_is_told_and_only_those_who_dispatch_take_histories_over():
    receipt = given_demand()
    told: list[int] = []

    done = casework.import_journeys(
        [PastJourney(demand_id=receipt.demand_id, steps=WAY[:2])],
        by=staff("dispatcher"),
        on_progress=told.append,
    )

    assert (done, told) == (1, [1])
    with pytest.raises(AccessDenied):
        casework.import_journeys([], by=staff("call_taker"))


def test_a_history_can_be_carried_on_later():
    receipt = given_demand()
    for steps in (WAY[:4], WAY[4:]):
        casework.import_journeys([PastJourney(demand_id=receipt.demand_id, steps=steps)], by=SYSTEM)

    row = WorkOrder.objects.get(demand_id=receipt.demand_id)
    assert (row.state, row.moved_at) == ("closed", MONDAY + 86 * HOUR)
    assert MONDAY + 86 * HOUR < row.due_at < MONDAY + 8 * DAY


def test_a_history_that_was_cut_off_and_is_told_again_whole_adds_what_is_missing_only():
    receipt = given_demand()
    for steps in (WAY[:4], WAY, WAY):
        casework.import_journeys([PastJourney(demand_id=receipt.demand_id, steps=steps)], by=SYSTEM)
    deliver()

    moved = [one for one in announced(WorkOrderMoved) if one.demand_id == receipt.demand_id]
    assert [one.action for one in moved] == ["register", *(str(step.action) for step in WAY)]
    assert OrderStep.objects.count() == len(moved)
