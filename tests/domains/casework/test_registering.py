"""Demands become orders: once each, in batches, a repeat joins the order that is open."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories import (
    HOUR,
    MONDAY,
    SHARED,
    VILLAGE,
    deliver,
    draft,
    given_demand,
    given_work_order,
    local,
    number_of,
    staff,
)

from shuzhi.domains.casework import handlers
from shuzhi.domains.casework import services as casework
from shuzhi.domains.casework.lifecycle import Action
from shuzhi.domains.casework.models import WorkOrder
from shuzhi.domains.intake import services as intake
from shuzhi.site.wiring import LISTENERS
from shuzhi.spine import clock, outbox
from shuzhi.spine.actors import ANONYMOUS, SYSTEM
from shuzhi.spine.events import DemandReceived, WorkOrderMoved

pytestmark = pytest.mark.usefixtures("county")


def arrival(demand_id: int, **fields: object) -> casework.NewOrder:
    known = casework.NewOrder(
        demand_id=demand_id,
        kind="complaint",
        channel="web",
        category=SHARED,
        area=VILLAGE,
        urgency="normal",
        flags=(),
        same_as=None,
        received_at=MONDAY,
        can_be_called=True,
    )
    return replace(known, **fields)


def test_a_demand_gets_one_order_with_its_number_and_its_due_time():
    receipt = given_demand()

    order = casework.get_work_order(number_of(receipt), by=SYSTEM).card

    assert order.number == f"26-0511-{receipt.demand_id:05d}"
    assert (order.state, order.unit, order.area) == ("registered", "", VILLAGE)
    assert order.due_at == local("2026-05-18 17:30")  # the fifth working day after Monday 11 May


def test_hearing_the_same_arrivals_again_changes_nothing():
    with clock.stopped_at(MONDAY):
        intake.receive_demand(draft(), by=SYSTEM)
        outbox.sequence()
        batch = list(outbox.story(names=["DemandReceived"]))

        handlers.register_arrivals(batch)
        handlers.register_arrivals(batch)

    assert WorkOrder.objects.count() == 1
    outbox.sequence()
    assert [one.event.action for one in outbox.story(names=["WorkOrderMoved"])] == ["register"]
    assert DemandReceived.__name__ in {one.event.__class__.__name__ for one in batch}


def test_a_batch_with_one_demand_twice_registers_it_once():
    assert casework.register_work_orders([arrival(5), arrival(5), arrival(6)], by=SYSTEM) == 2
    assert casework.register_work_orders([arrival(6), arrival(7)], by=SYSTEM) == 1


def test_three_hundred_demands_of_as_many_kinds_and_days_need_a_dozen_queries():
    """Nothing grows with the batch, not even with what is promised on so many days."""
    casework.register_work_orders([arrival(1)], by=SYSTEM)  # fills the caches of the registry
    kinds = ("complaint", "help", "inquiry")
    many = [
        arrival(number, kind=kinds[number % 3], received_at=MONDAY + (number - 100) * HOUR)
        for number in range(100, 400)
    ]

    with CaptureQueriesContext(connection) as asked:
        assert casework.register_work_orders(many, by=SYSTEM) == 300

    assert len(asked) <= 12, [one["sql"][:80] for one in asked]


def test_me_too_joins_the_open_order_and_both_know_of_each_other():
    first = given_work_order("handling")

    second = given_demand("锦绣花园走道灯坏了，我也遇到了", at=first.at, same_as=first.demand_id)

    joined = casework.get_work_order(number_of(second), by=SYSTEM)
    assert (joined.card.state, joined.card.merged_into) == ("merged", first.number)
    assert [one.number for one in first.page.merged] == [joined.card.number]


def test_when_the_first_requester_withdraws_those_who_joined_stay_with_the_next_of_them():
    first = given_work_order("handling")
    others = [
        given_demand(f"锦绣花园走道灯坏了，我也遇到了{n}", at=first.at, same_as=first.demand_id)
        for n in range(3)
    ]

    first.take(Action.WITHDRAW, ANONYMOUS, reason="不用了", tracked=[first.demand_id])

    second, *joined = [casework.get_work_order(number_of(one), by=SYSTEM).card for one in others]
    assert (first.state, second.state, second.merged_into) == ("terminated", "registered", "")
    assert [(one.state, one.merged_into) for one in joined] == [("merged", second.number)] * 2


def test_me_too_after_the_order_closed_stands_on_its_own():
    first = given_work_order("closed")

    second = given_demand("锦绣花园走道灯又坏了", at=first.at + HOUR, same_as=first.demand_id)

    assert casework.get_work_order(number_of(second), by=SYSTEM).card.state == "registered"


@pytest.mark.parametrize(
    "words", ["电梯里困住了人，喘不过气来，快来救命！", "我不想活了，今晚就从楼顶跳下去"]
)
def test_me_too_that_tells_of_danger_waits_for_a_person_and_joins_nothing(words):
    first = given_work_order("handling")

    second = given_demand(words, at=first.at, same_as=first.demand_id)

    assert casework.get_work_order(number_of(second), by=SYSTEM).card.state == "registered"


def test_the_call_takers_page_registers_an_order_before_the_worker_does_and_the_worker_adds_none():
    with clock.stopped_at(MONDAY):
        receipt = intake.receive_demand(draft(), by=SYSTEM)

        number = casework.ensure_registered(receipt.demand_id, by=staff("call_taker"))
        deliver()

    assert number == number_of(receipt)
    assert WorkOrder.objects.count() == 1
    assert all(one.failed_at is None for one in outbox.status(LISTENERS).listeners)


def test_an_order_of_an_unreachable_requester_needs_no_contact():
    order = given_work_order("accepted", phone="", name="", anonymous=True)

    assert not WorkOrder.objects.get(number=order.number).can_be_called


@pytest.mark.parametrize(
    ("given", "called"),
    [
        ({"phone": "", "name": ""}, False),
        ({"phone": "", "name": "", "email": "a@example.org"}, True),
        ({"phone": "13900009999"}, True),
        ({"phone": "13900009999", "anonymous": True}, False),
    ],
)
def test_whether_somebody_can_be_called_does_not_hang_on_who_registers_the_order(given, called):
    with clock.stopped_at(MONDAY):
        on_the_page = intake.receive_demand(draft(**given), by=SYSTEM)
        casework.ensure_registered(on_the_page.demand_id, by=staff("call_taker"))
    by_the_worker = given_demand("锦绣花园走道灯坏了", **given)

    rows = WorkOrder.objects.filter(demand_id__in=[on_the_page.demand_id, by_the_worker.demand_id])
    assert [row.can_be_called for row in rows] == [called, called]


def test_every_registration_is_announced_with_its_due_time():
    given_demand()

    moved = [one.event for one in outbox.story(names=[WorkOrderMoved.__name__])]

    assert [(one.action, one.to_state, one.due_at) for one in moved] == [
        ("register", "registered", local("2026-05-18 17:30"))
    ]
