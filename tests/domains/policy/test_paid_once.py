"""No period is paid twice: whatever is retried, killed half-way, replayed or run beside itself."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier, Thread
from time import sleep

import pytest
from django.db import OperationalError, connection, transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.domains.policy.given import OLD_AGE, given_granted
from tests.factories import at, given_county, local, witness

from shuzhi.domains.policy import services as policy
from shuzhi.domains.policy.models import Payment
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import InvalidInput
from shuzhi.spine.models import OutboxEvent

MAY = local("2026-05-11 09:00")
PEOPLE, WORKERS = 5, 4


class Killed(Exception):
    """The process ends before its transaction does."""


def run(step: str, month: int) -> None:
    """One thing that a worker may do in a month."""
    with at(MAY + timedelta(days=31 * month)):
        period = f"2026-{5 + month:02d}"
        if step == "pay":
            policy.pay(OLD_AGE, by=SYSTEM)
        elif step == "killed":
            with suppress(Killed), transaction.atomic():
                policy.pay(OLD_AGE, by=SYSTEM)
                raise Killed
        else:
            witness()
            with suppress(InvalidInput):
                made = policy.make_order_file(OLD_AGE, period=period, by=SYSTEM)
                policy.order_file(made.id, by=SYSTEM)


def until_unlocked(step: str) -> None:
    """A worker that finds the database locked tries again, as the real one does."""
    while True:
        try:
            return run(step, 0)
        except OperationalError:
            sleep(0.05)


def beside_each_other(step: str) -> list[Exception]:
    """So many workers do it at the same moment; returns what went wrong."""
    start, failures = Barrier(WORKERS), []

    def work() -> None:
        try:
            start.wait()
            until_unlocked(step)
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [Thread(target=work) for _worker in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


@pytest.mark.thorough
@pytest.mark.usefixtures("county")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["pay", "killed", "file"]), st.integers(0, 2)), max_size=8))
def test_any_order_of_runs_crashes_and_files_pays_each_period_once(steps):
    with TemporaryDirectory() as home, override_settings(SHUZHI_DATA_DIR=Path(home)), transaction.atomic():
        with at(MAY):
            given_granted(PEOPLE)
        for step, month in steps:
            run(step, month)

        paid = Counter(Payment.objects.values_list("entitlement", "period"))
        months = {month for step, month in steps if step == "pay"}
        assert set(paid.values()) <= {1}
        assert len(paid) == PEOPLE * len(months)
        told = OutboxEvent.objects.filter(name="PaymentOrdered").count()
        assert told == len(paid)
        files = [policy.order_file(one.id, by=SYSTEM).decode() for one in policy.batches(by=SYSTEM)]
        keys = Counter(line.split(",")[0] for text in files for line in text.splitlines()[1:])
        filed = {
            month
            for nth, (step, month) in enumerate(steps)
            if step == "file" and ("pay", month) in steps[:nth]
        }
        assert set(keys.values()) <= {1}
        assert len(keys) == PEOPLE * len(filed)
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_workers_that_run_beside_each_other_pay_each_period_once(settings, tmp_path):
    """Four workers start the same run, and then the same file, at the same moment; and once more."""
    settings.SHUZHI_DATA_DIR = tmp_path
    given_county()
    policy.load_shipped_books(by=SYSTEM)
    with at(MAY):
        given_granted(PEOPLE)

    failures = []
    for step in ("pay", "file", "pay", "file"):
        witness()
        failures += beside_each_other(step)

    assert failures == []
    assert Counter(Payment.objects.values_list("entitlement", flat=True)).most_common(1)[0][1] == 1
    assert Payment.objects.filter(batch=None).count() == 0
    assert sum(one.orders for one in policy.batches(by=SYSTEM)) == PEOPLE
