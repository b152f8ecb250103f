"""Each measure counts what its definition says, and nothing that hides or blames."""

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.domains.statistics.given import (
    DAY,
    HOUR,
    HOUSING,
    START,
    TOWN_A,
    TOWN_B,
    WATER,
    Order,
    handled,
    handled_and_closed,
    told_of,
)
from tests.made_once import made_once

from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics import services
from shuzhi.domains.statistics.cards import MeasureCard
from shuzhi.spine import clock
from shuzhi.spine.actors import ANONYMOUS, SYSTEM
from shuzhi.spine.errors import AccessDenied, InvalidInput
from shuzhi.spine.events import DemandId

pytestmark = pytest.mark.django_db

SINCE, UNTIL = START - DAY, START + 27 * DAY
CITY, COUNTY, TOWN, VILLAGE = "990100000000", "990102000000", "990102100000", "990102100201"


@pytest.fixture(autouse=True)
def _in_june() -> Iterator[None]:
    with clock.stopped_at(START + 40 * DAY):
        yield


def measure(name: str, *, by: str = "", group: str = "") -> MeasureCard:
    found = services.measures(since=SINCE, until=UNTIL, by=by, names=[name], actor=SYSTEM)
    return next(card for card in found if card.group == group)


@made_once
def given_registry() -> None:
    for dataset, text in (
        ("areas", f"code,name,name_en,level,parent\n{CITY},云江市,Yunjiang,city,\n{COUNTY},禾坪县,Heping,county,{CITY}\n{TOWN},青石镇,Qingshi,town,{COUNTY}\n{VILLAGE},上湾村,Shangwan,village,{TOWN}\n"),
        ("categories", "code,parent,level,name,name_en,keywords\n02,,1,住房与城乡建设,Housing,\n0201,02,2,物业管理,Property,\n04,,1,公共服务,Utilities,\n"),
        ("units", f"code,name,name_en,tier,area,parent,phone\n{HOUSING},住建局,Housing Bureau,department,{CITY},,\n{WATER},云江水务,Yunjiang Water,firm,{CITY},,\n{TOWN_A},青石镇政府,Qingshi Town,town,{TOWN},,\n{TOWN_B},罗溪镇政府,Luoxi Town,town,{TOWN},,\n"),
    ):  # fmt: skip
        assert registry.import_csv(dataset, io.BytesIO(text.encode()), by=SYSTEM).quarantined == 0


# The three rates


def test_response_counts_contacts_in_time_and_contacts_that_never_came():
    late = Order(2).received().dispatched().contacted(in_time=False)
    never = Order(3).received().dispatched().replied()
    told_of(handled(1), late, never)

    card = measure("response_rate")

    assert (card.numerator, card.denominator) == (1, 3)


def test_response_leaves_out_who_cannot_be_reached_and_what_is_not_due_yet():
    nobody = Order(1).received(reachable=False).dispatched().replied()
    waiting = Order(2).received().dispatched(due_at=START + 60 * DAY)
    overdue = Order(3).received().dispatched(due_at=START + 5 * DAY)
    told_of(nobody, waiting, overdue)

    card = measure("response_rate")

    assert (card.numerator, card.denominator) == (0, 1)
    assert card.excluded == {"unreachable": 1, "waiting": 1}


def test_silence_is_neither_solved_nor_satisfied():
    silent = (
        handled(2).called_back(reached=False).called_back(reached=False).called_back(reached=False).closed()
    )
    told_of(handled_and_closed(1), silent)

    for name in ("resolution_rate", "satisfaction_rate"):
        card = measure(name)
        assert (card.numerator, card.denominator) == (1, 1)
        assert card.excluded == {"unreached": 1}


@pytest.mark.parametrize(("satisfaction", "satisfied"), [(1, 0), (2, 0), (3, 1), (4, 1), (5, 1)])
def test_fairly_satisfied_is_satisfied(satisfaction: int, satisfied: int):
    told_of(handled_and_closed(1, satisfaction=satisfaction))

    assert measure("satisfaction_rate").numerator == satisfied


def test_an_answer_to_one_question_is_no_answer_to_the_other():
    told_of(handled(1).called_back(solved=True).closed())

    assert measure("resolution_rate").denominator == 1
    assert measure("satisfaction_rate").excluded == {"unanswered": 1}


def test_an_order_closed_without_a_call_back_is_counted_as_not_asked():
    told_of(Order(1).received().moved("triage", "triaged").moved("answer_directly", "answered").closed())

    assert measure("resolution_rate").excluded == {"not_asked": 1}


def test_the_requesters_own_rating_does_not_move_the_three_rates():
    told_of(handled_and_closed(1, solved=True, satisfaction=5).rated(solved=False, satisfaction=1))

    assert measure("resolution_rate").rate == 1.0
    assert measure("satisfaction_rate").rate == 1.0


# Time


def test_on_time_counts_late_closings_and_overdue_orders_that_are_left_open():
    open_and_late = Order(3).received().dispatched(due_at=START + 5 * DAY)
    open_in_time = Order(4).received().dispatched(due_at=START + 90 * DAY)
    told_of(handled_and_closed(1), handled_and_closed(2, late=30), open_and_late, open_in_time)

    card = measure("on_time_rate")

    assert (card.numerator, card.denominator) == (1, 3)


def test_a_suspended_order_is_not_overdue():
    told_of(
        Order(1).received().dispatched(due_at=START + DAY).moved("suspend", "suspended", due_at=START + DAY)
    )

    assert measure("on_time_rate").denominator == 0


def test_half_of_the_orders_were_answered_within_the_median_time():
    told_of(
        *(handled_and_closed(n) for n in (1, 2)),
        Order(3).received().dispatched(after=50 * HOUR).replied().closed(),
    )

    card = measure("median_hours")

    assert (card.rate, card.denominator, card.low) == (5, 3, None)


# The work


def test_rework_counts_orders_once_and_leaves_out_direct_answers():
    twice = (
        handled(1)
        .moved("request_rework", "handling")
        .moved("reply", "replied")
        .moved("request_rework", "handling")
    )
    direct = Order(2).received().moved("triage", "triaged").moved("answer_directly", "answered").closed()
    told_of(twice.moved("reply", "replied").called_back(solved=True).closed(), direct, handled_and_closed(3))

    card = measure("rework_rate")

    assert (card.numerator, card.denominator, card.excluded) == (1, 2, {"not_dispatched": 1})


def test_a_return_counts_for_the_unit_that_got_the_order_first():
    given_registry()
    order = Order(1).received().dispatched(WATER).moved("request_return", "return_requested")
    told_of(order.moved("approve_return", "triaged", unit="").dispatched(HOUSING), handled(2, unit=HOUSING))

    returned, kept = (measure("return_rate", by="unit", group=unit) for unit in (WATER, HOUSING))

    assert (returned.numerator, returned.denominator) == (1, 1)
    assert (kept.numerator, kept.denominator) == (0, 1)
    assert measure("dispatch_accuracy").rate == 0.5


def test_a_redispatch_makes_the_dispatch_inaccurate_and_is_no_return():
    told_of(Order(1).received().dispatched(WATER).moved("redispatch", "dispatched", unit=HOUSING))

    assert measure("dispatch_accuracy").numerator == 0
    assert measure("return_rate").numerator == 0


def test_repeats_are_known_after_thirty_days_only():
    told_of(handled_and_closed(1), handled_and_closed(2), handled_and_closed(3, at=START + 15 * DAY))
    told_of(Order(4, at=START + 20 * DAY).received(same_as=DemandId(1)))

    card = measure("repeat_rate")

    assert (card.numerator, card.denominator, card.excluded) == (1, 2, {"too_recent": 1})


def test_a_reopened_order_stays_in_the_reopen_rate_while_it_is_open():
    told_of(handled_and_closed(1).moved("reopen", "triaged", unit=""), handled_and_closed(2))

    assert measure("reopen_rate").rate == 0.5
    assert measure("resolution_rate").denominator == 1


def test_direct_answers_are_those_that_no_unit_was_needed_for():
    direct = Order(1).received().moved("triage", "triaged").moved("answer_directly", "answered")
    not_enough = (
        Order(2).received().moved("triage", "triaged").moved("answer_directly", "answered").dispatched()
    )
    told_of(direct, not_enough, handled(3), Order(4).received())

    card = measure("direct_answer_share")

    assert (card.numerator, card.denominator, card.excluded) == (1, 3, {"undecided": 1})


# Blame


def test_refusals_threats_and_other_peoples_duties_are_nobodys_blame():
    refused = Order(1).received().moved("triage", "triaged").moved("reject", "rejected").closed(late=99)
    referred = Order(2).received().moved("triage", "triaged").moved("refer", "referred").closed(late=99)
    threat = (
        Order(3)
        .received(flags=("threat",))
        .dispatched()
        .replied(late=99)
        .called_back(solved=False, satisfaction=1)
    )
    told_of(refused, referred, threat.closed(late=99), handled_and_closed(4))

    for name in ("on_time_rate", "resolution_rate", "satisfaction_rate"):
        card = measure(name)
        assert (card.numerator, card.denominator) == (1, 1)
        assert {"refused": 1, "referred": 1, "threat": 1}.items() <= card.excluded.items()


def test_merged_orders_count_once():
    told_of(handled_and_closed(1), Order(2).received().moved("merge", "merged").closed())

    assert measure("on_time_rate").denominator == 1
    assert measure("on_time_rate").excluded == {"merged": 1}


# Groups


def test_units_are_ranked_among_their_own_tier_and_only_with_thirty_orders():
    given_registry()
    towns = [handled_and_closed(n, unit=TOWN_A, solved=n % 4 > 0) for n in range(1, 41)]
    few = [handled_and_closed(n, unit=TOWN_B) for n in range(41, 51)]
    told_of(*towns, *few, *(handled_and_closed(n, unit=WATER) for n in range(51, 90)))

    firms, town = services.compare_units("resolution_rate", since=SINCE, until=UNTIL)

    assert (firms.code, [card.group for card in firms.ranked]) == ("firm", [WATER])
    assert [card.group for card in town.ranked] == [TOWN_A]
    assert [card.group for card in town.too_few] == [TOWN_B]
    assert not town.too_few[0].rankable
    assert town.too_few[0].shrunk < town.too_few[0].rate == 1.0


def test_where_less_is_better_the_lowest_rate_stands_first():
    given_registry()
    often = [
        handled(n, unit=TOWN_A).moved("request_rework", "handling").moved("reply", "replied").closed()
        for n in range(1, 41)
    ]
    told_of(*often, *(handled_and_closed(n, unit=TOWN_B) for n in range(41, 81)))

    (town,) = services.compare_units("rework_rate", since=SINCE, until=UNTIL)

    assert [card.group for card in town.ranked] == [TOWN_B, TOWN_A]


def test_categories_are_counted_at_the_top_of_their_tree():
    given_registry()
    told_of(
        handled_and_closed(1, category="0201"),
        handled_and_closed(2, category="02"),
        handled_and_closed(3, category="04"),
    )

    found = services.measures(since=SINCE, until=UNTIL, by="category", names=["on_time_rate"], actor=SYSTEM)

    assert {(card.group, card.group_name, card.denominator) for card in found} == {
        ("02", "住房与城乡建设", 2),
        ("04", "公共服务", 1),
    }


@pytest.mark.parametrize(
    ("by", "groups"), [("channel", {"web", "hotline"}), ("tier", {"firm", "town"}), ("area", {COUNTY})]
)
def test_every_group_adds_up_to_everything(by: str, groups: set[str]):
    given_registry()
    told_of(
        handled_and_closed(1),
        handled_and_closed(2, channel="hotline", unit=TOWN_A),
        handled_and_closed(3, late=9),
    )

    found = services.measures(since=SINCE, until=UNTIL, by=by, names=["on_time_rate"], actor=SYSTEM)

    assert {card.group for card in found} == groups
    assert sum(card.numerator for card in found) == measure("on_time_rate").numerator == 2


def test_small_areas_are_shown_to_those_who_read_statistics_only():
    given_registry()
    told_of(handled_and_closed(1))

    (card,) = services.measures(
        since=SINCE, until=UNTIL, by="area", within=TOWN, names=["on_time_rate"], actor=SYSTEM
    )
    assert card.group == VILLAGE

    with pytest.raises(AccessDenied):
        services.measures(since=SINCE, until=UNTIL, by="area", within=TOWN, actor=ANONYMOUS)


# Periods


def test_a_period_begins_with_its_first_moment_and_ends_before_its_last():
    told_of(handled_and_closed(1))
    closed_at = START + 8 * HOUR

    def counted(since: object, until: object) -> int:
        (card,) = services.measures(since=since, until=until, names=["on_time_rate"])
        return card.denominator

    assert counted(closed_at, closed_at + HOUR) == 1
    assert counted(closed_at - HOUR, closed_at) == 0


@pytest.mark.parametrize(
    "asked",
    [
        {"by": "mood"},
        {"names": ["happiness"]},
        {"until": SINCE},
        {"since": SINCE.replace(tzinfo=None)},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(asked: dict[str, object]):
    with pytest.raises(InvalidInput):
        services.measures(**{"since": SINCE, "until": UNTIL, **asked})


def test_without_any_order_nothing_is_known_but_that_none_came():
    for card in services.measures(since=SINCE, until=UNTIL):
        rate = 0.0 if card.scale == "count" else None
        assert (card.rate, card.low, card.denominator, card.rankable) == (rate, None, 0, False)


def test_the_week_compares_seven_complete_days_with_the_seven_before():
    orders = [handled_and_closed(n, at=START + n * DAY) for n in range(1, 22)]
    told_of(*orders, handled_and_closed(22, at=START + 20 * DAY, satisfaction=1, late=5))

    with clock.stopped_at(START + 22 * DAY):
        week = services.week_in_figures()

    assert week.until - week.since == timedelta(days=7)
    assert (week.received, week.received_by_week) == (8, (0, 0, 0, 0, 0, 7, 7, 8))
    assert week.change == pytest.approx(1 / 7)
    assert (week.on_time.numerator, week.on_time.denominator) == (7, 8)
    assert week.satisfaction_by_week == (None, None, None, None, None, 1.0, 1.0, 7 / 8)


def test_every_measure_is_defined_in_both_languages_with_a_source():
    shown = {card.name for card in services.measures(since=SINCE, until=UNTIL)}

    defined = {one.name: one for one in services.definitions()}

    assert set(defined) == shown
    for one in defined.values():
        assert one.formula_en
        assert one.source
        assert one.numerator
        assert one.denominator


def test_a_page_of_measures_costs_a_bounded_number_of_queries(django_assert_max_num_queries):
    given_registry()
    told_of(*(handled_and_closed(n) for n in range(1, 20)))

    with django_assert_max_num_queries(12):
        services.measures(since=SINCE, until=UNTIL, by="unit")
    with django_assert_max_num_queries(3):
        services.measures(since=SINCE, until=UNTIL, by="unit")
