"""The demo county looks ahead: readings like those that a county would get, first forecasts, warnings, topics, patterns and flows."""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date

from shuzhi.domains.insight import services as insight
from shuzhi.domains.registry import services as registry
from shuzhi.engines import county
from shuzhi.site.demo.registry import table_lines
from shuzhi.spine.actors import SYSTEM

SKY = "synthetic-sky"
CLOUDBURST_MM = 118.0
Step = Callable[[str, int, int], None]


def with_cloudburst(
    told: Iterable[county.SyntheticWeather], *, on: date, area: str
) -> Iterator[county.SyntheticWeather]:
    """The same weather, but heavy rain is foretold for one day: a newcomer meets a warning that stands."""
    for one in told:
        coming = (one.day, one.area) == (on, area) and one.issued < on
        yield replace(one, rain_mm=CLOUDBURST_MM) if coming else one


def load_readings(weather: Iterable[county.SyntheticWeather]) -> None:
    """Carry the synthetic weather and the water levels that follow from it in, as a file like a county would get."""
    told = list(weather)
    rows: list[tuple[object, ...]] = [("station", "area", "quantity", "value", "observed_at", "told_at")]
    for one in told:
        rows.append((SKY, one.area, "rain", one.rain_mm, one.day, one.issued))
        rows.append((SKY, one.area, "warmth", one.max_c, one.day, one.issued))
    rows += (
        (one.station, one.area, "water_level", one.level_m, one.day, one.day)
        for one in county.water_levels(told)
    )
    report = registry.import_csv("readings", io.BytesIO(table_lines(rows)), by=SYSTEM)
    if report.quarantined:
        raise RuntimeError(f"readings: {report.quarantined} rows were refused, see {report.quarantine_file}")


def look(on_step: Step) -> None:
    on_step("looking ahead", 0, 1)
    insight.forecast_anew(by=SYSTEM)
    insight.look_for_warnings(by=SYSTEM)
    insight.propose_topics(by=SYSTEM)
    insight.find_patterns(by=SYSTEM)
    insight.map_processes(by=SYSTEM)
    on_step("looking ahead", 1, 1)
