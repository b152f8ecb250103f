"""What each kind of evidence says at this moment, and how it is called."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shuzhi.domains.insight.models import Evidence, HotIssue, KnownScenario, Question, RaisedWarning
from shuzhi.domains.insight.services import alerting
from shuzhi.domains.insight.services.reading import cards_of, visible_issue
from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics import services as statistics
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput, NotFound

DAYS = 28
WHOLE, CATEGORY, AREA = "", "category", "area"
SCOPES = (WHOLE, CATEGORY, AREA)

Figures = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """A kind of evidence. take: what a reference says now; refuses one that is not there.   label: how it is called."""

    take: Callable[[Question, str, Actor], Figures]
    label: Callable[[Evidence], str]


def _issue(question: Question, reference: str, by: Actor) -> Figures:
    row = visible_issue(_number(reference), by=by)
    (card,) = cards_of([row])
    return {
        "people": card.people,
        "demands": card.demands,
        "heat": card.heat,
        "stage": card.stage,
        "first_on": timezone.localdate(card.first_at).isoformat(),
        "last_on": timezone.localdate(card.last_at).isoformat(),
    }


def _issue_label(row: Evidence) -> str:
    found = HotIssue.objects.filter(pk=_number(row.reference)).first()
    title = found.title if found else row.reference
    return _("Hot issue: %(title)s") % {"title": title}


def _measure(question: Question, reference: str, by: Actor) -> Figures:
    """reference: the measure's name, with ":category" or ":area" for the question's own share of it."""
    name, _colon, scope = reference.partition(":")
    since, until = statistics.last_days(DAYS)
    group, within = _group(question, scope)
    cards = statistics.measures(since=since, until=until, by=scope, within=within, names=[name], actor=by)
    card = next((one for one in cards if one.group == group), None)
    if card is None or card.rate is None:
        raise InvalidInput(field="reference", why=_("there is nothing to count in the last 28 days"))
    return {
        "group": group,
        "scale": card.scale,
        "numerator": card.numerator,
        "denominator": card.denominator,
        "rate": card.rate,
        "low": card.low,
        "high": card.high,
        "since": since.isoformat(),
        "until": until.isoformat(),
    }


def _group(question: Question, scope: str) -> tuple[str, str]:
    """The question's own group among those of a scope, and the area within which it lies."""
    if scope not in SCOPES:
        raise InvalidInput(field="reference", why=_("one of: %(known)s") % {"known": ", ".join(SCOPES[1:])})
    if scope == CATEGORY and question.category:
        return _top(question.category), ""
    if scope == AREA and question.area:
        path = [one.code for one in registry.area_path(question.area)]
        return path[-1], path[-2] if len(path) > 1 else ""
    if scope:
        raise InvalidInput(field="reference", why=_("the question names no area or category"))
    return "", ""


def _top(category: str) -> str:
    card = registry.get_category(category)
    while card.parent:
        card = registry.get_category(card.parent)
    return card.code


def _measure_label(row: Evidence) -> str:
    name, _colon, scope = row.reference.partition(":")
    label = next((one.label for one in statistics.definitions() if one.name == name), name)
    group = str(row.figures.get("group", ""))
    if not scope:
        return label
    try:
        named = (registry.get_area if scope == AREA else registry.get_category)(group).label
    except NotFound:
        named = group
    return f"{label} · {named}"


def _scenario(question: Question, reference: str, by: Actor) -> Figures:
    row = _known_scenario(reference)
    return {
        "book": row.book,
        "cost_fen": row.cost_fen,
        "winners": row.winners,
        "losers": row.losers,
        "households": row.households,
        "synthetic": True,
    }


def _known_scenario(reference: str) -> KnownScenario:
    """By its digest, or by as much of its beginning as the policy page shows."""
    least = 12
    found = list(KnownScenario.objects.filter(digest__startswith=reference)[:2])
    if len(reference) < least or len(found) != 1:
        raise NotFound(what=_("The scenario %(digest)s") % {"digest": reference[:12]})
    return found[0]


def _scenario_label(row: Evidence) -> str:
    return _("Simulated reform of %(book)s") % {"book": row.figures.get("book", "")}


def _warning(question: Question, reference: str, by: Actor) -> Figures:
    card = alerting.card_of(alerting.seen_row(_number(reference), by))
    return {
        "level": card.level,
        "state": card.state,
        "came": card.came,
        "expected": round(card.expected, 2),
        "false_alarms": card.false_alarms,
        "first_on": card.first_day.isoformat(),
        "last_on": card.last_day.isoformat(),
        "quantity": card.readings[0].quantity if card.readings else None,
        "reading": card.readings[0].value if card.readings else None,
        "reading_on": card.readings[0].day.isoformat() if card.readings else None,
    }


def _warning_label(row: Evidence) -> str:
    found = RaisedWarning.objects.filter(pk=_number(row.reference)).first()
    if found is None:
        return _("Early warning: %(title)s") % {"title": row.reference}
    card = alerting.card_of(found)
    told = {"title": card.title, "area": card.place_name or card.area_name}
    return _("Early warning: %(title)s, %(area)s") % told


SOURCES: Mapping[str, Source] = {
    "issue": Source(_issue, _issue_label),
    "measure": Source(_measure, _measure_label),
    "scenario": Source(_scenario, _scenario_label),
    "warning": Source(_warning, _warning_label),
}


def source_of(kind: str) -> Source:
    if kind not in SOURCES:
        raise InvalidInput(field="kind", why=_("one of: %(known)s") % {"known": ", ".join(SOURCES)})
    return SOURCES[kind]


def label_of(row: Evidence) -> str:
    return SOURCES[row.kind].label(row)


def _number(reference: str) -> int:
    return int(reference) if reference.isdecimal() and len(reference) < 19 else 0
