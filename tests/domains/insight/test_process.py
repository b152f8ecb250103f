"""How orders flow: where they wait in working time, where they loop and bounce, and who may see it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.domains.insight.given import CITY, LIFT, OTHER, tell
from tests.domains.statistics.given import HOUR, HOUSING, START, WATER, Order
from tests.factories import client_of, staff
from tests.made_once import made_once
from typer.testing import CliRunner

from shuzhi.domains.insight import cli, services
from shuzhi.domains.insight.process_cards import ProcessCard
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import AccessDenied, NotFound

pytestmark = pytest.mark.usefixtures("county")
COUNTY = "990102000000"
FRIDAY = START + timedelta(days=4)  # 09:00 in the county
NOW = START + timedelta(days=10)


@pytest.fixture(autouse=True)
def _a_warehouse_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.SHUZHI_WAREHOUSE_DIR = str(tmp_path / "warehouse")


def usual(number: int, *, area: str = CITY) -> Order:
    """Dispatched on Friday at eleven, signed in on Monday at ten, closed within a day."""
    order = Order(number, at=FRIDAY, area=area, category=LIFT).received().dispatched(HOUSING, after=2 * HOUR)
    return order.moved("sign_in", "accepted", after=71 * HOUR).moved("start_handling", "handling")


@pytest.fixture
def mapped() -> None:
    given_map()


@made_once
def given_map() -> None:
    """Seven orders: five as usual, one that two units threw to each other, one sent back for rework; two still wait."""
    orders = [usual(number).moved("reply", "replied").closed() for number in range(1, 4)]
    orders += [usual(number) for number in (4, 5)]
    bounced = Order(6, at=FRIDAY, area=OTHER, category=LIFT).received().dispatched(HOUSING)
    orders.append(
        bounced.moved("redispatch", "dispatched", unit=WATER).moved("redispatch", "dispatched", unit=HOUSING)
    )
    again = usual(7).moved("reply", "replied").moved("request_rework", "handling")
    orders.append(again.moved("remind").moved("reply", "replied").closed())
    tell(order.events for order in orders)
    with clock.stopped_at(NOW):
        services.map_processes(by=SYSTEM)


def whole(**about: Any) -> ProcessCard:
    return services.process(**{"days": 30, "by": SYSTEM} | about)


def test_waiting_is_working_time(mapped: None) -> None:
    """From Friday 11:00 to Monday 10:00 the offices were open for 13 hours: the Saturday between was a working day."""
    to_sign = next(one for one in whole().passages if one.end == "accepted")

    assert (to_sign.start, to_sign.times, to_sign.median_minutes) == ("dispatched", 6, 13 * 60)
    assert whole().longest == "dispatched"


def test_loops_and_bounces_are_counted_and_a_reminder_is_no_step(mapped: None) -> None:
    card = whole()
    stays = {one.state: (one.visits, one.again, one.now) for one in card.stays}

    assert (card.orders, card.looped, card.bounced) == (7, 2, 1)
    assert stays["handling"] == (7, 1, 2)
    assert stays["dispatched"] == (9, 2, 1)
    assert card.variants[0].states == (
        "registered",
        "dispatched",
        "accepted",
        "handling",
        "replied",
        "closed",
    )


def test_a_part_holds_its_own_orders_and_few_are_not_shown(mapped: None) -> None:
    assert whole(area=COUNTY, category="02").orders == 7
    assert whole(unit=HOUSING).orders == 7
    with pytest.raises(NotFound):
        whole(unit=WATER)


def test_those_that_wait_longest_are_named(mapped: None) -> None:
    waiting = [(one.state, one.demand_id) for one in whole().waiting]

    assert waiting == [("dispatched", 6), ("handling", 4), ("handling", 5)]
    assert whole().waiting[0].waited_minutes > whole().waiting[1].waited_minutes


def test_the_page_names_the_bottleneck_draws_the_flow_and_says_it_in_tables(mapped: None) -> None:
    page = client_of(staff("leader")).get("/desk/process/?days=30&area=").content.decode()

    assert "工单在“已派单”环节等得最久" in page
    assert "7 张工单中有 2 张重复进入同一环节；1 张又回到经手过的单位" in page
    assert page.count('<svg class="w process"') == page.count('<svg class="n process"') == 1
    assert (
        '<th scope="row">已派单</th><td>已签收</td><td class="n">6</td><td class="n">13.0 个工作小时</td>'
        in page
    )
    assert page.count("打开工单") == 3


def test_an_unknown_part_says_so(mapped: None) -> None:
    page = client_of(staff("leader")).get("/desk/process/?days=30&area=&unit=nobody").content.decode()

    assert "这样的工单不足五张" in page


def test_who_answers_for_a_county_sees_it_and_nothing_else(mapped: None) -> None:
    leader = staff("leader", area=COUNTY)

    assert whole(area=COUNTY, by=leader).orders == 7
    assert [code for code, _name in services.process_choices(by=leader).areas] == [COUNTY]
    with pytest.raises(AccessDenied):
        whole(by=leader)
    with pytest.raises(AccessDenied):
        services.map_processes(by=leader)
    assert client_of(staff("call_taker")).get("/desk/process/").status_code == 403


def test_the_api_and_the_command_say_the_same(mapped: None) -> None:
    told = client_of(staff("leader")).get("/api/insight/process?days=30").json()
    said = CliRunner().invoke(cli.app, ["process", "--days", "30", "--no-anew"]).output

    assert (told["orders"], told["bounced"], told["longest"]) == (7, 1, "dispatched")
    assert "7 orders; 2 entered a state again; 1 came back to a unit." in said


def test_it_is_mapped_once_a_night_and_at_once_where_nothing_was() -> None:
    tell(usual(number).events for number in range(1, 6))
    evening = datetime(2026, 5, 14, 15, tzinfo=UTC)  # 23:00 in the county

    with clock.stopped_at(evening):
        assert services.map_nightly() > 0
        assert services.map_nightly() == 0
    with clock.stopped_at(evening + 3 * HOUR):
        assert services.map_nightly() == 0
    with clock.stopped_at(evening + 4 * HOUR):
        assert services.map_nightly() > 0
