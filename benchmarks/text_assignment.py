"""How long until a new demand stands in its issue, in a county that has a million demands?

Question: `place_arrivals` as the worker calls it for one new demand: read it, compare it with the open issues of its
town, write the issue and commit. Goal: 95 of 100 below 50 ms. Data: made-up demands of three years up to today, as
`text_clusters` makes them, in a database with its indexes; issues as the night before left them. New demands are the
next ones of the same story and come one by one. A town is opened from the database when its first demand comes; that is
told beside, and counts among the others. Stricter: every demand of the largest town in three years kept open at once,
the index alone.
Limit of the same run: reading the demand and committing one row.

Run: python -m benchmarks.text_assignment [--demands 1000000]; SHUZHI_BENCH_DATABASE_URL names an empty PostgreSQL
database to use instead of a fresh SQLite file.
"""

import argparse
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from benchmarks.own_database import own_database
from benchmarks.table import Figure, below, percentile, show

GOAL_MS = 50
SEED = 20_260_101
NEW, CHUNK = 1_000, 5_000
YEARS_DAYS = 3 * 365
TOWN_DIGITS, MATTER_DIGITS = 9, 2


def fill(stream: Iterator[Any], count: int) -> None:
    while count > 0 and (chunk := list(islice(stream, min(CHUNK, count)))):
        store(chunk)
        count -= len(chunk)


def store(told: Iterable[Any]) -> list[int]:
    """Write demands and their phones as an import leaves them, without the sealed words, which no issue reads."""
    from django.db import transaction

    from shuzhi.domains.intake.models import Demand, Requester
    from shuzhi.spine import sealing

    told = list(told)
    with transaction.atomic():
        rows = Demand.objects.bulk_create(
            Demand(
                public_code=one.id,
                channel=one.channel,
                kind=one.kind,
                category=one.category,
                area=one.area,
                title=one.title,
                text=one.text,
                urgency=one.urgency,
                secret=one.secret,
                received_at=one.created_at,
                fingerprint=one.id,
                language="zh-hans",
                synthetic=True,
            )
            for one in told
        )
        Requester.objects.bulk_create(
            Requester(demand=row, phone_hash=sealing.lookup_hash(one.phone) if one.phone else "")
            for row, one in zip(rows, told, strict=True)
        )
    return [row.pk for row in rows]


def one_by_one(numbers: list[int]) -> tuple[list[float], list[float], int]:
    """Milliseconds of each demand whose town was open already, of each that opened its town, and how many joined one."""
    from django.db import transaction

    from shuzhi.domains.insight.services import following

    known, opening, joined = [], [], 0
    for number in numbers:
        towns = len(following._open)
        started = time.perf_counter()
        with transaction.atomic():
            joined += following.place_arrivals([number])
        took = 1000 * (time.perf_counter() - started)
        (known if len(following._open) == towns else opening).append(took)
    return known, opening, joined


def limit(numbers: list[int]) -> list[float]:
    """Milliseconds to read a demand and commit one row, comparing it with nothing."""
    from django.db import transaction

    from shuzhi.domains.insight.models import Block
    from shuzhi.domains.intake import services as intake
    from shuzhi.spine.actors import SYSTEM

    spent = []
    for number in numbers:
        started = time.perf_counter()
        with transaction.atomic():
            list(intake.matters(ids=[number], by=SYSTEM))
            Block.objects.update_or_create(code="none", defaults={"heard": number})
        spent.append(1000 * (time.perf_counter() - started))
    return spent


def all_open(told: list[Any]) -> tuple[int, list[float]]:
    """How many demands the largest town had in all years, and milliseconds to assign and add a new one among them."""
    from shuzhi.engines.text import IssueIndex

    index, spent = IssueIndex(gap_days=YEARS_DAYS), []
    for number, one in enumerate(told):
        started = time.perf_counter()
        found = index.assign(one)
        index.add(found.issue_id or one.id, one)
        if number >= len(told) - NEW:
            spent.append(1000 * (time.perf_counter() - started))
    return len(told), spent


def largest_town() -> list[Any]:
    from django.db.models import Count
    from django.db.models.functions import Substr

    from shuzhi.domains.insight import clustering
    from shuzhi.domains.intake import services as intake
    from shuzhi.domains.intake.models import Demand
    from shuzhi.spine.actors import SYSTEM

    towns = Demand.objects.values(town=Substr("area", 1, TOWN_DIGITS)).annotate(count=Count("id"))
    code = towns.order_by("-count")[0]["town"]
    return [clustering.message_of(one) for one in intake.matters(area=code, by=SYSTEM)]


def measure(demands: int, vendor: str) -> int:
    from shuzhi.domains.insight import services as insight
    from shuzhi.engines import county
    from shuzhi.site.demo import registry
    from shuzhi.spine import clock
    from shuzhi.spine.actors import SYSTEM

    place, today = county.registry(SEED), clock.today()
    registry.load(place, years=[today.year])
    stream = county.demands(SEED, place, demands + NEW, today - timedelta(days=YEARS_DAYS), today)
    fill(stream, demands)
    insight.rebuild(by=SYSTEM)
    numbers = store(stream)
    least = limit(numbers)
    known, opening, joined = one_by_one(numbers)
    town, alone = all_open(largest_town())
    every = known + opening
    return show(
        f"A new demand finds its issue among {demands:,} demands ({vendor})",
        [
            below(
                "of 100 new demands, 95 stood in their issue or alone in",
                percentile(every, 0.95),
                GOAL_MS,
                "ms",
            ),
            Figure("median", percentile(every, 0.5), "ms"),
            Figure("slowest whose town was open", max(known), "ms"),
            Figure(f"opening a town, {len(opening)} times: median", percentile(opening, 0.5), "ms"),
            Figure("opening a town: slowest", max(opening), "ms"),
            Figure("joined others", 100 * joined / len(every), "%"),
            below(
                f"{town:,} of one town open at once, index alone: 95 of 100 in",
                percentile(alone, 0.95),
                GOAL_MS,
                "ms",
            ),
            Figure(
                "limit: reading the demand, committing one row: 95 of 100 in", percentile(least, 0.95), "ms"
            ),
            Figure("peak memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB"),
        ],
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--demands", type=int, default=1_000_000)
    options = parser.parse_args()
    with own_database() as vendor:
        return measure(options.demands, vendor)


if __name__ == "__main__":
    sys.exit(main())
