"""How fast does a county's file of demands become demands, how far is that from what the machine allows, and does a
kill -9 half-way lose or double anything?

Question: rows per second and peak memory of `import_demands` on SQLite, all of it: validation, masking, reading,
duplicates, database, events. Goals on 2 cores: 2,000 rows/s, 600 MB. Data: synthetic demands of the demo county as
the CSV that a hotline exports. Limits of the same run: reading the CSV only; the same bytes into one table with
sqlite3's executemany. Then the same import again on a fresh copy, killed half-way and started again.

Run: python -m benchmarks.main_job [--rows 1000000] [--keep DIR]
"""

import argparse
import contextlib
import csv
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks import main_job_import as phases
from benchmarks.table import Figure, at_least, below, exactly, show

GOAL_ROWS_PER_SECOND = 2_000
GOAL_MEGABYTES = 600
CHUNK = 2_000
POLL_SECONDS = 0.2


def sqlite_only(folder: Path) -> float:
    """Seconds to put the file's cells into one table, in transactions of the same size as ours."""
    started = time.perf_counter()
    with (
        (folder / "demands.csv").open(encoding="utf-8", newline="") as file,
        contextlib.closing(sqlite3.connect(folder / "raw.sqlite3", isolation_level=None)) as database,
    ):
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        rows = csv.reader(file)
        names = ", ".join(f"c{at}" for at in range(len(next(rows))))
        database.execute(f"CREATE TABLE demand (id INTEGER PRIMARY KEY, {names})")
        marks = ", ".join("?" * (names.count(",") + 1))
        for chunk in _chunks(rows):
            database.execute("BEGIN")
            database.executemany(f"INSERT INTO demand ({names}) VALUES ({marks})", chunk)
            database.execute("COMMIT")
    return time.perf_counter() - started


def _chunks(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def kill_and_resume(folder: Path, rows: int) -> dict[str, int]:
    """Import, kill -9 when half is in, import again; returns what is there in the end."""
    command = [sys.executable, "-m", "benchmarks.main_job_import", "--phase", "import"]
    command += ["--keep", str(folder), "--rows", str(rows)]
    environment = os.environ | {
        "SHUZHI_DATA_DIR": str(folder),
        "SHUZHI_DATABASE_URL": f"sqlite:///{folder / 'shuzhi.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "shuzhi.site.settings",
    }
    first = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    while _count(folder, "SELECT coalesce(max(last_line), 0) FROM intake_importrun") < rows // 2:
        if first.poll() is not None:
            raise RuntimeError("the import ended before it could be killed")
        time.sleep(POLL_SECONDS)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    half = _count(folder, "SELECT count(*) FROM intake_demand")
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return {
        "there when killed": half,
        "demands": _count(folder, "SELECT count(*) FROM intake_demand"),
        "distinct numbers": _count(folder, "SELECT count(DISTINCT source_key) FROM intake_demand"),
        "events": _count(folder, "SELECT count(*) FROM spine_outboxevent WHERE name = 'DemandReceived'"),
        "receipts": sum(_lines(one) - 1 for one in folder.glob("imports/*/receipts.csv")),
    }


def _lines(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _row in csv.reader(file))


def _count(folder: Path, query: str) -> int:
    with contextlib.closing(sqlite3.connect(folder / "shuzhi.sqlite3", timeout=60)) as database:
        return int(database.execute(query).fetchone()[0])


def measure(folder: Path, rows: int) -> list[Figure]:
    phases.measure("generate", folder, rows)
    copy = folder / "killed"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("killed"))
    reading = phases.measure("read CSV only", folder, rows)
    raw = sqlite_only(folder)
    ours = phases.measure("import", folder, rows)
    resumed = kill_and_resume(copy, rows)
    speed = rows / ours["seconds"]
    return [
        at_least("import", speed, GOAL_ROWS_PER_SECOND, "rows/s"),
        below("import, peak memory", ours["megabytes"], GOAL_MEGABYTES, "MB"),
        Figure("limit: reading the CSV only", rows / reading["seconds"], "rows/s"),
        Figure("limit: sqlite3 executemany of the same bytes", rows / raw, "rows/s"),
        Figure("killed half-way: demands there", resumed.pop("there when killed"), "rows"),
        *(exactly(f"killed and resumed: {what}", count, rows, "rows") for what, count in resumed.items()),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="work in this folder and leave everything there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shuzhi-bench-") as scratch:
        folder: Path = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        return show(f"The main job: {options.rows:,} rows (SQLite)", measure(folder, options.rows))


if __name__ == "__main__":
    sys.exit(main())
