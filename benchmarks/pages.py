"""How long does a person wait for a page of a large county when twenty others work at the same time?

Question: p50 and p95 of every public and staff page, and requests/s, with 20 users who never pause. Goal: p95 below
150 ms for every page. Data: the demo county with 400,000 demands, built once under SHUZHI_DATA_DIR. Server: gunicorn
as production starts it, on this machine, which the users share. Users: staff logged in through the real form, a
citizen with a receipt. Limit of the same run: a static file of the same server, asked by the same users.

Run: python -m benchmarks.pages [--demands 400000] [--users 20] [--rounds 5] [--think 0]
"""

import argparse
import logging
import os
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import django
import httpx

from benchmarks.table import Figure, below, percentile, show

GOAL_MILLISECONDS = 150
BUILD_SECONDS = 6 * 3600
SEED = 7
Asked = tuple[str, str, dict[str, str]]  # what the page is called, its address, cookies of who asks


def prepare(demands: int) -> Path:
    """The folder of the county with so many demands, built the first time."""
    from tests.faults.server import shuzhi

    folder = Path(os.environ.get("SHUZHI_DATA_DIR", "var")).resolve() / f"bench-pages-{demands}"
    for command in (["setup"], ["demo", "build", "--demands", str(demands)]):
        done = shuzhi(folder, *command, seconds=BUILD_SECONDS)
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
    return folder


def ask(
    url: str, pages: list[Asked], *, users: int, rounds: int, think: float
) -> tuple[dict[str, list[float]], float]:
    """Let users ask for all pages, each in an order of their own: ({page: milliseconds of each answer}, seconds in all)."""
    waited: dict[str, list[float]] = defaultdict(list)

    def work(user: int) -> None:
        rng = random.Random(SEED + user)
        with httpx.Client(base_url=url, timeout=120) as client:
            for _round in range(rounds):
                for name, path, cookies in rng.sample(pages, len(pages)):
                    time.sleep(think * rng.uniform(0.5, 1.5))
                    waited[name].append(_milliseconds(client, path, cookies))

    started = time.perf_counter()
    with ThreadPoolExecutor(users) as pool:
        for done in [pool.submit(work, user) for user in range(users)]:
            done.result()
    return waited, time.perf_counter() - started


def _milliseconds(client: httpx.Client, path: str, cookies: dict[str, str]) -> float:
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    started = time.perf_counter()
    answer = client.get(path, headers={"Cookie": header})
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return (time.perf_counter() - started) * 1000


def measure(folder: Path, *, users: int, rounds: int, think: float) -> list[Figure]:
    from tests.browser.places import Walk, given_requester
    from tests.faults.server import Server

    server = Server(folder)
    server.start()
    try:
        walk = Walk(server, given_requester(server))
        pages = [(place.route, place.path, walk.cookies(place.who)) for place in walk.places.values()]
        static = [("static file", _static(server.url), {})]
        run: Callable[..., tuple[dict[str, list[float]], float]] = ask
        limit, limit_seconds = run(server.url, static, users=users, rounds=rounds * 10, think=0)
        waited, seconds = run(server.url, pages, users=users, rounds=rounds, think=think)
    finally:
        server.stop()
    slowest_first = sorted(waited.items(), key=lambda item: -percentile(item[1], 0.95))
    figures = []
    for name, times in slowest_first:
        figures.append(
            below(
                f"{name}, p95 (p50 {percentile(times, 0.5):.0f})",
                percentile(times, 0.95),
                GOAL_MILLISECONDS,
                "ms",
            )
        )
    answers = sum(map(len, waited.values()))
    return [
        *figures,
        Figure("all pages mixed", answers / seconds, "requests/s"),
        Figure("limit: static file, p95", percentile(limit["static file"], 0.95), "ms"),
        Figure("limit: static file", len(limit["static file"]) / limit_seconds, "requests/s"),
    ]


def _static(url: str) -> str:
    found = re.search(r'href="(/static/[^"]+\.css)"', httpx.get(url).text)
    if found is None:
        raise RuntimeError("the home page names no style sheet")
    return found[1]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--demands", type=int, default=400_000)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--think", type=float, default=0, help="seconds that a user reads before the next page"
    )
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuzhi.site.settings")
    django.setup()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    folder = prepare(options.demands)
    figures = measure(folder, users=options.users, rounds=options.rounds, think=options.think)
    return show(f"Pages: {options.users} users, {options.demands:,} demands", figures)


if __name__ == "__main__":
    sys.exit(main())
