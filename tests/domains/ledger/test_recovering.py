"""A machine is lost and a backup restored: the public log is the ledger's own backup, and goes on where it stood."""

import base64
import shutil
from pathlib import Path

import pytest
from django.db.models import Max
from tests.domains.ledger.test_faults import Backup
from tests.engines.ledger.given import Published, given_leaves
from tests.factories import given_demand

from shuzhi.domains.ledger import leaves, places, vault
from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.ledger.models import Entry, Log, Series
from shuzhi.domains.ledger.refusals import CannotRecover
from shuzhi.domains.ledger.services import publishing
from shuzhi.engines.ledger import document_path, parse_checkpoint, parse_leaf, parse_policy
from shuzhi.programs.tiles import LogDirectory
from shuzhi.programs.verify.ledgers import judge_directory
from shuzhi.programs.verify.receipts import judge_receipt
from shuzhi.programs.verify.verdict import Outcome
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.models import Bookmark, OutboxEvent, Sequence

pytestmark = pytest.mark.usefixtures("county")


@pytest.fixture
def mirror(given_witnesses, tmp_path):
    """Decisions, a backup, more decisions and an erasing after it, a full copy, and then the backup is put back."""
    erased = given_demand().demand_id
    given_witnesses(3)
    ledger.publish(by=SYSTEM)
    backup = Backup()
    told = OutboxEvent.objects.aggregate(last=Max("position"))["last"]
    sealed = list(Entry.objects.values_list("pk", "sealed"))
    ledger.erase_demand(erased, because="asked by letter", by=SYSTEM)
    given_demand("路灯不亮。")
    ledger.publish(by=SYSTEM)
    copy_to(tmp_path / "mirror")
    backup.restore()
    OutboxEvent.objects.filter(position__gt=told).delete()
    Bookmark.objects.update(position=told)
    Sequence.objects.update(last_position=told)
    for key, content in sealed:
        Entry.objects.filter(pk=key).update(sealed=content)
    vault.ciphers_for([leaves.subject_of_demand(erased)])  # a backup of the keys brings one back, too
    shutil.rmtree(places.public(Log.objects.get().name))
    ledger.rebuild(by=SYSTEM)
    publishing.forget_comparison()
    return tmp_path / "mirror"


def copy_to(place: Path) -> None:
    log = Log.objects.get()
    ledger.copy_log(LogDirectory(places.public(log.name)).read, place, parse_policy(log.policy.encode()))


def recover(place: Path) -> range:
    return ledger.recover(LogDirectory(place).read, because="the disk was lost", by=SYSTEM)


def test_nothing_that_was_public_changes_and_new_decisions_follow(mirror):
    before = {one.pk for one in Entry.objects.all()}

    brought = recover(mirror)

    assert len(brought) == Entry.objects.count() - len(before) - 1  # one entry says that they came back
    given_demand("另一件事。")
    assert ledger.publish(by=SYSTEM) > 0
    state, root = ledger.status(), places.public(Log.objects.get().name)
    assert (state.state, state.published) == ("witnessed", Entry.objects.count())
    verdict = judge_directory(str(root), (root / "policy.txt").read_bytes())
    assert verdict.outcome is Outcome.VERIFIED, verdict.text("en")
    assert ledger.check_everything(by=SYSTEM) == []


def test_the_public_files_that_outlived_the_database_are_a_copy_too(mirror):
    public = places.public(Log.objects.get().name)
    shutil.rmtree(public)
    shutil.copytree(mirror, public)

    recover(public)

    assert ledger.publish(by=SYSTEM) > 0
    assert ledger.status().state == "witnessed"
    assert ledger.check_everything(by=SYSTEM) == []


def test_running_numbers_go_on_without_gap_or_repeat(mirror):
    recover(mirror)
    given_demand("另一件事。")

    for row in Series.objects.all():
        numbers = list(
            Entry.objects.filter(organ=row.organ, series=row.name)
            .order_by("id")
            .values_list("number", flat=True)
        )
        assert numbers == list(range(1, row.last + 1)), row.name


def test_who_was_erased_after_the_backup_is_erased_again(mirror):
    subject = Entry.objects.exclude(sealed=b"").values_list("subject", flat=True)[0]
    assert vault.key_of(subject) is not None

    recover(mirror)

    assert vault.key_of(subject) is None
    assert not Entry.objects.filter(subject=subject).exclude(sealed=b"").exists()


def test_the_log_says_itself_which_entries_came_back(mirror):
    brought = recover(mirror)

    ledger.publish(by=SYSTEM)
    row = Entry.objects.get(type=leaves.RECOVERED)
    pub = parse_leaf(bytes(row.leaf)).pub
    document = places.public(Log.objects.get().name) / document_path(pub.hex())
    assert document.read_text() == f"gl1-recovered\nfrom {brought.start}\nbefore {brought.stop}\n"


def test_a_copy_that_has_no_more_than_the_database_brings_nothing(mirror):
    recover(mirror)

    with pytest.raises(CannotRecover, match="已签署"):
        recover(mirror)


@pytest.mark.parametrize("what", ["a tile", "an entry", "the checkpoint"])
def test_an_altered_copy_brings_nothing_and_changes_nothing(mirror, what):
    pattern = {"a tile": "tile/0/**/*", "an entry": "tile/entries/**/*", "the checkpoint": "checkpoint"}[what]
    file = max(
        (one for one in mirror.glob(pattern) if one.is_file()),
        key=lambda one: int(one.name) if one.name.isdigit() else 0,
    )
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(bytes(raw))
    before = (Entry.objects.count(), list(Log.objects.values()))

    with pytest.raises(CannotRecover):
        recover(mirror)

    assert (Entry.objects.count(), list(Log.objects.values())) == before


def test_what_was_decided_after_the_restoring_and_signed_by_nobody_follows_behind(mirror):
    """A worker had been started before somebody thought of the copy: it sealed, and stopped before it signed."""
    late = given_demand("另一件事。").demand_id
    assert ledger.publish(by=SYSTEM) == 0
    assert ledger.status().state == "stopped"
    ledger.erase_demand(given_demand("又一件事。").demand_id, because="asked by letter", by=SYSTEM)
    before = set(Entry.objects.exclude(position=None).values_list("position", flat=True))

    brought = recover(mirror)

    assert ledger.publish(by=SYSTEM) > 0
    assert ledger.status().state == "witnessed"
    assert ledger.check_everything(by=SYSTEM) == []
    assert set(Entry.objects.exclude(position=None).values_list("position", flat=True)) == before
    (card, *_rest) = ledger.receipts_of_demand(late, tracked=[late], by=SYSTEM)
    files = ledger.receipt_with_opening(late, card.log, card.index, tracked=[late], by=SYSTEM)
    assert card.index >= brought.stop
    assert judge_receipt(files.proof, files.policy, opening=files.opening).outcome is Outcome.VERIFIED


def test_another_history_is_refused(mirror):
    """A database that went another way and had that signed, as with a policy without witnesses, is not one to mend."""
    log = Log.objects.get()
    other = Published()
    other.add(given_leaves(log.signed_size))
    head = parse_checkpoint(other.files["checkpoint"]).checkpoint
    log.signed = log.signed.replace(log.signed.splitlines()[2], base64.b64encode(head.root).decode())
    log.save()

    with pytest.raises(CannotRecover, match="another beginning"):
        recover(mirror)


def test_a_database_that_lacks_only_the_signature_waits_for_nothing_afterwards(given_witnesses, tmp_path):
    """The machine was lost between publishing and the commit of what was published."""
    given_demand()
    given_witnesses(3)
    before = Log.objects.values("signed", "signed_size", "published", "published_size", "waiting_since").get()
    ledger.publish(by=SYSTEM)
    copy_to(tmp_path / "mirror")
    Log.objects.update(**before)

    assert len(recover(tmp_path / "mirror")) == 0

    log = Log.objects.get()
    assert (log.published_size, log.waiting_since) == (log.size, None)
    assert ledger.check_everything(by=SYSTEM) == []
