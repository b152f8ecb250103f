"""Events hidden in the demands: hot issues, outbreaks and a storm, each a place and a matter over some days."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shuzhi.engines.county import tables
from shuzhi.engines.county.registry_records import CountyRegistry, Place


@dataclass(frozen=True, slots=True)
class PlantedEvent:
    """One hidden event as planned: where, what, and how many demands on which day.

    kind: hot_issue, outbreak or storm.   need: urgent, hard, worry or hope, the grade to rank by.
    daily: demands for each day from `first_day`.
    """

    code: str
    kind: str
    title: str
    title_en: str
    situations: tuple[str, ...]
    need: str
    places: tuple[Place, ...]
    first_day: date
    daily: tuple[int, ...]

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=len(self.daily) - 1)

    @property
    def areas(self) -> tuple[str, ...]:
        """Codes of the communities and villages it touches."""
        return tuple(sorted({place.area for place in self.places}))

    def on(self, day: date) -> int:
        """How many demands it causes on a day."""
        index = (day - self.first_day).days
        return self.daily[index] if 0 <= index < len(self.daily) else 0


def planted_events(
    seed: int, registry: CountyRegistry, count: int, start: date, end: date
) -> tuple[PlantedEvent, ...]:
    """The events of a stream of `count` demands from `start` up to and including `end`.

    Together they stay below a third of the stream; with very few demands the smallest get none.
    """
    rng = random.Random(f"planted-{seed}")  # noqa: S311 - reproducible, no secret
    rows = tables.rows("planted")
    sizes = [max(round(float(row["share"]) * count), int(row["least"])) for row in rows]
    shrink = min(1.0, count / 3 / sum(sizes))
    return tuple(
        _event(row, int(size * shrink), registry, start, end, rng)
        for row, size in zip(rows, sizes, strict=True)
    )


def _event(
    row: dict[str, str], size: int, registry: CountyRegistry, start: date, end: date, rng: random.Random
) -> PlantedEvent:
    days = min(int(row["days"]), (end - start).days + 1)
    return PlantedEvent(
        code=row["code"],
        kind=row["kind"],
        title=row["title"],
        title_en=row["title_en"],
        situations=tuple(row["situations"].split("|")),
        need=row["need"],
        places=_places(row, registry, rng),
        first_day=_first_day(row, start, end, days),
        daily=_spread(size, days, row["shape"], rng),
    )


def _places(row: dict[str, str], registry: CountyRegistry, rng: random.Random) -> tuple[Place, ...]:
    """The touched places: one, or those of the kind in one town and its neighbour, or in half a county."""
    kinds = ("estate", "hamlet") if row["place"] == "home" else (row["place"],)
    here = [
        place for place in registry.places if place.area.startswith(row["county"]) and place.kind in kinds
    ]
    chosen = rng.choice(here)
    if row["scope"] == "place":
        return (chosen,)
    if row["scope"] == "town":
        near = [place for place in here if place.area[:9] == chosen.area[:9]]
        return tuple(near[:6])
    return tuple(sorted(rng.sample(here, max(1, len(here) // 2)), key=lambda place: place.code))


def _first_day(row: dict[str, str], start: date, end: date, days: int) -> date:
    """The first day in the wanted month after the wanted part of the whole time, or else just that part.

    An event of no month at position 1 is still going on when the stream ends.
    """
    latest = end - timedelta(days=days - 1)
    wished = start + timedelta(days=round((latest - start).days * float(row["position"])))
    for shift in range(366):
        day = wished + timedelta(days=shift)
        if row["month"] and day.month == int(row["month"]) and day <= latest:
            return day
    return wished


def _spread(size: int, days: int, shape: str, rng: random.Random) -> tuple[int, ...]:
    weights = [_intensity(shape, (index + 0.5) / days) * rng.uniform(0.6, 1.4) for index in range(days)]
    total = sum(weights)
    counts = [int(size * weight / total) for weight in weights]
    rest = sorted(range(days), key=lambda index: -(size * weights[index] / total - counts[index]))
    for index in rest[: size - sum(counts)]:
        counts[index] += 1
    return tuple(counts)


def _intensity(shape: str, part: float) -> float:
    """How strong an event is after this part (0 to 1) of its days."""
    if shape == "burst":
        return math.exp(-4 * part) + 0.05
    if shape == "rise":
        return 0.2 + part**2
    if shape == "epidemic":
        return math.exp(-(((part - 0.42) / 0.17) ** 2)) + 0.02
    return 1.0


def home_places(places: Sequence[Place], kind: str) -> tuple[Place, ...]:
    """Those of the places that a situation of this kind can happen at; all of them when none fits."""
    fitting = tuple(place for place in places if kind in ("home", place.kind))
    return fitting or tuple(places)
