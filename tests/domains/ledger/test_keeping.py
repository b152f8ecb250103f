"""The log through the years: policies, keys, freezing, erasing, copies and anchors."""

import base64
import contextlib
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from benchmarks.ledger_path import announce
from django.apps import apps
from rfc3161_client import VerificationError
from tests.factories import given_demand, given_work_order

from shuzhi.domains.ledger import anchors, places, vault
from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.ledger.models import Anchor, Entry, Log
from shuzhi.domains.ledger.refusals import NothingToErase, OpeningGone, PolicyRefused
from shuzhi.engines.ledger import Unverified, parse_checkpoint, parse_leaf, parse_policy
from shuzhi.programs.reading import directory_reader
from shuzhi.programs.verify.ledgers import judge_directory
from shuzhi.programs.verify.receipts import judge_receipt
from shuzhi.programs.verify.verdict import Outcome
from shuzhi.site import wiring
from shuzhi.spine import clock, outbox
from shuzhi.spine.actors import SYSTEM

pytestmark = pytest.mark.usefixtures("county")


def audit(log: Log) -> Outcome:
    return judge_directory(str(places.public(log.name)), log.published_policy.encode()).outcome


def test_a_year_is_frozen_and_the_next_log_names_its_last_checkpoint(given_witnesses):
    with clock.stopped_at(datetime(2026, 12, 31, 10, tzinfo=UTC)):
        given_demand()
        witnesses = given_witnesses(3)
        old = Log.objects.get()
        with clock.stopped_at(datetime(2027, 1, 1, 0, tzinfo=UTC)):
            assert ledger.freeze(because="new year", by=SYSTEM) == "2027"
    for one in witnesses:
        one.stop()
        one.origin = Log.objects.get(name="2027").origin
        one.start()
    given_demand("路灯不亮。")

    assert ledger.publish(by=SYSTEM) > 0

    old.refresh_from_db()
    new = Log.objects.get(name="2027")
    first = parse_leaf(bytes(Entry.objects.filter(pk__gte=new.pk << 40).order_by("pk")[0].leaf))
    document = places.public("2027") / "pub" / first.pub.hex()[:2] / first.pub.hex()
    assert first.type == "log.opens"
    assert document.read_bytes() == old.published.encode()
    assert old.size == parse_checkpoint(old.published.encode()).checkpoint.size
    assert (audit(old), audit(new)) == (Outcome.VERIFIED, Outcome.VERIFIED)
    assert ledger.check_everything(by=SYSTEM) == []


def test_key_rotation_rehearsed(given_witnesses):
    """Both keys sign until everybody has learned the new one; old receipts stay good under their policy."""
    receipt = given_demand()
    witnesses = given_witnesses(3)
    ledger.publish(by=SYSTEM)
    before = ledger.require_effect(ledger.ref_of_step(receipt.demand_id, 1, "register"))

    new = ledger.begin_key_rotation(because="yearly", by=SYSTEM)
    ledger.publish(by=SYSTEM)
    both = parse_checkpoint(Log.objects.get().published.encode())
    assert len([one for one in both.note.signatures if one.name == Log.objects.get().origin]) == 2
    for one in witnesses:
        one.stop()
        one.start()
    assert ledger.finish_key_rotation(because="all have it", by=SYSTEM) == new
    assert ledger.publish(by=SYSTEM) > 0

    after = ledger.require_effect(ledger.ref_of_step(receipt.demand_id, 1, "register"))
    assert [known.key.vkey for known in parse_policy(after.policy).logs] == [new]
    assert judge_receipt(after.proof, after.policy).outcome is Outcome.VERIFIED
    assert judge_receipt(before.proof, before.policy).outcome is Outcome.VERIFIED
    assert audit(Log.objects.get()) is Outcome.VERIFIED


def test_a_policy_is_never_lowered_silently(given_witnesses):
    given_demand()
    given_witnesses(3)
    log, kept = Log.objects.get(), Entry.objects.filter(type="log.policy").count()
    weaker = log.policy.replace("group most 2", "group most 1")

    with pytest.raises(PolicyRefused):
        ledger.set_policy(weaker, because="faster", by=SYSTEM)
    ledger.set_policy(weaker, lower=True, because="faster", by=SYSTEM)

    assert Entry.objects.filter(type="log.policy").count() == kept + 1
    assert ledger.status().needed == 1


def test_a_policy_without_our_key_is_refused():
    given_demand()

    with pytest.raises(PolicyRefused):
        ledger.set_policy("quorum none\n", because="test", by=SYSTEM)


def test_keys_lie_outside_the_database_and_its_backups(county):
    """What a backup of the database holds opens nothing: no key of a demand, nor the log's own."""
    order = given_work_order("closed")
    ledger.publish(by=SYSTEM)
    keys = county / "ledger" / "keys"
    with contextlib.closing(sqlite3.connect(keys / "subjects.sqlite3")) as file:
        of_subjects = dict(file.execute("SELECT subject, key FROM subject_key"))
    seeds = [base64.b64decode(path.read_text().split("+", 4)[-1])[1:] for path in keys.glob("*.key")]
    backup = b"\0".join(every_value())

    assert f"demand:{order.demand_id}" in of_subjects
    assert [len(seed) for seed in seeds] == [32]
    written = [
        w for key in [*of_subjects.values(), *seeds] for w in (key, key.hex().encode(), base64.b64encode(key))
    ]
    assert [one for one in written if one in backup] == []
    assert bytes(Entry.objects.latest("pk").leaf) in backup


def every_value() -> Iterator[bytes]:
    """All that is in the database."""
    for model in apps.get_models():
        for row in model._base_manager.values_list():
            yield from (bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row)


def test_erasing_destroys_key_and_openings_and_the_leaves_stay_valid():
    order = given_work_order("closed")
    demand_id = order.demand_id
    ledger.publish(by=SYSTEM)
    backup = {row.pk: bytes(row.sealed) for row in Entry.objects.exclude(sealed=b"")}
    (card, *_rest) = ledger.receipts_of_demand(demand_id, tracked=[demand_id], by=SYSTEM)

    erased = ledger.erase_demand(demand_id, because="asked for", by=SYSTEM)
    ledger.publish(by=SYSTEM)

    assert erased == len(backup) == Entry.objects.filter(type="subject.erased").count()
    assert vault.key_of(f"demand:{demand_id}") is None
    Entry.objects.filter(pk=min(backup)).update(
        sealed=backup[min(backup)]
    )  # a database backup brings it back
    with pytest.raises(OpeningGone):
        ledger.receipt_with_opening(demand_id, card.log, card.index, tracked=[demand_id], by=SYSTEM)
    Entry.objects.update(sealed=b"")
    files = ledger.receipt_with_opening(demand_id, card.log, card.index, tracked=[demand_id], by=SYSTEM)
    assert files.opening is None
    assert judge_receipt(files.proof, files.policy).outcome is Outcome.VERIFIED
    assert audit(Log.objects.get()) is Outcome.VERIFIED
    with pytest.raises(NothingToErase):
        ledger.erase_demand(demand_id, because="again", by=SYSTEM)


def test_a_chain_after_erasure_tells_only_what_is_public():
    order = given_work_order("dispatched")
    ledger.erase_demand(order.demand_id, because="asked for", by=SYSTEM)

    links = ledger.chain(order.demand_id, by=SYSTEM)

    assert {(link.opened, link.who, link.values) for link in links} == {(False, "", ())}


def test_two_mirrors_hold_the_whole_log_and_follow_it(settings, tmp_path, given_witnesses):
    settings.SHUZHI_LEDGER_MIRRORS = [str(tmp_path / "one"), str(tmp_path / "two")]
    given_work_order("closed")
    given_witnesses(3)
    for text in ("路灯不亮。", "井盖坏了。"):
        given_demand(text)
        ledger.publish(by=SYSTEM)
        assert ledger.refresh_mirrors() == 2

    log = Log.objects.get()
    for name in ("one", "two"):
        verdict = judge_directory(str(tmp_path / name / log.name), log.published_policy.encode())
        assert verdict.outcome is Outcome.VERIFIED, verdict.text("en")


@pytest.mark.parametrize("altered", ["tile/0/", "tile/entries/"])
def test_a_mirror_takes_nothing_that_does_not_lead_to_the_signed_root(tmp_path, altered):
    given_work_order("closed")
    ledger.publish(by=SYSTEM)
    log = Log.objects.get()
    source = directory_reader(str(places.public(log.name)))

    def lying(path: str, /) -> bytes | None:
        raw = source(path)
        return raw[:-2] + bytes([raw[-2] ^ 1]) + raw[-1:] if raw and path.startswith(altered) else raw

    with pytest.raises(Unverified):
        ledger.copy_log(lying, tmp_path / "copy", parse_policy(log.published_policy.encode()))
    assert not (tmp_path / "copy" / "checkpoint").exists()


def test_checkpoints_are_anchored_in_a_file_drop(settings, tmp_path):
    settings.SHUZHI_LEDGER_ANCHOR_DROP = str(tmp_path)
    given_demand()
    ledger.publish(by=SYSTEM)

    assert ledger.anchor_checkpoint(by=SYSTEM) == 1
    assert ledger.anchor_checkpoint(by=SYSTEM) == 0

    row = Anchor.objects.get()
    assert (tmp_path / bytes(row.proof).decode()).read_text() == row.checkpoint == Log.objects.get().published


def test_a_county_s_own_adapter_takes_checkpoints(settings):
    settings.SHUZHI_LEDGER_ANCHOR_ADAPTER = f"{__name__}.judicial_chain"
    given_demand()
    ledger.publish(by=SYSTEM)

    assert ledger.anchor_checkpoint(by=SYSTEM) == 1
    assert bytes(Anchor.objects.get().proof) == b"block 17"


def test_the_newest_checkpoint_is_anchored_once_an_hour_and_a_failure_is_kept_and_mended(settings, tmp_path):
    drop = tmp_path / "drop"
    settings.SHUZHI_LEDGER_ANCHOR_DROP = str(drop)
    start, taken = datetime(2026, 5, 11, 2, tzinfo=UTC), []
    for minutes, text in ((0, "路灯不亮。"), (10, "井盖坏了。"), (60, "树倒了。"), (125, "水管漏水。")):
        with clock.stopped_at(start + timedelta(minutes=minutes)):
            given_demand(text)
            ledger.publish(by=SYSTEM)
            taken.append(ledger.anchor_hourly())
        drop.mkdir(exist_ok=True)

    rows = list(Anchor.objects.order_by("at").values_list("size", "failure"))
    assert taken == [0, 1, 0, 1]
    assert [bool(failure) for _size, failure in rows] == [True, False, False]
    assert [size for size, _failure in rows] == sorted({size for size, _failure in rows})
    assert len(list(drop.iterdir())) == 2


def judicial_chain(checkpoint: bytes) -> bytes:
    assert parse_checkpoint(checkpoint)
    return b"block 17"


TSA = """
[req]
distinguished_name = name
x509_extensions = ca
prompt = no
[name]
CN = Fictional time stamping authority
[ca]
basicConstraints = critical, CA:TRUE
subjectKeyIdentifier = hash
[stamp]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = one
[one]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
accuracy = secs:1
ess_cert_id_chain = no
"""


@pytest.fixture
def authority(tmp_path: Path):
    """A real time stamping authority: OpenSSL's, behind a small web server."""
    folder = tmp_path / "tsa"
    folder.mkdir()
    (folder / "cnf").write_text(TSA)
    (folder / "serial").write_text("01")
    new = "openssl req -new -newkey rsa:2048 -nodes -config cnf"
    for command in (
        f"{new} -x509 -keyout ca.key -out ca.pem -days 30",
        f"{new} -subj /CN=stamp -keyout key -out csr",
        "openssl x509 -req -in csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile cnf -extensions stamp -out crt",
    ):
        subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)

    class Authority(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            reply = "openssl ts -reply -config cnf -section one -queryfile query -signer crt -inkey key -chain crt -out reply"
            subprocess.run(reply.split(), cwd=folder, check=True, capture_output=True)
            raw = (folder / "reply").read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Authority)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", folder / "ca.pem"
    server.shutdown()
    server.server_close()


def test_checkpoints_are_time_stamped_and_the_token_is_verified(settings, authority):
    url, roots = authority
    settings.SHUZHI_LEDGER_ANCHOR_TSA, settings.SHUZHI_LEDGER_ANCHOR_TSA_ROOT = url, str(roots)
    given_demand()
    ledger.publish(by=SYSTEM)

    assert ledger.anchor_checkpoint(by=SYSTEM) == 1, Anchor.objects.get().failure

    row = Anchor.objects.get()
    anchors.check_time_stamp(bytes(row.proof), row.checkpoint.encode(), roots=roots.read_bytes())
    with pytest.raises(VerificationError):
        anchors.check_time_stamp(bytes(row.proof), b"another checkpoint", roots=roots.read_bytes())


def test_garbage_collection_removes_what_full_tiles_have_outgrown_and_leaves_a_whole_log():
    listener = outbox.find_listener(wiring.LISTENERS, "ledger.seal")
    sizes = []
    for count in (100, 100, 100, 20):
        announce(count)
        outbox.drain([listener])
        ledger.publish(by=SYSTEM)
        sizes.append(Log.objects.get().published_size)
    root = places.public(Log.objects.get().name)
    assert [size > 256 for size in sizes] == [False, False, True, True]
    outgrown = {root / f"tile/{level}/000.p/{size}" for level in ("0", "entries") for size in sizes[:2]}
    before = {path for path in root.rglob("*") if path.is_file()}
    assert outgrown < before

    assert ledger.collect_garbage(by=SYSTEM) == len(outgrown)

    assert before - {path for path in root.rglob("*") if path.is_file()} == outgrown
    assert ledger.collect_garbage(by=SYSTEM) == 0
    assert ledger.check_everything(by=SYSTEM) == []
    assert audit(Log.objects.get()) is Outcome.VERIFIED
    announce(1)
    outbox.drain([listener])
    assert ledger.publish(by=SYSTEM) == 1, "the log grows on"
