"""Maps how work orders flow, for every part of the county, and shows where they wait, loop and bounce."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from shuzhi.domains.casework.lifecycle import State
from shuzhi.domains.insight import counting
from shuzhi.domains.insight.models import ProcessFlow
from shuzhi.domains.insight.naming import area_name, category_name, unit_name
from shuzhi.domains.insight.office_clock import OfficeClock
from shuzhi.domains.insight.process_cards import (
    HandOverCard,
    PassageCard,
    ProcessCard,
    ProcessChoices,
    StayCard,
    VariantCard,
    WaitingCard,
)
from shuzhi.domains.insight.processes import OVER, Journeys
from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics import services as statistics
from shuzhi.engines.patterns import Flow, HandOver, Passage, Stay, Variant
from shuzhi.spine import access, clock
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.errors import NotFound

PERIODS = (30, 90, 365)
_NIGHT_HOUR = 3
_HAND_OVERS_SHOWN = 12
_LEAST_HANDED = 2
# Where a step leads back rather than on: the order of an order's life, closing last.
_PLACE: Mapping[str, int] = {
    state: at for at, state in enumerate([*(one for one in State if one is not State.CLOSED), State.CLOSED])
}


def map_processes(*, by: Actor) -> int:
    """Count anew how the orders of the last 30, 90 and 365 days flowed; returns for how many parts of the county."""
    access.require(by, "insight.edit")
    rows = [row for days in PERIODS for row in _mapped(days, by)]
    with transaction.atomic():
        ProcessFlow.objects.all().delete()
        ProcessFlow.objects.bulk_create(rows, batch_size=100)
    return len(rows)


def map_nightly() -> int:
    """The worker's chore: once a night, and at once where nothing was mapped yet. Returns how many parts."""
    mapped = ProcessFlow.objects.aggregate(oldest=Min("until"))["oldest"]
    night = timezone.localtime(clock.now()).hour >= _NIGHT_HOUR
    due = mapped is None or (mapped < clock.today() and night)
    return map_processes(by=SYSTEM) if due else 0


def process(
    *, days: int = PERIODS[1], area: str = "", category: str = "", unit: str = "", by: Actor
) -> ProcessCard:
    """How the orders of a period flowed. unit: orders that this unit ever had; area, category, unit: "" for all.

    Raises NotFound where too few orders were counted.
    """
    access.require(by, "insight.read", area=area, unit=unit)
    found = ProcessFlow.objects.filter(days=days, area=area, category=category, unit=unit).first()
    if found is None:
        raise NotFound(what=_("A picture of how these orders flow"))
    return _card(found)


def process_choices(*, by: Actor) -> ProcessChoices:
    """Areas, categories and units of which the actor may see how orders flow."""
    access.require_somewhere(by, "insight.read")
    areas, categories, units = (
        sorted(set(_mapped_parts().values_list(name, flat=True))) for name in ("area", "category", "unit")
    )
    return ProcessChoices(
        areas=tuple((one, area_name(one)) for one in areas if access.allows(by, "insight.read", area=one)),
        categories=tuple((one, category_name(one)) for one in categories),
        units=tuple((one, unit_name(one)) for one in units),
    )


def _mapped_parts() -> QuerySet[ProcessFlow]:
    return ProcessFlow.objects.filter(days=max(PERIODS))


def _mapped(days: int, by: Actor) -> list[ProcessFlow]:
    today, now = clock.today(), clock.now()
    since = today - timedelta(days=days)
    journeys = Journeys(
        OfficeClock(registry.working_calendar(), first=since, last=today),
        area_of=counting.tops(areas=True),
        category_of=counting.tops(areas=False),
    )
    for steps in statistics.steps_of_orders(since=since, until=today + timedelta(days=1), by=by):
        journeys.add(steps)
    return [
        ProcessFlow(
            days=days,
            until=today,
            area=part.area,
            category=part.category,
            unit=part.unit,
            orders=flow.cases,
            flow=asdict(flow),
            longest=[[one.state, one.demand_id, one.unit, one.minutes] for one in longest],
            made_at=now,
        )
        for part, flow, longest in journeys.flows(_plain(now))
        if counting.UNKNOWN not in (part.area, part.category)
    ]


def _plain(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _card(row: ProcessFlow) -> ProcessCard:
    flow = _flow(row.flow)
    longest = flow.longest(leaving_out=OVER)
    day = registry.working_calendar().hours
    return ProcessCard(
        days=row.days,
        until=row.until,
        area=row.area,
        area_name=area_name(row.area),
        category=row.category,
        category_name=category_name(row.category),
        unit=row.unit,
        unit_name=unit_name(row.unit),
        orders=row.orders,
        looped=flow.looped,
        bounced=flow.bounced,
        longest=longest.state if longest else "",
        stays=tuple(_stay(one, flow) for one in sorted(flow.stays, key=lambda one: _PLACE[one.state])),
        passages=tuple(_passage(one) for one in flow.passages),
        variants=tuple(_variant(one, row.orders) for one in flow.variants),
        hand_overs=tuple(
            _hand_over(one) for one in flow.hand_overs[:_HAND_OVERS_SHOWN] if one.times >= _LEAST_HANDED
        ),
        waiting=tuple(_waiting(*one) for one in row.longest),
        day_minutes=sum(one.closes - one.opens for one in day),
        made_at=row.made_at,
    )


def _flow(told: dict[str, list[dict[str, object]]]) -> Flow:
    """The engine's flow again, as it was kept."""
    kinds = {"passages": Passage, "stays": Stay, "variants": Variant, "hand_overs": HandOver}
    parts = {name: tuple(kind(**one) for one in told[name]) for name, kind in kinds.items()}
    return Flow(**told | parts)  # type: ignore[arg-type]


def _label(state: str) -> str:
    return str(State(state).label)


def _stay(one: Stay, flow: Flow) -> StayCard:
    return StayCard(
        state=one.state,
        label=_label(one.state),
        visits=one.visits,
        again=one.again,
        begins=one.begins,
        now=one.ends,
        median_minutes=round(one.median),
        share=0.0 if one.state in OVER else flow.share(one, leaving_out=OVER),
    )


def _passage(one: Passage) -> PassageCard:
    return PassageCard(
        start=one.start,
        start_label=_label(one.start),
        end=one.end,
        end_label=_label(one.end),
        times=one.times,
        median_minutes=round(one.median),
        ninetieth_minutes=round(one.ninetieth),
        back=_PLACE[one.end] <= _PLACE[one.start],
    )


def _variant(one: Variant, orders: int) -> VariantCard:
    return VariantCard(
        states=tuple(one.states),
        labels=tuple(_label(state) for state in one.states),
        orders=one.cases,
        share=one.cases / orders,
        median_minutes=round(one.median),
    )


def _hand_over(one: HandOver) -> HandOverCard:
    return HandOverCard(
        giver=one.giver,
        giver_name=unit_name(one.giver),
        taker=one.taker,
        taker_name=unit_name(one.taker),
        times=one.times,
        back=one.back,
    )


def _waiting(state: str, demand_id: int, unit: str, minutes: int) -> WaitingCard:
    return WaitingCard(
        state=state,
        label=_label(state),
        demand_id=demand_id,
        unit=unit,
        unit_name=unit_name(unit),
        waited_minutes=minutes,
    )
