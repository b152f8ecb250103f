"""Every page of the product, for everybody: no accessibility violation, no sideways scroll, no error in the console."""

from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.fitness import sideways, violations
from tests.browser.places import NO_PAGE, Place, Walk, routes

pytestmark = pytest.mark.browser

LANGUAGES = {"zh": {"django_language": "zh-hans"}, "en": {"django_language": "en"}}
LOOKS = {
    "normal": {},
    "elder": {"mode": "elder"},
    "largest": {"size": "max"},
    "contrast": {"contrast": "high"},
}
WIDTHS = (390, 1280)
PUBLIC = {"requester", "citizen"}
Manner = tuple[str, str, int]
MANNERS: tuple[Manner, ...] = tuple(product(LANGUAGES, LOOKS, WIDTHS))


@pytest.mark.thorough  # thirteen of the staff open some thousand pages
def test_every_route_is_a_page_that_somebody_reaches_or_is_known_to_be_none(whole_walk: Walk) -> None:
    """A new page is covered here by itself; one that no link leads to, and no walker may open, is found."""
    assert whole_walk.broken == []
    assert set(routes()) - set(whole_walk.places) - set(NO_PAGE) == set()


@pytest.mark.parametrize("walked", ["walk", pytest.param("whole_walk", marks=pytest.mark.thorough)])
def test_no_page_breaks_or_carries_script_or_style_within(request: Any, walked: str) -> None:
    """The content security policy forbids them, and the browser would drop them silently."""
    found: Walk = request.getfixturevalue(walked)

    assert (found.broken, found.inline) == ([], [])


def test_the_checker_sees_what_is_wrong(new_context: Any) -> None:
    page = new_context().new_page()
    page.set_content("<html><body><img src='x.png'><p style='width: 5000px'>wide</p></body></html>")

    assert any("image-alt" in one for one in violations(page))
    assert sideways(page) > 0


def test_what_is_called_no_page_still_exists() -> None:
    assert set(NO_PAGE) - set(routes()) == set()


def test_every_page_of_the_public_is_fit_for_everybody(walk: Walk, new_context: Any) -> None:
    """Each page in one of the manners, in turn; with --slow, each page in all of them."""
    assert _unfit(walk, new_context, staff=False) == ""


@pytest.mark.thorough  # some seventy pages, a second each
def test_every_page_of_the_staff_is_fit_for_everybody(whole_walk: Walk, new_context: Any) -> None:
    assert _unfit(whole_walk, new_context, staff=True) == ""


def _unfit(walk: Walk, new_context: Any, *, staff: bool) -> str:
    places = [one for one in walk.places.values() if (one.who not in PUBLIC) == staff]
    assert len(places) > 10
    manners = (MANNERS[at * 5 % len(MANNERS)] for at in range(len(places)))
    look = _Look(walk, new_context)
    return "\n".join(
        wrong for place, manner in zip(places, manners, strict=True) for wrong in look.at(place, manner)
    )


@pytest.mark.slow  # some fifty pages in sixteen manners, a second each
@pytest.mark.parametrize("manner", MANNERS, ids=lambda manner: "-".join(map(str, manner)))
def test_every_page_is_fit_in_every_manner(whole_walk: Walk, new_context: Any, manner: Manner) -> None:
    look = _Look(whole_walk, new_context)
    found = [one for place in whole_walk.places.values() for one in look.at(place, manner)]
    assert not found, "\n".join(found)


class _Look:
    """Looks at pages with one window for each walker: to open another costs more than to look at a page."""

    def __init__(self, walk: Walk, new_context: Any) -> None:
        self._walk = walk
        self._new_context = new_context
        self._windows: dict[str, Page] = {}
        self._said: list[str] = []

    def at(self, place: Place, manner: Manner) -> list[str]:
        """What is wrong with a page in one manner, each as a line that says where."""
        language, look, width = manner
        page = self._window(place.who, LANGUAGES[language] | LOOKS[look], width)
        answer = page.goto(place.path, wait_until="load")
        wrong = [f"status {answer.status}"] if answer and answer.status != 200 else []
        wrong += self._said + violations(page)
        if (wide := sideways(page)) > 0:
            wrong.append(f"scrolls sideways by {wide} px")
        return [f"{place.path} as {place.who}, {language}/{look}/{width}: {one}" for one in wrong]

    def _window(self, who: str, wishes: dict[str, str], width: int) -> Page:
        """The walker's window, empty, of this width; the server is told these wishes by cookies."""
        if who not in self._windows:
            page: Page = self._new_context().new_page()
            page.on("console", lambda said: self._said.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: self._said.append(str(error)))
            self._windows[who] = page
        page = self._windows[who]
        page.goto("about:blank")
        page.set_viewport_size({"width": width, "height": 900})
        page.context.clear_cookies()
        told = self._walk.cookies(who) | wishes
        page.context.add_cookies(
            [{"name": name, "value": value, "url": self._walk.url} for name, value in told.items()]
        )
        self._said.clear()
        return page
