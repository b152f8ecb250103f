"""Monthly topics: proposed before the month comes, taken up with a unit or declined with a reason."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests import factories
from tests.domains.insight.given import CITY, LIFT, given_days
from tests.factories import announced, client_of, staff

from shuzhi.domains.insight import services
from shuzhi.domains.insight.services.topics import TopicAlreadyJudged
from shuzhi.domains.insight.topic_cards import TopicCard
from shuzhi.spine import clock, outbox
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import AccessDenied, InvalidInput, NotFound
from shuzhi.spine.events import TopicJudged

pytestmark = pytest.mark.usefixtures("county")
FIRST, DECEMBER = date(2023, 12, 20), date(2026, 12, 1)
NOVEMBER = datetime(2026, 11, 3, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_warehouse_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.SHUZHI_WAREHOUSE_DIR = str(tmp_path / "warehouse")


def every_december(day: date, area: str, category: str) -> int:
    """A demand every third day, two a day about lifts in December."""
    if (area, category) != (CITY, LIFT):
        return day.day % 12 == 0
    return 2 if day.month == 12 else day.day % 3 == 0


@pytest.fixture
def proposed() -> TopicCard:
    days = (NOVEMBER.date() - FIRST).days
    given_days(days, first=FIRST, counts=every_december)
    with clock.stopped_at(NOVEMBER):
        (found,) = services.propose_topics(by=SYSTEM)
    return found


def test_what_december_brings_every_year_is_proposed_in_november(proposed: TopicCard) -> None:
    assert (proposed.month, proposed.category_name, proposed.state) == (DECEMBER, "电梯故障", "proposed")
    assert [year for year, _came, _meant in proposed.years] == [2024, 2025]
    assert [came for _year, came, _meant in proposed.years] == [64, 64]
    assert proposed.ratio > 3


def test_it_is_proposed_once_a_month_by_itself(proposed: TopicCard) -> None:
    night = datetime(2026, 11, 30, 20, 30, tzinfo=UTC)  # 04:30 on 1 December

    with clock.stopped_at(NOVEMBER):
        assert services.propose_ahead() == 0
        assert [one.id for one in services.propose_topics(by=SYSTEM)] == [proposed.id]
    with clock.stopped_at(night):
        assert services.propose_ahead() == 0
        assert [one.id for one in services.topics(by=SYSTEM)] == [proposed.id]


def test_a_topic_is_taken_up_with_a_unit_and_only_once(proposed: TopicCard) -> None:
    supervisor = staff("supervisor")

    with pytest.raises(InvalidInput):
        services.judge_topic(proposed.id, accept=True, by=supervisor)
    taken = services.judge_topic(proposed.id, accept=True, owner=factories.HOUSING, by=supervisor)

    assert (taken.state, taken.owner, taken.judged_by) == ("accepted", factories.HOUSING, supervisor.label)
    with pytest.raises(TopicAlreadyJudged):
        services.judge_topic(proposed.id, accept=False, because="不", by=supervisor)
    outbox.drain([])
    assert announced(TopicJudged) == [
        TopicJudged(
            topic_id=proposed.id, month=DECEMBER, category=LIFT, accepted=True, unit=factories.HOUSING
        )
    ]


def test_declining_says_why_and_leaders_and_strangers_decide_nothing(proposed: TopicCard) -> None:
    with pytest.raises(InvalidInput):
        services.judge_topic(proposed.id, accept=False, because=" ", by=SYSTEM)
    with pytest.raises(AccessDenied):
        services.judge_topic(proposed.id, accept=False, because="不", by=staff("leader"))
    with pytest.raises(NotFound):
        services.judge_topic(proposed.id + 99, accept=False, because="不", by=SYSTEM)
    assert services.judge_topic(proposed.id, accept=False, because="已有专项", by=SYSTEM).state == "declined"


def test_the_page_shows_the_years_and_takes_the_decision(proposed: TopicCard) -> None:
    client = client_of(staff("supervisor"))
    with clock.stopped_at(NOVEMBER):
        page = client.get("/desk/topics/").content.decode()
        wrong = client.post(f"/desk/topics/{proposed.id}/judge/", {"answer": "accept", "because": "早做准备"})
        client.post(f"/desk/topics/{proposed.id}/judge/", {"answer": "accept", "owner": factories.HOUSING})
        after = client.get("/desk/topics/").content.decode()
        listed = client_of(staff("leader")).get("/api/insight/topics").json()

    assert "电梯故障" in page
    assert ">64<" in page
    assert wrong.status_code == 422
    assert "早做准备" in wrong.content.decode()
    assert "当月课题" in after
    assert listed[0]["state"] == "accepted"
