"""The leaders' page: every word and number on it is counted, leads to its rows, and keeps to what the reader may see."""

import html
import io
import json
import re
import shutil
from pathlib import Path

import pytest
from django.test import Client
from tests import factories
from tests.domains.statistics.given import HOUSING, TOWN_A, WATER, Order, handled_and_closed, told_of
from tests.factories import COUNTY, DAY, HOUR, MONDAY, OTHER_TOWN, TOWN, VILLAGE, client_of, staff

from shuzhi.domains.cockpit import services
from shuzhi.domains.cockpit.choosing import Kind
from shuzhi.domains.insight import services as insight
from shuzhi.domains.registry import services as registry
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import AccessDenied, NotFound

pytestmark = pytest.mark.usefixtures("county")

LIFT = ("锦绣花园3栋电梯又停了，物业一直不修。", "锦绣花园3栋的电梯坏了好几天，物业不修。")
NOW = MONDAY + 3 * DAY


def page(client: Client | None = None, query: str = "", *, at: object = NOW, language: str = "en") -> str:
    with clock.stopped_at(at):
        client = client or client_of(staff("leader"), language=language)
        answer = client.get(f"/desk/cockpit/{query}", headers={"accept-language": language})
    assert answer.status_code == 200, answer.content.decode()[-2000:]
    return " ".join(html.unescape(answer.content.decode()).split())


def given_outlines() -> None:
    """Two towns side by side as the demo county's steward would load them."""
    squares = {TOWN: 0.0, OTHER_TOWN: 1.0}
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, 30], [x + 1, 30], [x + 1, 31], [x, 31], [x, 30]]],
            },
        }
        for code, x in squares.items()
    ]
    told = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    report = registry.import_csv("boundaries", io.BytesIO(told), by=SYSTEM)
    assert report.accepted == 2


def test_a_hot_issue_comes_first_with_its_basis_and_what_may_be_done():
    for count, text in enumerate(LIFT):
        factories.given_demand(text, at=MONDAY + count * HOUR, phone=f"1390000{count:04}")

    shown = page()

    assert "1 thing needs you" in shown
    assert "Needs a decision" in shown
    assert "2 people" in shown
    assert "Name one unit that answers for it" in shown
    assert re.search(r'href="/desk/issues/\d+/"', shown)


def test_a_red_warning_comes_before_everything_else_until_somebody_acts_on_it():
    """Long before a unit is overdue or many have called, a leader reads what is beginning, and against what."""
    told_of(*(Order(1000 + n, at=MONDAY - n * 6 * HOUR).received() for n in range(120)))
    told_of(*(Order(n, at=NOW - HOUR, category=factories.LIFT).received() for n in range(1, 31)))
    with clock.stopped_at(NOW):
        insight.look_for_warnings(by=SYSTEM)
        (warning,) = insight.open_warnings(by=SYSTEM)

    before = page().partition('id="needs"')[2].partition("</ol>")[0]
    with clock.stopped_at(NOW):
        insight.act_on_warning(warning.id, by=staff("supervisor"))
    after = page().partition('id="needs"')[2].partition("</ol>")[0]

    assert "Red warning" in before.partition("</li>")[0]
    assert f"{warning.came} demands came" in before
    assert f'href="/desk/warnings/{warning.id}/#todo"' in before
    assert "Red warning" not in after


def test_the_list_of_issues_holds_those_that_somebody_reported_in_the_period():
    for count, text in enumerate(LIFT):
        factories.given_demand(text, at=MONDAY - 20 * DAY + count * HOUR, phone=f"1390000{count:04}")

    listed = {
        period: 'class="days"' in page(query=f"?period={period}").partition('id="part-issues"')[2]
        for period in ("week", "weeks")
    }

    assert listed == {"week": False, "weeks": True}


def test_a_unit_with_overdue_orders_is_to_be_coordinated_and_leads_to_them():
    factories.given_work_order(stage="dispatched")

    shown = page(at=MONDAY + 60 * DAY)

    assert "Needs a decision" not in shown
    assert "To coordinate" in shown
    assert "1 overdue order, 100% of all" in shown
    assert re.search(r"/desk/orders/\?unit=\w+&level=red&order=due", shown)


def test_in_a_place_a_unit_is_to_be_coordinated_by_what_is_overdue_there():
    told_of(
        *(
            Order(n, at=MONDAY - 9 * DAY, area=area).received().dispatched(WATER, due_at=MONDAY)
            for n, area in enumerate([VILLAGE] * 3 + ["990102101201"] * 4, start=1)
        )
    )
    leader = client_of(staff("leader"), language="en")

    shown = page(leader, f"?area={TOWN}")
    (link,) = re.findall(r'href="(/desk/figures/overdue_share/rows/\?[^"]*unit=water[^"]*)"', shown)

    assert "Yunjiang Water: 3 overdue orders, 100% of all" in shown
    assert "3 of 3 that wait for its answer here" in shown
    with clock.stopped_at(NOW):
        assert leader.get(link).content.decode().count("<tr>") - 1 == 3


def test_a_unit_that_fell_by_more_than_chance_is_named_with_both_rates():
    told_of(
        *(handled_and_closed(n, unit=WATER, at=MONDAY - 40 * DAY) for n in range(1, 61)),
        *(handled_and_closed(n, unit=WATER, at=MONDAY - 9 * DAY, late=n % 2) for n in range(61, 121)),
        *(handled_and_closed(n, unit=HOUSING, at=MONDAY - 9 * DAY) for n in range(121, 181)),
    )

    shown = page()

    assert "Yunjiang Water answers in time less often: 100.0%, now 50.0%" in shown
    assert "about 30 fewer in time than before" in shown


def test_a_change_that_chance_explains_needs_nobody():
    told_of(
        *(handled_and_closed(n, unit=WATER, at=MONDAY - 40 * DAY, late=n % 10 == 0) for n in range(1, 61)),
        *(handled_and_closed(n, unit=WATER, at=MONDAY - 9 * DAY, late=n % 9 == 0) for n in range(61, 121)),
    )

    with clock.stopped_at(NOW):
        found = services.look(services.view_of(by=SYSTEM), by=SYSTEM)

    assert [one.kind for one in found.needs] == []
    assert "Nothing needs you at the moment" in page()


def test_every_figure_leads_to_its_rows_and_they_are_as_many_as_it_says():
    told_of(*(handled_and_closed(n, at=MONDAY - 9 * DAY, satisfaction=1 + n % 5) for n in range(1, 21)))
    leader = client_of(staff("leader"), language="en")

    shown = page(leader)
    links = re.findall(r'href="(/desk/figures/(\w+)/rows/\?[^"]+)">([\d,]+) behind it', shown)

    assert {name for _link, name, _n in links} >= {"received", "on_time_rate", "satisfaction_rate"}
    with clock.stopped_at(NOW):
        for link, _name, count in links:
            rows = leader.get(f"{link}&part=denominator").content.decode()
            assert rows.count("<tr>") - 1 == int(count) or not int(count)


def test_every_number_of_the_flows_leads_to_as_many_orders():
    told_of(
        *(handled_and_closed(n, at=MONDAY - 9 * DAY, late=n % 2, channel="hotline") for n in range(1, 8)),
        *(Order(n, at=MONDAY - 9 * DAY, channel="web").received() for n in range(8, 12)),
    )
    leader = client_of(staff("leader"), language="en")

    shown = page(leader)
    links = re.findall(r'href="(/desk/figures/flows/rows/\?[^"]+)">([\d,]+)</a>', shown)

    assert len(links) == 5  # two channels to one matter, and that to three outcomes
    with clock.stopped_at(NOW):
        for link, count in links:
            rows = leader.get(link).content.decode()
            assert rows.count("<tr>") - 1 == int(count)
        assert leader.get("/desk/figures/flows/rows/?outcome=nonsense").status_code == 422


def test_a_break_is_marked_in_the_lines_of_the_figures_and_told_below():
    told_of(
        *(
            Order(100 * day + n, at=MONDAY - day * DAY).received()
            for day in range(1, 40)
            if day != 20
            for n in range(1, 9)
        )
    )

    shown = page(at=MONDAY)

    assert "1 break in these lines, marked by a dotted upright" in shown
    assert "nothing was told on this day" in shown
    assert shown.partition('id="part-map"')[0].count('class="nowl"') >= 1


def test_what_was_told_a_moment_ago_counts_at_once():
    leader = client_of(staff("leader"), language="en")
    before = page(leader)
    told_of(Order(1, at=NOW - HOUR).received())

    after = page(leader)

    assert "<dt>Demands received</dt><dd><b>0</b>" in before
    assert "<dt>Demands received</dt><dd><b>1</b>" in after


def test_drawings_are_of_what_is_told_by_now_and_in_the_readers_language():
    """Those of one state of the figures are kept; a new demand or another language draws them anew."""
    given_outlines()
    shown = []
    for number, language in ((1, "en"), (2, "en"), (3, "zh-hans")):
        told_of(Order(number, at=MONDAY, area=VILLAGE, category=WATER).received())
        whole = page(query=f"?area={COUNTY}", language=language)
        flows = whole.partition('id="part-flows"')[2].partition("</section>")[0]
        town = re.search(rf'<a href="[^"]*&area={TOWN}&[^"]*" aria-label="([^"]*)">', whole)
        assert town
        shown.append((re.findall(r'<td class="n">(?:<a[^>]*>)?(\d+)', flows), "From</th>" in flows, town[1]))

    assert [(set(counts), english) for counts, english, _town in shown] == [
        ({"1"}, True),
        ({"2"}, True),
        ({"3"}, False),
    ]
    assert [town for _counts, _english, town in shown] == ["Qingshi Town: 1", "Qingshi Town: 2", "青石镇：3"]


def test_the_map_leads_from_the_city_to_the_demands_of_a_village():
    given_outlines()
    told_of(
        *(handled_and_closed(n, at=MONDAY - 9 * DAY, area=VILLAGE) for n in range(1, 4)),
        handled_and_closed(9, at=MONDAY - 9 * DAY, area=OTHER_TOWN),
    )
    leader = client_of(staff("leader"), language="en")

    county = page(leader, f"?area={COUNTY}")
    village = page(leader, f"?area={VILLAGE}")

    assert county.count('class="edge s') == 4  # two towns, flat and in relief
    assert "Qingshi Town alone has 75%" in county
    assert re.search(rf'<a href="\?period=weeks&area={TOWN}&[^"]*" aria-label="Qingshi Town: 3">', county)
    assert village.count("/desk/demands/") == 3
    assert "All demands here" in village


def test_a_share_of_a_few_cases_is_not_said_on_the_map():
    given_outlines()
    told_of(*(handled_and_closed(n, at=MONDAY - 9 * DAY, area=VILLAGE) for n in range(1, 8)))

    shown = page(query=f"?area={COUNTY}&measure=on_time_rate")

    assert "Qingshi Town: too few (7)" in shown
    assert "edge mute" in shown


def test_the_page_is_filtered_by_time_place_and_matter_through_its_address():
    told_of(
        handled_and_closed(1, at=MONDAY - 9 * DAY, area=VILLAGE),
        handled_and_closed(2, at=MONDAY - 2 * DAY, area=VILLAGE, category="040101"),
        handled_and_closed(3, at=MONDAY - 200 * DAY, area=OTHER_TOWN),
    )
    received = {
        query: re.search(r"Demands received</dt><dd><b>(\d+)", page(query=query))[1]
        for query in ("", "?period=week", "?period=year", f"?period=year&area={TOWN}", "?category=04")
    }

    assert list(received.values()) == ["2", "1", "3", "2", "1"]


def test_made_up_periods_and_measures_show_the_usual_page():
    made_up, usual = page(query="?period=%3Cb%3E&measure=../etc"), page()

    assert made_up.partition("<main")[2] == usual.partition("<main")[2]


def test_codes_that_nobody_knows_are_not_found():
    for query in ({"area": "999"}, {"category": "zz"}):
        with pytest.raises(NotFound):
            services.view_of(**query, by=SYSTEM)


def test_a_leader_of_one_place_sees_that_place_alone():
    told_of(
        handled_and_closed(1, at=MONDAY - 9 * DAY, area=VILLAGE),
        handled_and_closed(2, at=MONDAY - 9 * DAY, area=OTHER_TOWN),
    )
    mayor = staff("leader", area=TOWN)

    shown = page(client_of(mayor, language="en"))

    assert "Demands received</dt><dd><b>1<" in shown
    with pytest.raises(AccessDenied):
        services.view_of(area=OTHER_TOWN, by=mayor)


def test_whoever_has_no_such_duty_does_not_see_the_page():
    for role in ("unit_officer", "unit_head", "call_taker"):
        assert client_of(staff(role)).get("/desk/cockpit/").status_code == 403


def test_lost_files_are_said_and_the_other_pages_are_named(settings: object):
    told_of(*(handled_and_closed(n, at=MONDAY - 9 * DAY) for n in range(1, 4)))
    shutil.rmtree(Path(settings.SHUZHI_WAREHOUSE_DIR))

    with clock.stopped_at(NOW):
        answer = client_of(staff("leader")).get("/desk/cockpit/")

    assert answer.status_code == 503
    assert "重新统计" in answer.content.decode()
    assert "/desk/issues/" in answer.content.decode()


def test_the_page_says_how_fresh_it_is_and_that_data_are_synthetic():
    told_of(handled_and_closed(1, at=MONDAY - 9 * DAY))

    shown = page()

    assert "Everything told up to" in shown
    assert "Synthetic data" in shown


def test_a_steep_difference_between_units_stays_within_their_kind():
    told_of(
        *(handled_and_closed(n, unit=WATER, at=MONDAY - 9 * DAY) for n in range(1, 41)),
        *(handled_and_closed(n, unit=TOWN_A, at=MONDAY - 9 * DAY, late=5) for n in range(41, 81)),
    )

    with clock.stopped_at(NOW):
        found = services.look(services.view_of(by=SYSTEM), by=SYSTEM)

    assert {tier.code: [one.group for one in tier.ranked] for tier in found.tiers} == {
        "firm": [WATER],
        "town": [TOWN_A],
    }
    assert not {one.kind for one in found.needs} & {Kind.FALLING, Kind.RISING}


def test_other_screens_read_the_same_page_as_data():
    told_of(handled_and_closed(1, at=MONDAY - 9 * DAY))

    with clock.stopped_at(NOW):
        found = client_of(staff("leader")).get("/api/cockpit?period=weeks").json()

    assert found["figures"]["received"]["now"]["numerator"] == 1
    assert found["view"]["period"] == "weeks"


def test_whoever_decides_for_the_county_begins_on_this_page() -> None:
    assert client_of(staff("leader")).get("/desk/").url == "/desk/cockpit/"
    assert client_of(staff("supervisor")).get("/desk/").status_code == 200
