"""The triage form: what is suggested and why, what else it may be, and what a person chose before a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from shuzhi.domains.casework import labels, services
from shuzhi.domains.casework.cards import WorkOrderCard
from shuzhi.domains.intake import services as intake
from shuzhi.domains.intake.cards import DemandCard, SuggestionCard, SuggestionOption
from shuzhi.domains.intake.kinds import KINDS
from shuzhi.domains.registry import services as registry
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput

SHOWN = 3
OTHER = "_other"
"""Ending of the field in which a person names something that is not among the choices; it wins when it is filled in."""


@dataclass(frozen=True)
class Choice:
    """One answer that may be taken with one key. share: confidence from 0 to 1, None where nothing suggested it."""

    value: str
    label: str
    share: float | None
    reasons: tuple[str, ...]
    chosen: bool


def triage_form(card: WorkOrderCard, demand: DemandCard, sent: QueryDict, *, by: Actor) -> dict[str, object]:
    """What the triage form of an order shows. sent: what was typed into it before it was refused."""
    names = labels.names()
    suggested = {one.field: one for one in demand.suggestions}
    stands = {"kind": card.kind, "category": card.category, "area": card.area, "urgency": card.urgency}
    settled = {field: settled_code(sent, field) or value for field, value in stands.items()}
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in registry.categories(level=3):
        top, _sep, rest = names.category(one.code).partition(" › ")
        groups.setdefault(top, []).append((one.code, rest))
    return {
        "may_triage": True,
        "categories": _choices(suggested.get("category"), settled["category"], names.categories),
        "all_categories": groups.items(),
        "places": _places(suggested.get("place"), settled["area"], names),
        "all_areas": names.areas.values(),
        "kinds": KINDS,
        "urgencies": labels.URGENCIES,
        "suggested": suggested,
        "settled": settled,
        "other": {field: sent.get(field + OTHER, "") for field in ("category", "area")},
        "because": sent.get("reason", ""),
        "units_to": _units(settled, by=by),
        "parts": intake.parts_of(demand.id, by=by),
    }


def settled_code(sent: QueryDict, field: str) -> str:
    """What a sent form says about a field: the name or code that was written, else the choice that was ticked."""
    return sent.get(field + OTHER, "").strip() or sent.get(field, "").strip()


def area_code(written: str) -> str:
    """The code of an area written as the list offers it, by its code, or by a name that only one area has."""
    known = labels.names().areas
    if written in known:
        return written
    codes = [code for code, name in known.items() if name == written]
    codes = codes or [code for code, name in known.items() if name.rpartition(" › ")[2] == written]
    if len(codes) != 1:
        raise InvalidInput(field=_("Area"), why=_("choose one from the list"))
    return codes[0]


def _units(settled: Mapping[str, str], *, by: Actor) -> list[services.DispatchChoice]:
    try:
        area = area_code(settled["area"]) if settled["area"] else ""
    except InvalidInput:
        return []
    return services.units_to_dispatch(settled["category"], area, by=by)


def _choices(suggested: SuggestionCard | None, settled: str, names: Mapping[str, str]) -> list[Choice]:
    """The suggestions, and what stands if it is none of them."""
    options = {one.value: one for one in (suggested.options[:SHOWN] if suggested else ())}
    if settled and settled not in options and settled in names:
        options[settled] = SuggestionOption(settled, -1.0, ())
    return [_choice(one, names.get(one.value, one.value), settled) for one in options.values()]


def _places(suggested: SuggestionCard | None, settled: str, names: labels.Names) -> list[Choice]:
    """The areas of the places that were read, each with the name of the place."""
    homes = {one.code: (one.area, one.name) for one in registry.places()}
    found: dict[str, Choice] = {}
    for one in suggested.options[:SHOWN] if suggested else ():
        area, name = homes.get(one.value, (one.value, ""))
        label = f"{name} · {names.area(area)}" if name else names.area(area)
        found.setdefault(area, Choice(area, label, one.confidence, one.reasons, area == settled))
    if settled in names.areas and settled not in found:
        found[settled] = Choice(settled, names.area(settled), None, (), chosen=True)
    return list(found.values())


def _choice(one: SuggestionOption, label: str, settled: str) -> Choice:
    share = one.confidence if one.confidence >= 0 else None
    return Choice(one.value, label, share, one.reasons, one.value == settled)
