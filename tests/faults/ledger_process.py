"""One of several processes that write decisions or carry them into the ledger at the same time.

python ledger_process.py write FIRST COUNT    announces so many decisions from this number on, in transactions of random
                                              size that wait a random moment before they commit
python ledger_process.py carry COUNT          numbers, seals and publishes until so many decisions are published
"""

import random
import sys
import time
from datetime import UTC, datetime, timedelta

import django

MOST_AT_ONCE = 400
LONGEST_DELAY_S = 0.05
PATIENCE_S = 180.0


def write(first: int, count: int) -> None:
    from django.db import transaction

    from shuzhi.spine import outbox
    from shuzhi.spine.actors import SYSTEM
    from shuzhi.spine.events import WorkOrderMoved

    def moved(number: int) -> WorkOrderMoved:
        return WorkOrderMoved(
            order_id=number,
            demand_id=number,
            step=1,
            action="dispatch",
            from_state="triaged",
            to_state="dispatched",
            unit=f"unit-{number % 7}",
            category="020101",
            area="990102100201",
            kind="complaint",
            channel="hotline",
            urgency="normal",
            at=datetime(2026, 5, 11, 1, tzinfo=UTC) + timedelta(seconds=number),
        )

    draw, at, end = random.Random(first), first, first + count
    while at < end:
        until = min(end, at + draw.randint(1, MOST_AT_ONCE))
        with transaction.atomic():
            outbox.announce_all(map(moved, range(at, until)), by=SYSTEM)
            time.sleep(draw.uniform(0, LONGEST_DELAY_S))
        at = until


def carry(count: int) -> None:
    from shuzhi.domains.ledger import services as ledger
    from shuzhi.domains.ledger.models import Entry, Log
    from shuzhi.site import wiring
    from shuzhi.spine import outbox
    from shuzhi.spine.actors import SYSTEM

    listener = outbox.find_listener(wiring.LISTENERS, "ledger.seal")
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        done = outbox.sequence(limit=1000) + outbox.deliver(listener) + ledger.publish(by=SYSTEM)
        if not done and Entry.objects.filter(position__isnull=False).count() == count:
            log = Log.objects.get()
            if log.published_size == log.size:
                return
        if not done:
            time.sleep(0.01)
    raise SystemExit(f"not everything was published in {PATIENCE_S} seconds")


if __name__ == "__main__":
    django.setup()
    duty, *numbers = sys.argv[1:]
    {"write": write, "carry": carry}[duty](*map(int, numbers))
