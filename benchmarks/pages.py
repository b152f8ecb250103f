"""How long does a person wait for a page of a large county when twenty others work at the same time?

Question: p50 and p95 of every public and staff page with 20 users at once. Goal: p95 below 150 ms for every page.
Data: the demo county with 400,000 demands, built once under SHUZHI_DATA_DIR. Server: gunicorn as production starts
it, on this machine, which the users share. Users: staff logged in through the real form, a citizen with a receipt.

Two runs, after the night's work. In the first each user reads for --think seconds (half to one and a half times as long) before the next
page, as people do; the goal is held against it. In the second nobody ever pauses: it shows how many requests/s the
machine can serve, and how long everybody waits then. With 20 requests always waiting that is a matter of the cores
alone: a mean of 150 ms needs 133 requests/s, users included. Limit of the same run: a static file of the same server.

Beside the pages: what the call-taker sees while the words are typed (goal: below 1 s), and `find_similar` by itself
(goal: p95 below 50 ms), each on words of demands of the county.

Run: python -m benchmarks.pages [--demands 400000] [--users 20] [--rounds 5] [--think 1]
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import re
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import django
import httpx

from benchmarks.table import Figure, below, percentile, show

if TYPE_CHECKING:
    from shuzhi.domains.intake.cards import DemandCard

GOAL_MILLISECONDS = 150
BUILD_SECONDS = 6 * 3600
SEED = 7
ASKED = 100
Asked = tuple[str, str, dict[str, str]]  # what the page is called, its address, cookies of who asks


def prepare(demands: int) -> Path:
    """The folder of the county with so many demands, built the first time."""
    from tests.faults.server import shuzhi

    folder = Path(os.environ.get("SHUZHI_DATA_DIR", "var")).resolve() / f"bench-pages-{demands}"
    # The worker does the night's work now; otherwise it would be at it while people ask for pages.
    for command in (["setup"], ["demo", "build", "--demands", str(demands)], ["worker", "--once"]):
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
    from tests.browser.places import everybodys_walk
    from tests.faults.server import Server

    server = Server(folder)
    server.start()
    try:
        walk = everybodys_walk(server)
        pages = [(place.route, place.path, walk.cookies(place.who)) for place in walk.places.values()]
        static: list[Asked] = [("static file", _static(server.url), {})]
        limit = ask(server.url, static, users=users, rounds=rounds * 10, think=0)
        people = ask(server.url, pages, users=users, rounds=rounds, think=think)
        restless = ask(server.url, pages, users=users, rounds=rounds, think=0)
        beside = _beside_the_call(walk.clients["calltaker"])
    finally:
        server.end()
    slowest_first = sorted(people[0].items(), key=lambda item: -percentile(item[1], 0.95))
    return [
        *(_page(name, times) for name, times in slowest_first),
        below("beside the call: repeat caller, similar demands, p95", percentile(beside, 0.95), 1000, "ms"),
        below("find_similar, p95", percentile(_similar(), 0.95), 50, "ms"),
        *_together(f"all pages, {think:g} s to read each", *people),
        *_together("all pages, nobody ever pauses", *restless),
        *_together("limit: static file, nobody ever pauses", *limit),
    ]


def _page(name: str, times: list[float]) -> Figure:
    half = percentile(times, 0.5)
    return below(f"{name}, p95 (p50 {half:.0f})", percentile(times, 0.95), GOAL_MILLISECONDS, "ms")


def _together(what: str, waited: dict[str, list[float]], seconds: float) -> list[Figure]:
    times = [one for page in waited.values() for one in page]
    return [
        Figure(what, len(times) / seconds, "requests/s"),
        Figure(f"{what}, p95", percentile(times, 0.95), "ms"),
    ]


def _samples() -> list[DemandCard]:
    from shuzhi.domains.intake import services as intake
    from shuzhi.spine.actors import SYSTEM

    return list(intake.search("", by=SYSTEM, limit=ASKED).items)


def _beside_the_call(client: httpx.Client) -> list[float]:
    """Milliseconds of each answer to a call-taker who types the words of an earlier demand."""
    from tests.browser.places import PHONE
    from tests.faults.server import token_of

    token = token_of(client.get("/desk/calls/new/").text)
    waited = []
    for one in _samples():
        typed = {"csrfmiddlewaretoken": token, "phone": PHONE, "text": one.title, "area": one.area}
        started = time.perf_counter()
        client.post("/desk/calls/beside/", data=typed).raise_for_status()
        waited.append((time.perf_counter() - started) * 1000)
    return waited


def _similar() -> list[float]:
    """Milliseconds of each search for demands like another one, in its area."""
    from shuzhi.domains.intake import services as intake

    waited = []
    for one in _samples():
        started = time.perf_counter()
        intake.find_similar(one.title, area=one.area)
        waited.append((time.perf_counter() - started) * 1000)
    return waited


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
        "--think", type=float, default=1, help="seconds that a user reads before the next page"
    )
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuzhi.site.settings")
    folder = prepare(options.demands)
    os.environ["SHUZHI_DATA_DIR"] = str(folder)
    django.setup()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    figures = measure(folder, users=options.users, rounds=options.rounds, think=options.think)
    return show(f"Pages: {options.users} users, {options.demands:,} demands", figures)


if __name__ == "__main__":
    sys.exit(main())
