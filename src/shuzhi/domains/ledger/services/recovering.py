"""After a restored backup: a full copy of the public log tells what the database has lost, and the log goes on after it."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from shuzhi.domains.ledger import leaves, places, vault
from shuzhi.domains.ledger.models import INDEX_BITS, Document, Entry, Log, Series, entry_key
from shuzhi.domains.ledger.refusals import CannotRecover
from shuzhi.domains.ledger.services import growing, logs, publishing
from shuzhi.domains.ledger.services.copying import copy_log
from shuzhi.domains.ledger.services.stopping import Mismatch
from shuzhi.engines.ledger import (
    CHECKPOINT_PATH,
    TYPE_LIST,
    WIDTH,
    Leaf,
    LedgerError,
    ReadFile,
    Reference,
    document_path,
    leaf_hash,
    parse_checkpoint,
    parse_leaf,
    parse_policy,
    read_entries,
    root_at,
)
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.rows import insert_rows


def recover(read: ReadFile, *, because: str, by: Actor) -> range:
    """Bring back the entries that the open log has in a full copy and not in this database; returns their indexes.

    The copy is verified as a mirror is, and must begin with what the database has signed. What opened the entries is lost
    with the machine, and an entry of the log says which they are. Who was erased since the backup is erased again; what
    this database has sealed since then and nobody has signed follows behind.
    Raises CannotRecover; then the database stays as it was.
    """
    access.require(by, "ledger.operate")
    with places.publishing() as held:
        log = logs.latest_log()
        if not held or log is None:
            raise CannotRecover(why=_("somebody is publishing, or there is no log. Stop the workers first."))
        try:
            copy_log(read, places.public(log.name), parse_policy(log.policy.encode()))
            return _take_over(because, by)
        except (LedgerError, Mismatch) as error:
            raise CannotRecover(why=f"{error}.") from error
        finally:
            publishing.forget_comparison()


@transaction.atomic
def _take_over(because: str, by: Actor) -> range:
    log = logs.locked_log()
    read = growing.directory_of(log).read
    raw = read(CHECKPOINT_PATH) or b""
    size = parse_checkpoint(raw).checkpoint.size
    _require_same_beginning(log, read, size)
    unsigned = list(_unsigned(log))
    told = _entries_from(log.signed_size, read, size)
    same = _same_at_first([bytes(row.leaf) for row in unsigned], told)
    first = log.signed_size + same
    lost, moved = told[same:], unsigned[same:] if log.signed_size + same < size else []
    Entry.objects.filter(pk__in=[row.pk for row in moved]).delete()
    _keep(log, read, first, lost)
    log.size = max(size, log.size - len(moved))
    log.waiting_since = log.waiting_since if log.size > size else None
    log.signed_size = log.published_size = size
    log.signed = log.published = raw.decode()
    log.published_policy, log.witnessed_at = log.policy, clock.now()
    log.stopped, log.stopped_at = "", None
    _take_over_columns(log, read, lost)
    log.save()
    brought = range(first, first + len(lost))
    if lost:
        logs.append(log, [logs.own_draft(leaves.RECOVERED, leaves.recovered_document(brought))])
    if moved:
        _append_again(log, moved)
    audit.record(by, "ledger.recover", f"log:{log.name}", entries=len(lost), because=because[:200])
    return brought


def _require_same_beginning(log: Log, read: ReadFile, size: int) -> None:
    if size <= log.signed_size:
        raise CannotRecover(
            why=_("the copy has %(size)s entries, and this database has signed %(signed)s.")
            % {"size": size, "signed": log.signed_size}
        )
    if log.signed and root_at(read, log.signed_size, within=size) != growing.signed_head(log).root:
        raise Mismatch("the copy has another beginning than what this database has signed")


def _unsigned(log: Log) -> QuerySet[Entry]:
    keys = (entry_key(log.pk, log.signed_size), entry_key(log.pk, log.size))
    return Entry.objects.filter(id__gte=keys[0], id__lt=keys[1]).order_by("id")


def _entries_from(start: int, read: ReadFile, size: int) -> list[bytes]:
    bundles = range(start // WIDTH, -(-size // WIDTH))
    found = [entry for bundle in bundles for entry in read_entries(read, bundle, size)]
    return found[start % WIDTH :]


def _same_at_first(ours: Sequence[bytes], told: Sequence[bytes]) -> int:
    differs = (at for at, (here, there) in enumerate(zip(ours, told, strict=False)) if here != there)
    return next(differs, min(len(ours), len(told)))


def _keep(log: Log, read: ReadFile, first: int, lost: Sequence[bytes]) -> None:
    told = [(parse_leaf(raw), raw) for raw in lost]
    key = entry_key(log.pk, first)
    rows = [
        (key + at, None, leaf.organ, leaf.series, leaf.number, leaf.type, leaf.day, "", raw, b"")
        for at, (leaf, raw) in enumerate(told)
    ]
    insert_rows(Entry, logs.COLUMNS, rows)
    for leaf, _raw in told:
        if leaf.pub:
            content = _document(read, leaf)
            Document.objects.get_or_create(digest=leaf.pub.hex(), defaults={"content": content})
    _count_series(log)
    _erase_again(log, [leaf for leaf, _raw in told if leaf.type == leaves.ERASED])


def _count_series(log: Log) -> None:
    """What was moved has no number now, what came back has one."""
    within = Entry.objects.filter(id__gte=entry_key(log.pk, 0), id__lt=entry_key(log.pk + 1, 0))
    Series.objects.filter(log=log).update(last=0)
    for organ, name, last in within.values_list("organ", "series").annotate(last=Max("number")):
        Series.objects.update_or_create(log=log, organ=organ, name=name, defaults={"last": last})


def _append_again(log: Log, moved: Sequence[Entry]) -> None:
    """What this database sealed since the restoring and nobody has signed: each gets a place and a number behind."""
    told = [(row, leaf) for row in moved if (leaf := parse_leaf(bytes(row.leaf))).type != TYPE_LIST]
    logs.list_types(log, {leaf.type for _row, leaf in told})
    numbers = logs.numbered(log, [leaf for _row, leaf in told])
    homes: dict[int, tuple[int, bytes]] = {}  # index before → index and hash now
    rows = []
    for at, ((row, leaf), number) in enumerate(zip(told, numbers, strict=True), log.size):
        raw = bytes(leaf._replace(number=number, ref=leaf.ref and _pointing(leaf.ref, homes)))
        homes[row.pk & (1 << INDEX_BITS) - 1] = (at, leaf_hash(raw))
        repeated = (leaf.organ, leaf.series, number, leaf.type, leaf.day, row.subject)
        rows.append((entry_key(log.pk, at), row.position, *repeated, raw, _wrapped_again(row, raw)))
        if leaf.type == leaves.POLICY and leaf.pub:
            log.policy = bytes(Document.objects.get(digest=leaf.pub.hex()).content).decode()
    insert_rows(Entry, logs.COLUMNS, rows)
    log.size += len(rows)
    log.waiting_since = log.waiting_since or clock.now()
    log.save(update_fields=["size", "waiting_since", "policy"])


def _pointing(ref: Reference, homes: Mapping[int, tuple[int, bytes]]) -> Reference:
    return Reference(ref.verb, *homes.get(ref.index, (ref.index, ref.leaf_hash)))


def _wrapped_again(row: Entry, leaf: bytes) -> bytes:
    """What opens a seal belongs to its leaf, and the leaf has another number now."""
    if not row.sealed:
        return b""
    key = vault.key_of(row.subject)
    content = vault.unwrap(key, bytes(row.sealed), belongs_to=bytes(row.leaf)) if key else None
    if key is None or content is None:
        raise Mismatch(f"what opens entry {row.pk & (1 << INDEX_BITS) - 1} cannot be read")
    return vault.wrap(key, content, belongs_to=leaf)


def _erase_again(log: Log, erasures: Sequence[Leaf]) -> None:
    keys = [entry_key(log.pk, one.ref.index) for one in erasures if one.ref]
    rows = Entry.objects.filter(pk__in=keys).exclude(sealed=b"")
    for subject in set(rows.values_list("subject", flat=True)):
        vault.destroy(subject)
    rows.update(sealed=b"")


def _take_over_columns(log: Log, read: ReadFile, lost: Sequence[bytes]) -> None:
    """The policy and the listed types are those that the last entries about them name."""
    for leaf in map(parse_leaf, lost):
        if leaf.type == leaves.POLICY:
            log.policy = _document(read, leaf).decode()
        elif leaf.type == TYPE_LIST:
            log.types = _document(read, leaf).decode().partition("\n")[2]


def _document(read: ReadFile, leaf: Leaf) -> bytes:
    content = read(document_path(leaf.pub.hex())) if leaf.pub else None
    if content is None:
        raise Mismatch(f"a public document of {leaf.series}/{leaf.number} is missing from the copy")
    return content
