"""What a decision changed: an interrupted time series."""

import math
import warnings
from dataclasses import dataclass

import numpy as np

from shuzhi.engines.forecast.series import Floats

LEAST_WEEKS_BEFORE = 8
LEAST_WEEKS_AFTER = 2
_LEAST_COUNT = 10
_NOTHING_CAME = 0.5  # added to every week when no count came afterwards, so that a logarithm exists


@dataclass(frozen=True, slots=True)
class Effect:
    """How the level of a weekly count changed when something began.

    change: as a share of what was to be expected, -0.4 is two fifths less; low, high: its interval.
    came: counts of the known weeks afterwards, added up.   without: what would have come in them, had the earlier level
    and trend gone on.   expected: the same week by week, (weeks before + after,).
    """

    change: float
    low: float
    high: float
    came: float
    without: float
    expected: Floats

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves only one direction."""
        return self.low > 0 or self.high < 0


def interrupted(before: Floats, after: Floats, *, confidence: float = 0.95) -> Effect:
    """Change of level of weekly counts at an interruption, beside the trend that ran through it.

    before, after: counts of whole weeks, oldest first, nan for a week that is not known as a whole; at least 8 and 2 known
    weeks, together at least 10 counts.
    A log-linear Poisson model of trend and level; its errors are widened by how much more counts vary than Poisson says,
    and taken from Student's law because weeks are few. It sees no other cause that began in the same week.
    Source: Bernal, Cummins and Gasparrini, Interrupted time series regression for the evaluation of public health
    interventions: a tutorial, International Journal of Epidemiology 2017, 46, 348-355.
    Raises ValueError when there is too little to say anything.

    >>> found = interrupted(np.array([20.0, 22, 18, 21, 19, 20, 22, 18, 20, 20]), np.array([10.0, 11, 9, 10]))
    >>> round(found.change, 1), found.is_clear
    (-0.5, True)
    """
    counts = np.concatenate([before, after]).astype(np.float64)
    if not 0 < confidence < 1:
        raise ValueError("confidence lies between 0 and 1")
    known = ~np.isnan(counts)
    earlier, later_known = known[: len(before)].sum(), known[len(before) :].sum()
    if earlier < LEAST_WEEKS_BEFORE or later_known < LEAST_WEEKS_AFTER or np.nansum(counts) < _LEAST_COUNT:
        raise ValueError("too few weeks or counts to tell an effect")
    from scipy import stats  # loaded when a decision is measured: it takes a second
    from statsmodels.api import GLM, families

    if not np.nansum(after) or not np.nansum(before):
        counts = counts + _NOTHING_CAME
    weeks = np.arange(len(counts), dtype=np.float64) - len(before)
    later = (weeks >= 0).astype(np.float64)
    design = np.column_stack([np.ones(len(counts)), weeks, later])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = GLM(counts[known], design[known], family=families.Poisson()).fit()
    spread = max(1.0, float(fit.pearson_chi2) / float(fit.df_resid))
    reach = float(stats.t.ppf((1 + confidence) / 2, fit.df_resid)) * float(fit.bse[2]) * math.sqrt(spread)
    level = float(fit.params[2])
    expected: Floats = np.exp(fit.params[0] + fit.params[1] * weeks)
    return Effect(
        change=math.expm1(level),
        low=math.expm1(level - reach),
        high=math.expm1(level + reach),
        came=float(np.nansum(after)),
        without=float(expected[known & (later > 0)].sum()),
        expected=expected,
    )
