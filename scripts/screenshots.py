"""Takes the pictures of the README from the running demo: `python -m scripts.screenshots [--port 8000]`.

Needs `make demo` (the pictures show synthetic data only), Debian's chromium and the extra `dev`.
"""

import argparse
import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
PASSWORD = "Yunjiang-Bridge-26"
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
# name of the picture: (who looks, where, how large)
PICTURES = {
    "home": ("", "/", WIDE),
    "report-phone": ("", "/report/", NARROW),
    "figures": ("", "/figures/", WIDE),
    "desk": ("dispatcher", "/desk/", WIDE),
    "order": ("dispatcher", "order", WIDE),
    "call": ("calltaker", "/desk/calls/new/", WIDE),
    "board": ("supervisor", "/desk/board/", WIDE),
}


LANGUAGES = {"zh-hans": "", "en": "-en"}


def file_name(name: str, language: str) -> str:
    return f"{name}{LANGUAGES[language]}.png"


def log_in(context: BrowserContext, username: str) -> None:
    page = context.new_page()
    page.goto("/login/")
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(desk|registry)/"))
    page.close()


def open_order(page: Page) -> None:
    """The newest order of the list, which has most to decide."""
    page.goto("/desk/orders/")
    page.locator("a[href^='/desk/orders/2']").first.click()
    page.wait_for_load_state()


def take(base_url: str, language: str, folder: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, (who, where, size) in PICTURES.items():
            context = browser.new_context(base_url=base_url, viewport=size, device_scale_factor=1.5)
            context.add_cookies([{"name": "django_language", "value": language, "url": base_url}])
            if who:
                log_in(context, who)
            page = context.new_page()
            if where == "order":
                open_order(page)
            else:
                page.goto(where)
            page.screenshot(path=folder / file_name(name, language))
            context.close()
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        take(f"http://127.0.0.1:{options.port}", language, options.folder)
    for picture in sorted(options.folder.glob("*.png")):
        print(f"{picture}  {picture.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
