"""Writes the demands of a synthetic county one after the other, and tells apart what was hidden in them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from shuzhi.engines.county.people import AS_OF, Household, Person, Population
from shuzhi.engines.county.phrasing import compose, title
from shuzhi.engines.county.planted import PlantedEvent
from shuzhi.engines.county.registry_records import CountyRegistry
from shuzhi.engines.county.situations import Situation, situations
from shuzhi.engines.county.slots import Slots, spoken
from shuzhi.engines.county.timetable import Planned, Timetable

BEIJING = timezone(timedelta(hours=8))
"""China has one time, eight hours ahead of UTC, and no summer time."""

_LETTER_CHANCE = 0.5
"""How often a complaint sent in writing is a long letter."""

_OFFICE_HOURS = (8 * 3600, 18 * 3600)
"""Seconds of the day between which somebody sits at a counter or walks a grid."""

CHANNELS = ("hotline", "web", "app", "wechat", "counter", "mailbox", "leader_board", "grid")


@dataclass(frozen=True, slots=True)
class SyntheticDemand:
    """One demand with its truth. Truth fields: kind, category, area, urgency, situation, issue, duplicate_of.

    created_at: aware, +08:00.   category: leaf code.   area: community code.   lat, lng: the sender's device,
    None when the channel gives none.   address: as written, may be empty.   issue: code of the planted event.
    """

    id: str
    created_at: datetime
    channel: str
    kind: str
    category: str
    area: str
    place: str
    address: str
    lat: float | None
    lng: float | None
    household: str
    person: str
    name: str
    phone: str
    anonymous: bool
    secret: bool
    register: str
    title: str
    text: str
    urgency: str
    situation: str
    issue: str | None
    duplicate_of: str | None


@dataclass(frozen=True, slots=True)
class PlantedIssue:
    """A planted event with the demands that belong to it."""

    event: PlantedEvent
    demand_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlantedTruth:
    """What was hidden in a stream: 12 hot issues, 2 outbreaks, 1 storm; and which demand repeats which."""

    issues: tuple[PlantedIssue, ...]
    duplicates: dict[str, str]

    def of_kind(self, kind: str) -> tuple[PlantedIssue, ...]:
        return tuple(issue for issue in self.issues if issue.event.kind == kind)


def demands(
    seed: int, registry: CountyRegistry, count: int, start: date, end: date, *, households: int = 45_000
) -> Iterator[SyntheticDemand]:
    """Exactly `count` demands from `start` to `end` (both included) in order of time; same seed, same bytes."""
    population = Population(seed, registry, households)
    writer = _Writer(seed, registry, population)
    return (writer.write(planned) for planned in Timetable(seed, registry, population, count, start, end))


def truth(
    seed: int, registry: CountyRegistry, count: int, start: date, end: date, *, households: int = 45_000
) -> PlantedTruth:
    """What `demands` with the same arguments hides; computed from the plan, without writing the texts."""
    plan = Timetable(seed, registry, Population(seed, registry, households), count, start, end)
    members: dict[str, list[str]] = {event.code: [] for event in plan.events}
    duplicates: dict[str, str] = {}
    for planned in plan:
        if planned.event:
            members[planned.event].append(_id(planned.sequence))
        if planned.repeats is not None:
            duplicates[_id(planned.sequence)] = _id(planned.repeats)
    return PlantedTruth(
        issues=tuple(PlantedIssue(event, tuple(members[event.code])) for event in plan.events),
        duplicates=duplicates,
    )


def _id(sequence: int) -> str:
    return f"SD{sequence:08d}"


class _Writer:
    def __init__(self, seed: int, registry: CountyRegistry, population: Population) -> None:
        self._seed, self._registry, self._population = seed, registry, population
        self._city = registry.areas_at("city")[0].name
        self._seconds: dict[str, list[Situation]] = {}
        for one in situations().values():
            if one.kind in ("complaint", "help") and one.urgency == "normal":
                self._seconds.setdefault(one.place, []).append(one)

    def write(self, planned: Planned) -> SyntheticDemand:
        rng = random.Random((self._seed << 32) ^ planned.sequence)  # noqa: S311 - reproducible, no secret
        situation, place = planned.situation, planned.place
        household = self._population.household(planned.household)
        person = _speaker(household, rng)
        age = (AS_OF - person.birth).days // 365
        channel = _channel(age, planned, rng)
        register = _register(age, channel, situation, rng)
        slots = self._slots(planned, rng)
        anonymous = rng.random() < (0.35 if situation.kind == "report" else 0.05)
        located = channel in ("app", "wechat", "grid") and rng.random() < 0.7
        moment = datetime.combine(planned.day, time.min, BEIJING) + timedelta(seconds=planned.second)
        return SyntheticDemand(
            id=_id(planned.sequence),
            created_at=moment,
            channel=channel,
            kind=situation.kind,
            category=situation.leaf,
            area=place.area,
            place=place.code,
            address=self._address(planned, slots, rng),
            lat=round(place.lat + rng.uniform(-0.001, 0.001), 6) if located else None,
            lng=round(place.lng + rng.uniform(-0.001, 0.001), 6) if located else None,
            household=household.id,
            person=person.id,
            name="" if anonymous else person.name,
            phone="" if anonymous and channel != "hotline" else person.phone,
            anonymous=anonymous,
            secret=situation.kind == "report" and rng.random() < 0.6,
            register=register,
            title=title(situation, slots, rng),
            text=compose(register, situation, slots, rng, other=self._other(situation, rng)),
            urgency=situation.urgency,
            situation=situation.code,
            issue=planned.event or None,
            duplicate_of=_id(planned.repeats) if planned.repeats is not None else None,
        )

    def _slots(self, planned: Planned, rng: random.Random) -> Slots:
        areas = self._registry.area_by_code
        community = areas[planned.place.area]
        town = areas[community.parent]
        return Slots(
            rng, place=spoken(planned.place, rng), community=community, town=town, county=areas[town.parent]
        )

    def _address(self, planned: Planned, slots: Slots, rng: random.Random) -> str:
        """As people fill it in: whole, without the county, only the place, or not at all."""
        how = rng.random()
        if how < 0.35:
            return f"{self._city}{slots['county']}{slots['town']}{planned.place.name}"
        if how < 0.6:
            return f"{slots['town']}{planned.place.name}"
        return slots["place"] if how < 0.85 else ""

    def _other(self, situation: Situation, rng: random.Random) -> Situation:
        """Another matter that can happen at the same kind of place; the neighbour in the list when it is the same."""
        others = self._seconds.get(situation.place) or [situation]
        index = rng.randrange(len(others))
        return others[index] if others[index].leaf != situation.leaf else others[index - 1]


def _speaker(household: Household, rng: random.Random) -> Person:
    adults = [person for person in household.members if "minor" not in person.groups]
    return rng.choice(adults or household.members)


def _channel(age: int, planned: Planned, rng: random.Random) -> str:
    chance = rng.random()
    if planned.situation.urgency == "life_safety":
        return "hotline" if chance < 0.85 else "wechat"
    if age >= 62:
        weights = (70, 3, 2, 5, 8, 4, 1, 7)
    elif age >= 45:
        weights = (46, 8, 10, 18, 5, 3, 4, 6)
    else:
        weights = (26, 14, 22, 24, 2, 2, 7, 3)
    channel = rng.choices(CHANNELS, weights)[0]
    if channel in ("counter", "grid") and not _OFFICE_HOURS[0] <= planned.second < _OFFICE_HOURS[1]:
        return "hotline"
    return channel


def _register(age: int, channel: str, situation: Situation, rng: random.Random) -> str:
    if situation.urgency == "life_safety":
        return rng.choices(("plain", "terse", "recorded"), (50, 30, 20 if channel == "hotline" else 0))[0]
    if channel in ("hotline", "counter") and rng.random() < 0.45:
        return "recorded"
    written = channel in ("leader_board", "mailbox", "web")
    if written and situation.kind in ("complaint", "help", "report") and rng.random() < _LETTER_CHANCE:
        return "letter"
    if situation.kind in ("praise", "inquiry", "suggestion"):
        return rng.choices(("plain", "polite", "elderly", "terse"), (45, 35, 25 if age >= 62 else 1, 12))[0]
    old = age >= 62 and channel in ("hotline", "counter", "mailbox", "grid", "wechat")
    weights = (32, 18, 34 if old else 0, 16 if age >= 45 else 7, 8, 12, 14)
    return rng.choices(("plain", "polite", "elderly", "dialect", "two_matters", "angry", "terse"), weights)[0]
