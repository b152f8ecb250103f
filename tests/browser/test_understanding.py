"""What the machine suggests, in a real browser: triage by keys alone, a reply begun from a draft, with scripts and without."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fitness import violations
from tests.browser.places import report
from tests.browser.test_journeys import ENGLISH
from tests.faults.server import Server, eventually

pytestmark = pytest.mark.browser


def _order_of(server: Server, demand: object) -> str:
    """The worker registers it within a moment, on a busy machine a longer one."""
    find = "SELECT number FROM casework_workorder WHERE demand_id = ?"
    eventually(lambda: bool(server.rows(find, demand)), seconds=30, what="the demand becomes a work order")
    return str(server.rows(find, demand)[0][0])


def _opened(server: Server, new_context: Any, text: str, **options: Any) -> tuple[Page, str]:
    """A dispatcher before the order of a demand just reported, and its number."""
    with server.client() as citizen:
        assert report(citizen, text).url.path == "/report/receipt/"
    demand = server.rows("SELECT id FROM intake_demand WHERE text = ?", text)[0][0]
    number = _order_of(server, demand)
    page: Page = new_context(server.cookies_of("dispatcher") | ENGLISH, **options).new_page()
    page.goto(f"/desk/demands/{demand}/")
    return page, number


def test_an_order_is_triaged_and_dispatched_with_two_keys(server: Server, new_context: Any) -> None:
    page, number = _opened(server, new_context, "锦绣花园门口路灯不亮好几天了，晚上看不清路。")

    page.keyboard.press("1")
    expect(page.locator("[data-key='1']")).to_be_checked()
    page.keyboard.press("d")

    expect(page.get_by_text("Triaged and dispatched.")).to_be_visible()
    state = server.rows("SELECT state, unit FROM casework_workorder WHERE number = ?", number)[0]
    assert (state[0], bool(state[1])) == ("dispatched", True)


def test_keys_typed_into_a_field_are_words(server: Server, new_context: Any) -> None:
    page, number = _opened(server, new_context, "云江大道的路灯坏了，请修一修。")

    page.locator("#t-area").press_sequentially("td1")

    expect(page.locator("#t-area")).to_have_value("td1")
    assert server.rows("SELECT state FROM casework_workorder WHERE number = ?", number) == [("registered",)]


def test_triage_works_without_javascript(server: Server, new_context: Any) -> None:
    page, _number = _opened(
        server, new_context, "锦绣花园电梯坏了没人修，投诉物业。", java_script_enabled=False
    )

    page.get_by_role("button", name=re.compile("Accept and triage")).click()

    expect(page.get_by_text("Triaged. Now dispatch it")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_draft_goes_into_the_box_and_says_what_is_missing(
    server: Server, new_context: Any, scripts: bool
) -> None:
    page, _number = _opened(
        server,
        new_context,
        f"请问锦绣花园的路灯不亮多久修好？{scripts}",
        java_script_enabled=scripts,
        viewport={"width": 390, "height": 900},
    )
    page.get_by_role("button", name=re.compile("Accept and triage")).click()
    page.locator("summary", has_text="Answer directly").click()

    box = page.locator("details", has=page.locator("input[name=box][value=answer_directly]"))
    box.get_by_role("button", name="Draft from the chosen ones").click()
    expect(box.locator("textarea[name=text]")).to_have_value(re.compile("请填写"))
    expect(box.get_by_text("generated draft", exact=True)).to_be_visible()
    box.get_by_role("button", name="Check the reply").click()

    expect(page.locator(".findings-box").get_by_text("must change").first).to_be_visible()
    if scripts:
        assert violations(page) == []
