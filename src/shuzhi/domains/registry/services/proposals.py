"""What rulings teach the dispatch catalogue: proposals that a steward takes over or declines."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from shuzhi.domains.registry.cards import DispatchTarget, ProposalCard
from shuzhi.domains.registry.models import CatalogueProposal
from shuzhi.domains.registry.refusals import NoOpenProposal
from shuzhi.domains.registry.services.areas import areas
from shuzhi.domains.registry.services.dispatching import change_catalogue, dispatch_targets
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput, NotFound
from shuzhi.spine.events import CatalogueChangeProposed
from shuzhi.spine.outbox import Announced

ACCEPTED, DECLINED = "accepted", "declined"


def keep_proposals(batch: Sequence[Announced]) -> None:
    """Keep what rulings propose, where the catalogue names another unit today. Hearing a batch again adds nothing."""
    top = next((card.code for card in areas() if not card.parent), "")
    for heard in batch:
        event = heard.event
        if not isinstance(event, CatalogueChangeProposed) or not event.category:
            continue
        area = event.area or top
        if _present(event.category, area) != event.unit:
            CatalogueProposal.objects.get_or_create(
                position=heard.position,
                defaults={
                    "category": event.category,
                    "area": area,
                    "unit": event.unit,
                    "order": event.number,
                    "proposed_at": heard.at,
                },
            )


def open_proposals(*, by: Actor) -> list[ProposalCard]:
    """What waits for the steward's decision, the oldest first; only in the areas that the steward keeps.

    Left out: what the catalogue has come to say in another way.
    """
    access.require_somewhere(by, "registry.edit")
    rows = CatalogueProposal.objects.filter(decision="").order_by("proposed_at", "id")
    cards = [_card(row) for row in rows if access.allows(by, "registry.edit", area=row.area)]
    return [card for card in cards if card.present != card.unit]


@transaction.atomic
def accept_proposal(proposal_id: int, *, because: str = "", by: Actor) -> DispatchTarget:
    """Take a ruling over into the catalogue, from today on."""
    row = _load(proposal_id, by)
    basis = because.strip() or _("Ruling on work order %(number)s") % {"number": row.order}
    target = change_catalogue(row.category, area=row.area, unit=row.unit, because=basis, by=by)
    _decide(row, ACCEPTED, basis, by)
    return target


@transaction.atomic
def decline_proposal(proposal_id: int, *, because: str, by: Actor) -> None:
    """Leave the catalogue as it is: the ruling binds its own order and teaches nothing more."""
    row = _load(proposal_id, by)
    if not because.strip():
        raise InvalidInput(field="because", why=_("say why the catalogue stays as it is"))
    _decide(row, DECLINED, because.strip(), by)


def _load(proposal_id: int, by: Actor) -> CatalogueProposal:
    access.require_somewhere(by, "registry.edit")
    row = CatalogueProposal.objects.select_for_update().filter(pk=proposal_id, decision="").first()
    if row is None or not access.allows(by, "registry.edit", area=row.area):
        raise NoOpenProposal(id=proposal_id)
    return row


def _decide(row: CatalogueProposal, decision: str, because: str, by: Actor) -> None:
    row.decision, row.because = decision, because[:500]
    row.decided_by, row.decided_at = by.reference, clock.now()
    row.save()
    audit.record(by, "registry.decide_proposal", f"proposal:{row.pk}", decision=decision, unit=row.unit)


def _present(category: str, area: str) -> str:
    """The unit that the catalogue names today, "" when it names none or the area is gone."""
    try:
        targets = dispatch_targets(category, area=area, on=clock.today())
    except NotFound:
        return ""
    return targets[0].unit if targets else ""


def _card(row: CatalogueProposal) -> ProposalCard:
    return ProposalCard(
        id=row.pk,
        category=row.category,
        area=row.area,
        unit=row.unit,
        present=_present(row.category, row.area),
        order=row.order,
        proposed_at=row.proposed_at,
    )
