"""Every open, write, sync and rename of sealing and publishing fails once, by error or by a killed process."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.faults.server import environment

SCRIPT = Path(__file__).with_name("crash_process.py")
HOME = Path(__file__).parents[3]
EVERYDAY = 37  # of so many calls one is tried; a prime, so that all kinds come
DECISIONS = 340
LONGEST_S = 3 * 3600  # every call, on a machine that has other work
GIVEN = f"""
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from benchmarks.ledger_path import announce
from shuzhi.domains.ledger import handlers, services as ledger
from shuzhi.spine import outbox
from shuzhi.spine.actors import SYSTEM
announce({DECISIONS - 40})
outbox.drain([outbox.Listener("ledger.seal", handlers.DECISIONS, handlers.seal)])
ledger.publish(by=SYSTEM)
announce(40)
"""

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="NOT RUN: strace is not installed")


def run(folder: Path, *command: str) -> str:
    surroundings = environment(folder, DJANGO_SETTINGS_MODULE="shuzhi.site.settings", PYTHONPATH=str(HOME))
    done = subprocess.run(
        [sys.executable, *command],
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of 300 published decisions with 40 more announced."""
    folder = tmp_path_factory.mktemp("ledger") / "given"
    run(folder, "-c", GIVEN)
    return folder


def fail_calls(pristine: Path, folder: Path, fault: str, *, one_of: int) -> int:
    """Let calls fail, each on a fresh copy, and look at what a restart makes of it; returns how many were tried."""
    folder.mkdir()
    lines = run(folder, str(SCRIPT), str(folder), str(pristine), fault, str(one_of)).splitlines()
    for line in lines:
        told = json.loads(line)
        assert told["hit"], told["call"]
        assert told["positions"] == list(range(1, DECISIONS + 1)), told["call"]
        assert (told["faults"], told["state"]) == ([], "witnessed"), told
        assert told["seconds"] < 5, told["call"]
    return len(lines)


@pytest.mark.slow  # starts the publisher anew for each call
@pytest.mark.parametrize("fault", ["EIO", "KILL"])
def test_a_call_that_fails_loses_and_doubles_nothing(pristine: Path, tmp_path: Path, fault: str) -> None:
    assert fail_calls(pristine, tmp_path / "data", fault, one_of=EVERYDAY) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["EIO", "KILL"])
def test_every_call_that_fails_loses_and_doubles_nothing(pristine: Path, tmp_path: Path, fault: str) -> None:
    """Some hundred calls, which take an hour."""
    assert fail_calls(pristine, tmp_path / "data", fault, one_of=1) > 60
