"""What the record of an order knows that a reply to it may contradict."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.utils import timezone

from shuzhi.domains.casework.journey import Step
from shuzhi.domains.casework.lifecycle import Action
from shuzhi.domains.casework.models import WorkOrder
from shuzhi.domains.casework.services.orders import Loaded
from shuzhi.domains.intake import services as intake
from shuzhi.domains.registry import services as registry
from shuzhi.engines import text
from shuzhi.spine import access, clock

_HOTLINE = "hotline"


def record_of(loaded: Loaded, *, asked: str, reply: str, outcome: str = "") -> text.Record:
    """asked: what the requester wrote.   outcome: as the handler states it beside the reply, "" when not yet."""
    row, now = loaded.row, clock.now()
    facts = loaded.facts(now)
    due = loaded.read(now).terms.finish_due
    at_work = {row.unit, *facts.assisting, *(str(step.details.get("unit", "")) for step in loaded.steps)}
    names = {unit.code: unit.name for unit in registry.units()}
    return text.Record(
        today=_day(now),
        received_on=_day(row.opened_at),
        due_on=_day(due) if due else None,
        outcome=outcome,
        contacts=tuple(_contacts(row, loaded.steps)),
        helping=bool(facts.assisting),
        denied=_denied(loaded.steps),
        number=row.number,
        phones=frozenset(re.sub(r"\D", "", unit.phone) for unit in registry.units() if unit.phone),
        units=[name for code, name in names.items() if code in at_work],
        other_units=[name for code, name in names.items() if code not in at_work],
        other_places=_places_elsewhere(row.area, reply),
        asked=asked,
    )


def _contacts(row: WorkOrder, steps: Sequence[Step]) -> Iterator[date]:
    """The days on which somebody spoke with the requester: a call to the hotline is one itself."""
    if row.channel == _HOTLINE:
        yield _day(row.opened_at)
    for step in steps:
        if step.action == Action.RECORD_CONTACT or step.details.get("reached"):
            yield _day(step.at)


def _denied(steps: Sequence[Step]) -> bool:
    """Whether the requester said last that it is not solved, and nobody has spoken with them since."""
    said = False
    for step in steps:
        if step.action == Action.RECORD_CALLBACK and step.details.get("reached"):
            said = step.details.get("solved") is False
        elif step.action == Action.RECORD_CONTACT:
            said = False
    return said


def _places_elsewhere(area: str, reply: str) -> list[str]:
    """Places named in a reply that lie neither inside of the order's area nor around it."""
    home = access.area_prefix(area)
    areas = {place.code: place.area for place in registry.places()}
    near: dict[str, bool] = {}
    for one in intake.suggest_places(reply) if area else ():
        there = access.area_prefix(areas.get(one.code, one.code))
        # A name that several places share is near as soon as one of them is.
        near[one.name] = near.get(one.name, False) or there.startswith(home) or home.startswith(there)
    return [name for name, is_near in near.items() if not is_near]


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()
