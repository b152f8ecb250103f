"""What leaves the desk on paper: a brief in its official layout, the leaders' page whole, and white whatever the screen shows."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from tests.faults.server import Server

pytestmark = pytest.mark.browser
A4_MM = [210, 297]


def printed(page: Any) -> list[str]:
    """The words of each page, without blanks; every page is A4."""
    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, format="A4"))).pages
    sizes = [[round(float(one) / 72 * 25.4) for one in sheet.mediabox[2:]] for sheet in sheets]
    assert sizes == [A4_MM] * len(sheets)
    return ["".join(sheet.extract_text().split()) for sheet in sheets]


def test_a_brief_is_printed_in_its_official_layout_and_without_the_desk_around_it(
    server: Server, leader: dict[str, str], new_context: Any
) -> None:
    (number, title) = server.rows("SELECT id, title FROM insight_brief WHERE state = 'issued' LIMIT 1")[0]
    page = new_context(leader).new_page()
    page.goto(f"/desk/briefs/{number}/")

    pages = printed(page)

    assert "云江市" in pages[0]
    assert title in pages[0]
    assert "本简报由系统根据指标库" in pages[0]
    assert [f"—{at}—" in words for at, words in enumerate(pages, start=1)] == [True] * len(pages)
    for words in pages:
        assert "退出登录" not in words
        assert "Word" not in words


def test_the_leaders_page_is_printed_without_a_page_that_says_nothing(
    leader: dict[str, str], new_context: Any
) -> None:
    page = new_context(leader).new_page()
    page.goto("/desk/cockpit/")

    assert all(printed(page))


def test_paper_is_white_for_those_who_read_yellow_on_black(leader: dict[str, str], new_context: Any) -> None:
    page = new_context(leader | {"contrast": "high"}).new_page()
    page.goto("/desk/cockpit/")

    def heading() -> str:
        return str(page.evaluate("() => getComputedStyle(document.querySelector('h1')).color"))

    assert heading() == "rgb(255, 255, 255)"
    page.emulate_media(media="print")
    assert heading() == "rgb(0, 0, 0)"
