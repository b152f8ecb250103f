"""The county's weather file, read anew when it changed."""

import logging
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from shuzhi.domains.insight import weather
from shuzhi.domains.insight.weather import Weather

log = logging.getLogger("shuzhi.insight")


def weather_known() -> Weather:
    """What the weather file tells; nothing where there is none, or none that can be read."""
    path = Path(settings.SHUZHI_WEATHER_FILE or settings.SHUZHI_DATA_DIR / "weather.csv")
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return Weather()
    except ValueError as error:
        log.warning("weather file %s: %s; looking ahead without it", path, error)
        return Weather()


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> Weather:
    return weather.read(path.read_bytes())
