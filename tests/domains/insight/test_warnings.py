"""Early warnings: raised once, renewed, graver when the weather agrees, carried to an end by people."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.domains.insight.given import CITY, LIFT, MONDAY, OTHER, given_days, tell, told_of, usual
from tests.factories import announced, staff
from tests.made_once import made_once

from shuzhi.domains.insight import services
from shuzhi.domains.insight.services.alerting import WarningCannotMove
from shuzhi.domains.insight.warning_cards import WarningCard
from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics.handlers import FACTS
from shuzhi.spine import clock, outbox
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import AccessDenied, InvalidInput, NotFound
from shuzhi.spine.events import ChecklistWritten, WarningMoved, WarningRaised

pytestmark = pytest.mark.usefixtures("county")
COUNTY = "990102000000"
OTHER_TOWN = "990102101000"
DAYS = 90
TODAY = MONDAY + timedelta(days=DAYS)


@pytest.fixture(autouse=True)
def _files_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.SHUZHI_WAREHOUSE_DIR = str(tmp_path / "warehouse")


def at(day: date, hour: int = 4) -> datetime:
    """Noon in the county."""
    return datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=hour)


def look(day: date = TODAY) -> list[WarningCard]:
    with clock.stopped_at(at(day)):
        services.look_for_warnings(by=SYSTEM)
        return services.open_warnings(by=SYSTEM)


def given_burst(many: int = 40, *, category: str = LIFT, day: date = TODAY, number: int = 50_000) -> None:
    tell([told_of(number + each, day, CITY, category) for each in range(many)])


def told_since(event: type[Any]) -> list[Any]:
    outbox.drain([])
    return announced(event)


@pytest.fixture
def raised() -> WarningCard:
    return given_raised()


@made_once
def given_raised() -> WarningCard:
    given_days(DAYS)
    given_burst()
    (found,) = look()
    return found


def test_ordinary_weeks_raise_nothing() -> None:
    given_days(DAYS)

    assert look() == []


def test_a_burst_is_warned_of_on_its_day_with_what_was_ordinary_and_its_demands(raised: WarningCard) -> None:
    assert (raised.area, raised.level, raised.kind, raised.state) == (COUNTY, "red", "burst", "raised")
    assert raised.title == "电梯故障"
    assert raised.came == 40
    assert 0 < raised.expected < 15
    assert raised.false_alarms < 1e-5
    detail = services.warning(raised.id, by=SYSTEM)
    assert detail.days[-1].day == TODAY
    assert detail.days[-1].came == 40
    assert detail.tasks[0].text == "抽看诉求，确认是不是同一件事"
    assert told_since(WarningRaised) == [
        WarningRaised(
            warning_id=raised.id, area=COUNTY, subject=LIFT, level="red", first_day=TODAY, last_day=TODAY
        )
    ]


def given_quiet_town(*, burst: int) -> None:
    """Lifts fail in one town all the time and in the other never, until some do on one day."""

    def quiet(day: date, area: str, category: str) -> int:
        return 0 if (area, category) == (OTHER, LIFT) else usual(day, area, category)

    given_days(DAYS, counts=quiet)
    tell([told_of(50_000 + each, TODAY, OTHER, LIFT) for each in range(burst)])


def test_what_begins_in_one_town_is_warned_of_before_the_county_as_a_whole_shows_it() -> None:
    given_quiet_town(burst=7)

    (found,) = look()

    assert (found.area, found.place, found.came) == (COUNTY, OTHER_TOWN, 7)
    assert found.place_name
    assert {one.demand_id for one in services.warning(found.id, by=SYSTEM).evidence} <= set(
        range(50_000, 50_007)
    )


def test_as_many_in_a_town_that_is_used_to_it_are_no_warning() -> None:
    given_days(DAYS)
    given_burst(7)

    assert look() == []


def test_looking_again_renews_the_warning_and_raises_no_second_one(raised: WarningCard) -> None:
    given_burst(30, number=60_000)

    (again,) = look()

    assert (again.id, again.came) == (raised.id, 70)
    assert len(told_since(WarningRaised)) == 1


def test_a_rise_that_lasts_is_dated_to_its_first_days() -> None:
    began = DAYS - 14

    def rising(day: date, area: str, category: str) -> int:
        more = 4 if (area, category) == (CITY, LIFT) and (day - MONDAY).days >= began else 0
        return usual(day, area, category) + more

    given_days(DAYS, counts=rising)
    (found,) = look()

    assert found.kind == "shift"
    assert abs((found.first_day - MONDAY).days - began) <= 3


def given_readings(quantity: str, value: Callable[[date], float], *, leads: int = 4) -> None:
    """Observations of all days, and with several leads forecasts one to three days ahead."""
    lines = ["area,quantity,value,observed_at,told_at"]
    for shift in range(-DAYS, leads):
        day = TODAY + timedelta(days=shift)
        lines += [
            f"{COUNTY},{quantity},{value(day)},{day},{day - timedelta(days=lead)}"
            for lead in range(leads)
            if shift <= lead
        ]
    with clock.stopped_at(at(TODAY)):
        report = registry.import_csv("readings", io.BytesIO("\n".join(lines).encode()), by=SYSTEM)
    assert not report.quarantined
    outbox.drain([FACTS])


def test_a_storm_is_warned_of_before_anybody_calls() -> None:
    given_days(DAYS)
    tomorrow = TODAY + timedelta(days=1)
    given_readings("rain", lambda day: 120 if day == tomorrow else 2)

    (found,) = look()

    assert (found.kind, found.level, found.area, found.title) == ("weather", "orange", COUNTY, "强降雨与洪涝")
    assert found.sources == ("weather",)
    assert [(one.quantity, one.value, one.unit, one.day) for one in found.readings] == [
        ("rain", 120, "mm", tomorrow)
    ]
    assert found.tasks == 6


def test_what_a_storm_brings_joins_its_warning() -> None:
    given_days(DAYS)
    given_readings("rain", lambda day: 120 if day >= TODAY else 2)
    with clock.stopped_at(at(TODAY)):
        _lifts_are_a_matter_of_the_storm()
        given_burst(40, category=LIFT)

    (found,) = look()

    assert found.sources == ("demands", "weather")
    assert [one.category for one in found.matters] == [LIFT]
    assert found.level == "red"


def _lifts_are_a_matter_of_the_storm() -> None:
    services.write_checklist(
        "rain", steps=["看雨情"], categories=["0201"], from_date=TODAY, because="测试", by=SYSTEM
    )


def test_demands_that_the_weather_explains_as_well_are_graver_than_either_alone() -> None:
    given_days(DAYS)
    given_burst(21, category=LIFT)
    (alone,) = look()
    services.close_warning(alone.id, outcome="true", because="雨", by=SYSTEM)
    given_readings("rain", lambda day: 60 if day == TODAY else 2)
    with clock.stopped_at(at(TODAY)):
        _lifts_are_a_matter_of_the_storm()

    (found,) = look()

    assert found.sources == ("demands", "weather")
    assert found.false_alarms < alone.false_alarms


def test_demands_a_river_and_the_rain_agree_and_the_warning_shows_all_three() -> None:
    given_days(DAYS)
    given_burst(21, category=LIFT)
    (alone,) = look()
    services.close_warning(alone.id, outcome="true", because="水", by=SYSTEM)
    given_readings("rain", lambda day: 60 if day == TODAY else 2)
    given_readings("water_level", lambda day: 21.5 if day == TODAY else 18 + day.day / 100, leads=1)
    with clock.stopped_at(at(TODAY)):
        _lifts_are_a_matter_of_the_storm()

    (found,) = look()

    assert found.sources == ("demands", "weather", "sensor")
    assert [(one.quantity, one.value) for one in found.readings] == [("rain", 60), ("water_level", 21.5)]
    assert found.false_alarms < alone.false_alarms


def test_a_river_alone_that_is_out_of_the_ordinary_makes_demands_graver_and_an_ordinary_one_does_not() -> (
    None
):
    given_days(DAYS)
    given_burst(21, category=LIFT)
    with clock.stopped_at(at(TODAY)):
        _lifts_are_a_matter_of_the_storm()
    given_readings("water_level", lambda day: 18 + day.day / 100, leads=1)
    (ordinary,) = look()
    services.close_warning(ordinary.id, outcome="true", because="水", by=SYSTEM)
    given_readings("water_level", lambda day: 25 if day == TODAY else 18 + day.day / 100, leads=1)

    (found,) = look()

    assert (ordinary.sources, found.sources) == (("demands",), ("demands", "sensor"))
    assert found.false_alarms < ordinary.false_alarms


def test_people_carry_a_warning_to_its_end_and_every_step_is_written_down(raised: WarningCard) -> None:
    dispatcher = staff("dispatcher")

    services.acknowledge_warning(raised.id, by=dispatcher)
    services.tick_task(raised.id, task=0, by=dispatcher)
    services.act_on_warning(raised.id, because="派电工", by=dispatcher)
    services.close_warning(raised.id, outcome="true", because="线路故障", by=dispatcher)

    detail = services.warning(raised.id, by=SYSTEM)
    assert [one.action for one in detail.steps] == ["raised", "acknowledged", "task", "acting", "closed"]
    assert (detail.warning.state, detail.warning.outcome) == ("closed", "true")
    assert (detail.warning.tasks_done, detail.tasks[0].done_by) == (1, dispatcher.label)
    assert (detail.true, detail.false) == (1, 0)
    assert [one.state for one in told_since(WarningMoved)] == ["acknowledged", "acting", "closed"]
    assert services.open_warnings(by=SYSTEM) == []
    assert [one.id for one in services.open_warnings(closed=True, by=SYSTEM)] == [raised.id]


def test_nothing_goes_back_and_closing_says_what_it_was(raised: WarningCard) -> None:
    dispatcher = staff("dispatcher")
    services.act_on_warning(raised.id, by=dispatcher)

    with pytest.raises(WarningCannotMove):
        services.acknowledge_warning(raised.id, by=dispatcher)
    with pytest.raises(InvalidInput):
        services.close_warning(raised.id, outcome="true", because=" ", by=dispatcher)
    with pytest.raises(InvalidInput):
        services.close_warning(raised.id, outcome="perhaps", because="?", by=dispatcher)
    with pytest.raises(NotFound):
        services.tick_task(raised.id, task=99, by=dispatcher)


def test_what_was_closed_is_left_alone_for_a_week_and_then_warned_of_again(raised: WarningCard) -> None:
    with clock.stopped_at(at(TODAY, 5)):
        services.close_warning(raised.id, outcome="false", because="演练", by=SYSTEM)

    assert look() == []

    later = TODAY + timedelta(days=8)
    given_days(8, first=TODAY, number=70_000)
    given_burst(60, day=later, number=80_000)
    (again,) = look(later)
    assert again.id != raised.id


def test_only_who_answers_for_the_area_sees_it_and_leaders_change_nothing(raised: WarningCard) -> None:
    elsewhere, leader = staff("dispatcher", area="990103000000"), staff("leader")

    assert services.open_warnings(by=elsewhere) == []
    with pytest.raises(NotFound):
        services.warning(raised.id, by=elsewhere)
    assert not services.warning(raised.id, by=leader).may_edit
    with pytest.raises(AccessDenied):
        services.acknowledge_warning(raised.id, by=leader)
    with pytest.raises(AccessDenied):
        services.look_for_warnings(by=leader)


def test_warnings_are_found_by_area_and_category(raised: WarningCard) -> None:
    def found(**wanted: str) -> list[int]:
        return [one.id for one in services.open_warnings(by=SYSTEM, **wanted)]

    assert found(area=COUNTY, category="02") == [raised.id]
    assert found(area="990102101000") == []
    with pytest.raises(NotFound):
        found(area="990199000000")
    assert found(category="04") == []


def test_a_county_writes_its_own_list_from_a_day_on_and_open_warnings_keep_theirs(
    raised: WarningCard,
) -> None:
    tomorrow = TODAY + timedelta(days=1)
    with clock.stopped_at(at(TODAY)):
        services.write_checklist(
            "general",
            steps=["先打电话", "  "],
            categories=[],
            from_date=tomorrow,
            because="太长",
            by=staff("supervisor"),
        )

    assert services.checklist("general", TODAY).version == 0
    assert services.checklist("general", tomorrow).steps == (("先打电话", ""),)
    assert services.warning(raised.id, by=SYSTEM).warning.tasks == 4
    assert told_since(ChecklistWritten) == [ChecklistWritten(code="general", version=1, from_date=tomorrow)]
    for wrong in ({"steps": []}, {"because": ""}):
        told = {"steps": ["一"], "categories": [], "from_date": tomorrow, "because": "因"} | wrong
        with pytest.raises(InvalidInput):
            services.write_checklist("general", by=SYSTEM, **told)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        services.checklist("unheard-of")


def test_a_warning_is_evidence_for_a_decision_as_it_stood(raised: WarningCard) -> None:
    draft = services.Draft(title="停运检修电梯", background="电梯接连故障。", basis="特种设备安全法")

    number = services.draft_question(draft, warning_id=raised.id, by=staff("analyst"))
    given_burst(30, number=60_000)
    look()

    (evidence,) = services.question(number, by=staff("analyst")).evidence
    assert (evidence.kind, evidence.figures["came"], evidence.figures["level"]) == ("warning", 40, "red")
    assert raised.title in evidence.label
    assert services.warning(raised.id, by=SYSTEM).warning.came == 70


def test_a_warning_that_one_may_not_see_is_no_evidence(raised: WarningCard) -> None:
    elsewhere = staff("analyst", area=OTHER_TOWN)
    number = services.draft_question(services.Draft(title="电梯", area=OTHER_TOWN), by=elsewhere)

    with pytest.raises(NotFound):
        services.add_evidence(number, kind="warning", reference=str(raised.id), by=elsewhere)


def test_a_brief_names_the_warnings_of_its_period_with_links_to_them(raised: WarningCard) -> None:
    with clock.stopped_at(at(TODAY + timedelta(days=1))):
        found = services.brief(services.make_brief("daily", by=staff("analyst")), by=staff("leader"))

    (line,) = [line for line in found.text.splitlines() if raised.title in line and "预警" in line]
    assert "[40](" in line
    assert {"kind": "warning", "reference": str(raised.id), "part": "came", "shown": "40"} in [
        dict(one) for one in found.figures
    ]
