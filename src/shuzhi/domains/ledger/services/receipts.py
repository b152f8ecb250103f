"""Receipts: proof, opening and policy, verified before anybody gets them. No receipt, no effect."""

from collections.abc import Collection
from dataclasses import replace

from shuzhi.domains.ledger import leaves, signing, vault
from shuzhi.domains.ledger.cards import EntryCard, ReceiptFiles
from shuzhi.domains.ledger.models import INDEX_BITS, Entry, Log
from shuzhi.domains.ledger.refusals import LedgerStopped, NotYetWitnessed, OpeningGone
from shuzhi.domains.ledger.services import growing, reading
from shuzhi.engines.ledger import (
    Hashes,
    LedgerError,
    Opening,
    Receipt,
    check_opening,
    format_opening,
    parse_checkpoint,
    parse_leaf,
    parse_policy,
    prove_inclusion,
    verify_receipt,
)
from shuzhi.spine import access, audit
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import NotFound


def receipt(log_name: str, index: int) -> ReceiptFiles:
    """The public part of a receipt: proof and policy. Raises NotYetWitnessed until a quorum saw the entry."""
    row, log = reading.find(log_name, index)
    return _receipt(row, log)


def receipts_of_demand(demand_id: int, *, tracked: Collection[int], by: Actor) -> list[EntryCard]:
    """Every entry about a demand, oldest first, for who knows both its codes or may read chains."""
    _require_own(demand_id, tracked, by)
    return reading.cards(reading.of_subject(leaves.subject_of_demand(demand_id)))


def receipt_with_opening(
    demand_id: int, log_name: str, index: int, *, tracked: Collection[int], by: Actor
) -> ReceiptFiles:
    """A receipt with what opens its personal part."""
    _require_own(demand_id, tracked, by)
    row, log = reading.find(log_name, index)
    if row.subject != leaves.subject_of_demand(demand_id):
        raise NotFound(what=f"{log_name}-{index}")
    audit.record(by, "ledger.open", f"entry:{log_name}-{index}")
    return replace(_receipt(row, log), opening=format_opening(opening_of(row)) if row.sealed else None)


def _require_own(demand_id: int, tracked: Collection[int], by: Actor) -> None:
    if demand_id not in tracked and not access.allows_somewhere(by, "ledger.read"):
        raise NotFound(what=str(demand_id))


def _receipt(row: Entry, log: Log) -> ReceiptFiles:
    index = row.pk & (1 << INDEX_BITS) - 1
    if index >= log.published_size:
        raise NotYetWitnessed()
    signed = parse_checkpoint(log.published.encode())
    leaf = bytes(row.leaf)
    read = growing.directory_of(log).read
    try:
        proof = prove_inclusion(Hashes(read, signed.checkpoint.size), index)
        made = Receipt(index, tuple(proof), signed, extra=leaf)
        verify_receipt(made, leaf, parse_policy(log.published_policy.encode()), signing.checks())
    except LedgerError as error:
        raise LedgerStopped(why=f"{error}.") from error
    return ReceiptFiles(reading.card(row, log), bytes(made), log.published_policy.encode())


def opening_of(row: Entry) -> Opening:
    """What opens an entry's seal, checked against it. Raises OpeningGone when it was erased or altered."""
    key = vault.key_of(row.subject) if row.sealed else None
    leaf = bytes(row.leaf)
    content = vault.unwrap(key, bytes(row.sealed), belongs_to=leaf) if key else None
    sealed = parse_leaf(leaf).seal
    if content is None or sealed is None:
        raise OpeningGone()
    _seal, opening = leaves.unpack(content)
    check_opening(opening, sealed)
    return replace(opening, leaf=leaf)


def require_effect(position: int) -> ReceiptFiles:
    """The verified receipt of the decision at a position of the story: call it before a letter or a page binds anybody.

    No receipt, no effect: raises NotYetWitnessed as long as there is none.
    """
    row = Entry.objects.filter(position=position).first()
    if row is None:
        raise NotYetWitnessed()
    return _receipt(row, Log.objects.get(pk=row.pk >> INDEX_BITS))


def latest_effect(demand_id: int) -> ReceiptFiles:
    """The verified receipt of the newest decision about a demand; raises NotYetWitnessed."""
    row = Entry.objects.filter(subject=leaves.subject_of_demand(demand_id)).order_by("-id").first()
    if row is None:
        raise NotYetWitnessed()
    return _receipt(row, Log.objects.get(pk=row.pk >> INDEX_BITS))
