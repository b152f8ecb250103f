"""Demands per day, in the county's time zone, for whoever looks at time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.domains.intake.given import LEADER, OTHER_VILLAGE, TOWN, VILLAGE, given_demand

from shuzhi.domains.intake import services as intake
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import AccessDenied

pytestmark = pytest.mark.usefixtures("county")
DAY = timedelta(days=1)
MORNING = datetime(2026, 5, 11, 1, tzinfo=UTC)  # 09:00 in the county
FIRST = MORNING.date()


def received(at: datetime = MORNING, **fields: object) -> None:
    with clock.stopped_at(at):
        given_demand(**{"area": VILLAGE, "category": "020101", "received_at": at} | fields)


def counted(**asked: str) -> dict[date, int]:
    return dict(intake.count_by_day(since=MORNING - DAY, until=MORNING + 7 * DAY, by=SYSTEM, **asked))


def test_days_are_those_of_the_county_and_not_of_utc() -> None:
    late = datetime(2026, 5, 11, 16, 30, tzinfo=UTC)  # half past midnight on the 12th in the county

    received(late - timedelta(hours=1))
    received(late)

    assert counted() == {FIRST: 1, FIRST + DAY: 1}


def test_an_area_counts_with_everything_below_it_and_a_category_with_its_parts() -> None:
    received()
    received(area=OTHER_VILLAGE, category="0401")

    assert counted(area=TOWN) == {FIRST: 2}
    assert counted(area=VILLAGE) == counted(category="02") == counted(category="0201") == {FIRST: 1}
    assert counted(area=OTHER_VILLAGE, category="02") == {}


def test_secret_reports_are_in_no_count() -> None:
    received(secret=True, kind="report")

    assert counted() == {}


def test_the_first_day_is_that_of_the_earliest_demand() -> None:
    assert intake.first_day(by=SYSTEM) is None

    received(MORNING + DAY)
    received()

    assert intake.first_day(by=SYSTEM) == FIRST


def test_whoever_may_not_read_demands_counts_none() -> None:
    with pytest.raises(AccessDenied):
        intake.count_by_day(since=MORNING, until=MORNING + DAY, by=LEADER)
