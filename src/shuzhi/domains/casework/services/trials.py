"""Where fresh orders would go by themselves, held against where people send them: what automatic dispatch must rest on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F, Q

from shuzhi.domains.casework import automation, journey
from shuzhi.domains.casework.automation import Proof
from shuzhi.domains.casework.journey import Step
from shuzhi.domains.casework.lifecycle import Action
from shuzhi.domains.casework.models import RoutingTrial, WorkOrder
from shuzhi.domains.intake import services as intake
from shuzhi.domains.registry import services as registry
from shuzhi.domains.registry.cards import DispatchTarget
from shuzhi.spine import clock, events
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.outbox import announce

MEASURED_OVER = timedelta(days=180)
"""What people decided longer ago says little of the catalogue and the units of today."""
_SETTLES = frozenset(
    {
        *(Action.DISPATCH, Action.REDISPATCH, Action.ADJUDICATE, Action.APPROVE_RETURN, Action.TAKE_BACK),
        *(Action.ANSWER_DIRECTLY, Action.REFER, Action.REJECT, Action.MERGE),
    }
)
"""Steps by which a person says where an order belongs, or that it belongs to no unit."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """Where a fresh order would go. version: of the model that read its category."""

    target: DispatchTarget
    confidence_ppm: int
    version: str

    @property
    def catalogue(self) -> list[str | int]:
        return [self.target.category, self.target.area, self.target.version]


def expected_for(row: WorkOrder) -> Expected | None:
    """Where an order would go as it was read; None where a person must look or nothing points to a unit."""
    # Codes and shares only: nobody reads the words.
    demand = intake.get_demand(row.demand_id, by=SYSTEM)
    version = intake.serving_entry("category").version
    shares = [
        one.confidence
        for one in demand.suggestions
        if one.field == "category" and one.value == row.category and version in one.version
    ]
    targets = (
        registry.dispatch_targets(row.category, area=row.area, on=clock.today())
        if shares and row.area
        else []
    )
    if not targets or automation.needs_a_person(
        state=row.state,
        urgency=row.urgency,
        flags=row.flags,
        secret=demand.secret,
        matters=len(intake.parts_of(row.demand_id, by=SYSTEM)),
    ):
        return None
    return Expected(target=targets[0], confidence_ppm=round(shares[0] * 1_000_000), version=version)


def begin_trial(row: WorkOrder, expected: Expected) -> RoutingTrial:
    """Keep where a fresh order would go, or goes, before anybody has said anything about it."""
    return RoutingTrial.objects.create(
        order=row,
        version=expected.version,
        confidence_ppm=expected.confidence_ppm,
        unit=expected.target.unit,
        catalogue=expected.catalogue,
        at=clock.now(),
    )


def watch_triage(row: WorkOrder) -> None:
    """A person is about to triage a fresh order: keep where it would have gone."""
    expected = expected_for(row)
    if expected and not RoutingTrial.objects.filter(order=row).exists():
        begin_trial(row, expected)


def settle(row: WorkOrder, step: Step, *, by: Actor) -> None:
    """A step was taken: where a person has said by it where the order belongs, the trial of its routing ends with that."""
    if step.action not in _SETTLES or step.details.get(journey.BY_ITSELF):
        return
    trial = RoutingTrial.objects.filter(order=row).first()
    if trial is None:
        return
    to_unit = step.action not in (Action.ANSWER_DIRECTLY, Action.REFER, Action.REJECT, Action.MERGE)
    judge(trial, step.unit if to_unit else "", by=by)


def judge(trial: RoutingTrial, unit: str, *, by: Actor) -> None:
    """A person says to which unit an order belongs; of one that went by itself, the first time is announced."""
    first = trial.by_itself and trial.judged_at is None
    trial.settled, trial.judged_by, trial.judged_at = unit, by.reference, clock.now()
    trial.save(update_fields=["settled", "judged_by", "judged_at"])
    if first:
        announce(
            events.AutomaticDispatchJudged(
                order_id=events.WorkOrderId(trial.order_id), unit=trial.unit, kept=unit == trial.unit
            ),
            by=by,
        )


def proofs(floors_ppm: Iterable[int] = automation.FLOORS_PPM) -> list[Proof]:
    """What people's decisions of half a year show of the model that serves now, for each confidence.

    An order that went by itself and that nobody has looked at shows nothing.
    """
    version = intake.serving_entry("category").version
    judged = RoutingTrial.objects.filter(version=version, judged_at__gte=clock.now() - MEASURED_OVER)
    counted: dict[str, Count] = {}
    floors = list(floors_ppm)
    for floor in floors:
        sure = Q(confidence_ppm__gte=floor)
        counted[f"cases_{floor}"] = Count("pk", filter=sure)
        counted[f"right_{floor}"] = Count("pk", filter=sure & Q(settled=F("unit")))
    found = judged.aggregate(**counted)
    return [
        Proof(floor_ppm=floor, cases=found[f"cases_{floor}"], right=found[f"right_{floor}"])
        for floor in floors
    ]
