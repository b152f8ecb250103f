"""How fast are the figures: loading them, asking them, and the leaders' page that shows them?

Questions: events/s from the outbox into the warehouse (goal: 20,000); the slowest measure and the slowest other
question of the leaders' page over a year, at 400,000 demands (goal: below 1 s); the page itself, every filter asked for
the first time, nothing counted before (goal: p95 below 300 ms).
--large adds 10 million demands (each measure below 3 s) and 50 million (all measures of a year, summed up by unit, in
less than 4 GB at the peak of the process): these are ours only.

Data: stories of orders told through the outbox for the load; for the questions, orders and demands over three years
written as files of the warehouse (`insight_data`), with the demo county's registry, and hot issues. The page is asked
through Django's own client, so the network is not in it.
Peers of the same run, on the same rows and the same question (a year's on-time rate by unit): pandas on a frame in
memory, and plain PostgreSQL with the measure's own text on a table with an index on the time; both are spared the
reading of files, which favours them.

Run: python -m benchmarks.insight [--demands 400000] [--large] [--folder /somewhere]
"""

from __future__ import annotations

import argparse
import gc
import itertools
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import django

from benchmarks.table import Figure, at_least, below, percentile, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOADED_ORDERS = 8_000
ROUNDS = 5
YEAR = 365
GOAL_EVENTS, GOAL_QUESTION_MS, GOAL_PAGE_MS = 20_000, 1_000, 300
GOAL_LARGE_MS, GOAL_LARGE_MB = 3_000, 4_000
PAGES = list(
    itertools.product(
        ("week", "weeks", "year"),
        ("", "990101000000", "990102000000", "990101001000"),
        ("", "02", "04"),
        ("received", "on_time_rate"),
    )
)


def timed(act: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Milliseconds of each round, after one that nobody counts."""
    act()
    spent = []
    for _round in range(rounds):
        started = time.perf_counter()
        act()
        spent.append(1000 * (time.perf_counter() - started))
    return spent


def begin(folder: Path) -> None:
    """A county of its own in a folder: settings, database, registry."""
    os.environ |= {
        "SHUZHI_DATA_DIR": str(folder),
        "SHUZHI_DATABASE_URL": f"sqlite:///{folder}/shuzhi.sqlite3",
        "SHUZHI_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "shuzhi.site.settings",
    }
    django.setup()
    from django.core.management import call_command

    from shuzhi.engines import county
    from shuzhi.site.demo import registry
    from shuzhi.spine import clock

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    registry.load(county.registry(7), years=[clock.today().year])


def load() -> Figure:
    """Events/s from the outbox into facts and files, three times, each from the beginning; the median."""
    from tests.domains.statistics.given import START, handled_and_closed, told

    from shuzhi.domains.statistics.handlers import FACTS
    from shuzhi.spine import outbox
    from shuzhi.spine.actors import SYSTEM

    orders = [
        handled_and_closed(
            n, at=START + timedelta(seconds=20 * n), satisfaction=1 + n % 5, area=f"99010210020{n % 9}"
        )
        for n in range(1, LOADED_ORDERS + 1)
    ]
    events = [event for order in orders for event in order.events]
    events.sort(key=lambda one: getattr(one, "at", None) or one.received_at)  # type: ignore[attr-defined]
    for at in range(0, len(events), 5_000):
        told(events[at : at + 5_000])
    while outbox.sequence():
        pass
    speeds = []
    for _round in range(3):
        outbox.replay(FACTS, by=SYSTEM)
        gc.collect()
        started = time.perf_counter()
        while outbox.deliver(FACTS):
            pass
        speeds.append(len(events) / (time.perf_counter() - started))
    if [one for one in outbox.status([FACTS]).listeners if one.failure or one.behind]:
        raise RuntimeError("the load stopped")
    return at_least(f"load {len(events):,} events, median of 3", median(speeds), GOAL_EVENTS, "events/s")


def ask(goal: float, rounds: int = ROUNDS) -> list[Figure]:
    """The slowest measure over a year, and over all three; the slowest other question of the page."""
    from shuzhi.domains.statistics import services
    from shuzhi.domains.statistics.definitions import MEASURES
    from shuzhi.domains.statistics.services.flowing import _count
    from shuzhi.domains.statistics.tallies import Span, tally
    from shuzhi.spine import clock

    since, until = services.last_days(YEAR)
    year = Span(since, until, clock.now())
    whole = Span(until - timedelta(days=3 * YEAR), until, clock.now())
    told = {
        f"{one.name}, {said}": percentile(
            timed(lambda span=span, one=one: tally(span, names=[one.name]), rounds), 0.5
        )  # type: ignore[misc]
        for one in MEASURES
        for span, said in ((year, "a year"), (whole, "three years"))
    }
    slowest = max(told, key=told.__getitem__)
    by_unit = timed(lambda: tally(year, columns=("unit",), names=["on_time_rate"]), rounds)
    by_area = timed(lambda: tally(year, columns=("area",), names=["on_time_rate"]), rounds)
    flows = timed(lambda: _count(year), rounds)
    return [
        below(f"the slowest of {len(told)} measures ({slowest})", told[slowest], goal, "ms"),
        below("a year's on-time rate by unit, median", median(by_unit), goal, "ms"),
        below("a year's on-time rate by place, median", median(by_area), goal, "ms"),
        below("a year's flows from channel to outcome, median", median(flows), goal, "ms"),
    ]


def given_issues(many: int) -> None:
    """Hot issues as they stand beside so many demands."""
    from shuzhi.domains.insight import heat
    from shuzhi.domains.insight.models import HotIssue
    from shuzhi.domains.registry import services as registry
    from shuzhi.spine import clock

    now = clock.now()
    places = [one.code for one in registry.areas() if one.level in ("community", "village")]
    HotIssue.objects.bulk_create(
        HotIssue(
            block=places[n % len(places)][:9],
            area=places[n % len(places)],
            category="0201",
            title="演示热点",
            representative=n,
            demands=2 + n % 9,
            people=2 + n % 7,
            first_at=now - timedelta(days=n % 90 + 3),
            last_at=now - timedelta(days=n % 90),
            rank=heat.rank_of(2 + n % 7, now - timedelta(days=n % 90)),
            stage="growing" if n % 3 else "resolved",
        )
        for n in range(1, many + 1)
    )


def look() -> list[Figure]:
    """The leaders' page with every filter, first with nothing counted before, then again."""
    from django.core.cache import cache
    from tests.factories import client_of, staff

    client = client_of(staff("leader"))
    client.get("/desk/cockpit/", headers={"host": "localhost"})

    def waited() -> list[float]:
        spent = []
        for period, area, category, measure in PAGES:
            asked = {"period": period, "area": area, "category": category, "measure": measure}
            started = time.perf_counter()
            answer = client.get("/desk/cockpit/", asked, headers={"host": "localhost"})
            spent.append(1000 * (time.perf_counter() - started))
            if answer.status_code != 200:
                raise RuntimeError(f"{asked}: {answer.status_code}")
        return spent

    cache.clear()
    gc.freeze()  # as the web server does
    first, again = waited(), waited()
    return [
        Figure(f"leaders' page, {len(PAGES)} filters, first time: median", median(first), "ms"),
        below("  p95", percentile(first, 0.95), GOAL_PAGE_MS, "ms"),
        below("  asked again: p95", percentile(again, 0.95), GOAL_PAGE_MS, "ms"),
    ]


def peers(rows: int) -> list[Figure]:
    """The same question on the same rows elsewhere."""
    from shuzhi.domains.statistics import services
    from shuzhi.domains.statistics.definitions import BY_NAME
    from shuzhi.domains.statistics.tallies import Span, counting, tally
    from shuzhi.domains.statistics.warehouse import files, reading
    from shuzhi.domains.statistics.warehouse.catalogue import catalogue
    from shuzhi.spine import clock

    since, until = services.last_days(YEAR)
    span = Span(since, until, clock.now())
    found = [
        Figure(
            "ours: files through DuckDB",
            median(timed(lambda: tally(span, columns=("unit",), names=["on_time_rate"]))),
            "ms",
        )
    ]
    question = f"{reading.moment(clock.now())} {counting(BY_NAME['on_time_rate'], span, ('unit',))}"
    with files.duck() as cursor:
        orders = files.source(catalogue().of("orders").all)
        with suppress(ImportError):
            import pandas  # noqa: F401

            frame = cursor.execute(f"SELECT * FROM {orders}").df()
            found.append(
                Figure(
                    "peer: pandas, a frame in memory",
                    median(timed(lambda: _in_pandas(frame, since, until))),
                    "ms",
                )
            )
        if initdb := next(iter(Path("/usr/lib/postgresql").glob("*/bin/initdb")), None):
            with _postgres(initdb.parent) as connect:
                found.append(
                    Figure(
                        "peer: PostgreSQL, the same text on a table",
                        _in_postgres(connect, cursor, orders, question),
                        "ms",
                    )
                )
    return [Figure(f"a year's on-time rate by unit, {rows:,} orders:", 0, ""), *found]


def _in_pandas(frame: Any, since: Any, until: Any) -> Any:
    import pandas

    at = frame["closed_at"].fillna(frame["due_at"])
    first, last = (pandas.Timestamp(one).tz_convert("UTC").tz_localize(None) for one in (since, until))
    kept = frame[(at >= first) & (at < last) & (frame["set_aside"] == "")]
    done = kept[kept["closed_at"].notna()]
    return done.assign(good=done["late_minutes"] == 0).groupby("unit")["good"].agg(["sum", "size"])


def _in_postgres(connect: Callable[[], Any], cursor: Any, orders: str, question: str) -> float:
    from shuzhi.domains.statistics.warehouse.tables import ORDERS

    kinds = {"VARCHAR": "text"}
    columns = ", ".join(f"{name} {kinds.get(kind, kind)}" for name, kind in ORDERS.columns.items())
    with tempfile.NamedTemporaryFile(suffix=".csv") as table, connect() as database:
        cursor.execute(
            f"COPY (SELECT {', '.join(ORDERS.columns)} FROM {orders}) TO '{table.name}' (FORMAT csv, HEADER false)"
        )
        database.autocommit = True
        database.execute(f"CREATE TABLE orders ({columns})")
        with (
            database.cursor().copy("COPY orders FROM STDIN (FORMAT csv)") as into,
            Path(table.name).open("rb") as source,
        ):
            while part := source.read(1 << 20):
                into.write(part)
        database.execute("CREATE INDEX ON orders (closed_at)")
        database.execute("VACUUM ANALYZE orders")
        return median(timed(lambda: database.execute(question).fetchall()))


@contextmanager
def _postgres(programs: Path) -> Iterator[Callable[[], Any]]:
    """A server of its own that goes away again; PostgreSQL refuses to run as root."""
    import psycopg

    folder = Path(tempfile.mkdtemp(prefix="shuzhi-bench-pg-"))
    as_user = ["su", "postgres", "-s", "/bin/sh", "-c"] if os.getuid() == 0 else ["sh", "-c"]
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")

    def run(command: str) -> None:
        subprocess.run([*as_user, command], check=True, capture_output=True)

    run(f"{programs}/initdb -D {folder}/data -A trust -U postgres")
    options = f"-k {folder} -c listen_addresses='' -c shared_buffers=512MB"
    run(f'{programs}/pg_ctl -D {folder}/data -l {folder}/log -o "{options}" -w start')
    try:
        yield lambda: psycopg.connect(host=str(folder), user="postgres", dbname="postgres")
    finally:
        run(f"{programs}/pg_ctl -D {folder}/data -m immediate stop")
        shutil.rmtree(folder)


def ask_large(demands: int, folder: Path) -> list[Figure]:
    """Ours alone at a size that no office machine holds in memory; a process of its own, for its peak of memory."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.insight",
        "--only-large",
        str(demands),
        "--folder",
        str(folder),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    slowest, summed, peak = (float(part) for part in done.stdout.split()[-3:])
    goal = below if demands <= 10_000_000 else lambda what, value, _goal, unit: Figure(what, value, unit)
    return [
        goal(f"{demands:,} demands: the slowest measure over a year", slowest, GOAL_LARGE_MS, "ms"),
        Figure(f"{demands:,} demands: all measures of a year by unit, one after the other", summed, "ms"),
        below(f"{demands:,} demands: peak memory", peak, GOAL_LARGE_MB, "MB"),
    ]


def only_large(demands: int) -> None:
    """Print: the slowest measure, all measures by unit (both in ms), the peak of memory in MB."""
    from benchmarks import insight_data
    from shuzhi.domains.statistics import services
    from shuzhi.domains.statistics.definitions import MEASURES
    from shuzhi.domains.statistics.tallies import Span, tally
    from shuzhi.domains.statistics.warehouse.catalogue import catalogue
    from shuzhi.spine import clock

    if not catalogue().of("orders").all:
        insight_data.write(demands)
    since, until = services.last_days(YEAR)
    span = Span(since, until, clock.now())
    alone = [median(timed(lambda one=one: tally(span, names=[one.name]), 3)) for one in MEASURES]  # type: ignore[misc]
    started = time.perf_counter()
    for one in MEASURES:
        tally(span, columns=("unit",), names=[one.name])
    summed = 1000 * (time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(max(alone), summed, peak)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--demands", type=int, default=400_000)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--folder", type=Path, help="Where large warehouses are kept for the next run.")
    parser.add_argument("--only-large", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shuzhi-bench-") as temporary:
        folder = options.folder or Path(temporary)
        if options.only_large:
            place = folder / f"insight-{options.only_large}"
            place.mkdir(parents=True, exist_ok=True)
            begin(place)
            only_large(options.only_large)
            return 0
        begin(Path(temporary))
        from benchmarks import insight_data

        figures = [load()]
        insight_data.write(options.demands)
        given_issues(options.demands // 100)
        figures += [*ask(GOAL_QUESTION_MS), *look(), *peers(options.demands)]
        if options.large:
            for demands in (10_000_000, 50_000_000):
                figures += ask_large(demands, folder)
        return show(f"Figures of {options.demands:,} demands", figures)


if __name__ == "__main__":
    sys.exit(main())
