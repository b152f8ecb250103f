"""The demo county's demands with their settled place and category, told to the warehouse as intake tells them.

What was planted stays here: the product never sees it.
"""

from __future__ import annotations

import argparse
import os
import secrets
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import django
from django.core.management import call_command

from benchmarks.table import Figure, show

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.test import Client

    from shuzhi.engines import county

START, END = date(2023, 11, 28), date(2026, 11, 27)
TODAY = END + timedelta(days=1)
BEIJING = timezone(timedelta(hours=8))
CHUNK = 20_000


@dataclass(frozen=True)
class Told:
    """A demand as the product hears it, and the planted event that it belongs to, "" for none."""

    at: datetime
    area: str
    category: str
    issue: str


def load(demands: int, seed: int) -> tuple[list[Told], county.PlantedTruth]:
    """The county's registry, readings and demands, told to the warehouse; and the truth."""
    from shuzhi.engines import county
    from shuzhi.site.demo import ahead, registry

    place = county.registry(seed)
    registry.load(place, years=range(START.year, END.year + 1))
    truth = county.truth(seed, place, demands, START, END)
    ahead.load_readings(county.weather(seed, place, [one.event for one in truth.issues], START, END))
    told = [
        Told(one.created_at, one.area, one.category, one.issue or "")
        for one in county.demands(seed, place, demands, START, END)
    ]
    for first in range(0, len(told), CHUNK):
        _tell(told[first : first + CHUNK], first)
    return told, truth


def _tell(told: Sequence[Told], first: int) -> None:
    from django.db import transaction

    from shuzhi.site import wiring
    from shuzhi.spine import outbox
    from shuzhi.spine.actors import SYSTEM
    from shuzhi.spine.events import DemandId, DemandReceived

    with transaction.atomic():
        outbox.announce_all(
            (
                DemandReceived(
                    demand_id=DemandId(first + at),
                    channel="hotline",
                    kind="complaint",
                    category=one.category,
                    area=one.area,
                    urgency="normal",
                    received_at=one.at.astimezone(UTC),
                )
                for at, one in enumerate(told, start=1)
            ),
            by=SYSTEM,
        )
    outbox.drain([outbox.find_listener(wiring.LISTENERS, "statistics.facts")])


def supervisor() -> Client:
    from django.contrib.auth import get_user_model
    from django.test import Client

    from shuzhi.spine import accounts
    from shuzhi.spine.actors import SYSTEM

    password = secrets.token_urlsafe(24)
    made = accounts.create_account("bench", name="bench", unit="", password=password, by=SYSTEM).account
    accounts.grant_role(made.id, role="supervisor", unit="", area="", because="benchmark", by=SYSTEM)
    client = Client(headers={"accept-language": "zh-hans", "host": "localhost"})
    client.force_login(
        get_user_model().objects.get(pk=made.id), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def milliseconds(client: Client, path: str) -> float:
    started = time.perf_counter()
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return (time.perf_counter() - started) * 1000


def in_a_county_of_its_own(doc: str, title: str, measured: Callable[[int, int], list[Figure]]) -> int:
    """Show what is measured with so many demands from a seed, as the command line asks; nothing of it stays."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--demands", type=int, default=400_000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shuzhi-bench-") as folder:
        os.environ["SHUZHI_DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuzhi.site.settings")
        django.setup()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        return show(title.format(options.demands), measured(options.demands, options.seed))
