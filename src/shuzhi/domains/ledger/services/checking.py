"""Is everything what was signed? Files, rows and openings compared with each other, and mended from the database."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress

from django.db import transaction
from django.db.models import Max, QuerySet

from shuzhi.domains.ledger import leaves, signing, vault
from shuzhi.domains.ledger.cards import Fault
from shuzhi.domains.ledger.models import INDEX_BITS, Entry, Log, Series, entry_key
from shuzhi.domains.ledger.refusals import LedgerStopped
from shuzhi.domains.ledger.services import growing
from shuzhi.domains.ledger.services.stopping import Mismatch
from shuzhi.engines.ledger import (
    CHECKPOINT_PATH,
    ENTRIES,
    TYPE_LIST,
    WIDTH,
    Auditor,
    Edge,
    LedgerError,
    SignedCheckpoint,
    Tile,
    check_log_signature,
    check_policy,
    grow,
    parse_checkpoint,
    parse_leaf,
    parse_policy,
    read_entries,
)
from shuzhi.programs.tiles import LogDirectory
from shuzhi.programs.verify.ledgers import audit_directory
from shuzhi.spine import access, outbox
from shuzhi.spine.actors import Actor

_CHUNK = 4096  # entries that are read from the database together


def check_everything(*, by: Actor) -> list[Fault]:
    """Every fault of every log, each with the file, entry or row where it is."""
    access.require(by, "ledger.operate")
    return [
        *(fault for log in Log.objects.order_by("id") for fault in _check_log(log)),
        *_check_story(),
    ]


def _check_story() -> Iterator[Fault]:
    """Has every decision an entry, from the first of its kind that has one to the newest?

    Kinds of events become decisions with a new version of the platform: what came before is no fault.
    """
    sealed = Entry.objects.filter(position__isnull=False)
    newest = sealed.aggregate(last=Max("position"))["last"] or 0
    after, kinds = 0, set[str]()
    while told := [
        one for one in outbox.story(after=after, names=leaves.DECISIONS) if one.position <= newest
    ]:
        within = sealed.filter(position__gt=after, position__lte=told[-1].position)
        positions, after = set(within.values_list("position", flat=True)), told[-1].position
        for one in told:
            if one.position in positions:
                kinds.add(one.name)
            elif one.name in kinds:
                yield Fault("lost", f"position {one.position}", f"this {one.name} has no entry")


def _check_log(log: Log) -> Iterator[Fault]:
    directory = growing.directory_of(log)
    signed = _witnessed(log)
    if isinstance(signed, Fault):
        yield signed
    elif signed is not None:
        if directory.read(CHECKPOINT_PATH) != log.published.encode():
            yield Fault(
                "checkpoint", f"{log.name}/{CHECKPOINT_PATH}", "is not the checkpoint that was published"
            )
        findings = audit_directory(str(directory.root), signed.checkpoint, Auditor())
        yield from (Fault(one.code, f"{log.name}: {one.where}", one.detail) for one in findings)
        damaged = {one.where for one in findings if one.code == "bundle"}
        yield from _compare_rows(log, directory, damaged)
    yield from _check_log_row(log)
    yield from _check_rows(log)
    yield from _check_documents(log, directory)


def _witnessed(log: Log) -> SignedCheckpoint | Fault | None:
    """The published checkpoint of the database, when all its signatures hold; None when there is none yet."""
    if not log.published:
        return None
    try:
        signed = parse_checkpoint(log.published.encode())
        check_policy(signed, parse_policy(log.published_policy.encode()), signing.checks())
    except LedgerError as error:
        return Fault("row", f"log {log.name}", f"its published checkpoint does not hold: {error}")
    if (signed.checkpoint.origin, signed.checkpoint.size) != (log.origin, log.published_size):
        return Fault("row", f"log {log.name}", "its name or size is not that of its published checkpoint")
    return signed


def _check_log_row(log: Log) -> list[Fault]:
    """Do the log's own columns and its series say what was signed and what its entries say?"""
    with transaction.atomic():
        held = Log.objects.select_for_update().get(pk=log.pk)  # so that no entry comes between two looks
        return [*_check_signed(held), *_check_columns(held), *_check_series(held)]


def _check_signed(log: Log) -> Iterator[Fault]:
    if not log.signed:
        return
    where = f"log {log.name}"
    try:
        head = parse_checkpoint(log.signed.encode())
        check_log_signature(head, parse_policy(log.policy.encode()), signing.checks())
    except LedgerError as error:
        yield Fault("row", where, f"its signed checkpoint does not hold: {error}")
        return
    if (head.checkpoint.origin, head.checkpoint.size) != (log.origin, log.signed_size):
        yield Fault("row", where, "its name or size is not that of its signed checkpoint")


def _check_columns(log: Log) -> Iterator[Fault]:
    where, entries = f"log {log.name}", _entries(log)
    if (count := entries.count()) != log.size:
        yield Fault("row", where, f"it says {log.size} entries and has {count}")
    types = f"gl1-types\n{log.types}"
    for type_, text in ((leaves.POLICY, log.policy), (TYPE_LIST, types)):
        named = entries.filter(type=type_).order_by("-id").values_list("leaf", flat=True).first()
        digest = hashlib.sha256(text.encode()).hexdigest().encode()
        if named is not None and b"\npub sha256:%b\n" % digest not in bytes(named):
            yield Fault("row", where, f"its column is not what its last entry {type_} names")


def _check_series(log: Log) -> Iterator[Fault]:
    numbers = _entries(log).values_list("organ", "series").annotate(last=Max("number"))
    said = Series.objects.filter(log=log).values_list("organ", "name", "last")
    for organ, series, last in sorted(set(said) - set(numbers)):
        yield Fault("row", f"series {series} of {organ}", f"{last} is not its last number")


def _entries(log: Log) -> QuerySet[Entry]:
    return Entry.objects.filter(id__gte=entry_key(log.pk, 0), id__lt=entry_key(log.pk + 1, 0))


def _compare_rows(log: Log, directory: LogDirectory, damaged: set[str]) -> Iterator[Fault]:
    """Rows against bundles; a bundle that the audit blames says nothing about rows."""
    size = log.published_size
    for first in range(0, size, WIDTH):
        end = min(size, first + WIDTH)
        if Tile(ENTRIES, first // WIDTH, end - first).path in damaged:
            continue
        try:
            stored = read_entries(directory.read, first // WIDTH, size)
        except LedgerError:
            continue
        rows = dict(_leaves(log, first, end))
        for index, leaf in enumerate(stored, first):
            if rows.get(index) != leaf:
                what = "is missing" if index not in rows else "is not the one that was signed"
                yield Fault("row", f"{log.name}: entry {index} in the database", what)


def _leaves(log: Log, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    keys = (entry_key(log.pk, start), entry_key(log.pk, end))
    found = Entry.objects.filter(id__gte=keys[0], id__lt=keys[1]).values_list("id", "leaf")
    return ((key - entry_key(log.pk, 0), bytes(leaf)) for key, leaf in found)


def _check_rows(log: Log) -> Iterator[Fault]:
    """Do the columns say what the leaf says, and does every opening still open its seal?"""
    position, excused = 0, _erased(log) | _recovered(log)
    for row in _entries(log).order_by("id").iterator(chunk_size=2000):
        where = f"{log.name}: entry {row.pk & (1 << INDEX_BITS) - 1}"
        try:
            leaf = parse_leaf(bytes(row.leaf))
        except LedgerError as error:
            yield Fault("row", f"{where} in the database", str(error))
            continue
        if (leaf.organ, leaf.series, leaf.number, leaf.type, leaf.day) != (
            *(row.organ, row.series, row.number),
            *(row.type, row.day),
        ):
            yield Fault("row", f"{where} in the database", "its columns say something else than its leaf")
        if row.position is not None:
            if row.position <= position:
                yield Fault(
                    "row", f"{where} in the database", "its decision does not come after the one before"
                )
            position = row.position
        if row.sealed and (why := _what_is_wrong_with_opening(row)):
            yield Fault("opening", where, why)
        if leaf.seal and not row.sealed and log.frozen_at is None and row.pk not in excused:
            yield Fault("opening", where, "it is gone, although it was not erased")


def _erased(log: Log) -> set[int]:
    """The entries that others say were erased. What is erased after its log was frozen, no entry can name."""
    found = set()
    for leaf in _entries(log).filter(type=leaves.ERASED).values_list("leaf", flat=True):
        with suppress(LedgerError):  # a leaf that is none is named where its row is looked at
            if ref := parse_leaf(bytes(leaf)).ref:
                found.add(entry_key(log.pk, ref.index))
    return found


def _recovered(log: Log) -> set[int]:
    """The entries that came back from a copy, without what opens them."""
    found = set()
    for leaf in _entries(log).filter(type=leaves.RECOVERED).values_list("leaf", flat=True):
        with suppress(LedgerError, Mismatch):
            for content in growing.documents_of([bytes(leaf)]).values():
                indexes = leaves.recovered_indexes(content)
                found |= {entry_key(log.pk, index) for index in indexes if index < log.size}
    return found


def _what_is_wrong_with_opening(row: Entry) -> str:
    key = vault.key_of(row.subject)
    if key is None:
        return f"the key of {row.subject} is gone, although it was not erased"
    content = vault.unwrap(key, bytes(row.sealed), belongs_to=bytes(row.leaf))
    if content is None:
        return "it was altered, or its leaf was"
    opened, _opening = leaves.unpack(content)
    return "" if opened == parse_leaf(bytes(row.leaf)).seal else "it does not open the seal of its leaf"


def _check_documents(log: Log, directory: LogDirectory) -> Iterator[Fault]:
    named = Entry.objects.filter(id__gte=entry_key(log.pk, 0), id__lt=entry_key(log.pk, log.published_size))
    leaves_ = [bytes(leaf) for leaf in named.filter(series=leaves.OWN_SERIES).values_list("leaf", flat=True)]
    try:
        documents = growing.documents_of(leaves_)
    except Mismatch as mismatch:
        yield Fault("document", log.name, str(mismatch))
        return
    for path, content in documents.items():
        if directory.read(path) != content:
            yield Fault("document", f"{log.name}/{path}", "is missing or altered")


def rebuild(*, by: Actor) -> int:
    """Write all public files anew from the database; returns how many entries they hold.

    Refuses when the rows do not lead to the signed root: then the database is what must be mended.
    """
    access.require(by, "ledger.operate")
    return sum(_rebuild(log) for log in Log.objects.exclude(signed="").order_by("id"))


def _rebuild(log: Log) -> int:
    head, edge = growing.signed_head(log), Edge()
    leaves_: list[bytes] = []
    try:
        for first in range(0, head.size, _CHUNK):
            leaves_ = growing.leaves_between(log, first, min(head.size, first + _CHUNK))
            edge = grow(edge, leaves_).edge
    except Mismatch as mismatch:
        raise LedgerStopped(why=f"{mismatch}.") from mismatch
    if edge.root != head.root:
        raise LedgerStopped(why=f"the rows of log {log.name} do not lead to its signed root.")
    directory, edge = growing.directory_of(log), Edge()
    for first in range(0, head.size, _CHUNK):
        leaves_ = growing.leaves_between(log, first, min(head.size, first + _CHUNK))
        growth = grow(edge, leaves_)
        directory.add({**growing.documents_of(leaves_), **growth.files}, replace=True)
        edge = growth.edge
    if log.published:
        _add_published_edge(log, directory)
        directory.publish(log.published.encode())
    return head.size


def _add_published_edge(log: Log, directory: LogDirectory) -> None:
    """The unfinished tiles of the published size, which may be smaller than the signed one."""
    first = log.published_size - log.published_size % WIDTH
    files: dict[str, bytes] = {}
    edge = Edge()
    for start in range(0, log.published_size, _CHUNK):
        end = min(log.published_size, start + _CHUNK)
        growth = grow(edge, growing.leaves_between(log, start, end))
        edge, files = growth.edge, growth.files if end > first else files
    directory.add(files, replace=True)


def collect_garbage(*, by: Actor) -> int:
    """Delete unfinished tiles that full ones have outgrown; returns how many files that were."""
    access.require(by, "ledger.operate")
    return sum(
        growing.directory_of(log).remove_outgrown(log.published_size)
        for log in Log.objects.exclude(published="")
    )
