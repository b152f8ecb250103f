"""Triage: what an order is about, and where it should go."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from shuzhi.domains.casework import journey
from shuzhi.domains.casework.cards import WorkOrderCard
from shuzhi.domains.casework.lifecycle import Action, Given
from shuzhi.domains.casework.services import orders, seeing
from shuzhi.domains.casework.services.registering import limits_for
from shuzhi.domains.casework.services.stepping import take_step
from shuzhi.domains.intake import services as intake
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access, clock
from shuzhi.spine.actors import Actor

CHOICES = 3


@dataclass(frozen=True, kw_only=True)
class DispatchChoice:
    """A unit that an order may go to, and why: the row of the dispatch catalogue that says so."""

    unit: str
    unit_name: str
    reason: str


@transaction.atomic
def triage_work_order(
    number: str,
    *,
    kind: str,
    category: str,
    area: str,
    urgency: str,
    because: str = "",
    expected_step: int | None = None,
    by: Actor,
) -> WorkOrderCard:
    """Settle what an order is about; its limits follow from that, counted from the moment the demand arrived."""
    row = orders.load(number, lock=True).row
    seeing.require_seen(row, by)
    access.require(by, "casework.triage", unit=row.unit, area=row.area)
    registry.get_category(category)
    registry.get_area(area)
    settled = {"kind": kind, "category": category, "area": area, "urgency": urgency}
    for field, chosen in settled.items():
        intake.judge_suggestion(row.demand_id, field=field, chosen=chosen, by=by)
        setattr(row, field, chosen)
    opened_on = timezone.localtime(row.opened_at).date()
    row.limits = journey.write_limits(limits_for(kind, urgency, category, on=opened_on))
    row.save()
    return take_step(
        number,
        action=Action.TRIAGE,
        given=Given(reason=because),
        details=settled,
        expected_step=expected_step,
        by=by,
    )


def dispatch_choices(number: str, *, by: Actor) -> list[DispatchChoice]:
    """The two or three units that the dispatch catalogue names for an order, best first, each with its reason."""
    row = orders.load(number).row
    seeing.require_seen(row, by)
    today = timezone.localtime(clock.now()).date()
    targets = registry.dispatch_targets(row.category, area=row.area, on=today)
    names = {unit.code: unit.label for unit in registry.units()}
    return [
        DispatchChoice(unit=one.unit, unit_name=names.get(one.unit, one.unit), reason=one.reason)
        for one in targets[:CHOICES]
    ]
