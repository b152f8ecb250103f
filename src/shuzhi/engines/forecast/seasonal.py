"""What comes back every year: matters of which one month brings more than its share, each year anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from shuzhi.engines.forecast.series import DailySeries

LEAST_YEARS = 2
LEAST_RATIO = 1.3
FALSE_SHARE = 0.05
LEAST_KNOWN = 0.9
"""Of the days of a year and of its month, so many must be known for the year to count."""
_YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Recurring:
    """A matter that one month brings more of. years: (year, count in the month, count expected of such a month), oldest
    first.   ratio: counts of the month over expected ones, all years together.   chance: adjusted for the many matters
    that were looked at (Benjamini and Hochberg 1995).
    """

    name: str
    years: tuple[tuple[int, int, float], ...]
    ratio: float
    chance: float


def recurring(series: Mapping[str, DailySeries], month: int) -> list[Recurring]:
    """Matters of which a month (1 to 12) brought at least 1.3 times its share in every year that is known, at least two.

    A year counts when the 365 days up to the end of its month are known but for a tenth; the share of the month is by its
    known days. At most one in twenty of those found is expected to be chance. The strongest first.
    """
    from scipy import stats

    told = {name: _years(one, month) for name, one in series.items()}
    often = {name: years for name, years in told.items() if len(years) >= LEAST_YEARS}
    if not often:
        return []
    raw = [_chance(years) for years in often.values()]
    found = []
    for (name, years), chance in zip(
        often.items(), stats.false_discovery_control(raw, method="bh"), strict=True
    ):
        came, meant = sum(one[1] for one in years), sum(one[2] for one in years)
        each = all(count >= LEAST_RATIO * expected > 0 for _year, count, expected in years)
        if each and chance <= FALSE_SHARE:
            found.append(Recurring(name, tuple(years), came / meant, float(chance)))
    return sorted(found, key=lambda one: (-sum(count - meant for _y, count, meant in one.years), one.name))


def _years(series: DailySeries, month: int) -> list[tuple[int, int, float]]:
    found = []
    for year in range(series.first.year, series.after.year + 1):
        first = date(year, month, 1)
        after = (first + timedelta(days=31)).replace(day=1)
        start = after - timedelta(days=_YEAR_DAYS)
        if start < series.first or after > series.after:
            continue
        whole, days = series.between(start, _YEAR_DAYS), (after - first).days
        known = ~np.isnan(whole)
        if min(known.mean(), known[-days:].mean()) >= LEAST_KNOWN:
            share = known[-days:].sum() / known.sum()
            found.append((year, int(np.nansum(whole[-days:])), float(np.nansum(whole) * share)))
    return found


def _chance(years: Sequence[tuple[int, int, float]]) -> float:
    """Of so many in the months if each day of the years was like the others."""
    from scipy import stats

    came, meant = sum(one[1] for one in years), sum(one[2] for one in years)
    return float(stats.poisson.sf(came - 1, meant)) if came else 1.0
