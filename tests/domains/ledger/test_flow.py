"""From an announced decision to a receipt that a stranger can check."""

import pytest
from tests.factories import given_demand, given_work_order

from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.ledger.models import Entry, Log
from shuzhi.domains.ledger.refusals import NotYetWitnessed
from shuzhi.programs.verify.ledgers import judge_directory
from shuzhi.programs.verify.receipts import judge_receipt
from shuzhi.programs.verify.verdict import Outcome
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
