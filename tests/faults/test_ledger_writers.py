"""Many processes write decisions, and two carry them into the ledger at once: each stands there once, on one history."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.faults.server import environment

SCRIPT = Path(__file__).with_name("ledger_process.py")
PATIENCE_S = 240
LOOK = """
import django; django.setup()
from collections import Counter
from shuzhi.domains.ledger import leaves, services as ledger
from shuzhi.domains.ledger.models import Entry, Log
from shuzhi.domains.ledger.services.receipts import opening_of
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.models import OutboxEvent
log = Log.objects.get()
told = Entry.objects.filter(position__isnull=False).order_by("id")
positions = list(OutboxEvent.objects.order_by("position").values_list("position", flat=True))
assert positions == list(range(1, {count} + 1)), "positions have a gap or a repeat"
assert list(told.values_list("position", flat=True)) == positions, "entries are not the story in its order"
subjects = Counter(told.values_list("subject", flat=True))
assert subjects == Counter(f"demand:{{number}}" for number in range(1, {count} + 1)), "not each exactly once"
assert (log.published_size, log.stopped) == (Entry.objects.count(), ""), "not everything is published"
faults = ledger.check_everything(by=SYSTEM)
assert not faults, faults[:3]
"""

pytestmark = pytest.mark.slow  # up to seven processes at once, and 100,000 decisions


@pytest.fixture
def postgres() -> Iterator[str]:
    """A database of its own in the cluster that SHUZHI_TEST_POSTGRES_URL names."""
    import psycopg

    cluster = os.environ["SHUZHI_TEST_POSTGRES_URL"]
    name = f"shuzhi_writers_{os.getpid()}"
    with psycopg.connect(cluster, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(cluster)._replace(path=f"/{name}"))
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def run_at_once(folder: Path, database: str, *, writers: int, carriers: int, count: int) -> None:
    """Let them all run at the same time, then look at what became of it."""
    surroundings = environment(
        folder,
        DJANGO_SETTINGS_MODULE="shuzhi.site.settings",
        SHUZHI_DATABASE_URL=database,
        SHUZHI_DATA_DIR=str(folder),
    )

    def started(*command: str) -> subprocess.Popen[str]:
        line = [sys.executable, *command]
        return subprocess.Popen(line, env=surroundings, stderr=subprocess.PIPE, text=True)

    def ended(process: subprocess.Popen[str]) -> None:
        _out, said = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, said[-3000:]

    ended(started("-m", "django", "migrate", "-v", "0"))
    each = count // writers
    running = [started(str(SCRIPT), "write", str(1 + at * each), str(each)) for at in range(writers)]
    running += [started(str(SCRIPT), "carry", str(count)) for _carrier in range(carriers)]
    try:
        for process in running:
            ended(process)
    finally:
        for process in running:
            process.kill()
    ended(started("-c", LOOK.format(count=count)))


@pytest.mark.postgres
def test_four_writers_with_random_delays_and_100_000_rows_stand_in_the_log_exactly_once(
    postgres: str, tmp_path: Path
) -> None:
    run_at_once(tmp_path, postgres, writers=4, carriers=2, count=100_000)


def test_two_sequencers_at_once_never_fork_on_sqlite(tmp_path: Path) -> None:
    run_at_once(tmp_path, f"sqlite:///{tmp_path}/shuzhi.sqlite3", writers=1, carriers=2, count=10_000)
