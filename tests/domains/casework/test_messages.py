"""Who hears of what: once each, and only of what concerns them."""

import json
from datetime import datetime

import pytest
from tests.factories import (
    DAY,
    HOUR,
    HOUSING,
    MONDAY,
    at,
    deliver,
    draft,
    given_demand,
    given_work_order,
    staff,
    witness,
)

from shuzhi.domains.casework import services as casework
from shuzhi.domains.casework.lifecycle import Action, Outcome
from shuzhi.domains.intake import services as intake
from shuzhi.domains.notices import services as notices
from shuzhi.domains.notices.cards import Recipient, RecipientKind
from shuzhi.domains.notices.models import Message
from shuzhi.site.wiring import LISTENERS
from shuzhi.spine import outbox
from shuzhi.spine.actors import ANONYMOUS, SYSTEM, citizen
from shuzhi.spine.sealing import lookup_hash, unseal

pytestmark = pytest.mark.usefixtures("county")


@pytest.fixture(autouse=True)
def on_monday():
    """Messages are fresh news: the clock stands near the steps."""
    with at(MONDAY + 12 * HOUR):
        yield


def sent(kind: str) -> list[str]:
    return list(Message.objects.filter(kind=kind).order_by("id").values_list("template", flat=True))


def test_the_requester_hears_of_receipt_dispatch_reply_and_closing_once_each():
    given_work_order("closed")
    assert sent("phone") == ["demand_received", "demand_dispatched"]
    witness()

    assert sent("phone") == [
        *("demand_received", "demand_dispatched", "demand_replied", "demand_closed_please_rate")
    ]
    assert sent("unit") == ["order_dispatched"]


def test_of_a_decision_the_requester_hears_once_it_is_witnessed_however_long_that_takes():
    order = given_work_order("triaged")
    order.take(Action.REJECT, staff("dispatcher"), reason="已进入诉讼", ground="信访工作条例第二十三条")
    order.take(Action.CONFIRM_REJECTION, staff("reviewer"))
    other = given_work_order("triaged")
    other.take(Action.REFER, staff("dispatcher"), path="禾坪县人民法院")
    before = sent("phone")

    with at(MONDAY + 72 * HOUR):
        witness()

    assert (before.count("demand_refused"), before.count("demand_referred")) == (0, 0)
    assert sent("phone")[-2:] == ["demand_refused", "demand_referred"]


@pytest.mark.parametrize("phone", ["0571-8888 7777", "+44 20 7946 0958", "12345"])
def test_a_number_that_no_message_reaches_keeps_nobody_else_from_hearing(phone):
    given_demand(phone=phone)
    given_demand()

    assert sent("phone") == ["demand_received"]


def test_after_the_worker_stood_still_over_a_weekend_people_are_told_all_the_same():
    with at(MONDAY):
        intake.receive_demand(draft(), by=SYSTEM)
        outbox.drain([one for one in LISTENERS if one.name == "casework.orders"])

    with at(MONDAY + 3 * DAY):
        deliver()

    assert sent("phone") == ["demand_received"]


def test_hearing_a_batch_again_sends_nothing_twice():
    given_work_order("closed")
    witness()
    before = Message.objects.count()

    deliver()
    outbox.run_once(LISTENERS)

    assert Message.objects.count() == before


def test_joined_requesters_hear_of_the_closing_once_each():
    order = given_work_order("callback")
    given_demand("走道灯坏了", at=order.at, same_as=order.demand_id, phone="13900005678")
    order.take(Action.RECORD_CALLBACK, staff("callback_agent"), reached=True, solved=True, rating=5)
    order.take(Action.CLOSE, staff("callback_agent"), outcome=Outcome.SOLVED)
    witness()

    assert sent("phone").count("demand_closed_please_rate") == 2


def test_a_call_that_nobody_answered_is_followed_by_a_message_and_an_answered_one_is_not():
    order = given_work_order("callback")
    order.take(Action.RECORD_CALLBACK, staff("callback_agent"), reached=False)
    order.take(Action.RECORD_CALLBACK, staff("callback_agent"), reached=True, solved=True, rating=5)

    assert sent("phone").count("callback_missed") == 1


def test_the_anonymous_get_no_message_and_the_unit_hears_all_the_same():
    given_work_order("dispatched", phone="", name="", anonymous=True)

    assert (sent("phone"), sent("unit")) == ([], ["order_dispatched"])


def test_followers_hear_of_the_same_steps_with_a_way_out():
    receipt = given_demand()
    phone = "13900007777"
    notices.subscribe(
        receipt.public_code, to=Recipient(RecipientKind.PHONE, phone), by=citizen(lookup_hash(phone))
    )

    order = given_work_order("dispatched")
    assert sent("phone").count("demand_updated") == 0  # another demand

    order.number, order.demand_id = casework.number_of_demand(receipt.demand_id), receipt.demand_id
    order.triage()
    order.take(Action.DISPATCH, staff("dispatcher"), unit=HOUSING)
    told = Message.objects.get(template="demand_updated")
    assert "unsubscribe" in json.loads(unseal(told.context_sealed))


def test_reminders_and_overdue_notices_reach_the_unit():
    order = given_work_order("handling")
    order.take(Action.REMIND, staff("supervisor"))
    with at(order.card.due_at + HOUR):
        casework.remind_units()
        deliver()

    assert sent("unit") == ["order_dispatched", "order_reminded", "order_overdue"]


def test_reopening_tells_the_requester_the_new_due_time():
    order = given_work_order("closed")
    order.take(Action.REOPEN, ANONYMOUS, tracked=[order.demand_id], reason="又坏了")

    told = Message.objects.get(template="reopened")
    due = json.loads(unseal(told.context_sealed))["due"]["at"]
    assert datetime.fromisoformat(due) == order.card.due_at
