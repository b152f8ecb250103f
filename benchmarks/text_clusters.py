"""How long does it take, and how much memory, to sort a million messages into issues?

Data: made-up demands of the synthetic county, three years. As every night, a message is compared with those of its town;
towns are shared out among processes. Goals on two cores: 10 minutes and 6 GB for a million, all processes together.
Limit measured in the same run: cutting the same texts into words, which every comparison begins with. Exit code 1 when
a goal is missed.

Run: python -m benchmarks.text_clusters [--messages 1000000]
"""

import argparse
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context

from rich.console import Console
from rich.table import Table

from shuzhi.engines import county
from shuzhi.engines.text import Message, find_issues
from shuzhi.engines.text.features import words

GOAL_SECONDS_OF_A_MILLION, GOAL_GIGABYTES = 600, 6
SEED = 20_260_101
PERIOD = date(2023, 1, 1), date(2025, 12, 31)
_TOWN_DIGITS, _MATTER_DIGITS = 9, 2
_KIBIBYTES_OF_A_GIGABYTE = 1024 * 1024
_SAMPLE = 5_000


def towns(count: int) -> list[list[Message]]:
    """The messages by town, the largest town first, so that no process waits for a large one at the end."""
    found: dict[str, list[Message]] = defaultdict(list)
    for number, one in enumerate(county.demands(SEED, county.registry(SEED), count, *PERIOD)):
        town, matter = one.area[:_TOWN_DIGITS], one.category[:_MATTER_DIGITS]
        made = Message(
            str(number), one.title, one.text, one.created_at, str(number), area=town, matter=matter
        )
        found[town].append(made)
    return sorted(found.values(), key=len, reverse=True)


def cluster(messages: Sequence[Message]) -> tuple[int, int, float]:
    """How many issues, the peak memory of the process in KiB, and seconds of processor time."""
    start = time.process_time()
    found = len(find_issues(messages))
    return found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time() - start


def cutting(messages: Sequence[Message]) -> float:
    """Seconds for one message."""
    start = time.perf_counter()
    for one in messages:
        words(one.text)
    return (time.perf_counter() - start) / len(messages)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    count = parser.parse_args().messages
    blocks = towns(count)
    start = time.perf_counter()
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        done = list(pool.map(cluster, blocks))
    took = time.perf_counter() - start
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    gigabytes = (own + 2 * max(peak for _issues, peak, _seconds in done)) / _KIBIBYTES_OF_A_GIGABYTE
    goal = GOAL_SECONDS_OF_A_MILLION * count / 1_000_000
    limit = cutting(blocks[0][:_SAMPLE]) * count / 2
    table = Table(
        "messages", "towns", "issues", "seconds", "on a core", "goal", "limit: cutting alone", "GB", "goal"
    )
    issues = sum(found for found, _peak, _seconds in done)
    processor = sum(seconds for _issues, _peak, seconds in done) / 2
    figures = (
        f"{took:,.0f}",
        f"{processor:,.0f}",
        f"{goal:,.0f}",
        f"{limit:,.0f}",
        f"{gigabytes:.1f}",
        str(GOAL_GIGABYTES),
    )
    table.add_row(f"{count:,}", str(len(blocks)), f"{issues:,}", *figures)
    Console(width=120).print(table)
    return int(took > goal or gigabytes > GOAL_GIGABYTES)


if __name__ == "__main__":
    sys.exit(main())
