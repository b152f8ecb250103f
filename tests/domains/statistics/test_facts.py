"""One fact per work order follows the story."""

import random

import pytest
from django.core.serializers import serialize
from tests.domains.statistics.given import (
    DAY,
    HOUR,
    HOUSING,
    START,
    WATER,
    Order,
    handled,
    handled_and_closed,
    heard,
    told,
    told_of,
)

from shuzhi.domains.casework.lifecycle import Action
from shuzhi.domains.statistics import services
from shuzhi.domains.statistics.following import HEARD_ACTIONS
from shuzhi.domains.statistics.handlers import FACTS, follow
from shuzhi.domains.statistics.models import DemandTrait, OrderFact
from shuzhi.spine import outbox
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.events import DemandId, DemandReceived

pytestmark = pytest.mark.django_db


def fact(number: int = 1) -> OrderFact:
    return OrderFact.objects.get(pk=number)


def test_every_action_that_facts_follow_is_one_of_the_life_cycle():
    """Statistics cannot import the room above it, so its codes are compared here."""
    assert set(Action) >= HEARD_ACTIONS


def test_a_closed_order_tells_when_it_was_received_contacted_answered_and_closed():
    told_of(handled_and_closed(1))

    one = fact()

    assert (one.opened_at, one.dispatched_at) == (START, START + 2 * HOUR)
    assert (one.first_contact_at, one.contact_in_time) == (START + 2 * HOUR, True)
    assert (one.replied_at, one.closed_at) == (START + 5 * HOUR, START + 8 * HOUR)
    assert (one.unit, one.first_unit, one.state, one.outcome) == (WATER, WATER, "closed", "solved")
    assert one.minutes_taken == 5 * 60


def test_only_the_first_contact_is_measured():
    order = Order(1).received().moved("triage", "triaged").dispatched()

    told_of(order.contacted(in_time=False).contacted(in_time=True))

    assert fact().contact_in_time is False


def test_a_call_back_that_reached_nobody_says_nothing():
    told_of(
        handled(1).called_back(reached=False).called_back(reached=False).called_back(reached=False).closed()
    )

    one = fact()

    assert (one.callback_tries, one.callback_reached) == (3, False)
    assert (one.callback_solved, one.callback_satisfaction) == (None, None)


def test_an_answer_before_rework_does_not_speak_for_the_new_reply():
    order = handled(1).called_back(solved=False, satisfaction=1).moved("request_rework", "handling")

    told_of(order.moved("reply", "replied"))

    assert (fact().reworks, fact().callback_tries, fact().callback_solved) == (1, 0, None)


def test_reopening_begins_a_round_of_its_own_and_keeps_the_unit_that_closed():
    told_of(handled_and_closed(1).rated(solved=False, satisfaction=1).moved("reopen", "triaged", unit=""))

    one = fact()

    assert (one.reopenings, one.closed_at, one.unit) == (1, None, WATER)
    assert one.first_closed_at == START + 8 * HOUR
    assert (one.callback_solved, one.rated_satisfaction, one.minutes_taken) == (None, None, None)


def test_the_requesters_own_rating_stays_apart_from_the_call_back():
    told_of(handled_and_closed(1, solved=True, satisfaction=5).rated(solved=False, satisfaction=2))

    one = fact()

    assert (one.callback_solved, one.callback_satisfaction) == (True, 5)
    assert (one.rated_solved, one.rated_satisfaction) == (False, 2)


def test_an_approved_return_takes_the_order_from_the_unit():
    order = Order(1).received().moved("triage", "triaged").dispatched(WATER)
    order.moved("request_return", "return_requested").moved("approve_return", "triaged", unit="")

    told_of(order)
    assert (fact().unit, fact().first_unit, fact().returns) == ("", WATER, 1)

    order.events.clear()
    told_of(order.dispatched(HOUSING))
    assert (fact().unit, fact().first_unit, fact().dispatches) == (HOUSING, WATER, 2)


@pytest.mark.parametrize(("ruled_for", "redispatches"), [(WATER, 0), (HOUSING, 1)])
def test_a_ruling_for_another_unit_is_a_redispatch(ruled_for: str, redispatches: int):
    order = (
        Order(1)
        .received()
        .moved("triage", "triaged")
        .dispatched(WATER)
        .moved("request_return", "adjudicating")
    )

    told_of(order.moved("adjudicate", "dispatched", unit=ruled_for))

    assert (fact().redispatches, fact().unit) == (redispatches, ruled_for)


@pytest.mark.parametrize(
    ("action", "state", "reason"),
    [
        ("merge", "merged", "merged"),
        ("reject", "rejected", "refused"),
        ("refer", "referred", "referred"),
        ("withdraw", "terminated", "withdrawn"),
    ],
)
def test_orders_that_nobody_answers_for_are_set_aside(action: str, state: str, reason: str):
    told_of(Order(1).received().moved("triage", "triaged").moved(action, state).closed())

    assert fact().set_aside == reason


def test_a_refusal_that_is_appealed_counts_again():
    told_of(
        Order(1).received().moved("triage", "triaged").moved("reject", "rejected").moved("appeal", "triaged")
    )

    assert fact().set_aside == ""


def test_a_demand_with_a_threat_stays_set_aside_whatever_happens_to_it():
    order = Order(1).received(flags=("threat",)).moved("triage", "triaged")

    told_of(order.moved("merge", "merged").moved("unmerge", "triaged").dispatched())

    assert fact().set_aside == "threat"


def test_a_demand_without_an_address_is_known_as_unreachable():
    told_of(Order(1).received(reachable=False), Order(2).received())

    assert (fact(1).reachable, fact(2).reachable) == (False, True)
    assert DemandTrait.objects.count() == 1


@pytest.mark.parametrize(("days", "repeated"), [(29, True), (31, False)])
def test_the_same_matter_again_within_thirty_days_is_a_repeat(days: int, repeated: bool):
    told_of(handled_and_closed(1))

    told_of(Order(2, at=START + 8 * HOUR + days * DAY).received(same_as=DemandId(1)))

    assert fact(1).repeated is repeated


def test_the_same_matter_while_the_order_is_open_is_no_repeat():
    told_of(handled(1))

    told_of(Order(2, at=START + DAY).received(same_as=DemandId(1)))

    assert fact(1).repeated is False


def test_hearing_a_batch_twice_changes_nothing():
    told_of(handled_and_closed(1), handled(2).called_back(reached=False))
    before = tables()

    follow(list(outbox.story()))

    assert tables() == before


@pytest.mark.thorough
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_batches_of_any_size_give_the_same_tables(size: int):
    told_of(*a_varied_county())
    whole = tables()
    FACTS.forget()
    story = list(outbox.story(limit=10_000))

    for start in range(0, len(story), size):
        follow(story[start : start + size])

    assert tables() == whole


def test_a_rebuild_from_the_beginning_gives_the_same_bytes():
    told_of(*a_varied_county())
    before = tables()

    heard_again = services.rebuild(by=SYSTEM)

    assert heard_again == len(list(outbox.story(limit=10_000)))
    assert tables() == before


def test_a_batch_costs_a_handful_of_queries_however_long_it_is(django_assert_max_num_queries):
    told(event for order in a_varied_county() for event in order.events)
    outbox.sequence()
    story = list(outbox.story(limit=10_000))

    follow(story[:1])  # the first load of all also asks the registry for its dimensions

    assert len(story) > 600
    with django_assert_max_num_queries(12):
        follow(story[1:])


def test_demands_of_another_story_change_no_fact():
    heard(
        [
            DemandReceived(
                demand_id=DemandId(5),
                channel="web",
                kind="help",
                category="",
                area="",
                urgency="",
                received_at=START,
                same_as=DemandId(4),
            )
        ]
    )

    assert not OrderFact.objects.exists()


def tables() -> str:
    return serialize("json", [*OrderFact.objects.order_by("pk"), *DemandTrait.objects.order_by("pk")])


def a_varied_county() -> list[Order]:
    """Sixty orders on different ways, from one seed."""
    chance = random.Random(20260504)
    orders = []
    for number in range(1, 61):
        at, unit = START + chance.randrange(40) * DAY, chance.choice([WATER, HOUSING])
        order = handled_and_closed(
            number, unit=unit, at=at, late=chance.choice([0, 0, 90]), solved=chance.random() < 0.7
        )
        if chance.random() < 0.2:
            order.moved("reopen", "triaged", unit="").dispatched(HOUSING).replied()
        orders.append(order)
    orders.append(Order(61).received(flags=("threat",), same_as=DemandId(1)))
    orders.append(
        Order(62, at=START + 20 * DAY).received(reachable=False, same_as=DemandId(2)).moved("merge", "merged")
    )
    return orders
