"""Rules that an event keeps before anything counts it. What breaks one is set aside, counted and shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.registry.cards import QUANTITIES
from shuzhi.domains.statistics.facts import Fact
from shuzhi.spine.events import (
    CallbackRecorded,
    ContactRecorded,
    DemandRated,
    DemandReceived,
    Event,
    ReadingTaken,
    WorkOrderMoved,
)
from shuzhi.spine.outbox import Announced

# Clocks of sources differ by minutes; a day ahead is a mistake.
AHEAD = timedelta(days=1)
SCALE = range(1, 6)


Breaks = Callable[[Any, Announced, Fact | None], bool]


@dataclass(frozen=True)
class Rule:
    """breaks(event, heard, fact): whether an event breaks it; fact is what is known of its order, None for none.

    of: the events that are held to it.
    """

    code: str
    label: Promise
    breaks: Breaks
    of: tuple[type[Event], ...]


def _is_received_ahead(event: DemandReceived, heard: Announced, fact: Fact | None) -> bool:
    return event.received_at > heard.at + AHEAD


def _is_ahead(event: WorkOrderMoved | CallbackRecorded, heard: Announced, fact: Fact | None) -> bool:
    return event.at > heard.at + AHEAD


def _is_off_scale(event: CallbackRecorded | DemandRated, heard: Announced, fact: Fact | None) -> bool:
    return event.satisfaction is not None and event.satisfaction not in SCALE


def _has_no_order(event: Event, heard: Announced, fact: Fact | None) -> bool:
    return fact is None


def _is_told_twice(event: WorkOrderMoved, heard: Announced, fact: Fact | None) -> bool:
    return fact is not None and event.step <= fact.steps


def _is_told_ahead(event: ReadingTaken, heard: Announced, fact: Fact | None) -> bool:
    return event.told_at > heard.at + AHEAD


def _is_no_value(event: ReadingTaken, heard: Announced, fact: Fact | None) -> bool:
    of = QUANTITIES.get(event.quantity)
    return of is None or event.unit != of.unit or not of.least <= event.value_milli / 1000 <= of.most


def _is_early_for_late(event: WorkOrderMoved, heard: Announced, fact: Fact | None) -> bool:
    return event.late_minutes < 0


_AHEAD = _("says that it happened more than a day after it was told")
_IN_ORDER = (
    Rule("ahead", _AHEAD, _is_received_ahead, (DemandReceived,)),
    Rule("ahead", _AHEAD, _is_ahead, (WorkOrderMoved, CallbackRecorded)),
    Rule("ahead", _AHEAD, _is_told_ahead, (ReadingTaken,)),
    Rule("no_value", _("a reading that its quantity cannot have"), _is_no_value, (ReadingTaken,)),
    Rule(
        "off_scale",
        _("satisfaction is not on the scale from 1 to 5"),
        _is_off_scale,
        (CallbackRecorded, DemandRated),
    ),
    Rule(
        "no_order",
        _("tells of an order that nobody registered"),
        _has_no_order,
        (ContactRecorded, CallbackRecorded, DemandRated),
    ),
    Rule("told_twice", _("a step of an order that was counted before"), _is_told_twice, (WorkOrderMoved,)),
    Rule("negative", _("late by less than nothing"), _is_early_for_late, (WorkOrderMoved,)),
)
RULES: Mapping[str, Rule] = {rule.code: rule for rule in _IN_ORDER}
_OF: Mapping[type[Event], tuple[Rule, ...]] = {
    kind: tuple(rule for rule in _IN_ORDER if kind in rule.of) for rule in _IN_ORDER for kind in rule.of
}


def broken(heard: Announced, fact: Fact | None) -> str:
    """The code of the first rule that an event breaks, "" when it keeps them all."""
    event = heard.event
    for rule in _OF.get(type(event), ()):
        if rule.breaks(event, heard, fact):
            return rule.code
    return ""
