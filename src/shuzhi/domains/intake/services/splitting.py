"""One message, several matters: a person decides which of them become demands of their own."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from shuzhi.domains.intake import codes
from shuzhi.domains.intake.cards import DemandDraft, PartCard, Receipt
from shuzhi.domains.intake.models import Demand, DemandWords, Requester
from shuzhi.domains.intake.services import originals
from shuzhi.domains.intake.services.drafts import wrong
from shuzhi.domains.intake.services.receiving import receive_demand
from shuzhi.domains.intake.services.viewing import may_see_contact, visible_row
from shuzhi.domains.intake.services.vocabulary import vocabulary
from shuzhi.spine import access, sealing
from shuzhi.spine.actors import Actor
from shuzhi.spine.events import DemandId, DemandSplit
from shuzhi.spine.outbox import announce

_MATTER = 4
"""Digits of a category code that two parts must differ in to be two matters: the second level."""


def parts_of(demand_id: int, *, by: Actor) -> list[PartCard]:
    """The points of a demand, when they are about different matters; none when it is one matter.

    Seen by those who may see the whole words, since nobody else could judge them.
    """
    row = visible_row(demand_id, by=by)
    if not may_see_contact(row, by):
        return []
    reader = vocabulary().reader
    asks = reader.read(_words(row)).asks
    parts = [
        PartCard(words, found.categories[0].value if found.categories else "")
        for words, found in zip(asks, reader.read_many(asks), strict=True)
    ]
    matters = {one.category[:_MATTER] for one in parts if one.category}
    return parts if len(matters) > 1 else []


@transaction.atomic
def split_demand(demand_id: int, *, parts: Sequence[str], by: Actor) -> list[Receipt]:
    """Make demands of their own of some points of a demand; the same points again give the same demands.

    Each has the requester, place and moment of the first one, and opens with its query code. The first one stays.
    parts: words that stand in the demand.   Raises InvalidInput for words that do not, or for none.
    """
    row = visible_row(demand_id, by=by)
    access.require(by, "casework.triage", unit=row.unit, area=row.area)
    whole = _words(row)
    chosen = list(dict.fromkeys(part.strip() for part in parts))
    if not chosen:
        raise wrong("text", _("choose at least one point."))
    if any(not part or part not in whole for part in chosen):
        raise wrong("text", _("choose among the points of this demand."))
    receipts = [receive_demand(_draft(row, part), by=by) for part in chosen]
    made = [receipt.demand_id for receipt in receipts]
    Demand.objects.filter(pk__in=made).update(split_from=row)
    _share_query_code(row, receipts)
    announce(DemandSplit(demand_id=DemandId(row.pk), into=tuple(DemandId(one) for one in made)), by=by)
    return receipts


def _words(row: Demand) -> str:
    title, text = originals.words_of(row) or (row.title, row.text)
    return text if text.startswith(title) else f"{title}\n{text}"


def _draft(row: Demand, words: str) -> DemandDraft:
    given = Requester.objects.filter(demand=row).first() or Requester(demand=row)
    name, phone, email = originals.contacts_in([given])[0]
    return DemandDraft(
        channel=row.channel,
        text=words,
        area=row.area,
        place=row.place,
        lat=row.lat,
        lng=row.lng,
        name=name,
        phone=phone,
        email=email,
        groups=tuple(given.groups),
        anonymous=row.anonymous,
        secret=row.secret,
        idempotency_key=f"split/{row.pk}/{sealing.lookup_hash(words)}",
        received_at=row.received_at,
        language=row.language,
        source_level=row.source_level,
        synthetic=row.synthetic,
    )


def _share_query_code(row: Demand, receipts: Sequence[Receipt]) -> None:
    """The requester holds one query code: it opens every part. Imported demands have none that anybody knows."""
    query_code = sealing.unseal(row.words.query_code)
    if not query_code:
        return
    for receipt in receipts:
        Demand.objects.filter(pk=receipt.demand_id).update(
            query_code_hash=codes.hash_query_code(receipt.public_code, query_code)
        )
        DemandWords.objects.filter(pk=receipt.demand_id).update(query_code=row.words.query_code)
