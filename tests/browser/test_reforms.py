"""A policy officer tries a reform: a slider is moved by keys, and who gains is drawn anew; without scripts by a button."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.faults.server import Server

pytestmark = pytest.mark.browser
WHERE = "/desk/policy/books/minimum_living/simulation/"
NOBODY = "Nobody gains or loses."


def _officer(server: Server, new_context: Any, **options: Any) -> Page:
    cookies = server.cookies_of("policy") | {"django_language": "en"}
    page: Page = new_context(cookies, **options).new_page()
    page.goto(WHERE)
    expect(page.locator("#who")).to_have_text(NOBODY)
    return page


def test_a_slider_moved_by_keys_draws_who_gains_anew_and_its_address_shows_it_again(
    server: Server, new_context: Any
) -> None:
    page = _officer(server, new_context)
    slider = page.get_by_role("slider", name="standard", exact=True)

    slider.focus()
    for _time in range(3):
        slider.press("PageUp")
    expect(page.locator("#who")).to_have_text(re.compile(r"% of households gain, 0 lose\."))
    standard = page.get_by_role("textbox", name="standard", exact=True).input_value()
    bars = page.locator("#found .bar").count()
    expect(slider).to_be_focused()
    page.reload()

    expect(page.get_by_role("textbox", name="standard", exact=True)).to_have_value(standard)
    expect(page.locator("#found .bar")).to_have_count(bars)
    assert int(standard) > 1200
    assert bars > 20


def test_the_number_beside_a_slider_moves_it(server: Server, new_context: Any) -> None:
    page = _officer(server, new_context)
    number = page.get_by_role("textbox", name="standard", exact=True)

    number.fill("1000")
    number.press("Tab")

    expect(page.get_by_role("slider", name="standard", exact=True)).to_have_value("1000")
    expect(page.locator("#who")).to_have_text(re.compile(r"% of households lose, 0 gain\."))


def test_without_scripts_a_button_works_it_out_with_who_claims_month_by_month(
    server: Server, new_context: Any
) -> None:
    page = _officer(server, new_context, java_script_enabled=False)

    page.get_by_role("textbox", name="standard", exact=True).fill("1300")
    page.get_by_text("Month by month", exact=True).click()
    page.get_by_label("Work out twelve months").check()
    page.get_by_label("Claim in the first month, %").fill("40")
    page.get_by_role("button", name="Work it out").click()

    expect(page.locator("#months")).to_contain_text("In twelve months the reform costs")
    expect(page.get_by_text("claimed by 40 % in the first month")).to_be_visible()
    expect(page.locator("#found").get_by_role("row", name=re.compile(r"^20\d\d-\d\d"))).to_have_count(12)
