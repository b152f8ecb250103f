"""Weeks after a decision it is told what changed, with its interval, or why nothing can be told yet."""

import pytest
from django.test import Client
from tests.domains.insight.given_questions import given_decided, given_draft, leader
from tests.factories import DAY, HOUR, MONDAY, OTHER_VILLAGE, client_of, draft, staff
from tests.made_once import made_once

from shuzhi.domains.insight import services
from shuzhi.domains.insight.decision_cards import EffectCard
from shuzhi.domains.intake import services as intake
from shuzhi.domains.statistics import services as statistics
from shuzhi.domains.statistics.handlers import FACTS
from shuzhi.engines.fairness import LEAST_SHOWN
from shuzhi.spine import clock, outbox
from shuzhi.spine.actors import ANONYMOUS, SYSTEM
from shuzhi.spine.errors import AccessDenied

pytestmark = pytest.mark.usefixtures("county")
WEEK = 7 * DAY
START = MONDAY + 10 * WEEK
BEFORE = (12, 11, 13, 12, 12, 11, 12, 13, 12, 12)


@made_once
def given_weeks(counts: tuple[int, ...], *, area: str = "990102100201") -> None:
    """So many demands in each week from MONDAY on."""
    drafts = [
        draft(f"走道灯坏了 {week} {number}", received_at=MONDAY + week * WEEK + number * HOUR, area=area)
        for week, many in enumerate(counts)
        for number in range(many)
    ]
    intake.receive_many(drafts, by=SYSTEM)


def effect_after(weeks: int) -> EffectCard:
    with clock.stopped_at(START):
        number = given_decided(starts_on=START.date())
    with clock.stopped_at(START + weeks * WEEK):
        return services.effect(number, by=leader())


def test_half_as_many_demands_since_are_a_clear_effect_with_its_interval() -> None:
    given_weeks((*BEFORE, 4, 5, 4, 5))
    given_weeks((3,) * 14, area=OTHER_VILLAGE)  # the decision was about another town

    found = effect_after(4)

    assert found.came == (*BEFORE, 4, 5, 4, 5)
    assert (found.before, found.first) == (10, MONDAY.date())
    assert found.change is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.change < found.high < 0
    assert found.clear
    assert len(found.expected) == 14
    assert found.next_on == (START + 5 * WEEK).date()


def test_a_week_that_lacks_a_day_is_shown_as_such_and_teaches_nothing() -> None:
    lost = (START + 9 * DAY).date()
    drafts = [
        draft(f"走道灯坏了 {shift} {number}", received_at=START + shift * DAY + number * HOUR)
        for shift in range(-56, 21)
        if shift != 9
        for number in range(7)
    ]
    intake.receive_many(drafts, by=SYSTEM)

    found = effect_after(3)
    with clock.stopped_at(START + 3 * WEEK):
        page = client_of(leader(), language="en").get(f"/desk/decisions/{found.question}/").content.decode()

    assert (found.before, found.incomplete, found.came[9]) == (8, (9,), 6 * 7)
    assert found.change == pytest.approx(0, abs=0.01)
    assert [(one.on, one.kind) for one in found.breaks] == [(lost, "missing")]
    assert "nothing was told on this day" in page
    assert "lacks a day" in page


def test_as_many_demands_as_before_are_no_clear_effect() -> None:
    given_weeks((*BEFORE, 12, 12, 11, 13))

    found = effect_after(4)

    assert not found.clear
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0 < found.high


@pytest.mark.parametrize("weeks", [0, 1])
def test_before_two_weeks_are_over_nothing_is_told_but_what_came(weeks: int) -> None:
    given_weeks((*BEFORE, 1))

    found = effect_after(weeks)

    assert found.why_not == "too_early"
    assert found.change is None
    assert found.came == (*BEFORE, 1)[: 10 + weeks]


def test_too_few_demands_tell_nothing() -> None:
    given_weeks((1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0))

    assert effect_after(3).why_not == "too_few"


def test_weeks_before_the_county_kept_demands_are_no_weeks_without_demands() -> None:
    given_weeks((0, 0, 0, 0, 6, 6, 6, 6, 6, 6, 2, 2, 2))

    found = effect_after(3)

    assert found.before == 6
    assert found.why_not == "too_few"


def test_without_a_decision_there_is_no_effect() -> None:
    assert services.effect(given_draft(), by=leader()).why_not == "not_decided"


def test_counts_hold_secret_demands_and_are_told_to_those_only_who_may_read_the_decision() -> None:
    """Figures must be true, so that nothing is left out of them; the public is told groups of five and more only."""
    given_weeks((*BEFORE, 4, 5))
    secret = [
        draft(f"匿名反映 {number}", received_at=START + number * HOUR, secret=True) for number in range(2)
    ]
    intake.receive_many(secret, by=SYSTEM)
    with clock.stopped_at(START):
        number = given_decided(starts_on=START.date())

    with clock.stopped_at(START + 2 * WEEK):
        assert services.effect(number, by=leader()).came[-2:] == (6, 5)
        for stranger in (staff("unit_officer", unit="housing"), staff("call_taker"), ANONYMOUS):
            with pytest.raises(AccessDenied):
                services.effect(number, by=stranger)
        assert Client().get(f"/desk/questions/{number}/").status_code == 302
        shown = statistics.measures(
            since=START, until=START + 2 * WEEK, by="category", names=["received"], actor=ANONYMOUS
        )
    assert all(one.hidden or one.denominator >= LEAST_SHOWN for one in shown)


def test_the_public_cannot_tell_a_few_secret_demands_from_a_table() -> None:
    intake.receive_many(
        [draft(f"匿名反映 {n}", received_at=START + n * HOUR, secret=True) for n in range(LEAST_SHOWN - 1)],
        by=SYSTEM,
    )
    outbox.drain([FACTS])

    with clock.stopped_at(START + WEEK):
        (shown,) = statistics.measures(
            since=START, until=START + WEEK, by="category", names=["received"], actor=ANONYMOUS
        )

    assert (shown.hidden, shown.numerator, shown.denominator) == (True, 0, 0)
