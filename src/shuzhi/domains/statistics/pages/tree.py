"""The tree of measures: four drivers, two outcomes, every figure counted from what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shuzhi.domains.statistics import services
from shuzhi.domains.statistics.cards import DefinitionCard, MeasureCard, TrendCard
from shuzhi.domains.statistics.definitions import DRIVERS, FEN, SHARE
from shuzhi.domains.statistics.pages.showing import shown_value

WEEK, COMPARED, WEEKS = timedelta(days=7), 4, 12
OUTCOMES = ("decisions", "services")


@dataclass(frozen=True)
class Leaf:
    """One measure of the tree. judged: "good" or "poor" where it moved by more than chance and an end is good."""

    definition: DefinitionCard
    value: str
    card: MeasureCard
    values: Sequence[float | None]
    moved: str
    judged: str


@require_safe
def tree(request: HttpRequest) -> HttpResponse:
    """Every measure in its place: what drives a county's digital governance, and whether it does any good."""
    since, until = services.last_days(COMPARED * WEEK.days)
    leaves = _leaves()
    branches = {code: [one for one in leaves if one.definition.driver == code] for code in DRIVERS}
    context = {
        "drivers": [(DRIVERS[code], found) for code, found in branches.items() if code not in OUTCOMES],
        "outcomes": [(DRIVERS[code], branches[code]) for code in OUTCOMES],
        "headline": _headline(leaves),
        "since": since,
        "last_day": until - timedelta(days=1),
        "holding": services.holding(),
    }
    return render(request, "statistics/tree.html", context)


def trends_of_the_tree() -> Mapping[str, TrendCard]:
    """Four weeks against the four before, with a line of twelve; a cost has no weeks, because units' costs have none."""
    names = [one.name for one in services.definitions() if one.scale != FEN]
    _since, until = services.last_days(1)
    found = services.trends(names, until=until, step=WEEK, steps=COMPARED, shown=WEEKS)
    return {one.now.name: one for one in found}


def _leaves() -> list[Leaf]:
    trends = trends_of_the_tree()
    since, until = services.last_days(COMPARED * WEEK.days)
    leaves = []
    for one in services.definitions():
        if trend := trends.get(one.name):
            moved, judged = _moved(one, trend)
            leaves.append(Leaf(one, _value(trend.now), trend.now, trend.values, moved, judged))
        else:
            (card,) = services.measures(since=since, until=until, names=[one.name])
            leaves.append(Leaf(one, _value(card), card, (), "", ""))
    return leaves


def _value(card: MeasureCard) -> str:
    return shown_value(card.scale, card.rate)


def _moved(definition: DefinitionCard, trend: TrendCard) -> tuple[str, str]:
    now, before = trend.now.rate, trend.before.rate
    if now is None:
        return _("nothing to count in this period"), ""
    if before is None or not trend.clear:
        return _("no clear change"), ""
    up = now > before
    words = _("up, clearly") if up else _("down, clearly")
    if not definition.better or definition.scale != SHARE:
        return words, ""
    return words, "good" if up == (definition.better == "high") else "poor"


def _headline(leaves: Sequence[Leaf]) -> str:
    """How many measures moved beyond chance, and which way: the finding of the page."""
    told = {
        "good": sum(one.judged == "good" for one in leaves),
        "poor": sum(one.judged == "poor" for one in leaves),
        "all": len(leaves),
    }
    if not told["good"] and not told["poor"]:
        return _("None of %(all)s measures moved by more than chance") % told
    return _("Of %(all)s measures %(good)s became better and %(poor)s worse, beyond chance") % told
