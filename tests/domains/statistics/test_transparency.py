"""What shows whether people are asked, answered with a ground, heard without a clerk and given what is theirs."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.domains.statistics.given import DAY, START, Order, handled, handled_and_closed, heard, told_of

from shuzhi.domains.statistics import services
from shuzhi.domains.statistics.warehouse import reading
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.events import EntitlementDecided

pytestmark = pytest.mark.django_db
SINCE, UNTIL = START - DAY, START + 27 * DAY
VILLAGE = "990102100201"


@pytest.fixture(autouse=True)
def _in_june() -> Iterator[None]:
    with clock.stopped_at(START + 40 * DAY):
        yield


def counted(name: str) -> tuple[int, int]:
    (card,) = services.measures(since=SINCE, until=UNTIL, names=[name], actor=SYSTEM)
    return card.numerator, card.denominator


def decided(number: int, outcome: str, *, by_machine: bool = False) -> EntitlementDecided:
    return EntitlementDecided(
        award_id=number,
        decision_id=number,
        book="old_age_allowance",
        rule="amount",
        area=VILLAGE,
        outcome=outcome,
        amount_fen=10_000,
        as_of=START.date(),
        rule_package="",
        inputs_seal="",
        by_machine=by_machine,
        at=START + number * DAY,
    )


def refused(number: int, *, ground: str) -> Order:
    order = Order(number).received().moved("triage", "triaged").moved("reject", "rejected")
    order.events[-1] = replace(order.events[-1], ground=ground)  # type: ignore[call-arg]
    return order


def test_asked_are_those_whom_somebody_tried_to_call_after_a_unit_worked_for_them():
    direct = Order(4).received().moved("direct_answer", "replied").closed()
    told_of(
        handled_and_closed(1), handled(2).called_back(reached=False).closed(), handled(3).closed(), direct
    )

    assert counted("asked_share") == (2, 3)


def test_a_rating_counts_when_the_requester_gave_it_without_being_called():
    told_of(handled_and_closed(1).rated(solved=True, satisfaction=5), handled_and_closed(2), handled(3))

    assert counted("own_rating_share") == (1, 2)


def test_what_people_wrote_themselves_is_told_from_what_a_clerk_wrote_down():
    told_of(*(Order(n, channel=channel).received() for n, channel in enumerate(("web", "wechat", "hotline"))))

    assert counted("own_voice_share") == (2, 3)


def test_a_refusal_without_a_ground_in_law_is_seen():
    told_of(refused(1, ground="outside_duty"), refused(2, ground=""), handled_and_closed(3))

    assert counted("reasoned_refusal_share") == (1, 2)


def test_an_entitlement_is_a_row_with_its_place_and_amount_and_counts_when_something_was_given():
    heard(
        [
            decided(1, "granted", by_machine=True),
            decided(2, "raised"),
            decided(3, "refused"),
            decided(4, "stopped"),
        ]
    )

    rows = reading.ask("SELECT decision_id, area, outcome, amount_fen FROM benefits", now=clock.now())
    assert sorted(rows)[0] == (1, VILLAGE, "granted", 10_000)
    assert len(rows) == 4
    assert counted("automatic_benefit_share") == (1, 2)


def test_the_rows_behind_an_entitlement_lead_to_no_demand():
    heard([decided(1, "granted")])

    page = services.rows_of_measure("automatic_benefit_share", since=SINCE, until=UNTIL, by=SYSTEM)

    assert [(row.demand_id, row.area, row.value) for row in page.rows] == [(None, VILLAGE, 0)]
