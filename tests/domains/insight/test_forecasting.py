"""The coming week: what is kept of it, who may see it, and what the pages and the command say."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests import factories
from tests.domains.insight.given import LIGHT, MONDAY, OTHER, given_days, tell, told_of, usual
from tests.factories import client_of, staff
from typer.testing import CliRunner

from shuzhi.domains.insight import cli, services
from shuzhi.domains.insight.models import ForecastRun
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import AccessDenied, NotFound

pytestmark = pytest.mark.usefixtures("county")
DAYS = 84
TODAY = MONDAY + timedelta(days=DAYS)
NOW = datetime.combine(TODAY, datetime.min.time(), UTC) + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _a_warehouse_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.SHUZHI_WAREHOUSE_DIR = str(tmp_path / "warehouse")


@pytest.fixture
def forecast_made() -> None:
    given_days(DAYS)
    with clock.stopped_at(NOW):
        services.forecast_anew(by=SYSTEM)


def test_the_coming_week_is_expected_by_area_and_category_and_adds_up(forecast_made: None) -> None:
    whole = services.forecast(by=SYSTEM)
    towns = [one for one in services.forecasts(by=SYSTEM) if one.area and not one.category]
    matters = services.forecasts("", by=SYSTEM)[1:]

    came = sum(
        usual(TODAY - timedelta(days=ago), area, category)
        for ago in range(1, 8)
        for area in ("990102100201", OTHER)
        for category in (factories.LIFT, LIGHT)
    )
    assert whole.beats_baseline
    assert whole.last_week == came
    assert whole.total == pytest.approx(sum(one.total for one in towns), abs=0.2)
    assert whole.total == pytest.approx(sum(one.total for one in matters), abs=0.2)
    assert [one.day for one in whole.ahead] == [TODAY + timedelta(days=shift) for shift in range(7)]
    assert whole.record[-1].day == TODAY - timedelta(days=1)
    assert whole.total_low <= whole.total <= whole.total_high


def test_a_day_that_was_never_told_is_no_day_without_demands() -> None:
    lost = TODAY - timedelta(days=3)
    given_days(DAYS, counts=lambda day, *where: 0 if day == lost else usual(day, *where))
    with clock.stopped_at(NOW):
        services.forecast_anew(by=SYSTEM)

    card = services.forecast(by=SYSTEM)
    page = client_of(staff("leader"), language="en").get("/desk/forecast/").content.decode()

    assert {one.day for one in card.record if one.came is None} == {lost}
    assert [(one.on, one.kind) for one in card.breaks] == [(lost, "missing")]
    assert (card.judged, card.last_week, card.change) == (len(card.record) - 1, None, None)
    assert "nothing was told on this day" in page
    assert page.count('class="nowl"') == 4  # in the wide and in the narrow drawing: the break, and today
    assert "last week</h2>" not in page


def test_the_day_that_is_not_over_is_not_learnt_from(forecast_made: None) -> None:
    before = services.forecast(by=SYSTEM)
    given_days(1, first=TODAY, counts=lambda *_where: 90, number=100_000)

    with clock.stopped_at(NOW):
        services.forecast_anew(by=SYSTEM)

    assert services.forecast(by=SYSTEM).digest == before.digest
    assert services.forecast(by=SYSTEM).ahead == before.ahead


def test_parts_have_their_names(forecast_made: None) -> None:
    assert services.forecast("990102000000", by=SYSTEM).area_name == "禾坪县"
    assert services.forecast("990102000000", "04", by=SYSTEM).category_name == "公共服务"


def test_it_is_made_once_a_night_and_at_once_where_there_is_none() -> None:
    given_days(DAYS)
    midnight = NOW.replace(hour=16) - timedelta(days=1)  # 00:00 in the county

    with clock.stopped_at(NOW):
        assert services.forecast_nightly() > 0
        assert services.forecast_nightly() == 0
    with clock.stopped_at(midnight + timedelta(days=1, hours=1)):
        assert services.forecast_nightly() == 0
    with clock.stopped_at(midnight + timedelta(days=1, hours=2)):
        assert services.forecast_nightly() > 0
    assert ForecastRun.objects.count() == 2


def test_too_few_days_give_no_forecast_and_the_page_says_so() -> None:
    given_days(20)
    with clock.stopped_at(NOW - timedelta(days=DAYS - 20)):
        services.forecast_anew(by=SYSTEM)

        page = client_of(staff("leader")).get("/desk/forecast/").content.decode()

    assert "还没有预测" in page
    with pytest.raises(NotFound):
        services.forecast(by=SYSTEM)


def test_who_answers_for_a_county_sees_it_and_nothing_else(forecast_made: None) -> None:
    leader = staff("leader", area="990102000000")

    assert {one.area for one in services.forecasts(by=leader)} == {"990102000000"}
    with pytest.raises(AccessDenied):
        services.forecast("", by=leader)
    with pytest.raises(AccessDenied):
        services.forecast_anew(by=leader)
    with pytest.raises(AccessDenied):
        services.forecasts(by=staff("call_taker"))


def test_the_page_says_how_many_which_method_and_how_often_it_was_right(forecast_made: None) -> None:
    client = client_of(staff("leader"))
    card = services.forecast(by=SYSTEM)

    page = client.get("/desk/forecast/").content.decode()
    part = client.get("/desk/forecast/?area=990102000000&category=04").content.decode()

    assert f"未来 7 天约有 {card.total:.0f} 件诉求" in page
    assert f"最近 {card.judged} 天中，有 {card.covered} 天落在事先给出的区间内" in page
    assert page.count('<path class="band"') == 3
    assert "与上周同一天相同（基准）" in page
    assert card.digest[:16] in page
    assert "公共服务" in part
    assert client.get("/desk/forecast/?area=990199&category=").status_code == 404


def test_the_api_and_the_command_say_the_same(forecast_made: None) -> None:
    client = client_of(staff("leader"))
    card = services.forecast(by=SYSTEM)

    listed = client.get("/api/insight/forecasts?area=").json()
    told = client.get("/api/insight/forecast").json()
    said = CliRunner().invoke(cli.app, ["forecast", "--no-anew"]).output

    assert listed[0]["total"] == pytest.approx(card.total)
    assert told["ahead"][0]["day"] == TODAY.isoformat()
    assert told["total"] == listed[0]["total"]
    assert f"{card.covered}/{card.judged}" in said


def test_a_demand_without_a_place_counts_in_the_whole_only() -> None:
    last = given_days(DAYS)
    tell([told_of(last + shift, MONDAY + timedelta(days=shift), "", LIGHT) for shift in range(DAYS)])

    with clock.stopped_at(NOW):
        services.forecast_anew(by=SYSTEM)

    whole = services.forecast(by=SYSTEM)
    placed = services.forecast("990102000000", by=SYSTEM)
    assert whole.last_week == placed.last_week + 7
    assert "?" not in {one.area for one in services.forecasts(by=SYSTEM)}


def test_the_leaders_page_shows_the_week_with_its_band_for_the_part_that_is_looked_at(
    forecast_made: None,
) -> None:
    client = client_of(staff("leader"))
    whole, county = services.forecast(by=SYSTEM), services.forecast("990102000000", by=SYSTEM)

    everywhere = client.get("/desk/cockpit/").content.decode()
    in_a_town = client.get("/desk/cockpit/?area=990102100000&category=04").content.decode()

    assert f"未来 7 天约有 {whole.total:.0f} 件诉求" in everywhere
    assert f"最近 {whole.judged} 天中，有 {whole.covered} 天落在事先给出的区间内" in everywhere
    assert everywhere.count('<path class="band"') == 3
    assert f"{county.area_name}，公共服务" in in_a_town


def test_a_leader_of_one_town_is_not_shown_the_week_of_the_county(forecast_made: None) -> None:
    client = client_of(staff("leader", area="990102100000"))

    page = client.get("/desk/cockpit/").content.decode()

    assert "part-flows" in page
    assert "part-ahead" not in page
