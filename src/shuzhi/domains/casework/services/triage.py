"""Triage: what an order is about, and where it goes."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from shuzhi.domains.casework import journey
from shuzhi.domains.casework.cards import WorkOrderCard
from shuzhi.domains.casework.lifecycle import Action, Given
from shuzhi.domains.casework.refusals import UnitNotNamed
from shuzhi.domains.casework.services import orders, routing, seeing, trials
from shuzhi.domains.casework.services.registering import ensure_registered, limits_for
from shuzhi.domains.casework.services.stepping import take_step
from shuzhi.domains.intake import services as intake
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access
from shuzhi.spine.actors import Actor


@transaction.atomic
def triage_work_order(
    number: str,
    *,
    kind: str,
    category: str,
    area: str,
    urgency: str,
    because: str = "",
    unit: str = "",
    expected_step: int | None = None,
    by: Actor,
) -> WorkOrderCard:
    """Settle what an order is about; its limits follow from that, counted from the moment the demand arrived.

    unit: to which it is dispatched at once; refused unless the catalogue names it for what was settled.
    """
    row = orders.load(number, lock=True).row
    seeing.require_seen(row, by)
    access.require(by, "casework.triage", unit=row.unit, area=row.area)
    registry.get_category(category)
    registry.get_area(area)
    trials.watch_triage(row)
    settled = {"kind": kind, "category": category, "area": area, "urgency": urgency}
    for field, chosen in settled.items():
        intake.judge_suggestion(row.demand_id, field=field, chosen=chosen, by=by)
        setattr(row, field, chosen)
    opened_on = timezone.localtime(row.opened_at).date()
    row.limits = journey.write_limits(limits_for(kind, urgency, category, on=opened_on))
    row.save()
    triaged = take_step(
        number,
        action=Action.TRIAGE,
        given=Given(reason=because),
        details=settled,
        expected_step=expected_step,
        by=by,
    )
    if not unit:
        return triaged
    if unit not in {one.unit for one in routing.units_for(category, area)}:
        raise UnitNotNamed
    return take_step(number, action=Action.DISPATCH, given=Given(unit=unit), by=by)


@transaction.atomic
def split_work_order(number: str, *, parts: Sequence[str], by: Actor) -> list[str]:
    """Orders of their own for some points of the demand behind an order, which stays; returns their numbers."""
    row = orders.load(number).row
    seeing.require_seen(row, by)
    access.require(by, "casework.triage", unit=row.unit, area=row.area)
    receipts = intake.split_demand(row.demand_id, parts=parts, by=by)
    return [ensure_registered(receipt.demand_id, by=by) for receipt in receipts]
