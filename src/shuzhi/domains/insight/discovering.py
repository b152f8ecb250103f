"""From demands to patterns. No database here: counts and calls in, findings out."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from shuzhi.domains.intake.cards import CallCard
from shuzhi.domains.statistics.services import DayCount, PlacedDemand
from shuzhi.engines.fairness import LEAST_SHOWN
from shuzhi.engines.patterns import LEAST_CASES, Occurrences, high_shares, hotspots

HOTSPOT, FOLLOWING, RETURNING = "hotspot", "following", "returning"
KINDS = (HOTSPOT, FOLLOWING, RETURNING)
WEEK = 7
WEEKS_BEFORE, WEEKS_AFTER = 12, 4
"""Weeks around a hotspot that its picture shows."""
AGAIN_WITHIN = timedelta(days=90)
SHOWN_DEMANDS = 30
_TOWN_DIGITS, _CODE_DIGITS = 9, 12
_SEED = 20_050_215  # of the rounds of the scan: the same demands always give the same findings


@dataclass(frozen=True, kw_only=True)
class Finding:
    """See `pattern_models.PatternFinding`. places: codes of towns."""

    kind: str
    category: str
    first_day: date
    last_day: date
    came: int
    expected: float
    chance: float
    false_share: float
    places: tuple[str, ...] = ()
    then: str = ""
    lag: int = 0
    cases: int = 0
    area: str = ""
    series: tuple[int, ...] = ()
    demands: tuple[tuple[int, ...], ...] = ()
    moments: tuple[tuple[str, date], ...] = field(default=(), repr=False)


def town_of(area: str) -> str:
    """The town that an area lies in or is; "" for areas above towns."""
    town = area[:_TOWN_DIGITS]
    return "" if len(area) < _CODE_DIGITS or town.endswith("000") else town.ljust(_CODE_DIGITS, "0")


def find_followings(counted: Sequence[DayCount], *, first: date, until: date) -> tuple[list[Finding], int]:
    """Matters of which one follows the other in the same town; and how many pairs were looked at."""
    told = [
        (one.category, town, (one.day - first).days)
        for one in counted
        if (town := town_of(one.area)) and one.category
    ]
    matters, places, days = zip(*told, strict=True) if told else ((), (), ())
    occurrences = Occurrences(matter=matters, place=places, day=days, days=(until - first).days)
    found = []
    for one in occurrences.followings():
        moments = tuple(
            (place, first + timedelta(days=day))
            for place, day in occurrences.moments(one.first, one.then, one.lag)
        )
        days_of = [day for _place, day in moments]
        found.append(
            Finding(
                kind=FOLLOWING,
                category=one.first,
                then=one.then,
                lag=one.lag,
                places=tuple(sorted({place for place, _day in moments})),
                first_day=min(days_of),
                last_day=max(days_of) + timedelta(days=one.lag),
                came=one.came,
                expected=one.expected,
                chance=one.chance,
                false_share=one.false_share,
                series=one.by_lag,
                moments=moments,
            )
        )
    return found, occurrences.pairs


def find_hotspots(
    counted: Sequence[DayCount], points: Mapping[str, tuple[float, float]], *, first: date, until: date
) -> tuple[list[Finding], int]:
    """Matters that came up more than usual in neighbouring towns over some weeks; and how many matters were looked at."""
    weeks = (until - first).days // WEEK
    begin = until - timedelta(days=weeks * WEEK)
    towns = {town: at for at, town in enumerate(points)}
    counts: dict[str, np.ndarray] = {}
    for one in counted:
        at = towns.get(town_of(one.area))
        if at is not None and one.category and one.day >= begin:
            told = counts.setdefault(one.category, np.zeros((len(towns), weeks)))
            told[at, (one.day - begin).days // WEEK] += one.demands
    found = [
        Finding(
            kind=HOTSPOT,
            category=one.matter,
            places=one.places,
            first_day=begin + timedelta(days=one.first * WEEK),
            last_day=begin + timedelta(days=one.last * WEEK + WEEK - 1),
            came=one.came,
            expected=one.expected,
            chance=one.chance,
            false_share=one.false_share,
            series=_around(counts[one.matter], [towns[place] for place in one.places], one.first, one.last),
        )
        for one in hotspots(counts, points, rng=np.random.default_rng(_SEED))
    ]
    return found, sum(bool(told.sum() >= LEAST_CASES) for told in counts.values())


def _around(counts: np.ndarray, places: Sequence[int], first: int, last: int) -> tuple[int, ...]:
    """Demands week by week in some towns: those of a hotspot, and some before and after."""
    weeks = counts[list(places), max(0, first - WEEKS_BEFORE) : last + 1 + WEEKS_AFTER].sum(axis=0)
    return tuple(int(one) for one in weeks)


@dataclass(frozen=True)
class Returning:
    """Somebody who called again about the same matter within 90 days. calls: in the order of time."""

    reporter: str
    area: str
    category: str
    calls: tuple[CallCard, ...]


def find_returning(calls: Iterable[CallCard]) -> tuple[list[Returning], dict[tuple[str, str], str]]:
    """Who called again about a matter, most calls first; and where each (caller, matter) called from first."""
    told: defaultdict[tuple[str, str], list[CallCard]] = defaultdict(list)
    for one in calls:
        if one.category:
            told[one.reporter, one.category].append(one)
    found = [
        Returning(reporter, again[0].area, category, tuple(again))
        for (reporter, category), each in told.items()
        if len(again := _close_together(each)) > 1
    ]
    places = {key: each[0].area for key, each in told.items()}
    return sorted(found, key=lambda one: (-len(one.calls), one.reporter, one.category)), places


def _close_together(calls: Sequence[CallCard]) -> list[CallCard]:
    """Those that came within 90 days after or before another one of them."""
    near = [other.received_at - one.received_at <= AGAIN_WITHIN for one, other in pairwise(calls)]
    return [one for at, one in enumerate(calls) if (at and near[at - 1]) or (at < len(near) and near[at])]


def find_much_returning(
    callers: Mapping[tuple[str, str], str],
    returning: Sequence[Returning],
    *,
    area_of: Callable[[str], str],
    category_of: Callable[[str], str],
    first: date,
    last: date,
) -> tuple[list[Finding], int]:
    """Areas and matters in which more people than elsewhere must call again; and how many were looked at.

    Fewer than five people are told to nobody, however certain it is.
    """
    cases = Counter((area_of(area), category_of(category)) for (_who, category), area in callers.items())
    again: defaultdict[tuple[str, str], list[Returning]] = defaultdict(list)
    for one in returning:
        again[area_of(one.area), category_of(one.category)].append(one)
    counted = {group: (len(again[group]), n) for group, n in cases.items()}
    found = [
        Finding(
            kind=RETURNING,
            area=one.group[0],
            category=one.group[1],
            first_day=first,
            last_day=last,
            came=one.came,
            cases=one.cases,
            expected=one.expected,
            chance=one.chance,
            false_share=one.false_share,
            demands=tuple(
                tuple(call.demand_id for call in each.calls) for each in again[one.group][:SHOWN_DEMANDS]
            ),
        )
        for one in high_shares(counted)
        if one.came >= LEAST_SHOWN
    ]
    return found, len(counted)


def with_demands(finding: Finding, known: Sequence[PlacedDemand]) -> Finding:
    """The finding with the demands that belong together. known: of its categories in its days, by id."""
    by_place: defaultdict[tuple[str, date, str], list[int]] = defaultdict(list)
    for one in known:
        by_place[town_of(one.area), one.day, one.category].append(one.demand_id)
    if finding.kind == FOLLOWING:
        lag = timedelta(days=finding.lag)
        pairs = [
            (*by_place[place, day, finding.category][:1], *by_place[place, day + lag, finding.then][:1])
            for place, day in reversed(finding.moments)
        ]
        return replace(finding, demands=tuple(pairs[:SHOWN_DEMANDS]))
    within = [
        number
        for (place, day, category), numbers in by_place.items()
        if place in finding.places
        and category == finding.category
        and finding.first_day <= day <= finding.last_day
        for number in numbers
    ]
    return replace(finding, demands=tuple((number,) for number in sorted(within)[:SHOWN_DEMANDS]))
