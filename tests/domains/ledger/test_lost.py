"""What was passed over, taken away or erased by half is found and named; what was erased leaves no key behind."""

import threading
import time

import pytest
from django.db import connection, transaction
from tests.factories import draft, given_county, given_demand, given_work_order

from shuzhi.domains.intake import services as intake
from shuzhi.domains.ledger import leaves, vault
from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.ledger.models import Entry
from shuzhi.domains.ledger.services import logs
from shuzhi.spine import outbox
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.events import RuleBookApproved
from shuzhi.spine.models import Bookmark


def found() -> str:
    return "\n".join(f"{one.code} {one.where} {one.detail}" for one in ledger.check_everything(by=SYSTEM))


@pytest.mark.usefixtures("county")
def test_a_decision_that_was_passed_over_is_found_and_named():
    given_demand()
    assert found() == ""
    intake.receive_demand(draft("井盖坏了。"), by=SYSTEM)
    outbox.sequence()
    (passed_over,) = outbox.story(after=Bookmark.objects.get(listener="ledger.seal").position)
    Bookmark.objects.filter(listener="ledger.seal").update(position=passed_over.position)
    given_demand("树倒了。")

    assert f"lost position {passed_over.position}" in found()


@pytest.mark.usefixtures("county")
def test_an_opening_that_was_taken_away_is_found_and_named_and_one_that_was_erased_is_not():
    order, other = given_work_order("closed"), given_demand("井盖坏了。")
    ledger.erase_demand(order.demand_id, because="asked for", by=SYSTEM)
    assert found() == ""

    row = Entry.objects.filter(subject=leaves.subject_of_demand(other.demand_id)).earliest("pk")
    Entry.objects.filter(pk=row.pk).update(sealed=b"")

    assert f"entry {row.pk & 0xFFFF} it is gone, although it was not erased" in found()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="threads share an in-memory SQLite")
@pytest.mark.django_db(transaction=True)
def test_what_is_decided_while_a_demand_is_erased_leaves_no_key_behind(ledger_home):
    """Its key would open what a backup of that moment holds."""
    given_county()
    order = given_work_order("dispatched")
    subject = leaves.subject_of_demand(order.demand_id)

    def erase() -> None:
        try:
            ledger.erase_demand(order.demand_id, because="asked for", by=SYSTEM)
        finally:
            connection.close()

    eraser = threading.Thread(target=erase)
    with transaction.atomic():
        log = logs.locked_log()
        eraser.start()
        end = time.monotonic() + 0.5
        while vault.key_of(subject) and time.monotonic() < end:
            time.sleep(0.01)
        last = next(one for one in outbox.story(names=["WorkOrderMoved"]))
        logs.append(log, [leaves.draft_of(last, county="county")._replace(position=None)])
    eraser.join()

    assert vault.key_of(subject) is None
    assert not Entry.objects.filter(subject=subject).exclude(sealed=b"").exists()


def test_things_with_long_names_that_begin_alike_are_two_subjects():
    one, other = (
        leaves.subject_and_type(RuleBookApproved, f"{'minimum_living_' * 3}{end}")[0]
        for end in ("east", "west")
    )

    assert one != other
    assert len(one) <= 48
