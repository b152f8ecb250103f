"""What is made of a draft before it is saved: masked and sealed words, suggestions with reasons, urgency, area."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shuzhi.domains.intake.cards import DemandDraft, PlaceMention, PlaceSuggestion
from shuzhi.domains.intake.kinds import KINDS
from shuzhi.domains.intake.services.drafts import wrong
from shuzhi.domains.intake.services.vocabulary import Vocabulary, area_at, vocabulary
from shuzhi.domains.registry import services as registry
from shuzhi.engines import text as text_engine
from shuzhi.spine import access, sealing

KEPT_OPTIONS = 3
FALLBACK_KIND = "help"  # the widest kind: somebody wants something done
_PPM = 1_000_000
_STORED = 255  # characters that the masked title and place may take: a mark can be longer than what it hides


@dataclass(frozen=True)
class SealedContact:
    name: str
    phone: str
    email: str
    phone_hash: str


@dataclass(frozen=True)
class Reading:
    """Ready to be saved: what the draft states, else what was read. `kept` holds the suggestions as JSON: {field: [[value, confidence in ppm, [reasons]], …]}."""

    masked_title: str
    masked_text: str
    masked_place: str
    fingerprint: str
    kind: str
    category: str
    area: str
    urgency: str
    flags: tuple[str, ...]
    kept: dict[str, Any]
    sealed_words: str
    contact: SealedContact | None


def read_drafts(drafts: Sequence[DemandDraft]) -> list[Reading]:
    """Read checked drafts together, which is faster than one by one.

    Raises InvalidInput when a draft names a category or an area that the registry does not have.
    """
    known = vocabulary()
    for draft in drafts:
        _check_codes(draft, known)
    found = known.reader.read_many(_whole(draft) for draft in drafts)
    return [_reading(draft, one, known) for draft, one in zip(drafts, found, strict=True)]


def suggest_places(text: str) -> list[PlaceSuggestion]:
    """The places of the county that a text names, best first, at most three."""
    known = vocabulary()
    found = [known.places[one.value] for one in known.reader.read(text).places[:KEPT_OPTIONS]]
    return [
        PlaceSuggestion(place.code, place.name, registry.get_area(place.area).label, place.lat, place.lng)
        for place in found
        if place.area in known.areas
    ]


def place_mentions(words: str) -> list[PlaceMention]:
    """The stretches of the words that name places of the county, in their order, each with the likeliest place."""
    known = vocabulary()
    found: dict[tuple[int, int], PlaceMention] = {}
    for one in known.reader.read(words).places:
        place = known.places[one.value]
        if one.span and place.area in known.areas and one.span not in found:
            area = registry.get_area(place.area).label
            found[one.span] = PlaceMention(*one.span, place.name, area, one.confidence)
    return sorted(found.values(), key=lambda one: one.start)


def mask(words: str) -> str:
    return text_engine.mask(words).text


def _whole(draft: DemandDraft) -> str:
    return draft.text if draft.text.startswith(draft.title) else f"{draft.title}\n{draft.text}"


def _check_codes(draft: DemandDraft, known: Vocabulary) -> None:
    if draft.category and draft.category not in known.categories:
        raise wrong("category", _("the registry has no category %(code)s.") % {"code": draft.category})
    if draft.area and draft.area not in known.areas:
        raise wrong("area", _("the registry has no area %(code)s.") % {"code": draft.area})


def _reading(draft: DemandDraft, found: text_engine.Reading, known: Vocabulary) -> Reading:
    masked_title, masked_text, fingerprint = _masked(draft)
    return Reading(
        masked_title=masked_title[:_STORED],
        masked_text=masked_text,
        masked_place=mask(draft.place)[:_STORED] if draft.place else "",
        fingerprint=fingerprint,
        kind=draft.kind or (found.kind.value if found.kind.value in KINDS else FALLBACK_KIND),
        category=draft.category or (found.categories[0].value if found.categories else ""),
        area=_area(draft, found, known),
        urgency=found.urgency.value,
        flags=tuple(found.flags),
        kept={
            "version": found.version,
            "fields": {
                "kind": [_option(found.kind)] if found.kind.value in KINDS else [],
                "category": [_option(one) for one in found.categories[:KEPT_OPTIONS]],
                "place": [_option(one) for one in found.places[:KEPT_OPTIONS]],
                "urgency": [_option(found.urgency)],
            },
        },
        sealed_words=sealing.seal(f"{draft.title}\n{draft.text}"),
        contact=_sealed_contact(draft),
    )


def _masked(draft: DemandDraft) -> tuple[str, str, str]:
    """Masked title, masked text, fingerprint of the whole: title and text are masked together where they are two."""
    whole = _whole(draft)
    if whole == draft.text:
        text = mask(whole)
        return mask(draft.title), text, text_engine.fingerprint(whole, masked=text)
    masked = text_engine.mask(whole)
    if any(span.start <= len(draft.title) < span.end for span in masked.spans):
        return mask(draft.title), mask(draft.text), text_engine.fingerprint(whole, masked=masked.text)
    title, _break, text = masked.text.partition("\n")
    return title, text, text_engine.fingerprint(whole, masked=masked.text)


def _sealed_contact(draft: DemandDraft) -> SealedContact | None:
    if not (draft.name or draft.phone or draft.email):
        return None
    name, phone, email = (sealing.seal(words) for words in (draft.name, draft.phone, draft.email))
    return SealedContact(name, phone, email, sealing.lookup_hash(draft.phone))


def _area(draft: DemandDraft, found: text_engine.Reading, known: Vocabulary) -> str:
    """The deepest area that the point, else the words, give; inside the area that was stated, when one was."""
    stated = access.area_prefix(draft.area) if draft.area else ""
    named = known.places[found.places[0].value].area if found.places else ""
    for area in (area_at(draft.lat, draft.lng), named):
        if area and area.startswith(stated):
            return area
    return draft.area


def _option(one: text_engine.Suggestion) -> list[Any]:
    return [one.value, round(one.confidence * _PPM), list(one.reasons)]
