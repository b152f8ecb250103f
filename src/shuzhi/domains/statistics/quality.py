"""Rules that an event keeps before anything counts it. What breaks one is set aside, counted and shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.statistics.models import OrderFact
from shuzhi.spine.events import CallbackRecorded, DemandRated, DemandReceived, Event, WorkOrderMoved
from shuzhi.spine.outbox import Announced

# Clocks of sources differ by minutes; a day ahead is a mistake.
AHEAD = timedelta(days=1)
SCALE = range(1, 6)


@dataclass(frozen=True)
class Rule:
    """breaks(heard, fact): whether an event breaks it; fact is what is known of its order, None for none."""

    code: str
    label: Promise
    breaks: Callable[[Announced, OrderFact | None], bool]


def _is_ahead(heard: Announced, fact: OrderFact | None) -> bool:
    happened = _happened(heard.event)
    return happened is not None and happened > heard.at + AHEAD


def _happened(event: Event) -> datetime | None:
    if isinstance(event, DemandReceived):
        return event.received_at
    return event.at if isinstance(event, (WorkOrderMoved, CallbackRecorded)) else None


def _is_off_scale(heard: Announced, fact: OrderFact | None) -> bool:
    event = heard.event
    if not isinstance(event, (CallbackRecorded, DemandRated)):
        return False
    return event.satisfaction is not None and event.satisfaction not in SCALE


def _has_no_order(heard: Announced, fact: OrderFact | None) -> bool:
    return fact is None and not isinstance(heard.event, (DemandReceived, WorkOrderMoved))


def _is_told_twice(heard: Announced, fact: OrderFact | None) -> bool:
    return isinstance(heard.event, WorkOrderMoved) and fact is not None and heard.event.step <= fact.steps


def _is_early_for_late(heard: Announced, fact: OrderFact | None) -> bool:
    return isinstance(heard.event, WorkOrderMoved) and heard.event.late_minutes < 0


RULES: Mapping[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule("ahead", _("says that it happened more than a day after it was told"), _is_ahead),
        Rule("off_scale", _("satisfaction is not on the scale from 1 to 5"), _is_off_scale),
        Rule("no_order", _("tells of an order that nobody registered"), _has_no_order),
        Rule("told_twice", _("a step of an order that was counted before"), _is_told_twice),
        Rule("negative", _("late by less than nothing"), _is_early_for_late),
    )
}


def broken(heard: Announced, fact: OrderFact | None) -> str:
    """The code of the first rule that an event breaks, "" when it keeps them all."""
    return next((code for code, rule in RULES.items() if rule.breaks(heard, fact)), "")
