"""Entries become tiles, and a checkpoint is signed: the steps after which bytes may leave.

Everything written is a pure function of the database. What is on the disk is read again before it is signed.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from shuzhi.domains.ledger import places, signing
from shuzhi.domains.ledger.models import Document, Entry, Log, entry_key
from shuzhi.domains.ledger.services.stopping import Mismatch
from shuzhi.engines.ledger import (
    EMPTY_ROOT,
    Checkpoint,
    Edge,
    Hashes,
    LedgerError,
    check_log_signature,
    document_path,
    grow,
    parse_checkpoint,
    parse_leaf,
    parse_policy,
    prove_consistency,
    read_edge,
    sign_checkpoint,
    verify_consistency,
)
from shuzhi.programs.tiles import LogDirectory, TileConflict
from shuzhi.spine import clock

MOST_AT_ONCE = 16_384  # entries under one checkpoint, so that a long backlog still is witnessed on the way


def directory_of(log: Log) -> LogDirectory:
    return LogDirectory(places.public(log.name))


def leaves_between(log: Log, start: int, end: int) -> list[bytes]:
    """The leaves with these indexes, as the database has them; raises Mismatch when one is missing."""
    keys = (entry_key(log.pk, start), entry_key(log.pk, end))
    rows = Entry.objects.filter(id__gte=keys[0], id__lt=keys[1]).order_by("id")
    found = [bytes(leaf) for leaf in rows.values_list("leaf", flat=True)]
    if len(found) != end - start:
        missing = min(set(range(*keys)) - set(rows.values_list("id", flat=True)))
        raise Mismatch(f"entry {missing - entry_key(log.pk, 0)} is missing from the database")
    return found


def signed_head(log: Log) -> Checkpoint:
    return (
        parse_checkpoint(log.signed.encode()).checkpoint
        if log.signed
        else Checkpoint(log.origin, 0, EMPTY_ROOT)
    )


def grow_and_sign(log: Log, directory: LogDirectory) -> bool:
    """Write the tiles of entries that no checkpoint covers and sign one; False when somebody else was faster.

    Raises Mismatch when anything differs from what was signed before: then nothing is signed.
    """
    target = min(log.size, log.signed_size + MOST_AT_ONCE)
    try:
        edge = _write_entries(log, directory, _trusted_edge(log, directory), target)
        _check_what_was_written(log, directory, edge)
    except (LedgerError, TileConflict) as error:
        raise Mismatch(str(error)) from error
    return _sign(log, Checkpoint(log.origin, edge.size, edge.root))


def _trusted_edge(log: Log, directory: LogDirectory) -> Edge:
    """The edge on the disk, which must be that of the last signed checkpoint."""
    edge = read_edge(directory.read, log.signed_size)
    if edge.root != signed_head(log).root:
        raise Mismatch(f"the tiles on the disk do not lead to the signed root of {log.signed_size} entries")
    return edge


def _write_entries(log: Log, directory: LogDirectory, edge: Edge, end: int) -> Edge:
    """All files of one checkpoint are written together, so that the disk is waited for once."""
    leaves = leaves_between(log, edge.size, end)
    growth = grow(edge, leaves)
    directory.add({**documents_of(leaves), **growth.files})
    return growth.edge


def documents_of(leaves: list[bytes]) -> dict[str, bytes]:
    """The public documents that these leaves name, by their paths."""
    digests = [pub.hex() for leaf in leaves if b"\npub -\n" not in leaf and (pub := parse_leaf(leaf).pub)]
    if not digests:
        return {}
    found = dict(Document.objects.filter(digest__in=digests).values_list("digest", "content"))
    if missing := set(digests) - found.keys():
        raise Mismatch(f"the public document {min(missing)} is missing from the database")
    return {document_path(digest): bytes(content) for digest, content in found.items()}


def _check_what_was_written(log: Log, directory: LogDirectory, edge: Edge) -> None:
    """Read the edge again, recompute the root, and prove that the signed tree is the beginning of this one."""
    again, old = read_edge(directory.read, edge.size), signed_head(log)
    if again.root != edge.root or again.bundle != edge.bundle:
        raise Mismatch(f"the tiles of {edge.size} entries read differently from what was written")
    proof = prove_consistency(Hashes(directory.read, edge.size), old.size)
    verify_consistency(old.size, edge.size, old.root, again.root, proof)


def _sign(log: Log, head: Checkpoint) -> bool:
    """Sign and swap the checkpoint in the log's row; only when it is on the disk may the signature leave."""
    policy = parse_policy(log.policy.encode())
    signers = signing.signers_for(log.origin, policy)
    if not signers:
        raise Mismatch("no private key belongs to the policy's log lines")
    made = sign_checkpoint(head, *signers, at=int(clock.now().timestamp()))
    try:
        check_log_signature(made, policy, signing.checks())
    except LedgerError as error:  # a module may fail, and a wrong signature may tell of its key
        raise Mismatch(f"our own signature does not verify: {error}") from error
    signed = bytes(made).decode()
    with _surviving_power_loss():
        swapped = Log.objects.filter(
            pk=log.pk, signed_size=log.signed_size, signed=log.signed, stopped=""
        ).update(signed_size=head.size, signed=signed)
    if swapped:
        log.signed_size, log.signed = head.size, signed
    return bool(swapped)


@contextmanager
def _surviving_power_loss() -> Iterator[None]:
    """SQLite syncs its log only now and then; this commit, and with it all earlier ones, must be on the disk.

    Inside a transaction SQLite would refuse the change, and the promise could not be kept anyway.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = FULL")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = NORMAL")
