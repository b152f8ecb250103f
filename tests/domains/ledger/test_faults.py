"""What goes wrong with witnesses, files, rows and keys: found, named, and never signed."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.db.models import F
from tests.factories import Journey, given_demand, given_work_order
from tests.made_once import made_once

from shuzhi.domains.ledger import leaves, places, vault
from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.ledger.models import Entry, Log, Series
from shuzhi.domains.ledger.refusals import LedgerStopped
from shuzhi.domains.ledger.services import growing, publishing
from shuzhi.engines.ledger import parse_checkpoint
from shuzhi.programs.verify.ledgers import judge_directory
from shuzhi.programs.verify.verdict import Outcome
from shuzhi.spine.actors import SYSTEM

pytestmark = pytest.mark.usefixtures("county")


def flip(place: Path, at: int = -1) -> None:
    raw = bytearray(place.read_bytes())
    raw[at] ^= 1
    place.chmod(0o600)
    place.write_bytes(bytes(raw))


def found() -> str:
    return "\n".join(f"{one.code} {one.where} {one.detail}" for one in ledger.check_everything(by=SYSTEM))


@pytest.fixture
def published():
    """A county of some decisions, all witnessed, without a fault."""
    return given_published()


@made_once
def given_published() -> Journey:
    order = given_work_order("closed")
    ledger.publish(by=SYSTEM)
    assert found() == ""
    return order


def tile(kind: str) -> Path:
    (place,) = list(places.public(Log.objects.get().name).glob(f"tile/{kind}/000.p/*"))
    return place


@pytest.mark.parametrize(
    ("kind", "named"), [("0", "tile %s: tile/0/000.p/"), ("entries", "bundle %s: tile/entries/000.p/")]
)
def test_one_flipped_byte_in_a_tile_or_bundle_is_found_and_named(published, kind, named):
    flip(tile(kind))

    assert named % Log.objects.get().name in found()
    assert "in the database" not in found(), "the rows are not to blame"


def test_one_flipped_byte_in_the_checkpoint_is_found_and_named(published):
    flip(places.public(Log.objects.get().name) / "checkpoint", at=-5)

    assert "/checkpoint is not the checkpoint that was published" in found()


def test_one_flipped_byte_in_a_public_document_is_found_and_named(published):
    (place, *_others) = places.public(Log.objects.get().name).glob("pub/*/*")
    flip(place)

    assert f"{place.name} is missing or altered" in found()


def test_one_flipped_byte_in_a_row_is_found_and_named(published):
    row = Entry.objects.get(series="demands")
    leaf = bytearray(row.leaf)
    leaf[-60] ^= 1
    Entry.objects.filter(pk=row.pk).update(leaf=bytes(leaf))

    assert f"entry {row.pk & 0xFFFF} in the database is not the one that was signed" in found()


@pytest.mark.parametrize("column", ["leaf", "sealed"])
def test_a_flipped_byte_anywhere_in_an_entry_s_row_is_found_and_names_the_entry(published, column):
    row = Entry.objects.get(series="demands")
    kept = bytes(getattr(row, column))
    for at in range(0, len(kept), 17):  # all of them would take half a minute; 17 meets every line of a leaf
        altered = bytearray(kept)
        altered[at] ^= 1 << at % 8
        Entry.objects.filter(pk=row.pk).update(**{column: bytes(altered)})

        assert f"entry {row.pk & 0xFFFF}" in found(), at


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("column", "altered"),
    [
        ("size", 1),
        ("origin", "ledger.other.example/2026"),
        ("signed_size", 1),
        ("published_size", 1),
        ("types", "demand.received\n"),
        ("policy", "quorum none\n"),
    ],
)
def test_an_altered_column_of_the_log_s_row_is_found_and_named(published, column, altered):
    Log.objects.update(**{column: altered})

    assert f"row log {Log.objects.get().name}" in found()


@pytest.mark.thorough
@pytest.mark.parametrize("column", ["signed", "published", "published_policy"])
def test_a_flipped_byte_anywhere_in_a_checkpoint_or_policy_of_the_log_s_row_is_found_and_named(
    published, column
):
    kept = getattr(Log.objects.get(), column)
    for at in range(0, len(kept), 13):
        flipped = kept[:at] + ("x" if kept[at] != "x" else "y") + kept[at + 1 :]
        Log.objects.update(**{column: flipped})

        assert f"row log {Log.objects.get().name}" in found(), kept[at:]


def test_an_altered_last_number_of_a_series_is_found_and_named(published):
    Series.objects.filter(name="orders").update(last=F("last") + 1)

    assert "row series orders of hotline" in found()


def test_an_entry_that_poses_as_an_earlier_decision_is_found_and_named(published):
    key = Entry.objects.filter(position__isnull=False).latest("pk").pk
    Entry.objects.filter(pk=key).update(position=0)

    assert f"entry {key & 0xFFFF} in the database its decision does not come after" in found()


def test_a_column_that_says_something_else_than_its_leaf_is_found_and_named(published):
    Entry.objects.filter(series="demands").update(organ="water")

    assert "its columns say something else" in found()


def test_a_missing_row_is_found_and_named(published):
    key = Entry.objects.get(series="demands").pk
    Entry.objects.filter(pk=key).delete()

    assert f"entry {key & 0xFFFF} in the database is missing" in found()


def test_one_flipped_byte_in_an_opening_is_found_and_named(published):
    row = Entry.objects.get(series="demands")
    sealed = bytearray(row.sealed)
    sealed[20] ^= 1
    Entry.objects.filter(pk=row.pk).update(sealed=bytes(sealed))

    assert f"opening {Log.objects.get().name}: entry {row.pk & 0xFFFF}" in found()


def test_the_public_files_are_rebuilt_byte_for_byte_from_the_database(published):
    root = places.public(Log.objects.get().name)
    before = {
        path: path.read_bytes() for path in root.rglob("*") if path.is_file() and path.name != "policy.txt"
    }
    flip(tile("entries"))
    tile("0").unlink()

    assert ledger.rebuild(by=SYSTEM) == Log.objects.get().size

    assert {path: path.read_bytes() for path in before} == before
    assert found() == ""


def test_an_altered_row_is_never_signed_and_never_rebuilt(published):
    row = Entry.objects.get(series="demands")
    Entry.objects.filter(pk=row.pk).update(leaf=bytes(row.leaf).replace(b"hotline", b"hotlime"))

    with pytest.raises(LedgerStopped):
        ledger.rebuild(by=SYSTEM)


def test_altered_tiles_stop_the_ledger_until_a_person_has_looked(published):
    flip(tile("0"))
    signed = Log.objects.get().signed
    given_demand("路灯不亮。")

    assert ledger.publish(by=SYSTEM) == 0

    assert ledger.status().state == "stopped"
    assert Log.objects.get().signed == signed
    ledger.rebuild(by=SYSTEM)
    assert ledger.resume(because="rebuilt", by=SYSTEM)
    assert ledger.publish(by=SYSTEM) > 0


class Backup:
    """The ledger's rows of a moment, which somebody puts back later."""

    def __init__(self) -> None:
        self.log = Log.objects.values().get()
        self.series = list(Series.objects.values("pk", "last"))
        self.entries = set(Entry.objects.values_list("pk", flat=True))

    def restore(self) -> None:
        Entry.objects.exclude(pk__in=self.entries).delete()
        Log.objects.update(**{name: value for name, value in self.log.items() if name != "id"})
        Series.objects.exclude(pk__in=[row["pk"] for row in self.series]).delete()
        for row in self.series:
            Series.objects.filter(pk=row["pk"]).update(last=row["last"])


@pytest.fixture
def yesterday(given_witnesses):
    """A backup, and one decision more that witnesses have seen since."""
    given_demand()
    given_witnesses(3)
    ledger.publish(by=SYSTEM)
    backup = Backup()
    given_demand("路灯不亮。")
    ledger.publish(by=SYSTEM)
    return backup


def assert_stopped_as_old_copy(backup: Backup, published: bytes) -> None:
    """Nothing was signed, and what the public was shown stands there whole."""
    given_demand("另一件事。")
    assert ledger.publish(by=SYSTEM) == 0

    state, root = ledger.status(), places.public(Log.objects.get().name)
    assert (state.state, state.signed) == ("stopped", backup.log["signed_size"])
    assert "it is an old copy" in state.stopped
    assert (root / "checkpoint").read_bytes() == published
    verdict = judge_directory(str(root), (root / "policy.txt").read_bytes())
    assert verdict.outcome is Outcome.VERIFIED, verdict.text("en")


@pytest.mark.parametrize("files", ["all files", "no checkpoint file"])
def test_an_old_database_does_not_fork_and_takes_no_public_file_away(yesterday, files):
    """A backup from yesterday signs nothing: the witnesses have seen more."""
    checkpoint = places.public(Log.objects.get().name) / "checkpoint"
    published = checkpoint.read_bytes()
    yesterday.restore()
    publishing.forget_comparison()
    if files == "no checkpoint file":
        checkpoint.unlink()
        given_demand("另一件事。")
        assert ledger.publish(by=SYSTEM) == 0
        checkpoint.write_bytes(published)

    assert_stopped_as_old_copy(yesterday, published)


def test_a_database_that_becomes_an_old_copy_under_a_running_worker_does_not_fork(yesterday):
    """Another server took over that had not yet everything: the process that signs goes on without a new start."""
    published = (places.public(Log.objects.get().name) / "checkpoint").read_bytes()

    yesterday.restore()

    assert_stopped_as_old_copy(yesterday, published)


def test_a_database_from_before_a_change_of_keys_does_not_fork(given_witnesses):
    """It does not know the key that signed since; the key file does."""
    given_demand()
    given_witnesses(3)
    ledger.publish(by=SYSTEM)
    backup = Backup()
    ledger.begin_key_rotation(because="yearly", by=SYSTEM)
    ledger.publish(by=SYSTEM)
    ledger.finish_key_rotation(because="all have it", by=SYSTEM)
    ledger.set_policy(_without_witnesses(Log.objects.get().policy), lower=True, because="test", by=SYSTEM)
    ledger.publish(by=SYSTEM)
    published = (places.public(Log.objects.get().name) / "checkpoint").read_bytes()

    backup.restore()
    publishing.forget_comparison()

    assert_stopped_as_old_copy(backup, published)


def _without_witnesses(policy: str) -> str:
    return "".join(f"{line}\n" for line in policy.splitlines() if line.startswith("log ")) + "quorum none\n"


class Liar(BaseHTTPRequestHandler):
    """Answers everything with a signature that nobody made, or with a size that nobody has."""

    answer = (200, "— w2.example/w AAAAAAAAAAAAAAAA\n", "text/plain")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, body, kind = self.answer
        raw = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.mark.thorough
@pytest.mark.parametrize(
    "answer",
    [
        (200, "— w2.example/w AAAAAAAAAAAAAAAA\n", "text/plain"),
        (200, "rubbish", "text/plain"),
        (409, "999999\n", "text/x.tlog.size"),
        (409, "0\n", "text/x.tlog.size"),
        (500, "", "text/plain"),
    ],
)
def test_a_lying_witness_of_three_changes_nothing(given_witnesses, answer):
    given_demand()
    witnesses = given_witnesses(3)
    witnesses[2].stop()
    liar = HTTPServer(("127.0.0.1", witnesses[2].port), type("OneLiar", (Liar,), {"answer": answer}))
    threading.Thread(target=liar.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    try:
        assert ledger.publish(by=SYSTEM) > 0
    finally:
        liar.shutdown()
        liar.server_close()

    state = ledger.status()
    assert [one.counted for one in state.witnesses] == [True, True, False]
    assert state.stopped == ""


def test_a_dead_witness_of_three_changes_nothing(given_witnesses):
    given_demand()
    given_witnesses(3)[0].stop()

    assert ledger.publish(by=SYSTEM) > 0
    assert len(parse_checkpoint(Log.objects.get().published.encode()).note.signatures) == 3


def test_two_publishers_at_once_never_fork(published):
    """Whoever does not hold the lock does nothing; and should both hold it, the checkpoint is swapped only once."""
    given_demand("路灯不亮。")
    with places.publishing() as held:
        assert held
        assert ledger.publish(by=SYSTEM) == 0

    stale = Log.objects.get()
    assert ledger.publish(by=SYSTEM) > 0
    signed = Log.objects.get().signed

    assert not growing.grow_and_sign(stale, growing.directory_of(stale))
    assert Log.objects.get().signed == signed


def test_no_personal_value_nonce_or_key_is_in_a_public_file(published):
    """The leaf says organ, kind and day; all values of the event stay sealed."""
    order = published
    secret = [b"13900001234", "张三".encode(), order.number.encode(), order.receipt.public_code.encode()]
    secret += [b"staff:", b"990102100201", b"complaint", b"020103"]
    for row in Entry.objects.exclude(sealed=b""):
        content = vault.unwrap(vault.key_of(row.subject), bytes(row.sealed), belongs_to=bytes(row.leaf))
        _seal, opening = leaves.unpack(content)
        hidden = [*opening.hashes, *(field.nonce for field in opening.fields)]
        secret += [*hidden, *(one.hex().encode() for one in hidden)]

    root = places.folder() / "public"
    public = b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())

    assert len(public) > 3000
    assert [one for one in secret if one in public] == []
