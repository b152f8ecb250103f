"""The SM profile in the room: commitments with SM3 beside SHA-256, and a module that signs with SM2 behind the port."""

import json
import shutil
import subprocess

import pytest
from tests.domains.ledger.test_cli import run
from tests.engines.ledger.test_sm2 import OpenSSL
from tests.factories import given_demand

from shuzhi.domains.ledger import places, signing
from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.ledger.models import Log
from shuzhi.engines.ledger import (
    NOTE_SM2_SM3,
    Signer,
    VerifierKey,
    installed_sm3,
    parse_checkpoint,
    parse_leaf,
    verify_note,
)
from shuzhi.programs.verify.receipts import judge_receipt
from shuzhi.programs.verify.verdict import Outcome
from shuzhi.spine.actors import SYSTEM

pytestmark = pytest.mark.usefixtures("county")
plugged: dict[str, OpenSSL] = {}


@pytest.mark.skipif(installed_sm3() is None, reason="NOT RUN: this OpenSSL has no SM3")
def test_entries_are_sealed_with_sm3_too_and_both_commitments_are_opened(settings):
    settings.SHUZHI_LEDGER_SM3 = True
    order = given_demand()
    ledger.publish(by=SYSTEM)

    found = ledger.receipts_of_demand(order.demand_id, tracked=[order.demand_id], by=SYSTEM)
    for card in found:
        files = ledger.receipt_with_opening(
            order.demand_id, card.log, card.index, tracked=[order.demand_id], by=SYSTEM
        )
        opened = json.loads(files.opening)
        assert parse_leaf(card.leaf.encode()).seal.sm3
        assert len(card.leaf) <= 512
        assert judge_receipt(files.proof, files.policy, opening=files.opening).outcome is Outcome.VERIFIED
        opened["hashes"]["sm3"] = opened["hashes"]["sha256"]
        altered = judge_receipt(files.proof, files.policy, opening=json.dumps(opened).encode())
        assert altered.outcome is Outcome.REFUTED
    assert len(found) == 2
    assert ledger.check_everything(by=SYSTEM) == []


def signers(origin: str) -> list[Signer]:
    """What a county names as `SHUZHI_LEDGER_SIGNERS`: its own key files, and a module that keeps an SM2 key."""
    module = plugged["module"]
    return [
        *signing.key_files(origin),
        Signer(VerifierKey(origin, NOTE_SM2_SM3, module.public_key), module.sign),
    ]


def check(public_key: bytes, message: bytes, signature: bytes) -> bool:
    return plugged["module"].check(public_key, message, signature)


checks = {"sm2-sm3": check}


@pytest.fixture
def module(settings, tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("NOT RUN: openssl is not installed")
    try:
        plugged["module"] = OpenSSL(tmp_path_factory.mktemp("sm2"))
    except subprocess.CalledProcessError:
        pytest.skip("NOT RUN: this OpenSSL has no SM2")
    yield plugged["module"]
    plugged.clear()


def test_a_module_behind_the_port_signs_with_sm2_beside_the_key_file(module, settings, given_witnesses):
    """Witnesses, readers without SM2 and the county's own checks all go on."""
    receipt = given_demand()
    given_witnesses(3)
    settings.SHUZHI_LEDGER_SIGNERS = f"{__name__}.signers"
    settings.SHUZHI_LEDGER_CHECKS = f"{__name__}.checks"
    log = Log.objects.get()
    key = VerifierKey(log.origin, NOTE_SM2_SM3, module.public_key)
    ledger.set_policy(f"log {key.vkey}\n{log.policy}", because="SM2 beside Ed25519", by=SYSTEM)

    assert ledger.publish(by=SYSTEM) > 0

    log.refresh_from_db()
    note = parse_checkpoint(log.published.encode()).note
    assert set(verify_note(note, [key], checks).times) == {key}
    assert [one.name for one in note.signatures].count(log.origin) == 2
    files = ledger.require_effect(ledger.ref_of_step(receipt.demand_id, 1, "register"))
    verdict = judge_receipt(files.proof, files.policy)
    assert verdict.outcome is Outcome.VERIFIED, verdict.text("en")
    assert "were not counted" in verdict.text("en")
    assert "0 faults found." in run("fsck")
    root = places.public(log.name)
    run("verify", "directory", root, "--policy", root / "policy.txt")


def test_a_module_that_signs_wrongly_stops_the_ledger_before_its_signature_leaves(module, settings):
    given_demand()
    settings.SHUZHI_LEDGER_SIGNERS = f"{__name__}.signers"
    settings.SHUZHI_LEDGER_CHECKS = f"{__name__}.checks"
    log = Log.objects.get()
    key = VerifierKey(log.origin, NOTE_SM2_SM3, module.public_key)
    ledger.set_policy(f"log {key.vkey}\n{log.policy}", because="SM2 beside Ed25519", by=SYSTEM)
    sign = module.sign
    module.sign = lambda message: sign(message + b"x")

    assert ledger.publish(by=SYSTEM) == 0

    state = ledger.status()
    assert (state.state, state.signed) == ("stopped", 0)
    assert "our own signature does not verify" in state.stopped
    module.sign = sign
    assert ledger.resume(because="the module was exchanged", by=SYSTEM)
    assert ledger.publish(by=SYSTEM) > 0
