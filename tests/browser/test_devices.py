"""What a device adds: its position, a sheet of paper, and whoever watches over the machines."""

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.faults.server import Server

pytestmark = pytest.mark.browser
ENGLISH = {"django_language": "en"}


def test_the_position_of_the_device_sets_the_pin(server: Server, new_context: Any) -> None:
    lat, lng = server.rows("SELECT lat, lng FROM intake_demand WHERE lat IS NOT NULL LIMIT 1")[0]
    there = {"latitude": float(lat), "longitude": float(lng)}
    page: Page = new_context(ENGLISH, geolocation=there, permissions=["geolocation"]).new_page()
    page.goto("/report/")
    page.get_by_label("What happened?").fill("路口的窨井盖不见了，晚上很危险。")
    page.get_by_role("button", name="Continue").last.click()
    page.locator("[data-locate]").click()
    expect(page.locator("#id_lat")).to_have_value(f"{float(lat):.6f}")
    expect(page.locator(".countymap")).to_have_attribute("src", re.compile(rf"lat={float(lat):.6f}"))
    page.get_by_role("button", name="Continue").last.click()
    page.get_by_role("button", name="Send").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We have received it")

    code = page.locator("[data-copy]").first.inner_text()
    kept = server.rows("SELECT lat, lng FROM intake_demand WHERE public_code = ?", code)
    assert kept == [(round(float(lat), 6), round(float(lng), 6))]


def test_without_permission_the_report_goes_on(new_context: Any) -> None:
    page: Page = new_context(ENGLISH, permissions=[]).new_page()
    page.goto("/report/")
    page.get_by_label("What happened?").fill("路口的窨井盖不见了，晚上很危险。")
    page.get_by_role("button", name="Continue").last.click()
    page.locator("[data-locate]").click()
    page.locator("#id_place").fill("锦绣花园")
    page.get_by_role("button", name="Continue").last.click()
    expect(page.locator("#id_phone")).to_be_visible()


def test_an_order_prints_as_a_sheet_of_facts(server: Server, new_context: Any) -> None:
    (number,) = server.rows("SELECT number FROM casework_workorder WHERE closed_at IS NOT NULL LIMIT 1")[0]
    page: Page = new_context(ENGLISH | server.cookies_of("dispatcher")).new_page()
    page.goto(f"/desk/orders/{number}/")
    expect(page.locator("[data-print]")).to_be_visible()

    page.emulate_media(media="print")

    expect(page.locator("header b.num").first).to_have_text(str(number))
    for shown in ("b.num", "#history-head", "#words-head"):
        expect(page.locator(shown).first).to_be_visible()
    for hidden in page.locator(".actions, .crumb, .mast .nav").all():
        expect(hidden).not_to_be_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_health_check_says_pass(server: Server) -> None:
    answer = httpx.get(f"{server.url}/healthz")

    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "pass", "checks": {"database": "pass"}},
    )
