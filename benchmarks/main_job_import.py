"""How fast does a county's file of demands become demands, and how far is that from what the machine allows?

Question: rows per second and peak memory of `import_demands` on SQLite: validation, masking, reading, duplicates,
database and events. Goals on 2 cores: 2,000 rows/s, 600 MB. Data: synthetic demands of the demo county, generated
here, as the CSV that a hotline exports. Limits measured in the same run: reading the CSV and doing nothing, and
writing the finished rows with bulk_create and doing nothing else. Every phase is a process of its own, so that each
has its own peak memory. Exit code 1 when a goal is missed.

Run: python benchmarks/main_job_import.py [--rows 1000000] [--keep DIR]
"""

import argparse
import csv
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

GOAL_ROWS_PER_SECOND = 2_000
GOAL_MEGABYTES = 600
SEED = 20_260_101
PERIOD = date(2023, 1, 1), date(2025, 12, 31)
CHUNK = 2_000
BULK_ROWS = 100_000
_KIBIBYTE_ON_LINUX = 1024
LOOK_SECONDS = 0.5


def generate(folder: Path, rows: int) -> int:
    """Write the file and fill the registry of an empty database."""
    from django.core.management import call_command

    from shuzhi.engines import county

    call_command("migrate", verbosity=0, skip_checks=True)
    registry = county.registry(SEED)
    _fill_registry(registry)
    with (folder / "demands.csv").open("w", encoding="utf-8", newline="") as file:
        stream = county.demands(SEED, registry, rows, *PERIOD)
        return county.write_csv(stream, file)


def read_csv_only(folder: Path, rows: int) -> int:
    with (folder / "demands.csv").open(encoding="utf-8", newline="") as file:
        return sum(1 for _row in csv.reader(file)) - 1


def import_all(folder: Path, rows: int) -> int:
    from rich.progress import Progress

    from shuzhi.domains.intake import services
    from shuzhi.spine.actors import SYSTEM

    with Progress(transient=True) as bar:
        task = bar.add_task("import", total=1.0)
        report = services.import_demands(
            folder / "demands.csv",
            synthetic=True,
            processes=2,
            on_progress=lambda done, share: bar.update(task, completed=share, description=f"import {done:,}"),
            by=SYSTEM,
        )
    assert report.rows == report.accepted + report.merged + report.unchanged + report.quarantined
    assert report.quarantined == 0, report.quarantine_file
    return report.rows


def write_only(folder: Path, rows: int) -> int:
    """Write demands again that are already finished: what the database alone takes, one table of four."""
    from django.db import transaction

    from shuzhi.domains.intake.models import Demand

    made = 0
    for chunk in _chunks(Demand.objects.all()[: min(rows, BULK_ROWS)].iterator(CHUNK)):
        for row in chunk:
            row.pk, row.public_code, row.source = None, f"B{row.public_code[1:]}", "bench"
            row.idempotency_key = None
        with transaction.atomic():
            Demand.objects.bulk_create(chunk)
        made += len(chunk)
    return made


PHASES = {
    "generate": generate,
    "read CSV only": read_csv_only,
    "import": import_all,
    "bulk_create only": write_only,
}


def _chunks(rows: Iterator[object]) -> Iterator[list[object]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _fill_registry(registry: object) -> None:
    from shuzhi.domains.registry import services
    from shuzhi.engines import county
    from shuzhi.spine.actors import SYSTEM

    areas = ("code", "name", "name_en", "level", "parent", "lat", "lng")
    places = ("code", "name", "aliases", "area", "lat", "lng", "kind")
    outlines = [
        {
            "type": "Feature",
            "properties": {"code": area.code},
            "geometry": {"type": "Polygon", "coordinates": [area.ring]},
        }
        for area in registry.areas
        if area.ring
    ]
    for dataset, data in (
        ("areas", _csv_of(areas, registry.areas)),
        ("boundaries", json.dumps({"type": "FeatureCollection", "features": outlines})),
        ("places", _csv_of(places, registry.places)),
        ("categories", county.table_text("categories")),
    ):
        report = services.import_csv(dataset, io.BytesIO(data.encode()), by=SYSTEM)
        assert report.quarantined == 0, dataset


def _csv_of(columns: tuple[str, ...], records: object) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for record in records:
        values = (getattr(record, column) for column in columns)
        writer.writerow("|".join(value) if isinstance(value, tuple) else value for value in values)
    return text.getvalue()


def run_phase(phase: str, folder: Path, rows: int) -> None:
    """In a process of its own: do the phase and print what it took as JSON on the last line."""
    import django

    django.setup()
    started, cpu, memory = time.perf_counter(), time.process_time(), Memory()
    done = PHASES[phase](folder, rows)
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    measured = {
        "rows": done,
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - cpu + others.ru_utime + others.ru_stime,
        "megabytes": memory.peak(),
    }
    print(json.dumps(measured))


class Memory:
    """Watches what this process and its children hold together; what they share counts once (proportional set size)."""

    def __init__(self) -> None:
        self._most = 0.0
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()

    def peak(self) -> float:
        """Megabytes."""
        self._over.set()
        self._watch.join()
        return self._most

    def _look(self) -> None:
        while True:
            own = os.getpid()
            self._most = max(self._most, sum(map(_held, [own, *_children(own)])))
            if self._over.wait(LOOK_SECONDS):
                return


def _children(pid: int) -> list[int]:
    try:
        told = [(task / "children").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    except (FileNotFoundError, ProcessLookupError):
        return []  # it ended meanwhile
    found = [int(child) for one in told for child in one.split()]
    return found + [further for child in found for further in _children(child)]


def _held(pid: int) -> float:
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return int(told.partition("\nPss:")[2].split()[0]) * _KIBIBYTE_ON_LINUX / 1e6


def measure(phase: str, folder: Path, rows: int) -> dict[str, float]:
    environment = os.environ | {
        "SHUZHI_DATA_DIR": str(folder),
        "SHUZHI_DATABASE_URL": os.environ.get(
            "SHUZHI_BENCH_DATABASE_URL", f"sqlite:///{folder / 'shuzhi.sqlite3'}"
        ),
        "DJANGO_SETTINGS_MODULE": "shuzhi.site.settings",
    }
    command = [sys.executable, __file__, "--phase", phase, "--keep", str(folder), "--rows", str(rows)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="work in this folder and leave everything there")
    parser.add_argument("--phase", choices=PHASES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.phase:
        run_phase(options.phase, options.keep, options.rows)
        return 0
    with tempfile.TemporaryDirectory(prefix="shuzhi-bench-") as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        measured = {phase: measure(phase, folder, options.rows) for phase in PHASES}
    return show(measured)


def show(measured: dict[str, dict[str, float]]) -> int:
    from rich.console import Console
    from rich.table import Table

    ours = measured["import"]["rows"] / measured["import"]["seconds"]
    table = Table(title="Import of demands (SQLite)")
    for title in ("what", "rows", "seconds", "CPU s", "rows/s", "to ours", "peak MB", "goal"):
        table.add_column(title, justify="left" if title == "what" else "right")
    for phase, found in measured.items():
        speed = found["rows"] / found["seconds"]
        goal = f"≥ {GOAL_ROWS_PER_SECOND:,} rows/s, < {GOAL_MEGABYTES} MB" if phase == "import" else ""
        table.add_row(
            phase,
            f"{found['rows']:,.0f}",
            f"{found['seconds']:,.1f}",
            f"{found['cpu_seconds']:,.1f}",
            f"{speed:,.0f}",
            f"{speed / ours:.1f}×",
            f"{found['megabytes']:.0f}",
            goal,
        )
    Console().print(table)
    met = ours >= GOAL_ROWS_PER_SECOND and measured["import"]["megabytes"] < GOAL_MEGABYTES
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
