"""Several people at once: exactly one of two equal steps counts, and nobody waits for ever."""

import pytest
from tests.at_once import open_county, together
from tests.factories import (
    HOUSING,
    MONDAY,
    WATER,
    deliver,
    draft,
    given_work_order,
    staff,
)

from shuzhi.domains.casework import services as casework
from shuzhi.domains.casework.lifecycle import Action, Given
from shuzhi.domains.casework.models import OrderStep, WorkOrder
from shuzhi.domains.intake import services as intake
from shuzhi.site.wiring import LISTENERS
from shuzhi.spine import clock, outbox
from shuzhi.spine.actors import ANONYMOUS, SYSTEM

__all__ = ["open_county"]


@pytest.mark.usefixtures("open_county")
def test_of_two_equal_steps_at_once_exactly_one_is_taken():
    order = given_work_order("dispatched")
    officer, seen = staff("unit_officer", unit=HOUSING), order.page.steps[-1].number

    def sign_in() -> object:
        return casework.take_step(order.number, action=Action.SIGN_IN, expected_step=seen, by=officer)

    assert together(sign_in, sign_in, sign_in) == ["", "already-moved", "already-moved"]
    assert order.state == "accepted"
    assert OrderStep.objects.filter(order__number=order.number, action="sign_in").count() == 1


@pytest.mark.usefixtures("open_county")
def test_two_different_steps_at_once_both_see_the_true_state():
    order = given_work_order("dispatched")
    officer, dispatcher = staff("unit_officer", unit=HOUSING), staff("dispatcher")
    moved = {"unit": WATER}

    found = together(
        lambda: casework.take_step(order.number, action=Action.START_HANDLING, by=officer),
        lambda: casework.take_step(
            order.number, action=Action.REDISPATCH, given=Given(reason="应由水务办理", **moved), by=dispatcher
        ),
    )

    assert len([code for code in found if code == ""]) == 1  # handling cannot begin before the sign-in
    assert (order.state, order.card.unit) == ("dispatched", WATER)


@pytest.mark.usefixtures("open_county")
def test_two_orders_merged_into_each_other_at_once_do_not_block_for_ever():
    one, other = given_work_order("triaged"), given_work_order("triaged")
    dispatcher = staff("dispatcher")

    found = together(
        lambda: casework.merge_work_orders(one.number, into=other.number, by=dispatcher),
        lambda: casework.merge_work_orders(other.number, into=one.number, by=dispatcher),
    )

    assert found[0] == ""
    assert found[1] in {"parent-is-itself", "parent-not-open"}
    assert sorted([one.state, other.state]) == ["merged", "triaged"]


@pytest.mark.usefixtures("open_county")
def test_the_call_takers_page_and_the_worker_register_one_order_between_them():
    with clock.stopped_at(MONDAY):
        receipts = [intake.receive_demand(draft(), by=SYSTEM) for _one in range(4)]
    taker = staff("call_taker")

    found = together(
        lambda: outbox.run_once(LISTENERS),
        *(
            lambda number=one.demand_id: casework.ensure_registered(number, by=taker)  # type: ignore[misc]
            for one in receipts
        ),
    )

    deliver()
    assert set(found) == {""}
    assert WorkOrder.objects.count() == OrderStep.objects.count() == 4


@pytest.mark.usefixtures("open_county")
def test_an_outcome_rated_twice_at_once_is_rated_once():
    order = given_work_order("closed")

    def rate() -> object:
        return casework.rate_outcome(
            order.demand_id, contacted=True, solved=True, satisfaction=5, by=ANONYMOUS
        )

    assert together(rate, rate) == ["", "already-rated"]
