"""`shuzhi ledger` as operators run it: what it prints, which files it writes, how it ends."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.factories import given_demand, given_work_order, witness
from tests.faults.server import environment
from typer.testing import CliRunner

from shuzhi.domains.ledger import places
from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.ledger.cli import app
from shuzhi.domains.ledger.models import Entry, Log
from shuzhi.domains.ledger.refusals import NotYetWitnessed
from shuzhi.spine.actors import SYSTEM

pytestmark = pytest.mark.usefixtures("county")


def run(*words: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, f"{result.output}{result.exception!r}"
    return result.output


def public() -> Path:
    return places.public(Log.objects.get().name)


def code_of(demand_id: int) -> str:
    return ledger.require_effect(ledger.ref_of_step(demand_id, 1, "register")).entry.code


@pytest.fixture
def given_proof(tmp_path: Path) -> tuple[Path, Path]:
    """Receipt and policy of a witnessed registration, as `prove` writes them."""
    receipt = given_demand()
    witness()
    code = code_of(receipt.demand_id)
    run("prove", code, "--to", tmp_path)
    return tmp_path / f"{code}.tlog-proof", tmp_path / "policy.txt"


def test_status_says_who_is_behind_and_ends_with_1_when_it_is_late(given_witnesses):
    given_demand()
    witnesses = given_witnesses(3)
    ledger.publish(by=SYSTEM)
    fine = run("status")
    for one in witnesses:
        one.stop()
    given_demand("路灯不亮。")
    ledger.publish(by=SYSTEM)

    late = run("status", code=1)

    assert "witnessed" in fine
    assert "A quorum takes 2 of 3 witnesses." in fine
    assert "late" in late
    assert all(f"w{number}" in late for number in range(3))


def test_status_says_what_copies_and_anchors_have(settings, tmp_path):
    """An operator sees at once that a copy stays behind, that there are too few, and that an anchor takes nothing."""
    one, two, drop = (tmp_path / name for name in ("one", "two", "drop"))
    drop.mkdir()
    given_demand()
    ledger.publish(by=SYSTEM)
    bare = run("status")
    settings.SHUZHI_LEDGER_MIRRORS = [str(one), str(two)]
    settings.SHUZHI_LEDGER_ANCHOR_DROP = str(drop)
    ledger.refresh_mirrors()
    ledger.anchor_checkpoint(by=SYSTEM)
    before = ledger.status().size
    two.rename(tmp_path / "taken away")
    drop.rename(tmp_path / "taken away too")
    given_demand("路灯不亮。")
    ledger.publish(by=SYSTEM)
    ledger.anchor_checkpoint(by=SYSTEM, at_once=True)

    told = run("status")

    assert "Full copies: 0. Name at least 2" in bare
    assert "Full copies" not in told
    assert f"The copy in {one} has {before} entries." in told
    assert f"The copy in {two} has 0 entries." in told
    assert f"The anchor drop took {before} entries. [Errno 2]" in told


def test_prove_writes_what_verify_verifies(given_proof):
    proof, policy = given_proof

    assert "VERIFIED" in run("verify", "--language", "en", "receipt", proof, "--policy", policy)


def test_verify_ends_with_the_codes_of_the_stand_alone_program(given_proof, tmp_path):
    proof, policy = given_proof
    altered = tmp_path / "altered.tlog-proof"
    altered.write_text(proof.read_text().replace("index ", "index 1"))
    lines = proof.read_text().splitlines(keepends=True)
    bare = tmp_path / "bare.tlog-proof"
    bare.write_text("".join(line for line in lines if not line.startswith("extra ")))

    run("verify", "receipt", altered, "--policy", policy, code=1)
    run("verify", "receipt", tmp_path / "missing", "--policy", policy, code=2)
    run("verify", "receipt", bare, "--policy", policy, code=3)
    run("verify", "nonsense", code=2)


def test_without_a_witnessed_entry_there_is_nothing_to_prove(tmp_path):
    given_demand()
    entry = ledger.entries().items[0]

    result = CliRunner().invoke(app, ["prove", entry.code, "--to", str(tmp_path)])

    assert isinstance(result.exception, NotYetWitnessed)
    assert list(tmp_path.glob("*.tlog-proof")) == []


def test_fsck_names_what_was_altered_and_rebuild_mends_it():
    given_work_order("closed")
    witness()
    assert "0 faults found." in run("fsck")
    (tile,) = public().glob("tile/0/000.p/*")
    tile.write_bytes(bytes(len(tile.read_bytes())))

    named = run("fsck", code=1)
    run("verify", "directory", public(), "--policy", public() / "policy.txt", code=1)
    written = run("rebuild")

    assert "tile/0/000" in named
    assert f"{Entry.objects.count()} entries are written." in written
    assert "0 faults found." in run("fsck")
    run("verify", "directory", public(), "--policy", public() / "policy.txt")


def test_monitor_reads_the_county_s_own_log_and_ends_with_1_when_something_is_wrong(tmp_path):
    given_work_order("closed")
    witness()
    key = tmp_path / "m.key"
    assert "watch.example" in run("monitor", "keygen", "--name", "watch.example/m1", "--file", key)
    watch = (
        "monitor",
        "watch",
        public(),
        "--policy",
        public() / "policy.txt",
        "--key",
        key,
        "--once",
        "--state",
    )

    run(*watch, tmp_path / "first")
    (bundle,) = public().glob("tile/entries/000.p/*")
    bundle.write_bytes(bundle.read_bytes().replace(b"demands/1\n", b"demands/2\n"))

    assert "bundle" in run(*watch, tmp_path / "second", code=1)
    run(
        "monitor",
        "watch",
        public(),
        "--policy",
        tmp_path / "missing",
        "--key",
        key,
        "--state",
        tmp_path,
        code=2,
    )


def test_witness_cosigns_the_county_s_own_log_as_a_process_of_this_command(county, tmp_path):
    """A policy that names it is taken over by command; then nothing is published without it."""
    given_demand()
    witness()
    key, log = tmp_path / "w.key", Log.objects.get()
    vkey = run("witness", "keygen", "--name", "court.example/w1", "--file", key).strip()
    trusted = tmp_path / "logs.txt"
    trusted.write_text("".join(f"{line}\n" for line in log.policy.splitlines()))
    serve = ["witness", "serve", "--key", key, "--logs", trusted, "--state", tmp_path / "state.sqlite"]
    line = [sys.executable, "-m", "shuzhi", "ledger", *map(str, serve), "--listen", "127.0.0.1:0"]

    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True, env=environment(tmp_path)) as process:
        try:
            assert process.stderr
            port = next(said for said in process.stderr if "listening" in said).strip().rpartition(":")[2]
            lines = [one for one in log.policy.splitlines() if one.startswith("log ")]
            lines += [f"witness court {vkey} http://127.0.0.1:{port}", "quorum court"]
            policy = tmp_path / "policy.txt"
            policy.write_text("".join(f"{one}\n" for one in lines))
            run("policy", policy, "--because", "the court witnesses from now on")
            run("publish", "--wait", "10")
            counted = ledger.status().witnesses[0].counted
        finally:
            process.terminate()
        ended = process.wait(timeout=10)

    assert counted
    assert ended == 0


def test_copies_anchors_and_garbage_are_commands(settings, tmp_path):
    settings.SHUZHI_LEDGER_ANCHOR_DROP = str(tmp_path / "drop")
    (tmp_path / "drop").mkdir()
    given_work_order("closed")
    witness()
    size, policy = Log.objects.get().size, public() / "policy.txt"

    copied = run("mirror", public(), tmp_path / "copy", "--policy", policy)

    assert f"The copy has {size} entries." in copied
    run("verify", "directory", tmp_path / "copy", "--policy", policy)
    assert "1 anchors took it." in run("anchor")
    assert "0 anchors took it." in run("anchor")
    (dropped,) = (tmp_path / "drop").iterdir()
    assert dropped.read_bytes() == (public() / "checkpoint").read_bytes()
    assert "0 files are deleted." in run("gc")


def test_keys_years_and_erasing_are_commands_that_ask_for_a_reason():
    order = given_work_order("closed")
    witness()
    name, entries = Log.objects.get().name, Entry.objects.exclude(sealed=b"").count()

    new = run("rotate-key", "--because", "yearly").strip()
    witness()
    kept = run("rotate-key", "--finish", "--because", "all have it").strip()
    witness()
    erased = run("erase", order.demand_id, "--because", "asked for")
    opened = run("freeze", "--because", "new year")
    again = run("resume", "--because", "nothing")

    assert new == kept
    assert [
        line.split()[1] for line in Log.objects.get(name=name).policy.splitlines() if line.startswith("log ")
    ] == [new]
    assert f"{entries} entries are erased." in erased
    assert Log.objects.exclude(name=name).get().name in opened
    assert "It was not stopped." in again
    for words in (["rotate-key"], ["erase", order.demand_id], ["freeze"], ["resume"]):
        run(*words, code=2)
    assert "0 faults found." in run("fsck")


def test_witness_ends_with_2_when_it_cannot_work(tmp_path):
    run("witness", "serve", "--key", tmp_path / "none", "--logs", tmp_path / "none", "--state", "x", code=2)
