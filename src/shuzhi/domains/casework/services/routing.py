"""Where an order should go: first what the dispatch catalogue names, then what the reading of its words adds."""

from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext as _

from shuzhi.domains.casework.models import WorkOrder
from shuzhi.domains.casework.services import orders, seeing
from shuzhi.domains.intake import services as intake
from shuzhi.domains.intake.cards import DemandCard, SuggestionOption
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access, clock, events, outbox
from shuzhi.spine.actors import SYSTEM, Actor

CHOICES = 3
CATALOGUE = "catalogue"
"""What suggested a unit: the county's own rules, not a model."""
READING = "reading"
"""What suggested a unit: another category that the text model or the key words saw in the demand."""
CERTAIN = "certain"
"""What suggested a unit: the catalogue, for a category of which the reading is certain."""
_CERTAIN_PPM = 1_000_000


@dataclass(frozen=True, kw_only=True)
class DispatchChoice:
    """A unit that an order may go to, and why: the row of the dispatch catalogue that says so.

    source: catalogue, certain or reading.   confidence: of the reading, 0 to 1; None for the catalogue, which is a rule.
    """

    unit: str
    unit_name: str
    reason: str
    source: str = CATALOGUE
    confidence: float | None = None


def dispatch_choices(number: str, *, category: str = "", area: str = "", by: Actor) -> list[DispatchChoice]:
    """The two or three units that an order may go to, best first, each with its source and reason.

    First those that the dispatch catalogue names for its category; where these are fewer than three, those for the other
    categories that were read in the demand. One alone where the category is certain, see `intake.is_certain`. A person
    chooses.
    category, area: as somebody is about to settle them; as they stand when left out.
    """
    row = orders.load(number).row
    seeing.require_seen(row, by)
    category, area = category or row.category, area or row.area
    named = units_for(category, area)
    # Codes and shares only: whoever dispatches need not be allowed to read the words.
    demand = intake.get_demand(row.demand_id, by=SYSTEM)
    if named and intake.is_certain(demand, category):
        return [replace(named[0], source=CERTAIN, reason=_certainly(named[0]))]
    known = {one.unit for one in named}
    read = [one for one in _units_read(demand, category, area) if one.unit not in known]
    return [*named, *read][:CHOICES]


def _certainly(named: DispatchChoice) -> str:
    return _("%(reason)s · a reading this sure was right in 98 of 100 cases") % {"reason": named.reason}


def _units_read(demand: DemandCard, settled: str, area: str) -> list[DispatchChoice]:
    """The first unit for each other category that was read in a demand, surest first, each unit once."""
    read = [one for one in demand.suggestions if one.field == "category"]
    found: dict[str, DispatchChoice] = {}
    for option in (option for one in read for option in one.options if option.value != settled):
        for first in units_for(option.value, area)[:1]:
            found.setdefault(
                first.unit,
                replace(first, source=READING, confidence=option.confidence, reason=_read_as(option)),
            )
    return list(found.values())


def _read_as(option: SuggestionOption) -> str:
    return _("Read in the demand: %(category)s, %(share)d %%") % {
        "category": registry.get_category(option.value).label,
        "share": round(option.confidence * 100),
    }


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
