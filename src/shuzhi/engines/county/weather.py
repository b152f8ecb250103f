"""The weather of a synthetic county: what came each day, and what the forecasts of the three days before had said.

It follows the seasons of the middle Yangtze, and on the days of a planted storm it rains as it must for such a flood.
"""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shuzhi.engines.county.planted import PlantedEvent
from shuzhi.engines.county.registry_records import CountyRegistry

LEAD_DAYS = 3
_WET_CHANCE = (0.22, 0.30, 0.38, 0.42, 0.42, 0.45, 0.36, 0.32, 0.26, 0.26, 0.24, 0.18)
_WET_MEAN_MM = (4, 5, 7, 9, 12, 16, 15, 12, 8, 6, 5, 4)
"""From January: how often it rains, and how much on such a day."""
_WARMEST_DAY, _MEAN_C, _SWING_C = 200, 21.5, 12.5
_STORM_MM = (285.0, 190.0, 75.0, 30.0)
_NEARBY_SHARE = 0.2
# How far a forecast is off, as the logarithm of a factor for rain and in degrees for warmth, one to three days ahead.
_RAIN_ERRORS, _WARMTH_ERRORS = (0.18, 0.28, 0.4), (0.8, 1.4, 2.0)
_MISSED_SHARE = (0.03, 0.06, 0.1)


@dataclass(frozen=True, slots=True)
class SyntheticWeather:
    """One line: the weather of a day as told on the day `issued`; an observation when that is the day itself."""

    issued: date
    day: date
    area: str
    rain_mm: float
    max_c: float


def weather(
    seed: int, registry: CountyRegistry, events: Sequence[PlantedEvent], start: date, end: date
) -> Iterator[SyntheticWeather]:
    """Observations from `start` to `end`, forecasts also of the days after, in the order of days; same seed, same lines."""
    counties = [area.code for area in registry.areas_at("county")]
    for shift in range((end - start).days + 1 + LEAD_DAYS):
        day = start + timedelta(days=shift)
        rng = random.Random(f"weather-{seed}-{day}")  # noqa: S311 - reproducible, no secret
        wet, warm = rng.random() < _WET_CHANCE[day.month - 1], rng.gauss(0, 2.8)
        for county in counties:
            rain = _rain(day, county, wet, events, rng)
            warmth = _warmth(day) + warm + rng.gauss(0, 0.7) - (3.0 if rain > 1 else 0.0)
            for lead in range(LEAD_DAYS, 0, -1):
                if start <= day - timedelta(days=lead) <= end:
                    yield _foretold(day, county, rain, warmth, lead, rng)
            if day <= end:
                yield SyntheticWeather(day, day, county, round(rain, 1), round(warmth, 1))


def _rain(day: date, county: str, wet: bool, events: Sequence[PlantedEvent], rng: random.Random) -> float:
    ordinary = rng.expovariate(1 / _WET_MEAN_MM[day.month - 1]) if wet and rng.random() < 0.85 else 0.0
    for event in events:
        at = (day - event.first_day).days
        if event.kind == "storm" and 0 <= at < len(_STORM_MM):
            here = any(area.startswith(county[:6]) for area in event.areas)
            return max(ordinary, _STORM_MM[at] * (1.0 if here else _NEARBY_SHARE) * rng.uniform(0.9, 1.1))
    return ordinary


def _warmth(day: date) -> float:
    return _MEAN_C + _SWING_C * math.cos(2 * math.pi * (day.timetuple().tm_yday - _WARMEST_DAY) / 365.25)


def _foretold(
    day: date, county: str, rain: float, warmth: float, lead: int, rng: random.Random
) -> SyntheticWeather:
    """What a forecast said: off by a factor, and now and then rain that does not come or comes unforeseen."""
    said = rain * math.exp(rng.gauss(0, _RAIN_ERRORS[lead - 1]))
    if rng.random() < _MISSED_SHARE[lead - 1]:
        said = rng.expovariate(1 / _WET_MEAN_MM[day.month - 1])
    told = warmth + rng.gauss(0, _WARMTH_ERRORS[lead - 1])
    return SyntheticWeather(day - timedelta(days=lead), day, county, round(said, 1), round(told, 1))
