"""Early warning: more than chance explains, in a place, of a kind, over one to seven days."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from shuzhi.engines.forecast.series import DailySeries, Floats

WINDOWS = (1, 2, 3, 7)
"""Days over which counts are added up: a shock shows in one day, a slow rise in seven."""

LEVELS: tuple[tuple[str, float], ...] = (("red", 1e-5), ("orange", 1e-3), ("yellow", 0.03), ("blue", 0.3))
"""Colour and the most false alarms that an area may expect in a month for it, the gravest first.

The weather raises alarms of its own: together they are to stay below one.
"""

LEAST_CASES = 3
_DAYS_A_MONTH = 30
_LEFT_OUT = 0.01


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """One finding. first, last: its days, both included.   came, expected: counts in them.

    false_alarms: how many alarms at least so strong an area would see in a month if nothing were the matter.
    """

    level: str
    first: date
    last: date
    came: float
    expected: float
    false_alarms: float


def dispersion(came: Floats, expected: Floats) -> float:
    """How much more counts vary than a Poisson law says, 1 and above: the mean of squared residuals over expected.

    The most surprising hundredth of the days is left out: an old outbreak in the history must not make the next one
    look ordinary.
    """
    known = ~np.isnan(came) & (expected > 0)
    if not known.any():
        return 1.0
    squared = np.sort((came[known] - expected[known]) ** 2 / expected[known])
    kept = squared[: max(1, math.floor(len(squared) * (1 - _LEFT_OUT)))]
    return max(1.0, float(kept.mean()))


def chance(came: float, expected: float, spread: float) -> float:
    """The probability of at least so many counts when all is ordinary: Poisson, or negative binomial if spread > 1."""
    from scipy import stats  # loaded by those who look for warnings: it takes a second

    if came <= 0:
        return 1.0
    mean = max(expected, 0.05)
    if spread <= 1.0001:
        return float(stats.poisson.sf(came - 1, mean))
    return float(stats.nbinom.sf(came - 1, mean / (spread - 1), 1 / spread))


def warn(
    series: DailySeries,
    expected: Floats,
    day: date,
    *,
    spread: float = 1.0,
    doubt: float = 0.0,
    tests: int = 1,
) -> EarlyWarning | None:
    """The strongest finding of the windows that end on `day`, or None when nothing exceeds chance.

    expected: for each day of the series what is ordinary, (days,).   spread: variance of counts over their mean.
    doubt: variance of what is expected over its square, because it was learnt from few counts.   tests: how many series of the same area are
    looked at together (its categories); more looks mean more false alarms, which the level takes into account.
    """
    last = (day - series.first).days
    if not 0 <= last < len(series):
        raise ValueError(f"{day} is not a day of the series")
    best: EarlyWarning | None = None
    for window in WINDOWS:
        part = slice(max(last - window + 1, 0), last + 1)
        came, meant = float(np.nansum(series.counts[part])), float(np.nansum(expected[part]))
        if came < LEAST_CASES or came <= meant:
            continue
        false_alarms = chance(came, meant, spread + meant * doubt) * len(WINDOWS) * tests * _DAYS_A_MONTH
        level = level_of(false_alarms)
        if level and (best is None or false_alarms < best.false_alarms):
            first = series.first + timedelta(days=part.start)
            best = EarlyWarning(level, first, day, came, meant, false_alarms)
    return best


def level_of(false_alarms: float) -> str:
    """The colour for so many expected false alarms per area and month; nothing when they would be too many."""
    return next((level for level, most in LEVELS if false_alarms <= most), "")


def agree(chances: Sequence[float]) -> float:
    """Several independent sources that say the same (demands, sensors, weather) as one chance. Source: Fisher 1925."""
    from scipy import stats

    if not chances:
        return 1.0
    return float(stats.combine_pvalues([max(one, 1e-300) for one in chances], method="fisher").pvalue)


def change_point(
    came: Floats, expected: Floats, *, spread: float = 1.0, allowance: float = 0.5, limit: float = 5.0
) -> int | None:
    """The day a lasting shift upwards began, as an index, or None: Page's cumulative sum of standardised residuals.

    allowance, limit: in standard deviations; the usual values find a shift of one within about ten days.
    Source: Page, Continuous Inspection Schemes, Biometrika 1954.
    """
    total, since = 0.0, 0
    for index, (count, meant) in enumerate(zip(came, expected, strict=True)):
        if np.isnan(count):
            continue
        step = (count - meant) / np.sqrt(max(meant, 0.25) * spread) - allowance
        if total + step <= 0:
            total, since = 0.0, index + 1
            continue
        total += step
        if total > limit:
            return since
    return None
