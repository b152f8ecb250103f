"""Are patterns found that were planted, is noise left alone, and do the pages open at once?

Data: three years of the demo county's demands with their settled place and category, told to the warehouse as intake
tells them; the truth about what was planted stays here. Then a county of the same size without any pattern: places,
matters and days drawn independently, and orders that go one of three ways. The way of each follows from its number.

A planted event counts as found when a finding names one of its matters, one of its towns and days that overlap. A finding
is beside the truth when it names no planted event: then it is chance, or something that the generator did not mean.

Run: python -m benchmarks.patterns [--demands 400000]
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from benchmarks import insight_data
from benchmarks.forecast_county import (
    BEIJING,
    TODAY,
    Told,
    in_a_county_of_its_own,
    load,
    milliseconds,
    supervisor,
)
from benchmarks.table import Figure, at_least, below, percentile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shuzhi.domains.insight.pattern_cards import PatternPage
    from shuzhi.engines import county

ASKED = 20
TOWN_DIGITS = 9
LEAST_FOUND = 12
# The ways of orders, as states: most go straight, some come back for rework, a few are returned and given to another unit.
STRAIGHT = (
    *("registered", "triaged", "dispatched", "accepted", "handling"),
    *("replied", "reviewed", "callback", "closed"),
)
REWORK = (*STRAIGHT[:6], "handling", *STRAIGHT[5:])
RETURNED = (*STRAIGHT[:3], "return_requested", *STRAIGHT[1:])
STEPS_A_DEMAND = 16  # positions kept free for the steps of one order


def planted(told: Sequence[Told], truth: county.PlantedTruth) -> list[Figure]:
    """One search of the county in which events were planted, and what it found of them."""
    seconds, found = _searched()
    matters: defaultdict[str, set[str]] = defaultdict(set)
    for one in told:
        matters[one.issue].add(one.category)
    events = [one.event for one in truth.issues]
    hit = {one.code for one in events if any(_is_about(card, one, matters[one.code]) for card in found.items)}
    beside = [
        card for card in found.items if not any(_is_about(card, one, matters[one.code]) for one in events)
    ]
    links = [card for card in found.items if card.kind == "following"]
    return [
        at_least(f"planted events that are among the findings, of {len(events)}", len(hit), LEAST_FOUND, ""),
        Figure("findings", len(found.items), ""),
        Figure("of these, matters that follow each other", len(links), ""),
        Figure("findings beside the truth", len(beside), ""),
        below("one nightly search", seconds, 300, "s"),
    ]


def noise(demands: int) -> list[Figure]:
    """One search of a county in which nothing belongs together."""
    insight_data.write(demands)
    seconds, found = _searched()
    return [
        below(
            "findings in a county without any pattern (by the promise 0.05 at most on average)",
            len(found.items),
            2,
            "",
        ),
        Figure("one nightly search of it", seconds, "s"),
    ]


def processes(demands: int) -> list[Figure]:
    """One nightly count of how orders flow, and whether nothing was lost."""
    from shuzhi.domains.insight import services
    from shuzhi.spine.actors import SYSTEM

    _write_moves()
    started = time.perf_counter()
    parts = services.map_processes(by=SYSTEM)
    seconds = time.perf_counter() - started
    whole = services.process(days=365, by=SYSTEM)
    leads = sum(one.times for one in whole.passages)
    stays = sum(one.visits for one in whole.stays)
    return [
        below("one nightly count of how orders flow", seconds, 300, "s"),
        Figure("parts of the county, each for three periods", parts, ""),
        Figure("steps of the orders of one year", stays, ""),
        below("steps lost between arrows and states", abs(leads + whole.orders - stays), 1, ""),
    ]


def pages(path_of_finding: str) -> list[Figure]:
    """What the desk waits for: stored results only."""
    client = supervisor()
    paths = (
        *("/desk/patterns/", path_of_finding, "/desk/process/?area="),
        "/desk/process/?area=&days=365&category=02",
    )
    waited = [milliseconds(client, path) for _try in range(ASKED) for path in paths]
    return [below("pages of patterns and of how orders flow, p95", percentile(waited, 0.95), 300, "ms")]


def _searched() -> tuple[float, PatternPage]:
    from shuzhi.domains.insight import services
    from shuzhi.spine.actors import SYSTEM

    started = time.perf_counter()
    services.find_patterns(by=SYSTEM)
    return time.perf_counter() - started, services.patterns(by=SYSTEM)


def _is_about(card: object, event: county.PlantedEvent, matters: set[str]) -> bool:
    from shuzhi.domains.insight.models import PatternFinding

    row = PatternFinding.objects.get(pk=card.id)  # type: ignore[attr-defined]
    towns = {area[:TOWN_DIGITS] for area in event.areas}
    return (
        {row.category, row.then} - {""} <= matters
        and bool(towns & {place[:TOWN_DIGITS] for place in row.places})
        and row.first_day <= event.last_day
        and event.first_day <= row.last_day
    )


def _write_moves() -> None:
    """The steps of the orders that the warehouse holds, written straight as files of the warehouse."""
    from django.db import transaction

    from shuzhi.domains.statistics.warehouse import catalogue, files
    from shuzhi.domains.statistics.warehouse.catalogue import TableFiles
    from shuzhi.domains.statistics.warehouse.tables import MOVES

    held = catalogue.catalogue()
    months = {}
    with files.duck() as cursor:
        for month, path in held.of("orders").months.items():
            query = _moves(files.source((path,)))
            columns = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in MOVES.columns.items())
            months[month] = files.write_query(
                cursor, f"SELECT {columns} FROM ({query})", "moves", f"{month}/steps"
            )
    with transaction.atomic():
        catalogue.write(catalogue.locked(), {"moves": TableFiles(months)})


def _moves(orders: str) -> str:
    ways = ", ".join(str(list(way)) for way in (STRAIGHT, REWORK, RETURNED))
    return (
        f"SELECT order_id * {STEPS_A_DEMAND} + step AS position, order_id, demand_id, step, 'step' AS action, "
        "CASE WHEN step = 1 THEN '' ELSE way[step - 1] END AS from_state, way[step] AS to_state, "
        "CASE WHEN step < 3 THEN '' WHEN len(way) = 12 AND step < 6 THEN first_unit ELSE unit END AS unit, "
        "category, area, channel, '' AS outcome, '' AS ground, 0 AS late_minutes, "
        "opened_at + to_minutes(CAST(step * (30 + hash(order_id) % 600) AS BIGINT)) AS moved_at, "
        "CAST(opened_at AS DATE) AS moved_on "
        f"FROM (SELECT *, ([{ways}])[1 + CASE WHEN order_id % 20 < 17 THEN 0 WHEN order_id % 20 < 19 THEN 1 ELSE 2 END] "
        f"AS way FROM {orders}), range(1, {STEPS_A_DEMAND}) AS steps(step) WHERE step <= len(way)"
    )


def main() -> int:
    return in_a_county_of_its_own(__doc__, "Patterns in {:,} demands", _measured)


def _measured(demands: int, seed: int) -> list[Figure]:
    from shuzhi.domains.insight.models import PatternFinding
    from shuzhi.spine import clock

    told, truth = load(demands, seed)
    figures: list[Figure] = []
    with clock.stopped_at(datetime.combine(TODAY, datetime.min.time(), BEIJING) + timedelta(hours=4)):
        figures += planted(told, truth)
        finding = PatternFinding.objects.order_by("pk").first()
        figures += noise(demands)
        figures += processes(demands)
        figures += pages(f"/desk/patterns/{finding.pk}/" if finding else "/desk/patterns/")
    return figures


if __name__ == "__main__":
    sys.exit(main())
