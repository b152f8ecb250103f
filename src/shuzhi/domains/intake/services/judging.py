"""A person accepts or overrides what the machine suggested; later words are added."""

from collections.abc import Collection
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from shuzhi.domains.intake.cards import SuggestionCard, SupplementCard
from shuzhi.domains.intake.kinds import KINDS
from shuzhi.domains.intake.models import Demand, JudgedSuggestion, Supplement
from shuzhi.domains.intake.services import originals
from shuzhi.domains.intake.services.drafts import LABELS, MOST_CHARACTERS, clean_words, wrong
from shuzhi.domains.intake.services.reading import mask
from shuzhi.domains.intake.services.viewing import demand_card, is_requester, visible_row
from shuzhi.domains.intake.services.vocabulary import vocabulary
from shuzhi.engines.text import Urgency
from shuzhi.spine import access, clock, sealing
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput
from shuzhi.spine.events import DemandId, DemandSupplemented, SuggestionJudged
from shuzhi.spine.outbox import announce

MOST_SUPPLEMENTS = 50
_JUDGED = ("kind", "category", "area", "urgency", "place")


@transaction.atomic
def judge_suggestion(demand_id: int, *, field: str, chosen: str, by: Actor) -> SuggestionCard:
    """Keep what a person chose for kind, category, area, urgency or place, beside what was suggested.

    The demand takes the chosen value (a chosen place gives its area). Judging again replaces the earlier choice.
    """
    row = visible_row(demand_id, by=by)
    access.require(by, "casework.triage", unit=row.unit, area=row.area)
    _check_choice(field, chosen)
    suggested = _suggested(row, field)
    accepted = chosen == suggested.value
    ppm = round(suggested.confidence * 1_000_000)
    JudgedSuggestion.objects.update_or_create(
        demand=row,
        field=field,
        defaults={
            "suggested": suggested.value,
            "confidence_ppm": ppm,
            "version": suggested.version,
            "chosen": chosen,
            "accepted": accepted,
            "judged_by": by.reference,
            "judged_at": clock.now(),
        },
    )
    _take(row, field, chosen)
    announce(
        SuggestionJudged(
            demand_id=DemandId(row.pk),
            field=field,
            suggested=suggested.value,
            confidence_ppm=ppm,
            chosen=chosen,
            accepted=accepted,
            version=suggested.version,
        ),
        by=by,
    )
    return SuggestionCard(
        field,
        suggested.value,
        suggested.confidence,
        suggested.reasons,
        suggested.version,
        suggested.options,
        chosen,
        accepted,
    )


@transaction.atomic
def supplement(demand_id: int, *, text: str, by: Actor, tracked: Collection[int] = ()) -> SupplementCard:
    """Add words to a demand: its requester (by phone, or by both codes: `tracked`), or staff who receive demands."""
    row = visible_row(demand_id, by=by, tracked=tracked)
    own = row.id in tracked or is_requester(row, by)
    if not own:
        access.require(by, "intake.receive", unit=row.unit, area=row.area)
    words = clean_words(text, "text", most=MOST_CHARACTERS)
    if not words:
        raise wrong("text", _("it is empty. Write what should be added."))
    if row.supplements.count() >= MOST_SUPPLEMENTS:
        raise wrong("text", _("a demand takes at most %(most)s supplements.") % {"most": MOST_SUPPLEMENTS})
    [[closed]] = originals.close_each([(row.pk, originals.phone_hash_of(row), [sealing.seal(words)])])
    added = Supplement.objects.create(
        demand=row, text=mask(words), sealed_text=closed, by=by.reference, at=clock.now()
    )
    announce(DemandSupplemented(demand_id=DemandId(row.pk)), by=by)
    return SupplementCard(added.text, added.by, added.at)


def _suggested(row: Demand, field: str) -> SuggestionCard:
    """What was suggested for a field; an area is suggested by the place that was read."""
    known = {one.field: one for one in demand_card(row, with_reading=True).suggestions}
    if field == "area" and (place := known.get("place")):
        home = vocabulary().places.get(place.value)
        if home is not None:
            return replace(place, field=field, value=home.area or home.code)
    return known.get(field) or SuggestionCard(field, "", 0.0, (), str(row.words.reading.get("version", "")))


def _check_choice(field: str, chosen: str) -> None:
    if field not in _JUDGED:
        raise InvalidInput(
            field=_("Field"), key="field", why=_("use one of: %(all)s.") % {"all": ", ".join(_JUDGED)}
        )
    known = vocabulary()
    allowed: Collection[str] = {
        "kind": KINDS,
        "category": known.categories,
        "area": known.areas,
        "urgency": Urgency.ORDER,
        "place": known.places,
    }[field]
    if chosen not in allowed:
        raise InvalidInput(
            field=LABELS.get(field, field), key=field, why=_("%(code)s is not known here.") % {"code": chosen}
        )


def _take(row: Demand, field: str, chosen: str) -> None:
    if field == "place":
        field, chosen = "area", vocabulary().places[chosen].area
    Demand.objects.filter(pk=row.pk).update(**{field: chosen})
