"""Dispatch without asking anybody: off unless the county says so, proven, told in words, seen and taken back by people."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from shuzhi.domains.casework import automation
from shuzhi.domains.casework.automation import Proof
from shuzhi.domains.casework.cards import AutomaticCard, AutomaticRule
from shuzhi.domains.casework.journey import BY_ITSELF
from shuzhi.domains.casework.lifecycle import Action, Given
from shuzhi.domains.casework.models import AutomaticDispatch, RoutingTrial, WorkOrder
from shuzhi.domains.casework.refusals import NotDispatchedByItself, RoutingNotProven
from shuzhi.domains.casework.services import orders, seeing, trials
from shuzhi.domains.casework.services.reading import titles_of
from shuzhi.domains.casework.services.stepping import take_step
from shuzhi.domains.intake import services as intake
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access, audit, clock, events
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import AccessDenied, InvalidInput, Refused
from shuzhi.spine.outbox import announce

SEES, RULES = "casework.dispatch", "casework.automate"
_FRESH = timedelta(days=1)
_SHOWN = 200


def automatic_rule(on: date | None = None) -> AutomaticRule | None:
    """From which confidence on orders go by themselves on a day (today); None when none do."""
    day = on or clock.today()
    row = AutomaticDispatch.objects.filter(from_date__lte=day).order_by("-from_date", "-pk").first()
    return _rule(row) if row and row.confidence_ppm else None


def automatic_rules(*, by: Actor) -> list[AutomaticRule]:
    """Every setting there was and will be, the latest first."""
    _require_seeing(by)
    return [_rule(row) for row in AutomaticDispatch.objects.order_by("-from_date", "-pk")]


def routing_proofs(*, by: Actor) -> list[Proof]:
    """For each confidence that may be chosen, what the county's own decisions have shown."""
    _require_seeing(by)
    return trials.proofs()


@transaction.atomic
def set_automatic_dispatch(
    confidence_ppm: int, *, because: str, from_date: date | None = None, by: Actor
) -> AutomaticRule:
    """From a day on (today), let orders read at least so surely go by themselves; 0 lets none.

    Raises RoutingNotProven unless 98 of 100 such orders were right at the lower bound, and InvalidInput for a
    confidence that is not offered or a day that is past.
    """
    access.require(by, RULES)
    day = from_date or clock.today()
    if not because.strip():
        raise InvalidInput(field=_("Reason"), key="because", why=_("say why dispatch changes."))
    if day < clock.today():
        raise InvalidInput(field=_("From"), key="from_date", why=_("what is past cannot be changed."))
    if confidence_ppm:
        _require_proven(confidence_ppm)
    row = AutomaticDispatch.objects.create(
        from_date=day,
        confidence_ppm=confidence_ppm,
        because=because.strip()[:500],
        by=by.reference,
        by_label=by.label,
        at=clock.now(),
    )
    audit.record(by, "casework.set_automatic_dispatch", f"confidence_ppm:{confidence_ppm}")
    announce(events.AutomaticDispatchSet(confidence_ppm=confidence_ppm, from_date=day), by=by)
    return _rule(row)


def _require_proven(confidence_ppm: int) -> None:
    if confidence_ppm not in automation.FLOORS_PPM:
        offered = ", ".join(f"{ppm // 10_000} %" for ppm in automation.FLOORS_PPM)
        raise InvalidInput(
            field=_("Confidence"), key="confidence", why=_("choose one of %(all)s.") % {"all": offered}
        )
    (proof,) = trials.proofs([confidence_ppm])
    if not proof.proven:
        raise RoutingNotProven(cases=proof.cases, right=proof.right, least=f"{proof.least:.1%}")


def dispatch_by_themselves(demand_ids: Sequence[int], *, by: Actor) -> int:
    """Dispatch the fresh orders of demands that may go without asking anybody; returns how many went.

    None goes while the county has not said so, or while what people decided no longer proves it.
    """
    access.require(by, SEES)
    rule = automatic_rule()
    if rule is None:
        return 0
    (proof,) = trials.proofs([rule.confidence_ppm])
    if not proof.proven:
        return 0
    rows = WorkOrder.objects.filter(demand_id__in=demand_ids, opened_at__gte=clock.now() - _FRESH)
    return sum(_dispatch_surely(row, rule, proof, by) for row in rows.order_by("pk"))


def _dispatch_surely(row: WorkOrder, rule: AutomaticRule, proof: Proof, by: Actor) -> bool:
    """Whether it went. What the life cycle refuses, or somebody has just taken up, is left to people."""
    expected = trials.expected_for(row)
    if expected is None or expected.confidence_ppm < rule.confidence_ppm:
        return False
    try:
        _dispatch(row, expected, proof, by)
    except Refused:
        return False
    return True


@transaction.atomic
def _dispatch(row: WorkOrder, expected: trials.Expected, proof: Proof, by: Actor) -> None:
    settled = {"kind": row.kind, "category": row.category, "area": row.area, "urgency": row.urgency}
    mark = {BY_ITSELF: "yes"}
    take_step(row.number, action=Action.TRIAGE, details=settled | mark, expected_step=1, by=by)
    trial = trials.begin_trial(row, expected)
    trial.by_itself, trial.cases, trial.right = True, proof.cases, proof.right
    trial.save(update_fields=["by_itself", "cases", "right"])
    target = expected.target
    take_step(row.number, action=Action.DISPATCH, given=Given(unit=target.unit), details=mark, by=by)
    announce(
        events.DispatchedAutomatically(
            order_id=events.WorkOrderId(row.pk),
            unit=target.unit,
            confidence_ppm=expected.confidence_ppm,
            version=expected.version,
            cases=proof.cases,
            right=proof.right,
            least_ppm=round(proof.least * 1_000_000),
            catalogue_category=target.category,
            catalogue_area=target.area,
            catalogue_version=target.version,
        ),
        by=by,
    )


def automatic_orders(*, looked_at: bool = False, by: Actor) -> tuple[AutomaticCard, ...]:
    """The orders that went by themselves: those that nobody has looked at, the oldest first, or the others, newest first."""
    _require_seeing(by)
    went = RoutingTrial.objects.filter(by_itself=True, judged_at__isnull=not looked_at)
    # Asked of these orders alone: of every order there is, it would be a walk through all of them.
    seen = seeing.visible(WorkOrder.objects.filter(pk__in=went.values("order_id")), by)
    found = went.filter(order__in=seen)
    ordered = found.order_by("-judged_at", "-pk") if looked_at else found.order_by("at", "pk")
    return _cards(list(ordered.select_related("order", "order__merged_into")[:_SHOWN]))


def automatic_dispatch_of(number: str, *, by: Actor) -> AutomaticCard | None:
    """How an order went by itself, for whoever may see the order; None when a person dispatched it."""
    row = orders.load(number).row
    seeing.require_seen(row, by)
    trial = RoutingTrial.objects.filter(order=row, by_itself=True).select_related("order").first()
    return _cards([trial])[0] if trial else None


@transaction.atomic
def keep_automatic_dispatch(number: str, *, by: Actor) -> AutomaticCard:
    """A person has looked at an order that went by itself and finds it right: now its reading is a person's word too.

    Raises NotDispatchedByItself when a person has dispatched it, or spoken about it already.
    """
    row = orders.load(number, lock=True).row
    seeing.require_seen(row, by)
    access.require(by, SEES, area=row.area)
    trial = (
        RoutingTrial.objects.filter(order=row, by_itself=True, judged_at=None).select_related("order").first()
    )
    if trial is None:
        raise NotDispatchedByItself(number=number)
    for field in ("kind", "category", "area", "urgency"):
        intake.judge_suggestion(row.demand_id, field=field, chosen=getattr(row, field), by=by)
    trials.judge(trial, row.unit, by=by)
    return _cards([trial])[0]


def _require_seeing(by: Actor) -> None:
    if not any(access.allows_somewhere(by, permission) for permission in (SEES, RULES)):
        raise AccessDenied(permission=SEES)


def _cards(found: Sequence[RoutingTrial]) -> tuple[AutomaticCard, ...]:
    rows = [trial.order for trial in found]
    units = {unit.code: unit.label for unit in registry.units()}
    shown = orders.cards(rows, titles_of(rows))
    return tuple(
        AutomaticCard(
            order=order,
            unit_name=units.get(trial.unit, trial.unit),
            at=trial.at,
            confidence=trial.confidence_ppm / 1_000_000,
            proof=Proof(floor_ppm=trial.confidence_ppm, cases=trial.cases, right=trial.right),
            version=trial.version,
            catalogue=tuple(map(str, trial.catalogue)),
            looked_at=trial.judged_at,
            kept=trial.settled == trial.unit if trial.judged_at else None,
        )
        for trial, order in zip(found, shown, strict=True)
    )


def _rule(row: AutomaticDispatch) -> AutomaticRule:
    return AutomaticRule(
        from_date=row.from_date,
        confidence_ppm=row.confidence_ppm,
        because=row.because,
        by_label=row.by_label,
        at=row.at,
    )
