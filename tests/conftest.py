"""What every test shares: what cannot run here says so loudly, and so does what waits for its option.

`make test` is for every change: under five minutes. `.ci/run` adds `--thorough`: the same promises kept in every corner.
`--slow`, before a release: tests of many minutes, such as the one that lets every single system call fail.
"""

import gc
import os
import shutil
import tempfile
from importlib.util import find_spec

import pytest
from django.utils import translation
from hypothesis import settings

LONGEST_NAME = 80
EXAMPLES_EVERY_DAY = 25


@pytest.fixture(autouse=True)
def _in_no_language_of_another_test() -> None:
    """A request leaves its language behind in the thread."""
    translation.deactivate()


def pytest_configure(config: pytest.Config) -> None:
    """What the processes of one run share lies in a folder that they find by SHUZHI_TEST_RUN."""
    # Playwright keeps an event loop in the thread of the tests; Django would take what they do there for asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    os.environ["SHUZHI_TEST_CORNERS"] = "yes" if config.getoption("--thorough") else ""
    _set_examples(settings.default.max_examples if config.getoption("--thorough") else EXAMPLES_EVERY_DAY)
    if "SHUZHI_TEST_RUN" not in os.environ:
        folder = tempfile.mkdtemp(prefix="shuzhi-run-")
        os.environ["SHUZHI_TEST_RUN"] = folder
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def _set_examples(number: int) -> None:
    """So many examples of each property that names no number itself; a busy machine must not fail one."""
    settings.register_profile("here", max_examples=number, deadline=None)
    settings.load_profile("here")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A megabyte of hostile words names no test; it would travel between the processes again and again."""
    return f"{argname} of {len(val)}" if isinstance(val, str | bytes) and len(val) > LONGEST_NAME else None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="run the tests marked thorough, too")
    parser.addoption("--slow", action="store_true", help="run the tests marked slow, too")


@pytest.hookimpl(tryfirst=True)  # before the groups are told to those who share out the work
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    missing = {
        "browser": None
        if shutil.which("chromium")
        else "NOT RUN: chromium is not installed (apt-get install chromium)",
        "postgres": None
        if os.environ.get("SHUZHI_TEST_POSTGRES_URL")
        else "NOT RUN: SHUZHI_TEST_POSTGRES_URL names no PostgreSQL",
        "spark": None
        if find_spec("pyspark") and shutil.which("java")
        else "NOT RUN: no Spark here (pip install '.[spark]', apt-get install openjdk-17-jre-headless)",
        "thorough": None if config.getoption("--thorough") else "NOT RUN: thorough, run with --thorough",
        "slow": None if config.getoption("--slow") else "NOT RUN: slow, run with --slow",
    }
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group_of(item)))
        for mark, reason in missing.items():
            if reason and item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=reason))


def _group_of(item: pytest.Item) -> str:
    """What runs in one process of the run: another would build the same county, or wait for it; or the same beginnings."""
    for shared, marks in {"county": ("browser", "processes"), "spark": ("spark",)}.items():
        if any(item.get_closest_marker(mark) for mark in marks):
            return shared
    return f"{item.path.parent.name}/{item.path.stem}"


def pytest_collection_finish() -> None:
    """What is loaded by now stays: to look through it again and again takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def pytest_sessionfinish() -> None:
    """Libraries that count what is theirs at the end of the process call what is frozen a leak."""
    gc.unfreeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[-1]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason] = reasons.get(reason, 0) + 1
    for reason, count in reasons.items():
        terminalreporter.write_line(f"{count} × {reason}", yellow=True, bold=True)
