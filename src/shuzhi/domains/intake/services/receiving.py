"""A demand is received: checked, masked, read, placed, saved and announced, all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from shuzhi.domains.intake import codes
from shuzhi.domains.intake.cards import DemandDraft, Receipt
from shuzhi.domains.intake.kinds import PUBLIC_CHANNELS
from shuzhi.domains.intake.models import Demand, DemandWords, Requester
from shuzhi.domains.intake.services import originals, word_index
from shuzhi.domains.intake.services.drafts import REPORTS_WITHIN_SECONDS, check_draft, wrong
from shuzhi.domains.intake.services.photos import claim_draft_photos
from shuzhi.domains.intake.services.reading import Reading, read_drafts
from shuzhi.domains.intake.services.similar import cell_of
from shuzhi.spine import access, limits, sealing
from shuzhi.spine.actors import Actor, ActorKind
from shuzhi.spine.events import DemandId, DemandReceived
from shuzhi.spine.outbox import announce_all
from shuzhi.spine.rows import insert_rows

_ATTEMPTS = 3


def receive_demand(draft: DemandDraft, *, address: str = "", by: Actor) -> Receipt:
    """Receive a demand; its requester goes home with both codes.

    The same idempotency key, or the same source and source key, gives the first receipt again and adds nothing.
    address: where a request of the public came from; so many in ten minutes as the setting allows.
    Raises InvalidInput naming the field and how to mend it, TooManyTries beyond the limit.
    """
    if address and by.kind in (ActorKind.ANONYMOUS, ActorKind.CITIZEN):
        limits.count(
            f"report:{address}",
            at_most=settings.SHUZHI_REPORTS_PER_ADDRESS,
            per_seconds=REPORTS_WITHIN_SECONDS,
        )
    return receive_many([draft], by=by)[0]


def receive_many(drafts: Sequence[DemandDraft], *, by: Actor) -> list[Receipt]:
    """Receive demands together, all or none, with the same guarantees as one by one; receipts in the order of drafts.

    Some thousand at a time: what belongs to a demand is written in bulk.
    """
    checked = [_checked(draft, by) for draft in drafts]
    for attempt in range(_ATTEMPTS):
        known = _received_before(checked)
        fresh = list(
            {
                _key(draft, at): draft for at, draft in enumerate(checked) if _key(draft, at) not in known
            }.items()
        )
        readings = read_drafts([draft for _key_, draft in fresh])
        try:
            with transaction.atomic():
                receipts = save_demands([draft for _key_, draft in fresh], readings, by=by)
        except IntegrityError:
            # A demand came in twice at once, or a random code was taken: looking again mends both.
            if attempt == _ATTEMPTS - 1:
                raise
            continue
        known |= {key: receipt for (key, _draft), receipt in zip(fresh, receipts, strict=True)}
        return [known[_key(draft, at)] for at, draft in enumerate(checked)]
    raise RuntimeError("unreachable: the last attempt returns or raises")


def save_demands(
    drafts: Sequence[DemandDraft],
    readings: Sequence[Reading],
    *,
    by: Actor,
    repeats: Mapping[int, int] | None = None,
    keep_query_codes: bool = True,
) -> list[Receipt]:
    """Write checked drafts and tell of them, inside the caller's transaction.

    repeats: {place of a draft in the list: place of the one whose matter it repeats}.
    keep_query_codes: seal them too, so that a repeated delivery can be answered with the same receipt.
    """
    repeats = repeats or {}
    public_codes = _free_codes(len(drafts))
    query_codes = [codes.new_query_code() for _draft in drafts]
    rows = [
        _row(draft, reading, public, query)
        for draft, reading, public, query in zip(drafts, readings, public_codes, query_codes, strict=True)
    ]
    newest = Demand.objects.aggregate(id=Max("id"))["id"] or 0
    insert_rows(Demand, _DEMAND, [row for at, row in enumerate(rows) if at not in repeats])
    ids = _ids_behind(newest)
    first_of = {at: ids[public_codes[first]] for at, first in repeats.items()}
    insert_rows(Demand, _DEMAND, [[*rows[at][:-1], first] for at, first in first_of.items()])
    ids = _ids_behind(newest) if repeats else ids
    receipts = [
        Receipt(ids[code], code, query) for code, query in zip(public_codes, query_codes, strict=True)
    ]
    _save_sealed(receipts, drafts, readings, keep_query_codes)
    word_index.add(
        (receipt.demand_id, reading.masked_title, reading.masked_text, reading.masked_place)
        for receipt, draft, reading in zip(receipts, drafts, readings, strict=True)
        if not draft.secret
    )
    claim_draft_photos(
        {receipt.demand_id: draft.idempotency_key for receipt, draft in zip(receipts, drafts, strict=True)}
    )
    announce_all(
        (
            _received(receipt.demand_id, draft, reading, first_of.get(at, draft.same_as))
            for at, (receipt, draft, reading) in enumerate(zip(receipts, drafts, readings, strict=True))
        ),
        by=by,
    )
    return receipts


def _checked(draft: DemandDraft, by: Actor) -> DemandDraft:
    """The draft, checked. Other systems write under their own name, so that none can claim or probe others' numbers."""
    access.require_somewhere(by, "intake.report" if draft.channel in PUBLIC_CHANNELS else "intake.receive")
    if by.kind is ActorKind.APPLICATION:
        draft = replace(draft, source=by.reference)
    if draft.source_key:
        own = draft.source if by.kind is ActorKind.SYSTEM and draft.source else by.reference
        draft = replace(draft, source=own, idempotency_key="")
    checked = check_draft(draft)
    return replace(checked, same_as=_first_of(checked.same_as)) if checked.same_as is not None else checked


def _first_of(demand_id: int) -> int:
    row = Demand.objects.filter(pk=demand_id, secret=False).only("id", "same_as_id").first()
    if row is None:
        raise wrong(
            "same_as", _("there is no such demand. Choose one from the list, or send yours on its own.")
        )
    return row.same_as_id or row.pk


def _key(draft: DemandDraft, at: int) -> tuple[str, str]:
    """What makes a repeated delivery the same demand: its number at the source, else its idempotency key."""
    if draft.source_key:
        return draft.source, draft.source_key
    return "", sealing.lookup_hash(draft.idempotency_key) or str(at)


def _received_before(drafts: Sequence[DemandDraft]) -> dict[tuple[str, str], Receipt]:
    keys = {_key(draft, at) for at, draft in enumerate(drafts) if draft.idempotency_key or draft.source_key}
    same = Q(idempotency_key__in=[key for source, key in keys if not source])
    for source in {source for source, _each in keys if source}:
        same |= Q(source=source, source_key__in=[key for name, key in keys if name == source]) & ~Q(
            source_key=""
        )
    rows = Demand.objects.select_related("words").filter(same) if keys else Demand.objects.none()
    found: dict[tuple[str, str], Receipt] = {}
    for row in rows:
        receipt = Receipt(row.pk, row.public_code, sealing.unseal(row.words.query_code))
        if row.idempotency_key:
            found["", row.idempotency_key] = receipt
        if row.source_key:
            found[row.source, row.source_key] = receipt
    return found


def _free_codes(count: int) -> list[str]:
    """New public codes that no demand has. Among a million, one in fifty thousand draws is taken already."""
    found: dict[str, None] = {}
    while len(found) < count:
        drawn = {codes.new_public_code() for _each in range(count - len(found))} - found.keys()
        taken = set(Demand.objects.filter(public_code__in=drawn).values_list("public_code", flat=True))
        found |= dict.fromkeys(drawn - taken)
    return list(found)


def _ids_behind(newest: int) -> dict[str, int]:
    """The ids of what was written since, by public code; asking for thousands of codes by name takes far longer."""
    rows = Demand.objects.filter(id__gt=newest).order_by("id")
    return dict(rows.values_list("public_code", "id"))


_DEMAND = [
    "public_code",
    "query_code_hash",
    "channel",
    "source_level",
    "kind",
    "category",
    "area",
    "place",
    "lat",
    "lng",
    "cell",
    "title",
    "text",
    "urgency",
    "flags",
    "tags",
    "enterprise",
    "anonymous",
    "secret",
    "received_at",
    "fingerprint",
    "source",
    "source_key",
    "idempotency_key",
    "language",
    "synthetic",
    "status",
    "outcome",
    "unit",
    "due_at",
    "same_as",
]


def _row(draft: DemandDraft, reading: Reading, public_code: str, query_code: str) -> list[object]:
    """The values of `_DEMAND`; the last one is the demand that it repeats."""
    return [
        public_code,
        codes.hash_new_query_code(public_code, query_code),
        draft.channel,
        draft.source_level,
        reading.kind,
        reading.category,
        reading.area,
        reading.masked_place,
        draft.lat,
        draft.lng,
        cell_of(draft.lat, draft.lng),
        reading.masked_title,
        reading.masked_text,
        reading.urgency,
        list(reading.flags),
        list(draft.tags),
        draft.enterprise,
        draft.anonymous,
        draft.secret,
        draft.received_at,
        reading.fingerprint,
        draft.source,
        draft.source_key,
        sealing.lookup_hash(draft.idempotency_key) or None,
        draft.language,
        draft.synthetic,
        "registered",
        "",
        "",
        None,
        draft.same_as,
    ]


def _save_sealed(
    receipts: Sequence[Receipt],
    drafts: Sequence[DemandDraft],
    readings: Sequence[Reading],
    keep_query_codes: bool,
) -> None:
    words, contacts = [], []
    closed = originals.close_each(
        (receipt.demand_id, reading.contact.phone_hash if reading.contact else "", _personal(reading))
        for receipt, reading in zip(receipts, readings, strict=True)
    )
    for receipt, draft, reading, (own_words, *given) in zip(receipts, drafts, readings, closed, strict=True):
        query_code = sealing.seal(receipt.query_code) if keep_query_codes else ""
        words.append((receipt.demand_id, own_words, query_code, reading.kept))
        if contact := reading.contact:
            contacts.append((receipt.demand_id, *given, contact.phone_hash, list(draft.groups)))
    insert_rows(DemandWords, ("demand", "title_and_text", "query_code", "reading"), words)
    insert_rows(Requester, ("demand", "name", "phone", "email", "phone_hash", "groups"), contacts)


def _personal(reading: Reading) -> tuple[str, ...]:
    contact = reading.contact
    return (reading.sealed_words, *((contact.name, contact.phone, contact.email) if contact else ()))


def _received(demand_id: int, draft: DemandDraft, reading: Reading, first: int | None) -> DemandReceived:
    if draft.received_at is None:
        raise RuntimeError("only checked drafts are saved")
    return DemandReceived(
        demand_id=DemandId(demand_id),
        channel=draft.channel,
        kind=reading.kind,
        category=reading.category,
        area=reading.area,
        urgency=reading.urgency,
        flags=reading.flags,
        same_as=None if first is None else DemandId(first),
        received_at=draft.received_at,
        anonymous=draft.anonymous,
        reachable=bool(draft.phone or draft.email) and not draft.anonymous,
    )
