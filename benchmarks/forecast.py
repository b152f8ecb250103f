"""Are the forecasts better than last week, do their bands hold, and do warnings come a day before people would notice?

Data: three years of the demo county's demands (`forecast_county`) and its synthetic weather. The truth about what was
planted stays there; the product never sees it.

Forecasts: MASE against the 7-day seasonal naive on days that chose nothing (peer: the naive itself; and every series by
the eight-week weekday mean alone). Warnings: `forecast_warnings` says when people would notice and what is false.
--seed makes another county with the same kinds of events elsewhere, on which nothing was ever tuned.

Run: python -m benchmarks.forecast [--demands 400000] [--seed 7]
"""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta

import numpy as np

from benchmarks.forecast_county import BEIJING, TODAY, in_a_county_of_its_own, load, milliseconds, supervisor
from benchmarks.forecast_warnings import warnings
from benchmarks.table import Figure, at_least, below, percentile

ASKED = 20


def main() -> int:
    return in_a_county_of_its_own(__doc__, "Looking ahead over {:,} demands", _measured)


def _measured(demands: int, seed: int) -> list[Figure]:
    from shuzhi.spine import clock

    told, truth = load(demands, seed)
    figures: list[Figure] = []
    with clock.stopped_at(datetime.combine(TODAY, datetime.min.time(), BEIJING) + timedelta(hours=3)):
        figures += forecasts()
        figures += pages()
        figures += warnings(told, truth)
    return figures


def forecasts() -> list[Figure]:
    """One nightly look ahead, and what its record says."""
    from shuzhi.domains.insight import services
    from shuzhi.spine.actors import SYSTEM

    started = time.perf_counter()
    services.forecast_anew(by=SYSTEM)
    seconds = time.perf_counter() - started
    found = services.forecasts(by=SYSTEM)
    scaled = [one.scaled for one in found if one.scaled is not None]
    simple = [one.errors["weekday_mean"] / one.errors["seasonal_naive"] for one in found]
    coverage = 100 * sum(one.covered for one in found) / sum(one.judged for one in found)
    return [
        at_least(
            "series whose error is below the seasonal naive's",
            100 * np.mean([s < 1 for s in scaled]),
            80,
            "%",
        ),
        Figure("the same by the weekday mean alone", 100 * float(np.mean([s < 1 for s in simple])), "%"),
        Figure("MASE, median of the series", float(np.median(scaled)), ""),
        Figure("MASE of the weekday mean alone, median", float(np.median(simple)), ""),
        Figure("days inside their 90% band", coverage, "%", "90 ± 3", abs(coverage - 90) <= 3),
        below("all series looked at", seconds, 300, "s"),
    ]


def pages() -> list[Figure]:
    """What the desk waits for: stored results only."""
    from shuzhi.domains.insight import services
    from shuzhi.spine.actors import SYSTEM

    started = time.perf_counter()
    services.look_for_warnings(by=SYSTEM)
    looked = time.perf_counter() - started
    client = supervisor()
    waited = [
        milliseconds(client, path) for _try in range(ASKED) for path in ("/desk/forecast/", "/desk/warnings/")
    ]
    return [
        Figure("one hourly look for warnings", looked, "s"),
        below("pages of forecast and warnings, p95", percentile(waited, 0.95), 300, "ms"),
    ]


if __name__ == "__main__":
    sys.exit(main())
