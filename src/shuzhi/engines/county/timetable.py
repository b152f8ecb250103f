"""Plans a stream of demands before any word is written: when, where, who, which matter, and what repeats what."""

import random
from bisect import bisect
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate

from shuzhi.engines.county.people import Population
from shuzhi.engines.county.planted import PlantedEvent, home_places, planted_events
from shuzhi.engines.county.registry_records import Area, CountyRegistry, Place
from shuzhi.engines.county.seasons import HOURS_AT_NIGHT, HOURS_BY_APP, HOURS_BY_PHONE, SEASONS, pace
from shuzhi.engines.county.situations import Situation, situations

_REPEAT_CHANCE = 0.035
_REMEMBERED = 300
"""How many recent demands can be repeated: a bound that keeps memory flat."""
_SAME_CALLER = 0.45


@dataclass(frozen=True, slots=True)
class Planned:
    """One demand to be written. second: of its day, local time.   repeats: sequence of the demand it repeats."""

    sequence: int
    day: date
    second: int
    situation: Situation
    place: Place
    household: int
    event: str
    repeats: int | None


class Timetable:
    """The plan of `count` demands from `start` to `end`, both included; iterate to get them in order of time."""

    def __init__(
        self, seed: int, registry: CountyRegistry, population: Population, count: int, start: date, end: date
    ) -> None:
        if count < 0 or end < start:
            raise ValueError("count must not be negative and end not before start")
        self._seed, self._registry, self._population = seed, registry, population
        self._start, self._end, self._count = start, end, count
        self.events = planted_events(seed, registry, count, start, end)
        self._index = {area.code: number for number, area in enumerate(registry.communities)}
        self._community_ends = list(accumulate(_propensity(area) for area in registry.communities))
        self._situations = list(situations().values())
        self._nearby = lru_cache(maxsize=4096)(self._find_places)
        self._mix = lru_cache(maxsize=128)(self._situation_ends)

    def __iter__(self) -> Iterator[Planned]:
        recent: deque[Planned] = deque(maxlen=_REMEMBERED)
        sequence = 1
        for day, ordinary in self._days():
            rng = random.Random(f"{self._seed}-{day.toordinal()}")  # noqa: S311 - reproducible, no secret
            drafts = [self._ordinary(day, recent, rng) for _ in range(ordinary)]
            drafts += [draft for event in self.events for draft in self._planted(event, day, rng)]
            drafts.sort(key=lambda draft: draft[0])
            planned = []
            for number, (second, situation, place, household, event, repeats) in enumerate(
                drafts, start=sequence
            ):
                planned.append(Planned(number, day, second, situation, place, household, event, repeats))
            yield from planned
            recent.extend(one for one in planned if not one.event)
            sequence += len(planned)

    def _days(self) -> Iterator[tuple[date, int]]:
        """Each day with its number of ordinary demands; the numbers add up exactly."""
        days = [self._start + timedelta(days=shift) for shift in range((self._end - self._start).days + 1)]
        rng = random.Random(f"days-{self._seed}")  # noqa: S311 - reproducible, no secret
        ends = list(accumulate(pace(day, start=self._start) * rng.lognormvariate(0, 0.1) for day in days))
        ordinary = self._count - sum(sum(event.daily) for event in self.events)
        done = 0
        for day, end in zip(days, ends, strict=True):
            so_far = round(ordinary * end / ends[-1])
            yield day, so_far - done
            done = so_far

    def _ordinary(
        self, day: date, recent: Sequence[Planned], rng: random.Random
    ) -> tuple[int, Situation, Place, int, str, int | None]:
        if recent and rng.random() < _REPEAT_CHANCE:
            earlier = recent[rng.randrange(len(recent))]
            household = earlier.household
            if rng.random() > _SAME_CALLER:
                household = self._household(self._index[earlier.place.area], rng)
            second = _second(earlier.situation, rng)
            return second, earlier.situation, earlier.place, household, "", earlier.sequence
        community = bisect(self._community_ends, rng.random() * self._community_ends[-1])
        area = self._registry.communities[community]
        ends = self._mix(day.month, area.code[:6], area.level == "village")
        situation = self._situations[bisect(ends, rng.random() * ends[-1])]
        place = rng.choice(self._nearby(community, situation.place))
        return _second(situation, rng), situation, place, self._household(community, rng), "", None

    def _planted(
        self, event: PlantedEvent, day: date, rng: random.Random
    ) -> Iterator[tuple[int, Situation, Place, int, str, int | None]]:
        for _ in range(event.on(day)):
            situation = situations()[rng.choice(event.situations)]
            place = rng.choice(home_places(event.places, situation.place))
            household = self._household(self._index[place.area], rng)
            yield _second(situation, rng), situation, place, household, event.code, None

    def _household(self, community: int, rng: random.Random) -> int:
        numbers = self._population.numbers_in(community)
        # The power makes a few households write often, as everywhere.
        return numbers[int(len(numbers) * rng.random() ** 1.6)]

    def _find_places(self, community: int, kind: str) -> tuple[Place, ...]:
        """Places of the kind in the community, or else in its town, or else in its county."""
        area = self._registry.communities[community]
        if kind == "home":
            kind = "hamlet" if area.level == "village" else "estate"
        by_area = self._registry.places_by_area
        for digits in (12, 9, 6, 4):
            found = [
                place
                for code, kinds in by_area.items()
                if code[:digits] == area.code[:digits]
                for place in kinds.get(kind, ())
            ]
            if found:
                return tuple(found)
        raise ValueError(f"no place of kind {kind}")

    def _situation_ends(self, month: int, county: str, rural: bool) -> list[float]:
        income = self._registry.area_by_code[county + "000000"].income
        return list(accumulate(_frequency(one, month, income, rural=rural) for one in self._situations))


def _propensity(area: Area) -> float:
    """How many demands a community sends: people in town and the better off write more."""
    return float((1.7 if area.level == "community" else 0.8) * area.income**0.5)


def _frequency(situation: Situation, month: int, income: float, *, rural: bool) -> float:
    weight = situation.weight * SEASONS[situation.season][month - 1]
    if situation.tilt:
        weight *= income ** (1.2 if situation.tilt == "rich" else -1.2)
    if rural and situation.place in ("estate", "site", "road"):
        return weight * 0.15
    if not rural and situation.place in ("hamlet", "reservoir"):
        return weight * 0.08
    return weight


_HOUR_ENDS = {
    name: list(accumulate(hours))
    for name, hours in (("day", HOURS_BY_PHONE), ("app", HOURS_BY_APP), ("night", HOURS_AT_NIGHT))
}


def _second(situation: Situation, rng: random.Random) -> int:
    name = "night" if situation.night else rng.choice(("day", "day", "app"))
    ends = _HOUR_ENDS[name]
    return bisect(ends, rng.random() * ends[-1]) * 3600 + rng.randrange(3600)
