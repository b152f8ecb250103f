"""Whom we did not hear: demands beside the people who live where they come from."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime

from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics.cards import HearingCard, MatterShare, PlaceHeard
from shuzhi.domains.statistics.grouping import By, grouping
from shuzhi.domains.statistics.services.periods import kept, span_of
from shuzhi.domains.statistics.tallies import Span, tally
from shuzhi.domains.statistics.warehouse import engines
from shuzhi.engines import fairness
from shuzhi.spine.errors import NotFound

RECEIVED = "received"
PLACES = ("town", "subdistrict")
People = Mapping[tuple[str, str], int]


def hearing(*, since: datetime, until: datetime) -> HearingCard:
    """Needs by voices and by people, and each town with how much of it was heard. Empty where nobody is registered."""
    span = span_of(since, until)
    counted, placeless, people = kept("hearing", span, lambda: _count(span))
    inhabitants = {place: n for (place, group), n in people.items() if not group}
    if not inhabitants:
        return HearingCard(matters=(), places=(), placeless=placeless)
    found = fairness.post_stratify(counted, inhabitants)
    places = [_place(place, one, people) for place, one in found.heard.items()]
    return HearingCard(
        matters=_matters(counted, found),
        places=tuple(sorted(places, key=lambda one: (one.ratio, one.name))),
        placeless=placeless,
    )


def _count(span: Span) -> tuple[dict[str, dict[str, int]], int, People]:
    """Demands per town and category of the first level, those without a town, people per town and group."""
    top_of = grouping(By.CATEGORY).group_of
    demands: defaultdict[str, Counter[str]] = defaultdict(Counter)
    placeless = 0
    for (area, category), tallies in tally(span, columns=("area", "category"), names=[RECEIVED]).items():
        if town := _town_of(area):
            demands[town][top_of(category) or ""] += tallies[RECEIVED].numerator
        else:
            placeless += tallies[RECEIVED].numerator
    people: Counter[tuple[str, str]] = Counter()
    for area, group, n in engines.ask("SELECT area, people_group, people FROM people", now=span.now):
        if town := _town_of(str(area)):
            people[town, str(group)] += int(str(n))
    return {place: dict(one) for place, one in demands.items()}, placeless, dict(people)


def _town_of(area: str) -> str:
    try:
        return next((one.code for one in registry.area_path(area) if one.level in PLACES), "") if area else ""
    except NotFound:
        return ""


def _place(code: str, heard: fairness.Heard, people: People) -> PlaceHeard:
    groups = {
        group: n / heard.people
        for (place, group), n in people.items()
        if place == code and group and n >= fairness.LEAST_SHOWN
    }
    return PlaceHeard(
        code=code,
        name=registry.get_area(code).label,
        people=heard.people,
        demands=heard.demands,
        per_thousand=1000 * heard.demands / heard.people,
        ratio=heard.voices / heard.share,
        less=heard.less,
        more=heard.more,
        groups=groups,
    )


def _matters(
    counted: Mapping[str, Mapping[str, int]], found: fairness.Need[str, str]
) -> tuple[MatterShare, ...]:
    name_of = grouping(By.CATEGORY).name_of
    total: Counter[str] = Counter()
    for place in found.heard:
        total.update(counted.get(place, {}))
    return tuple(
        MatterShare(
            code=code, name=name_of(code), demands=n, raw=found.raw[code], weighed=found.weighed[code]
        )
        for code, n in total.most_common()
    )
