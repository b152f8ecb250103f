"""How long does a policy officer wait for a slider, a citizen for an answer, and a county for its nightly look?

Data: the demo county's 45,000 synthetic households in a database of its own, with facts and consents of registers; the
simulated population is all of them. Limit of the same run: the two laws worked out over the columns, nothing else.

Run: python -m benchmarks.policy [--households 45000]
"""

from __future__ import annotations

import argparse
import os
import secrets
import statistics
import tempfile
import time
from datetime import date
from typing import TYPE_CHECKING, Any

import django

from benchmarks.table import Figure, below, percentile, show

if TYPE_CHECKING:
    from collections.abc import Callable

SEED, DAY, LIVING, OLD_AGE = 20260101, date(2026, 1, 1), "minimum_living", "old_age_allowance_shanghai"
TRIES = 15
PAGE = f"/desk/policy/books/{LIVING}/simulation/"


def timed(work: Callable[[], Any], tries: int = TRIES) -> list[float]:
    """Seconds of each try."""
    found = []
    for _try in range(tries):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return found


def load(households: int) -> float:
    """The county with its registers and books; returns the seconds that facts, books and population took."""
    from shuzhi.engines import county
    from shuzhi.site.demo import policy, registry

    place = county.registry(SEED)
    registry.load(place, years=[2026])
    registry.load_people(place, households=households)
    started = time.perf_counter()
    policy.load(place, households=households, on=DAY)
    return time.perf_counter() - started


def sliders() -> list[Figure]:
    """A slider that is moved again and again, never to where it was."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from shuzhi.domains.policy import population, shelf
    from shuzhi.engines import rules
    from shuzhi.engines.rules import simulation
    from shuzhi.spine import accounts
    from shuzhi.spine.actors import SYSTEM

    password = secrets.token_urlsafe(24)
    made = accounts.create_account("bench", name="bench", unit="", password=password, by=SYSTEM).account
    accounts.grant_role(made.id, role="policy_officer", unit="", area="", because="benchmark", by=SYSTEM)
    client = Client(headers={"accept-language": "zh-hans", "host": "localhost"})
    client.force_login(
        get_user_model().objects.get(pk=made.id), backend="django.contrib.auth.backends.ModelBackend"
    )
    amounts = iter(range(1201, 1201 + 10 * TRIES))
    book = shelf.book_of(shelf.version_in_force(LIVING, DAY))
    bound = rules.bind(book, as_of=DAY)
    people = population.sample(population.newest().digest)

    def move() -> None:
        answer = client.get(PAGE, {"amount.标准": str(next(amounts)), "on": DAY.isoformat()})
        assert answer.status_code == 200, answer.status_code

    move()
    page = timed(move)
    limit = timed(lambda: simulation.outcomes(bound, bound, rule="低保金", samples=[people]))
    return [
        below("slider to the page drawn anew, median", statistics.median(page), 0.5, "s"),
        Figure("slider, slowest of ten", percentile(page, 0.9), "s"),
        Figure("limit: both laws over the columns alone, ms", 1000 * statistics.median(limit), "ms"),
    ]


def people() -> list[Figure]:
    """One citizen's question, and a look at everybody under one book."""
    from shuzhi.domains.policy import services as policy
    from shuzhi.spine.actors import SYSTEM

    told = policy.Told({"p0.出生日期": "1940-01-01", "p0.本市户籍": "yes"})
    answer = timed(lambda: policy.answer(OLD_AGE, told=told, on=DAY), 100)
    sweep = timed(lambda: policy.sweep(OLD_AGE, on=DAY, by=SYSTEM), 3)
    return [
        below("one citizen's answer with reasons, median, ms", 1000 * statistics.median(answer), 20, "ms"),
        below("a look at every household under one book", max(sweep), 10, "s"),
    ]


def main() -> int:
    """Print the table; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=45_000)
    households = parser.parse_args().households
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SHUZHI_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "shuzhi.site.settings"
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        seconds = load(households)
        loading = Figure(f"facts, consents, books, population of {households:,} households", seconds, "s")
        return show("Policy: sliders, answers, the nightly look", [loading, *sliders(), *people()])


if __name__ == "__main__":
    raise SystemExit(main())
