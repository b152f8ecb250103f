"""Demands day by day: each once, where and about what the hotline settled, on the county's own days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.domains.statistics.given import DAY, HOUR, START, Order, told_of
from tests.factories import LIFT, OTHER_VILLAGE, STREET_LIGHT, VILLAGE, given_county

from shuzhi.domains.statistics import services
from shuzhi.domains.statistics.services import DayCount
from shuzhi.spine.actors import ANONYMOUS, SYSTEM
from shuzhi.spine.errors import AccessDenied

pytestmark = pytest.mark.django_db
MONDAY = START.date()
HERE, THERE = "990102100201", "990103100201"


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(settings, tmp_path) -> None:
    settings.SHUZHI_WAREHOUSE_DIR = str(tmp_path / "warehouse")


def days(since: date = MONDAY, until: date = MONDAY + timedelta(days=7)) -> list[DayCount]:
    return services.demands_by_day(since=since, until=until, by=SYSTEM)


def test_a_demand_counts_where_the_hotline_settled_it_not_where_it_was_said_to_be_first():
    told_of(
        Order(1, category="0401").received(category="0201", area=THERE),
        Order(2).received(),
        Order(3).received(),
    )

    assert days() == [DayCount(MONDAY, HERE, "0201", 2), DayCount(MONDAY, HERE, "0401", 1)]


def test_a_demand_counts_on_the_day_of_the_county_on_which_it_came():
    told_of(Order(1, at=START + 14 * HOUR).received(), Order(2, at=START + 15 * HOUR).received())

    assert [(one.day, one.demands) for one in days()] == [(MONDAY, 1), (MONDAY + timedelta(days=1), 1)]
    assert days(until=MONDAY + timedelta(days=1)) == [DayCount(MONDAY, HERE, "0201", 1)]


def test_a_second_order_does_not_make_a_second_demand():
    first = Order(1).received()
    second = Order(2, category="0401")
    second.moved("split", "registered")
    second.events = [replace(event, demand_id=1) for event in second.events]

    told_of(first, second)

    assert days() == [DayCount(MONDAY, HERE, "0201", 1)]


def test_demands_of_some_days_an_area_and_some_categories_are_found_newest_first():
    told_of(
        *(Order(number).received() for number in (1, 2, 3)),
        Order(4, area=THERE).received(),
        Order(5, category="0401").received(),
        Order(6, at=START + 2 * DAY).received(),
    )

    def found(area: str, *categories: str, limit: int = 10) -> list[int]:
        until = MONDAY + timedelta(days=2)
        return services.demands_of(
            since=MONDAY, until=until, area=area, categories=categories, limit=limit, by=SYSTEM
        )

    assert found("990102000000", "0201") == [3, 2, 1]
    assert found("990102000000", "0201", limit=2) == [3, 2]
    assert found("") == [5, 4, 3, 2, 1]


def test_demands_about_some_categories_are_told_with_their_place_and_day():
    told_of(Order(1).received(), Order(2, area=THERE).received(), Order(3, category="0401").received())
    until = MONDAY + timedelta(days=1)

    told = services.demands_about(since=MONDAY, until=until, categories=["0201"], by=SYSTEM)

    assert [tuple(one) for one in told] == [(1, MONDAY, HERE, "0201"), (2, MONDAY, THERE, "0201")]
    assert services.demands_about(since=MONDAY, until=until, categories=[], by=SYSTEM) == []


def test_an_area_counts_with_everything_below_it_and_a_category_with_its_parts():
    given_county()
    told_of(
        Order(1, area=VILLAGE, category=LIFT).received(),
        Order(2, area=OTHER_VILLAGE, category=STREET_LIGHT).received(),
    )

    def counted(**asked: str) -> list[str]:
        until = MONDAY + timedelta(days=1)
        return [one.area for one in services.demands_by_day(since=MONDAY, until=until, by=SYSTEM, **asked)]

    assert counted(area="990102000000") == [VILLAGE, OTHER_VILLAGE]
    assert counted(area=VILLAGE) == counted(category=LIFT[:2]) == [VILLAGE]
    assert counted(area=OTHER_VILLAGE, category=LIFT[:2]) == []


def test_the_first_day_is_that_of_the_earliest_demand():
    assert services.first_day(by=SYSTEM) is None

    told_of(Order(1, at=START + DAY).received(), Order(2).received())

    assert services.first_day(by=SYSTEM) == MONDAY


def test_the_public_is_not_told_village_by_village():
    with pytest.raises(AccessDenied):
        services.demands_by_day(since=MONDAY, until=MONDAY + timedelta(days=1), by=ANONYMOUS)
