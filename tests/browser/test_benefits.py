"""Somebody is told of a benefit, says yes, and holds the notice in hands."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fitness import sideways, violations
from tests.faults.server import Server, eventually

pytestmark = pytest.mark.browser
_OFFER = re.compile(r"老年综合津贴.*(/policy/offer/[^/\s]+/)", re.DOTALL)


def _offers(server: Server) -> list[str]:
    """The addresses that messages name to people of the county who were found."""
    letters = server.folder / "outbox" / "messages.jsonl"
    lines = letters.read_text().splitlines() if letters.exists() else []
    return [found[1] for line in lines if (found := _OFFER.search(json.loads(line)["text"]))]


def test_who_says_yes_to_an_offer_gets_a_notice_that_is_fit_for_everybody(
    server: Server, new_context: Any
) -> None:
    eventually(lambda: bool(_offers(server)), seconds=30, what="the offer arrives")
    page: Page = new_context({"django_language": "en"}).new_page()
    yes = page.get_by_role("button", name="Yes, I want it")
    for offer in _offers(server):  # some said yes already
        page.goto(offer)
        if yes.count():
            break
    yes.click()
    notice = page.get_by_role("link", name="The notice, to print")
    for _look in range(100):
        if notice.count():
            break
        page.wait_for_timeout(200)
        page.reload()
    assert (violations(page), sideways(page)) == ([], 0)
    notice.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Notice of a decision")
    expect(page.get_by_text("Witnessed: in force")).to_be_visible()
    assert (violations(page), sideways(page)) == ([], 0)
    page.context.add_cookies([{"name": "django_language", "value": "zh-hans", "url": server.url}])
    page.set_viewport_size({"width": 390, "height": 900})
    page.reload()
    assert (violations(page), sideways(page)) == ([], 0)
    page.emulate_media(media="print")
    assert violations(page) == []
    expect(page.locator("[data-print]")).to_be_hidden()
