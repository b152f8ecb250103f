"""What stations and the weather service told, as the warehouse has it."""

from datetime import timedelta

from shuzhi.domains.insight.readings import Readings
from shuzhi.domains.statistics import services as statistics
from shuzhi.spine import clock
from shuzhi.spine.actors import Actor

HISTORY_DAYS, AHEAD_DAYS = 3 * 365 + 1, 15


def readings_known(*, by: Actor) -> Readings:
    """Of the last three years, and what is foretold for the coming days."""
    today = clock.today()
    told = statistics.readings_by_day(
        since=today - timedelta(days=HISTORY_DAYS), until=today + timedelta(days=AHEAD_DAYS), by=by
    )
    return Readings(tuple(told))
