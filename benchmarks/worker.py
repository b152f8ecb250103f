"""How many events a second does the worker carry through every listener, and how far is that from plain inserts?

Question: events/s through the listeners of the main job in batches, as the worker does it: numbering, reading models,
work orders, facts, messages. Goal on 2 cores: 3,000 events/s. Beside it the same with all of wiring.LISTENERS, which
also seal decisions in the ledger and compare every demand with those of its town. Data: the demo county's registry and
synthetic demands, received first and not measured, most with a phone that hears of it; then everything they announced,
and what that announces in turn, is delivered.
Limit of the same run: the same number of rows into the same events table, in the same transactions, nobody listening.

Run: python -m benchmarks.worker [--demands 20000]; SHUZHI_BENCH_DATABASE_URL names an empty PostgreSQL database to use
instead of a fresh SQLite file.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import islice

from benchmarks.own_database import own_database
from benchmarks.table import Figure, at_least, show

GOAL_EVENTS_PER_SECOND = 3_000
SEED = 7
CHUNK = 1_000
BEYOND = ("ledger.seal", "insight.issues", "insight.scenarios", "policy.changes", "policy.decisions")


def receive(demands: int) -> None:
    """Fill the registry and receive demands, so that their events wait."""
    from shuzhi.domains.intake import services as intake
    from shuzhi.domains.intake.cards import DemandDraft
    from shuzhi.engines import county
    from shuzhi.site.demo import registry
    from shuzhi.spine import clock
    from shuzhi.spine.actors import SYSTEM

    place, today = county.registry(SEED), clock.today()
    registry.load(place, years=[today.year])
    stream = county.demands(SEED, place, demands, today - timedelta(days=30), today)
    while chunk := list(islice(stream, CHUNK)):
        drafts = [
            DemandDraft(
                channel="web",
                title=one.title,
                text=one.text,
                category=one.category,
                area=one.area,
                phone=one.phone,
            )
            for one in chunk
        ]
        intake.receive_many(drafts, by=SYSTEM)


def deliver() -> tuple[int, float, dict[str, float]]:
    """Carry all events through: (events, seconds, {listener: seconds}). Every event passes every listener."""
    from shuzhi.site import wiring
    from shuzhi.spine import outbox
    from shuzhi.spine.models import OutboxEvent

    spent: dict[str, float] = {}

    def timed(hear: object, name: str, batch: Sequence[object]) -> None:
        started = time.perf_counter()
        hear(batch)  # type: ignore[operator]
        spent[name] = spent.get(name, 0) + time.perf_counter() - started

    listeners = [
        replace(
            one, hear=partial(timed, one.hear, one.name), until=None
        )  # no witnesses are there to wait for
        for one in wiring.LISTENERS
    ]
    started = time.perf_counter()
    outbox.drain(listeners)
    seconds = time.perf_counter() - started
    stopped = [one.listener for one in outbox.status(listeners).listeners if one.failure or one.behind]
    if stopped:
        raise RuntimeError(f"stopped or behind: {stopped}")
    return OutboxEvent.objects.count(), seconds, spent


def insert_only() -> float:
    """Seconds to write as many rows as there are events, and nothing else."""
    from django.db import transaction

    from shuzhi.spine.models import OutboxEvent

    rows = list(OutboxEvent.objects.all())
    for row in rows:
        row.pk, row.position = None, None
    started = time.perf_counter()
    for at in range(0, len(rows), CHUNK):
        with transaction.atomic():
            OutboxEvent.objects.bulk_create(rows[at : at + CHUNK])
    return time.perf_counter() - started


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--demands", type=int, default=20_000)
    options = parser.parse_args()
    with own_database() as vendor:
        receive(options.demands)
        events, seconds, spent = deliver()
        raw = insert_only()
    return show(
        f"The worker: {events:,} events of {options.demands:,} demands through every listener ({vendor})",
        [
            at_least(
                "through the listeners of the main job",
                events / (seconds - sum(spent.get(name, 0) for name in BEYOND)),
                GOAL_EVENTS_PER_SECOND,
                "events/s",
            ),
            Figure("through every listener", events / seconds, "events/s"),
            *(
                Figure(f"  of which {name}", 100 * share / seconds, "% of time")
                for name, share in spent.items()
            ),
            Figure("limit: the same rows inserted, nobody listening", events / raw, "rows/s"),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
