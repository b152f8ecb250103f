"""How fast does a decision become a witnessed entry, and what does announcing it cost the business transaction?

Path: announced events are numbered, sealed into entries by the listener, written as tiles, signed and published, as the
worker does it. Goals: 40,000 entries/s on SQLite, 15,000/s on PostgreSQL. The whole path includes sealing, which is then
measured alone on the same events (read the event, hash its fields under fresh random bytes, make the leaf, encrypt what
opens it); the path without sealing is what is left: numbers, rows, tiles, sync, check, signature, swap, publication.
Limits of the same run, each in one process, as the path is: exactly the cryptography that the format asks of an entry (its
nonces, a hash of each field, of their row, of the leaf and of a node, one encryption) in processor time, which says the same
on a busy machine; as many plain rows of the same table; and the sum of what compiled code does anyhow, in processor time of
this process: numbering, reading the news and their JSON, that cryptography, those rows. How far the path is from that sum is
what Python itself takes, and tiles, check, signature and publication.
Outbox: what announcing adds to the barest transaction that saves a demand, goal 35 %.
Wait: from the commit to a checkpoint with a quorum of three witnesses on this machine, worker and witnesses as processes;
goals 1.2 s at the median, 2 s for 99 of 100.

Run: python -m benchmarks.ledger_path [--entries 40000] [--waits 60]; SHUZHI_BENCH_DATABASE_URL names an empty PostgreSQL
database to use instead of a fresh SQLite file.
"""

import argparse
import gc
import hashlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.own_database import own_database
from benchmarks.table import Figure, at_least, percentile, show

GOALS = {"sqlite": 40_000, "postgresql": 15_000}
CHUNK = 5_000
NUMBERED = "numbered"
FIELDS = 15  # that are sealed of each decision here
FIELD, LEAF, CONTENT = 64, 149, 812  # bytes: hashed of a field, of a leaf, and encrypted
_START = datetime(2026, 5, 11, 1, tzinfo=UTC)


def announce(count: int) -> None:
    """So many moves of work orders, about five for each demand."""
    from django.db import transaction

    from shuzhi.spine import outbox
    from shuzhi.spine.actors import SYSTEM
    from shuzhi.spine.events import WorkOrderMoved

    for start in range(0, count, CHUNK):
        moves = [
            WorkOrderMoved(
                order_id=at // 5 + 1,
                demand_id=at // 5 + 1,
                step=at % 5 + 1,
                action="dispatch",
                from_state="triaged",
                to_state="dispatched",
                unit=f"unit-{at % 40}",
                category="020101",
                area="990102100201",
                kind="complaint",
                channel="hotline",
                urgency="normal",
                at=_START + timedelta(seconds=at),
            )
            for at in range(start, min(count, start + CHUNK))
        ]
        with transaction.atomic():
            outbox.announce_all(moves, by=SYSTEM)


def carry(count: int) -> tuple[dict[str, float], dict[str, float]]:
    """Seconds, and seconds of this process's processor time, of each part of the way, in rounds as the worker goes."""
    from shuzhi.domains.ledger import services as ledger
    from shuzhi.site import wiring
    from shuzhi.spine import outbox
    from shuzhi.spine.actors import SYSTEM

    listener = next(one for one in wiring.LISTENERS if one.name == "ledger.seal")
    steps: dict[str, Callable[[], int]] = {
        NUMBERED: outbox.sequence,
        "sealed and written": lambda: outbox.deliver(listener),
        "in tiles, signed, published": lambda: ledger.publish(by=SYSTEM),
    }
    spent, cpu = dict.fromkeys(steps, 0.0), dict.fromkeys(steps, 0.0)
    is_done = False
    while not is_done:
        is_done = True
        for name, step in steps.items():
            started, began = time.perf_counter(), time.process_time()
            is_done &= not step()
            spent[name] += time.perf_counter() - started
            cpu[name] += time.process_time() - began
    state = ledger.status()
    if state.published < count:
        raise RuntimeError(f"only {state.published} of {count} entries are published")
    return spent, cpu


def reading(count: int) -> float:
    """Seconds of processor time of reading the same events out of the outbox, and of their JSON."""
    from pydantic_core import from_json

    from shuzhi.spine import outbox

    began = time.process_time()
    for start in range(0, count, CHUNK):
        for told in outbox.story(after=start, limit=min(CHUNK, count - start)):
            from_json(told.body)
    return time.process_time() - began


def sealing(count: int) -> tuple[float, float]:
    """Seconds, and seconds of processor time, of making leaves, seals and what opens them of the same events.

    No row is read or written; the keys lie in their file already.
    """
    from shuzhi.domains.ledger import leaves, vault
    from shuzhi.spine import outbox

    spent = cpu = 0.0
    for start in range(0, count, CHUNK):
        told = list(outbox.story(after=start, limit=min(CHUNK, count - start)))
        gc.disable()  # as while a batch is delivered
        started, began = time.perf_counter(), time.process_time()
        drafts = [leaves.draft_of(one, county="county") for one in told]
        ciphers = vault.ciphers_for([draft.subject for draft in drafts])
        for number, draft in enumerate(drafts, 1):
            leaves.sealed(draft, number=number, cipher=ciphers[draft.subject], sm3=None)
        spent += time.perf_counter() - started
        cpu += time.process_time() - began
        gc.enable()
    return spent, cpu


def cryptography(count: int) -> float:
    """Seconds of processor time of exactly the cryptography that the format asks of so many entries, and of nothing else.

    Nonces and decoys, the hash of each field, of their row, of the leaf and of a node of the tree, and the encryption
    of what opens the seal. Sizes are those of the entries that `announce` leads to.
    """
    field, row, leaf, node = (bytes(size) for size in (FIELD, 7 + 1 + 16 * 32, LEAF, 65))
    cipher, nonce, content = AESGCM(bytes(32)), bytes(12), bytes(CONTENT)
    started = time.process_time()
    for _entry in range(count):
        os.urandom(16 * 32)
        for _field in range(FIELDS):
            hashlib.sha256(field).digest()
        hashlib.sha256(row).digest()
        hashlib.sha256(leaf).digest()
        hashlib.sha256(node).digest()
        cipher.encrypt(nonce, content, leaf)
    return time.process_time() - started


def plain_rows(count: int) -> tuple[float, float]:
    """Seconds, and seconds of processor time, of as many rows of the entries' own table, and no thought about them."""
    from django.db import transaction

    from shuzhi.domains.ledger.models import Entry, entry_key
    from shuzhi.domains.ledger.services.logs import COLUMNS
    from shuzhi.spine.rows import insert_rows

    first, leaf, sealed = entry_key(99, 0), bytes(LEAF), bytes(12 + 16 + CONTENT)
    started, began = time.perf_counter(), time.process_time()
    for start in range(0, count, CHUNK):
        rows = [
            (
                *(first + at, -1 - at, f"unit-{at % 40}", "orders", at, "order.dispatch"),
                *(_START.date(), f"demand:{at // 5}", leaf, sealed),
            )
            for at in range(start, min(count, start + CHUNK))
        ]
        with transaction.atomic():
            insert_rows(Entry, COLUMNS, rows)
    spent = time.perf_counter() - started, time.process_time() - began
    Entry.objects.filter(pk__gte=first).delete()
    return spent


def outbox_share(times: int) -> float:
    """Per cent that announcing adds to the barest transaction of a duty: one demand and its words, already thought out.

    Both transactions take turns, so that neither has the quieter moments.
    """
    from django.db import transaction

    from shuzhi.domains.intake.models import Demand, DemandWords
    from shuzhi.spine.actors import SYSTEM
    from shuzhi.spine.events import DemandId, DemandReceived
    from shuzhi.spine.outbox import announce as tell

    said = {"channel": "web", "kind": "complaint", "category": "020101", "area": "", "urgency": "normal"}
    more = {
        "source_level": "county",
        "title": "路灯不亮",
        "text": "锦绣花园的路灯不亮。" * 5,
        "language": "zh",
    }

    def save(number: int, *, told: bool) -> float:
        started = time.perf_counter()
        with transaction.atomic():
            code = f"{'T' if told else 'B'}{number}"
            row = Demand.objects.create(
                public_code=code, fingerprint=code, received_at=_START, **said, **more
            )
            DemandWords.objects.create(demand=row, title_and_text=more["text"] * 2)
            if told:
                tell(DemandReceived(demand_id=DemandId(row.pk), received_at=_START, **said), by=SYSTEM)
        return time.perf_counter() - started

    spent = [(save(number, told=False), save(number, told=True)) for number in range(times)]
    bare, with_news = (percentile(column, 0.5) for column in zip(*spent, strict=True))
    return 100 * (with_news / bare - 1)


def waits(count: int) -> list[float]:
    """Seconds from commit to a witnessed checkpoint, worker and three witnesses running beside."""
    from shuzhi.domains.ledger import services as ledger
    from shuzhi.domains.ledger.models import Log
    from shuzhi.spine.actors import SYSTEM

    _let_others_have_heard()
    ledger.set_up_local_witnesses(because="benchmark", by=SYSTEM)
    commands = [*ledger.local_witness_commands().values(), [sys.executable, "-m", "shuzhi", "worker"]]
    processes = [
        subprocess.Popen(one, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for one in commands
    ]
    found = []
    try:
        _until(lambda: ledger.status().state == "witnessed", 60)
        for _wait in range(count):
            time.sleep(random.uniform(0.2, 0.8))
            before = Log.objects.get().published_size
            announce(1)
            started = time.perf_counter()
            _until(lambda known=before: Log.objects.get().published_size > known, 30)
            found.append(time.perf_counter() - started)
    finally:
        for one in processes:
            one.terminate()
        for one in processes:
            one.wait()
    return found


def _let_others_have_heard() -> None:
    """What other rooms do with this backlog is not the ledger's path: their bookmarks move to its end."""
    from shuzhi.site import wiring
    from shuzhi.spine import outbox
    from shuzhi.spine.models import Bookmark

    while outbox.sequence():
        pass
    for listener in wiring.LISTENERS:
        if listener.name != "ledger.seal":
            Bookmark.objects.update_or_create(
                listener=listener.name, defaults={"position": outbox.last_position()}
            )


def _until(true: object, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        if time.monotonic() > end:
            raise RuntimeError("the ledger did not get there in time")
        time.sleep(0.005)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=40_000)
    parser.add_argument("--waits", type=int, default=60)
    parser.add_argument("--demands", type=int, default=500)
    options = parser.parse_args()
    with own_database() as vendor:
        announce(options.entries)
        gc.freeze()  # as the worker does
        spent, spent_cpu = carry(options.entries)
        (sealed, sealed_cpu), hashes = sealing(options.entries), cryptography(options.entries)
        (rows, rows_cpu), read = plain_rows(options.entries), reading(options.entries)
        share = outbox_share(options.demands)
        waited = waits(options.waits)
        whole, cpu = sum(spent.values()), sum(spent_cpu.values())
        compiled = spent_cpu[NUMBERED] + read + hashes + rows_cpu
    return show(
        f"The ledger's path: {options.entries:,} decisions ({vendor})",
        [
            at_least("whole path, with sealing", options.entries / whole, GOALS[vendor], "entries/s"),
            *(Figure(f"  {name}", options.entries / one, "entries/s") for name, one in spent.items()),
            Figure("  sealing alone", options.entries / sealed, "entries/s"),
            at_least("path without sealing", options.entries / (whole - sealed), GOALS[vendor], "entries/s"),
            Figure("in processor time: whole path", options.entries / cpu, "entries/s"),
            Figure("  sealing alone", options.entries / sealed_cpu, "entries/s"),
            Figure("  path without sealing", options.entries / (cpu - sealed_cpu), "entries/s"),
            Figure("limit: cryptography of an entry, likewise", options.entries / hashes, "entries/s"),
            Figure("limit: its row alone", options.entries / rows, "entries/s"),
            Figure("limit: sum of compiled parts, processor time", options.entries / compiled, "entries/s"),
            _at_most("outbox, of a bare transaction", share, 35, "%"),
            _at_most("commit to witnessed, median", 1000 * percentile(waited, 0.5), 1200, "ms"),
            _at_most("commit to witnessed, 99 of 100", 1000 * percentile(waited, 0.99), 2000, "ms"),
        ],
    )


def _at_most(what: str, value: float, goal: float, unit: str) -> Figure:
    return Figure(what, value, unit, f"≤ {goal:,g}", value <= goal)


if __name__ == "__main__":
    sys.exit(main())
