"""A person is forgotten: the key of their words and contacts is destroyed, what is masked of them stays and counts."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from shuzhi.domains.intake.models import Demand, Requester
from shuzhi.domains.intake.services import originals, photos, word_index
from shuzhi.domains.intake.services.hiding import hide_people
from shuzhi.domains.notices import services as notices
from shuzhi.spine import access, audit, personal, sealing
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput, NotFound
from shuzhi.spine.events import DemandId, RequesterErased
from shuzhi.spine.outbox import announce_all

_TITLE = 255


@transaction.atomic
def erase_requester(demand_id: int, *, because: str, by: Actor) -> list[int]:
    """Destroy what opens the words and the contact of whoever sent a demand; returns all the demands of that phone.

    No backup of the database brings them back. The demands stay with their masked words, names hidden in them too.
    The key goes last: should the machine stop before, nothing happened, and a second call finishes.
    """
    access.require(by, "intake.erase")
    if not because.strip():
        raise InvalidInput(
            field=_("Reason"), key="because", why=_("it is empty. Say who asked for it and why.")
        )
    if not Demand.objects.filter(pk=demand_id).exists():
        raise NotFound(what=_("Demand %(id)s") % {"id": demand_id})
    phone = Requester.objects.filter(demand=demand_id).values_list("phone_hash", flat=True).first() or ""
    same = Requester.objects.filter(phone_hash=phone).values_list("demand_id", flat=True) if phone else []
    demands = sorted({demand_id, *same})
    for row in Demand.objects.filter(pk__in=demands).select_for_update():
        _hide_names(row)
    addresses = _addresses(demands)
    notices.forget_person(addresses, by=by)
    originals.drop_unwrapped(demands)
    photos.destroy_photos(demands)
    Requester.objects.filter(demand__in=demands).update(phone_hash="", groups=[])
    announce_all([RequesterErased(demand_id=DemandId(one)) for one in demands], by=by)
    audit.record(by, "intake.erase", f"demand:{demand_id}", demands=len(demands), because=because[:200])
    for person in {
        originals.person_behind(demand_id, phone),
        *(originals.person_behind(one, "") for one in demands),
        *(personal.person_at(sealing.lookup_hash(one)) for one in addresses),
    }:
        originals.destroy(person)
    return demands


def _addresses(demands: Sequence[int]) -> list[str]:
    """The phones and e-mail addresses under which the person may hear of demands."""
    given = originals.contacts_in(list(Requester.objects.filter(demand__in=demands)))
    return sorted({address for _name, phone, email in given for address in (phone, email) if address})


def _hide_names(row: Demand) -> None:
    before = (row.pk, row.title, row.text, row.place)
    row.title, row.place = hide_people(row.title)[:_TITLE], hide_people(row.place)[:_TITLE]
    row.text = hide_people(row.text)
    row.save(update_fields=["title", "text", "place"])
    for added in row.supplements.all():
        added.text = hide_people(added.text)
        added.save(update_fields=["text"])
    if not row.secret:
        word_index.replace(before, (row.pk, row.title, row.text, row.place))
