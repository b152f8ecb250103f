"""The demo county looks ahead: a weather file like the one that a county would get, first forecasts, warnings, topics, patterns and flows."""

import csv
from collections.abc import Callable, Iterable
from dataclasses import astuple

from django.conf import settings

from shuzhi.domains.insight import services as insight
from shuzhi.engines import county
from shuzhi.spine.actors import SYSTEM

Step = Callable[[str, int, int], None]


def keep_weather(told: Iterable[county.SyntheticWeather]) -> None:
    """Write the synthetic weather where the product looks for a weather file."""
    path = settings.SHUZHI_DATA_DIR / "weather.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(county.WEATHER_COLUMNS)
        lines.writerows(astuple(one) for one in told)


def look(on_step: Step) -> None:
    on_step("looking ahead", 0, 1)
    insight.forecast_anew(by=SYSTEM)
    insight.look_for_warnings(by=SYSTEM)
    insight.propose_topics(by=SYSTEM)
    insight.find_patterns(by=SYSTEM)
    insight.map_processes(by=SYSTEM)
    on_step("looking ahead", 1, 1)
