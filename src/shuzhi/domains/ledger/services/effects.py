"""No receipt, no effect: which decisions witnesses have seen, asked before a letter or a page binds anybody."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import islice

from shuzhi.domains.ledger import leaves, signing
from shuzhi.domains.ledger.cards import DecisionRef, EntryCard, ReceiptFiles
from shuzhi.domains.ledger.models import INDEX_BITS, Entry, Log, entry_key
from shuzhi.domains.ledger.refusals import NotYetWitnessed
from shuzhi.domains.ledger.services import growing, reading, receipts
from shuzhi.engines.ledger import (
    Checkpoint,
    Hashes,
    LedgerError,
    check_policy,
    leaf_hash,
    parse_checkpoint,
    parse_policy,
    prove_inclusion,
    verify_inclusion,
)
from shuzhi.spine import outbox
from shuzhi.spine.errors import Refused
from shuzhi.spine.events import Decision, EntitlementDecided

log_ = logging.getLogger("shuzhi.ledger")
_SUBJECTS = 500  # that one query asks for


def ref_of_step(demand_id: int, step: int, action: str) -> DecisionRef:
    """Step number `step` of the work order of a demand."""
    subject = leaves.subject_of_demand(demand_id)
    return DecisionRef(subject, leaves.ORDER, leaves.type_of_action(action), step)


def ref_of_award(award_id: int, number: int) -> DecisionRef:
    """The decision with this number about an entitlement."""
    return ref_of_decision(EntitlementDecided, award_id, number=number)


def ref_of_decision(event: type[Decision], thing: int | str, *, number: int = 1) -> DecisionRef:
    """The decision of this kind with this number about the thing that the event's first id, or its book, names."""
    subject, type_ = leaves.subject_and_type(event, thing)
    return DecisionRef(subject, type_, type_, number)


def require_effect(wanted: DecisionRef) -> ReceiptFiles:
    """The verified receipt of a decision: call it before a letter is printed.

    Raises NotYetWitnessed as long as there is none, ReceiptBroken when what is stored does not verify.
    """
    row = _rows([wanted]).get(wanted)
    if row is None:
        raise NotYetWitnessed()
    return receipts.receipt_of(row, Log.objects.get(pk=row.pk >> INDEX_BITS))


def why_not_in_effect(wanted: DecisionRef) -> str:
    """For the page, in a sentence, why a decision is not shown as in force."""
    try:
        require_effect(wanted)
    except Refused as refusal:
        return refusal.sentence
    return NotYetWitnessed().sentence  # it came in this very moment: the next look shows it


def in_effect(wanted: Iterable[DecisionRef]) -> dict[DecisionRef, EntryCard]:
    """Those of the decisions whose receipts verify right now. The signatures of a log are checked once for all."""
    by_log: dict[int, list[tuple[DecisionRef, Entry]]] = defaultdict(list)
    for ref, row in _rows(wanted).items():
        by_log[row.pk >> INDEX_BITS].append((ref, row))
    logs = Log.objects.in_bulk(by_log)
    return {ref: card for number, rows in by_log.items() for ref, card in _verified(logs[number], rows)}


def seen_by_witnesses(wanted: Iterable[DecisionRef]) -> set[DecisionRef]:
    """Those of the decisions that a published checkpoint covers: for counts, which verify nothing."""
    sizes = dict(Log.objects.values_list("pk", "published_size"))
    return {ref for ref, row in _rows(wanted).items() if _index(row) < sizes[row.pk >> INDEX_BITS]}


def _rows(wanted: Iterable[DecisionRef]) -> dict[DecisionRef, Entry]:
    """The entry of each decision, as far as there is one yet."""
    asked: dict[str, list[DecisionRef]] = defaultdict(list)
    for ref in wanted:
        asked[ref.subject].append(ref)
    told: dict[str, list[Entry]] = defaultdict(list)
    subjects = list(asked)
    for start in range(0, len(subjects), _SUBJECTS):
        part = subjects[start : start + _SUBJECTS]
        for row in Entry.objects.filter(subject__in=part).defer("sealed").order_by("id"):
            told[row.subject].append(row)
    return {ref: row for subject, rows in told.items() for ref, row in _picked(asked[subject], rows)}


def _picked(refs: list[DecisionRef], rows: list[Entry]) -> Iterator[tuple[DecisionRef, Entry]]:
    """The entry of each decision among all entries about one subject, oldest first."""
    for ref in refs:
        alike = [row for row in rows if row.type.startswith(ref.family)]
        if ref.number <= len(alike) and alike[ref.number - 1].type == ref.type:
            yield ref, alike[ref.number - 1]


def _verified(log: Log, rows: list[tuple[DecisionRef, Entry]]) -> Iterator[tuple[DecisionRef, EntryCard]]:
    seen = [(ref, row) for ref, row in rows if _index(row) < log.published_size]
    if not seen:
        return
    try:
        head = _head(log.published, log.published_policy)
    except LedgerError as error:
        log_.critical("the published checkpoint of %s does not hold: %s", log.origin, error)
        return
    hashes = Hashes(growing.directory_of(log).read, log.published_size)
    for ref, row in seen:
        try:
            _check_place(hashes, row, head)
        except LedgerError as error:
            log_.critical("the receipt of entry %s of %s does not hold: %s", _index(row), log.origin, error)
        else:
            yield ref, reading.card(row, log)


@lru_cache(maxsize=8)
def _head(published: str, policy: str) -> Checkpoint:
    """What a quorum signed; checked once for the same bytes. Raises LedgerError."""
    signed = parse_checkpoint(published.encode())
    check_policy(signed, parse_policy(policy.encode()), signing.checks())
    return signed.checkpoint


def _check_place(hashes: Hashes, row: Entry, head: Checkpoint) -> None:
    proof = prove_inclusion(hashes, _index(row))
    verify_inclusion(leaf_hash(bytes(row.leaf)), _index(row), head.size, proof, head.root)


def _index(row: Entry) -> int:
    return row.pk & (1 << INDEX_BITS) - 1


def unwitnessed_demands(demand_ids: Collection[int]) -> set[int]:
    """Those demands about which something was decided that witnesses have not seen yet: for lists, which verify nothing."""
    wanted = set(demand_ids)
    unsealed = list(_unsealed())
    if len(unsealed) == outbox.BATCH:
        return wanted  # sealing is far behind: who knows what the rest is about
    found = wanted & {getattr(told.event, "demand_id", None) for told in unsealed}
    subjects = {leaves.subject_of_demand(one): one for one in wanted}
    for log in _behind():
        rows = Entry.objects.filter(subject__in=subjects, id__gte=entry_key(log.pk, log.published_size))
        found |= {subjects[one] for one in rows.values_list("subject", flat=True)}
    return found


def witnessed_position() -> int:
    """The last position of the story up to which witnesses saw every decision: news of decisions travels no further."""
    # In this order: what is sealed or announced while this looks is found by the next look, never passed over.
    last = outbox.last_position()
    waiting = [told.position for told in islice(_unsealed(), 1)]
    for log in _behind():
        rows = Entry.objects.filter(id__gte=entry_key(log.pk, log.published_size), position__isnull=False)
        waiting += [row.position or 0 for row in rows.order_by("id")[:1]]
    return min([last, *(position - 1 for position in waiting)])


def _behind() -> list[Log]:
    return [log for log in Log.objects.order_by("id") if log.published_size < log.size]


def _unsealed() -> Iterator[outbox.Announced]:
    """Numbered decisions that have no entry yet: seldom more than those of the last second."""
    newest = Entry.objects.filter(position__isnull=False).order_by("-position")
    sealed = newest.values_list("position", flat=True).first() or 0
    return outbox.story(after=sealed, names=leaves.DECISIONS)
