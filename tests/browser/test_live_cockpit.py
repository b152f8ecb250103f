"""The leaders' page in a real browser: it renews itself without loading again, and is whole without JavaScript."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.places import report
from tests.faults.server import Server, eventually

pytestmark = pytest.mark.browser
RECEIVED = "#part-figures .kpi:first-child dd b"


def received(page: Page) -> int:
    return int(page.locator(RECEIVED).inner_text().replace(",", ""))


def test_a_demand_that_arrives_shows_on_the_open_page_without_loading_it(
    server: Server, leader: dict[str, str], new_context: Any
) -> None:
    page = new_context(leader).new_page()
    page.goto("/desk/cockpit/")
    before = received(page)
    page.evaluate("() => { window.same = true; }")

    report(server.client(), "青石镇卫生院门口路灯不亮，晚上看不见路。（演示）", phone="13800000077")
    page.wait_for_function(
        "([where, n]) => Number(document.querySelector(where).innerText.replace(',', '')) > n",
        arg=[RECEIVED, before],
        timeout=30_000,
    )

    assert page.evaluate("() => window.same")
    assert page.get_by_role("status").last.is_visible()


def test_what_somebody_has_opened_stays_open_while_the_rest_is_renewed(
    server: Server, leader: dict[str, str], new_context: Any
) -> None:
    page = new_context(leader).new_page()
    page.goto("/desk/cockpit/")
    before = received(page)
    page.locator("#part-map details summary").click()
    page.mouse.move(0, 0)

    report(server.client(), "罗溪镇菜场门口污水横流。（演示）", phone="13800000078")
    page.wait_for_function(
        "([where, n]) => Number(document.querySelector(where).innerText.replace(',', '')) > n",
        arg=[RECEIVED, before],
        timeout=30_000,
    )

    assert page.locator("#part-map details table").is_visible()


def test_without_javascript_every_part_and_every_filter_is_there(
    leader: dict[str, str], new_context: Any
) -> None:
    page = new_context(leader, java_script_enabled=False).new_page()
    page.goto("/desk/cockpit/")

    page.get_by_label("区划").select_option(index=1)
    page.get_by_role("button", name="查看").click()

    assert "area=" in page.url
    for part in ("needs", "figures", "map", "issues", "flows", "tiers"):
        assert page.locator(f"#part-{part}").is_visible()


def test_a_map_is_walked_by_keyboard(leader: dict[str, str], new_context: Any) -> None:
    page = new_context(leader).new_page()
    page.goto("/desk/cockpit/")

    page.locator("#part-map svg.map a").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert "area=99" in page.url


def test_a_new_demand_joins_its_issue_within_five_seconds(server: Server) -> None:
    desk = server.logged_in("leader")

    def people() -> int:
        found = desk.get("/api/insight/issues").json()["items"]
        return max((one["people"] for one in found if "站台顶棚" in one["title"]), default=0)

    for voice in range(2):
        report(server.client(), "公交站台顶棚漏雨，候车的人都淋湿了。（演示）", phone=f"1380000008{voice}")
    eventually(lambda: people() == 2, seconds=30, what="two voices are one issue")

    report(server.client(), "公交站台顶棚还在漏雨，候车淋湿。（演示）", phone="13800000089")

    eventually(lambda: people() == 3, seconds=5, what="a third voice joins the issue")
