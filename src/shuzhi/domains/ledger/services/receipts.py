"""Receipts: proof, opening and policy, verified before anybody gets them. No receipt, no effect."""

import logging
from collections.abc import Collection
from dataclasses import replace

from shuzhi.domains.ledger import leaves, signing, vault
from shuzhi.domains.ledger.cards import EntryCard, ReceiptFiles
from shuzhi.domains.ledger.models import INDEX_BITS, Entry, Log
from shuzhi.domains.ledger.refusals import NotYetWitnessed, OpeningGone, ReceiptBroken
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

log_ = logging.getLogger("shuzhi.ledger")


def receipt(log_name: str, index: int) -> ReceiptFiles:
    """The public part of a receipt: proof and policy. Raises NotYetWitnessed until a quorum saw the entry."""
    row, log = reading.find(log_name, index)
    return receipt_of(row, log)


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
    return replace(receipt_of(row, log), opening=format_opening(opening_of(row)) if row.sealed else None)


def _require_own(demand_id: int, tracked: Collection[int], by: Actor) -> None:
    if demand_id not in tracked and not access.allows_somewhere(by, "ledger.read"):
        raise NotFound(what=str(demand_id))


def receipt_of(row: Entry, log: Log) -> ReceiptFiles:
    """The receipt of an entry, verified. Raises NotYetWitnessed, or ReceiptBroken when it does not hold."""
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
        log_.critical("the receipt of entry %s of %s does not hold: %s", index, log.origin, error)
        raise ReceiptBroken() from error
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
