"""Where an order should go: what the dispatch catalogue names, and whether a person followed it."""

from dataclasses import dataclass

from django.utils import timezone

from shuzhi.domains.casework.models import WorkOrder
from shuzhi.domains.casework.services import orders, seeing
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access, clock, events, outbox
from shuzhi.spine.actors import Actor

CHOICES = 3
CATALOGUE = "catalogue"
"""What suggested a unit: the county's own rules, not a model."""
_CERTAIN_PPM = 1_000_000


@dataclass(frozen=True, kw_only=True)
class DispatchChoice:
    """A unit that an order may go to, and why: the row of the dispatch catalogue that says so."""

    unit: str
    unit_name: str
    reason: str


def dispatch_choices(number: str, *, category: str = "", area: str = "", by: Actor) -> list[DispatchChoice]:
    """The two or three units that the dispatch catalogue names for an order, best first, each with its reason.

    category, area: as somebody is about to settle them; as they stand when left out.
    """
    row = orders.load(number).row
    seeing.require_seen(row, by)
    return units_for(category or row.category, area or row.area)


def units_to_dispatch(category: str, area: str, *, by: Actor) -> list[DispatchChoice]:
    """The units for a category and area, for somebody who may dispatch there; none for others."""
    return units_for(category, area) if category and access.allows(by, "casework.dispatch", area=area) else []


def units_for(category: str, area: str) -> list[DispatchChoice]:
    today = timezone.localtime(clock.now()).date()
    names = {unit.code: unit.label for unit in registry.units()}
    return [
        DispatchChoice(unit=one.unit, unit_name=names.get(one.unit, one.unit), reason=one.reason)
        for one in registry.dispatch_targets(category, area=area, on=today)[:CHOICES]
    ]


def note_choice(row: WorkOrder, unit: str, *, by: Actor) -> None:
    """Tell whether the person who dispatched an order took the catalogue's first unit or another."""
    named = units_for(row.category, row.area)
    suggested = named[0].unit if named else ""
    outbox.announce(
        events.SuggestionJudged(
            demand_id=events.DemandId(row.demand_id),
            field="unit",
            suggested=suggested,
            confidence_ppm=_CERTAIN_PPM if suggested else 0,
            chosen=unit,
            accepted=unit == suggested,
            version=CATALOGUE,
        ),
        by=by,
    )
