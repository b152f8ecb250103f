"""Who sees and moves which order: what one may not see looks like what is not there."""

from contextlib import suppress

import pytest
from django.db import transaction
from tests.factories import (
    HOUSING,
    OTHER_TOWN,
    OTHER_VILLAGE,
    REPLY,
    TOWN,
    WATER,
    given_work_order,
    staff,
    workdays,
)

from shuzhi.domains.casework import services as casework
from shuzhi.domains.casework.lifecycle import Action, Outcome
from shuzhi.domains.casework.refusals import MoveRefused, ReplyNotReady
from shuzhi.domains.casework.services import Filter
from shuzhi.spine import audit
from shuzhi.spine.actors import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant, citizen
from shuzhi.spine.errors import AccessDenied, NotFound

pytestmark = pytest.mark.usefixtures("county")

ELSEWHERE = [
    pytest.param({"role": "unit_officer", "unit": WATER}, id="another unit"),
    pytest.param({"role": "call_taker", "area": OTHER_TOWN}, id="another area"),
    pytest.param({"role": "unit_head", "unit": HOUSING, "area": OTHER_TOWN}, id="its unit in another area"),
    pytest.param({"role": "registry_steward"}, id="no casework at all"),
]


@pytest.mark.parametrize("who", ELSEWHERE)
def test_an_order_out_of_scope_looks_like_a_missing_one(who: dict[str, str]):
    order, actor = given_work_order("handling"), staff(**who)
    attempts = {
        "read": lambda: casework.get_work_order(order.number, by=actor),
        "step": lambda: order.take(Action.REPLY, actor, text=REPLY, outcome=Outcome.SOLVED),
        "withdraw": lambda: order.take(Action.WITHDRAW, actor, reason="?"),
        "triage": lambda: order.triage(actor),
        "merge": lambda: casework.merge_work_orders(order.number, into=order.number, by=actor),
        "choices": lambda: casework.dispatch_choices(order.number, by=actor),
        "reply": lambda: casework.check_reply(order.number, REPLY, by=actor),
    }

    for name, attempt in attempts.items():
        with pytest.raises(NotFound):
            attempt()
        assert order.state == "handling", name


def test_lists_show_what_the_grants_cover_and_no_more():
    here = given_work_order("handling", unit=HOUSING)
    there = given_work_order("handling", unit=WATER, area=OTHER_VILLAGE)

    def numbers(actor: Actor) -> set[str]:
        return {one.number for one in casework.list_work_orders(Filter(), by=actor).orders}

    assert numbers(staff("dispatcher")) == {here.number, there.number}
    assert numbers(staff("unit_officer", unit=HOUSING)) == {here.number}
    assert numbers(staff("unit_officer", unit=WATER)) == {there.number}
    assert numbers(staff("call_taker", area=OTHER_TOWN)) == {there.number}
    assert numbers(staff("call_taker", area=TOWN)) == {here.number}


def test_a_helping_unit_sees_the_order_with_its_title_while_others_do_not():
    order = given_work_order("handling", unit=HOUSING)
    helper = staff("unit_officer", unit=WATER)
    with pytest.raises(NotFound):
        casework.get_work_order(order.number, by=helper)

    order.take(
        Action.INVITE_ASSIST,
        staff("unit_officer", unit=HOUSING),
        unit=WATER,
        reason="关阀",
        limit=workdays(1),
    )

    assert casework.get_work_order(order.number, by=helper).card.title
    found = casework.list_work_orders(Filter(assisting=(WATER,)), by=helper).orders
    assert [one.title != "" for one in found] == [True]


def test_seeing_without_the_duty_is_not_enough_to_act():
    order = given_work_order("dispatched", unit=HOUSING)

    with pytest.raises(AccessDenied):
        order.take(Action.SIGN_IN, staff("call_taker"))
    with pytest.raises(AccessDenied):
        order.take(Action.REDISPATCH, staff("call_taker"), unit=WATER, reason="?")
    with pytest.raises(AccessDenied):
        order.triage(staff("unit_officer", unit=HOUSING))


@pytest.mark.thorough
@pytest.mark.parametrize(
    "public",
    [ANONYMOUS, citizen("somebody-else"), Actor(ActorKind.APPLICATION, "k1", "", (Grant("application"),))],
    ids=["anybody", "another citizen", "another system"],
)
def test_the_public_moves_no_order_whose_codes_it_did_not_show(public: Actor):
    open_one, closed = given_work_order("handling"), given_work_order("closed")

    for order, action in ((open_one, Action.WITHDRAW), (closed, Action.REOPEN)):
        with pytest.raises(NotFound):
            order.take(action, public, reason="?")
        with pytest.raises(NotFound):
            order.take(action, public, reason="?", tracked=[order.demand_id + 1000])
    assert (open_one.state, closed.state) == ("handling", "closed")


def test_both_codes_open_the_requesters_steps_and_no_others():
    order = given_work_order("replied")

    with pytest.raises(AccessDenied):
        order.take(Action.APPROVE_REPLY, ANONYMOUS, tracked=[order.demand_id])
    order.take(Action.WITHDRAW, ANONYMOUS, tracked=[order.demand_id], reason="不用了")

    assert order.state == "terminated"


def test_what_a_page_offers_is_never_denied_for_want_of_a_right():
    order = given_work_order("handling")
    people = [staff("dispatcher"), staff("supervisor"), staff("unit_officer", unit=HOUSING)]

    offered = [(person, action) for person in people for action in order.actions(person)]
    for actor, action in offered:
        if action in {"triage", "merge"}:
            continue
        with suppress(MoveRefused, ReplyNotReady), transaction.atomic():
            casework.take_step(order.number, action=Action(action), by=actor)
            transaction.set_rollback(True)
    assert order.state == "handling"


def test_looking_at_an_order_leaves_a_trace():
    order = given_work_order("handling")
    looking = staff("dispatcher")

    casework.get_work_order(order.number, by=looking)

    seen = audit.entries(by=SYSTEM, who=looking.reference, action="casework.view")
    assert [one.subject for one in seen] == [f"work_order:{order.card.id}"]
