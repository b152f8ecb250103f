"""What every page must be, as the browser sees it: without violations of accessibility, and no wider than the screen."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}}).then(found => found.violations)"
_SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def violations(page: Page) -> list[str]:
    page.evaluate(AXE_SCRIPT)
    return [
        f"{one['id']}: {one['help']} {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in page.evaluate(_RUN, TAGS)
    ]


def sideways(page: Page) -> int:
    """How many pixels a reader would have to scroll to the side."""
    return int(page.evaluate(_SIDEWAYS))
