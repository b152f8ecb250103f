"""From an announced decision to a receipt that a stranger can check."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F
from tests.factories import given_demand, given_work_order

from shuzhi.domains.ledger import places
from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.ledger.models import Entry, Log, Series
from shuzhi.domains.ledger.refusals import NotYetWitnessed
from shuzhi.engines.ledger import document_path, parse_leaf, read_entries
from shuzhi.programs.tiles import LogDirectory
from shuzhi.programs.verify.ledgers import judge_directory
from shuzhi.programs.verify.receipts import judge_receipt
from shuzhi.programs.verify.verdict import Outcome
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.events import Decision
from shuzhi.spine.models import OutboxEvent

pytestmark = pytest.mark.usefixtures("county")


def test_every_decision_becomes_one_entry_in_the_story_s_order():
    given_work_order("closed")

    decisions = OutboxEvent.objects.filter(name__in=[one.__name__ for one in Decision.__subclasses__()])
    positions = list(decisions.order_by("position").values_list("position", flat=True))
    sealed = Entry.objects.filter(position__isnull=False).order_by("id").values_list("position", flat=True)
    assert list(sealed) == positions
    assert len(positions) > 8


def test_the_day_of_an_entry_is_that_of_beijing_and_nothing_finer(county):
    """Half past midnight in Beijing is still the day before in UTC."""
    given_demand(at=datetime(2026, 5, 11, 16, 30, tzinfo=UTC))

    (leaf,) = Entry.objects.filter(series="demands").values_list("leaf", flat=True)

    assert bytes(leaf).splitlines()[4] == b"2026-05-12"
    assert b":30" not in bytes(leaf)


def test_every_kind_of_entry_is_in_the_list_that_the_log_itself_names_before_it(county):
    """Read off the public files alone; the list grows with what comes."""
    given_work_order("closed")
    ledger.publish(by=SYSTEM)
    root, lists, listed = county / "ledger" / "public" / Log.objects.get().name, 0, set()

    for raw in read_entries(LogDirectory(root).read, 0, Log.objects.get().size):
        leaf = parse_leaf(raw)
        if leaf.type == "log.types":
            document = (root / document_path(leaf.pub.hex())).read_bytes()
            assert hashlib.sha256(document).digest() == leaf.pub
            lists, listed = lists + 1, set(document.decode().splitlines()[1:])
        else:
            assert leaf.type in listed, raw

    assert lists > 1
    assert "order.close" in listed


@pytest.mark.parametrize(("change", "alarm"), [(1, "gap"), (-1, "repeat")])
def test_a_number_that_is_left_out_or_given_again_is_an_alarm(change, alarm):
    """Should the counter of a series ever be wrong, everybody who reads the log again sees it."""
    given_demand()
    given_demand("路灯不亮。")
    Series.objects.filter(name="demands").update(last=F("last") + change)
    given_demand("井盖坏了。")
    ledger.publish(by=SYSTEM)

    found = [one for one in ledger.check_everything(by=SYSTEM) if one.code == alarm]

    assert len(found) == 1
    assert "demands" in found[0].where
    log = Log.objects.get()
    verdict = judge_directory(str(LogDirectory(places.public(log.name)).root), log.policy.encode())
    assert verdict.outcome is Outcome.REFUTED


def test_a_witnessed_receipt_verifies_with_the_stand_alone_program(given_witnesses):
    receipt = given_demand()
    given_witnesses(3)

    assert ledger.publish(by=SYSTEM) > 0

    (first, *_rest) = ledger.receipts_of_demand(receipt.demand_id, tracked=[receipt.demand_id], by=SYSTEM)
    files = ledger.receipt_with_opening(
        receipt.demand_id, first.log, first.index, tracked=[receipt.demand_id], by=SYSTEM
    )
    verdict = judge_receipt(files.proof, files.policy, opening=files.opening)
    assert verdict.outcome is Outcome.VERIFIED, verdict.text("en")
    assert "channel = hotline" in verdict.text("en")


def test_the_public_directory_passes_the_whole_audit(given_witnesses, county):
    given_work_order("closed")
    given_witnesses(3)
    ledger.publish(by=SYSTEM)

    log = Log.objects.get()
    verdict = judge_directory(str(county / "ledger" / "public" / log.name), log.policy.encode())

    assert verdict.outcome is Outcome.VERIFIED, verdict.text("en")


def test_without_a_quorum_a_decision_is_recorded_but_has_no_receipt(given_witnesses):
    receipt = given_demand()
    witnesses = given_witnesses(3)
    for one in witnesses[:2]:
        one.stop()

    assert ledger.publish(by=SYSTEM) == 0

    state = ledger.status()
    assert (state.state, state.published, state.signed) == ("late", 0, 0)
    with pytest.raises(NotYetWitnessed):
        ledger.require_effect(ledger.ref_of_step(receipt.demand_id, 1, "register"))
    witnesses[0].start()
    assert ledger.publish(by=SYSTEM) == state.size
    assert ledger.require_effect(ledger.ref_of_step(receipt.demand_id, 1, "register")).proof


def test_a_missing_quorum_is_an_alarm_after_a_minute_and_over_with_the_next_publication(given_witnesses):
    """Recorded, not yet witnessed: at first that is usual, then it is late; what comes afterwards waits anew."""
    start = datetime(2026, 5, 11, 2, tzinfo=UTC)

    def state_after(seconds: int) -> str:
        with clock.stopped_at(start + timedelta(seconds=seconds)):
            ledger.publish(by=SYSTEM)
            return ledger.status().state

    with clock.stopped_at(start):
        witnesses = given_witnesses(3)
        ledger.publish(by=SYSTEM)
    given_demand(at=start)
    for one in witnesses[:2]:
        one.stop()

    alone = [state_after(seconds) for seconds in (1, 59, 61)]
    signed = ledger.status().signed
    witnesses[0].start()
    together = state_after(62)
    witnesses[0].stop()
    given_demand("路灯不亮。", at=start + timedelta(seconds=70))
    again = [state_after(seconds) for seconds in (129, 131)]

    assert (alone, together, again) == (["waiting", "waiting", "late"], "witnessed", ["waiting", "late"])
    assert signed > 0, "our own signature stands; nobody is shown it without a quorum"
    policies = [line for line in Log.objects.get().policy.splitlines() if line.startswith("group")]
    assert policies == ["group most 2 w0 w1 w2"], "the policy is what it was"
