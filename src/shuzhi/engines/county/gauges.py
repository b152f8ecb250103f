"""The water levels of a synthetic county: each county's river rises with its rain and falls again over days."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from shuzhi.engines.county.weather import SyntheticWeather

_DRY_M, _M_PER_MM, _KEPT = 18.0, 0.012, 0.72
"""The level without rain, how much a millimetre of rain raises it, and how much of that is left a day later."""
STATION = "synthetic-gauge-{county}"


@dataclass(frozen=True, slots=True)
class SyntheticLevel:
    """The highest level of a day at a river gauge that does not exist. level_m: metres above its own zero."""

    station: str
    area: str
    day: date
    level_m: float


def water_levels(told: Iterable[SyntheticWeather]) -> Iterator[SyntheticLevel]:
    """One level a day for each county, out of the rain that was observed; same weather, same levels."""
    rain: defaultdict[str, dict[date, float]] = defaultdict(dict)
    for one in told:
        if one.issued == one.day:
            rain[one.area][one.day] = one.rain_mm
    for area, came in sorted(rain.items()):
        raised, day, last = 0.0, min(came), max(came)
        while day <= last:
            raised = raised * _KEPT + came.get(day, 0.0) * _M_PER_MM
            yield SyntheticLevel(STATION.format(county=area[:6]), area, day, round(_DRY_M + raised, 2))
            day += timedelta(days=1)
