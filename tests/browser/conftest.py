"""One real server and one real browser for all tests here."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.places import Walk, everybodys_walk, publics_walk
from tests.faults.server import Server, serving, shuzhi

CHROMIUM = "/usr/bin/chromium"
A_COUNTY, A_VILLAGE = "990101000000", "990101001001"
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="session")
def server(tmp_path_factory: Any) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("county")
    with serving(folder) as running:
        yield running


@pytest.fixture(scope="session")
def walk(server: Server) -> Walk:
    return publics_walk(server)


@pytest.fixture(scope="session")
def whole_walk(server: Server, walk: Walk) -> Walk:
    """On through the pages of the staff, of which some need that something has happened."""
    granted = shuzhi(server.folder, "accounts", "grant", "steward", "integration", "--because", "the walk")
    assert granted.returncode == 0, granted.stderr
    _given_warning(server.folder)
    _given_pattern(server.folder)
    return everybodys_walk(server, walk)


@pytest.fixture(scope="session")
def leader(server: Server) -> dict[str, str]:
    """The cookies of a leader who has logged in."""
    return server.cookies_of("leader")


def _given_warning(folder: Path) -> None:
    """A cloudburst is forecast for tomorrow, so that somebody is warned of it."""
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    path = folder / "rain.csv"
    path.write_text(
        f"area,quantity,value,observed_at,told_at\n{A_COUNTY},rain,260,{today + timedelta(days=1)},{today}\n",
        encoding="utf-8",
    )
    imported = shuzhi(folder, "registry", "import", "readings", str(path))
    assert imported.returncode == 0, imported.stderr
    watched = shuzhi(folder, "insight", "watch")
    assert watched.returncode == 0, watched.stderr


def _given_pattern(folder: Path) -> None:
    """Six people call a second time about one matter in one place: more than anywhere else."""
    path, now = folder / "again.csv", datetime.now(ZoneInfo("Asia/Shanghai"))
    rows = [
        f"{call}{number},{number}号楼夜里施工太吵，第{call}次打电话了。,{now - timedelta(days=9 - 4 * call)},"
        f"{A_VILLAGE},070101,1380000{number:04}"
        for call in (1, 2)
        for number in range(1, 7)
    ]
    path.write_text("\n".join(["编号,内容,受理时间,区划代码,问题分类,手机号", *rows]), encoding="utf-8")
    for told in (("demands", "import", str(path), "--yes"), ("insight", "patterns")):
        done = shuzhi(folder, *told)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_context(chromium: Browser, server: Server) -> Iterator[Any]:
    """Makes browser contexts that speak to the server; closes them at the end."""
    opened: list[BrowserContext] = []

    def make(cookies: dict[str, str] | None = None, **options: Any) -> BrowserContext:
        options = {"base_url": server.url, "locale": "zh-CN", "service_workers": "block"} | options
        context = chromium.new_context(**options)
        context.set_default_timeout(15_000)
        opened.append(context)
        context.add_cookies(
            [{"name": name, "value": value, "url": server.url} for name, value in (cookies or {}).items()]
        )
        return context

    yield make
    for context in opened:
        context.close()
