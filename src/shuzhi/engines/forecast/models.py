"""Ways to say how many there will be: as last week, as lately on this weekday, and Poisson regressions.

The regression had the best error of eight methods tried on a city's public service requests; which one is served is
decided for each series by a rolling backtest (`backtest.choose`), never by taste.
"""

import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from shuzhi.engines.forecast.series import DailySeries, Days, Floats, features

Model = Callable[[DailySeries, int, Days], Floats]
"""(history, horizon in days, what is known of the days) → expected counts, (horizon,), not negative."""

WEEK = 7
_WEEKS_LATELY = 8
_LEVEL_DAYS = 28
# The regression has about a dozen coefficients: fewer days or counts would fit noise.
_LEAST_DAYS = 84
_LEAST_COUNT = 30


def seasonal_naive(history: DailySeries, horizon: int, known: Days) -> Floats:
    """As on the same weekday of the last week that is known: the baseline that a model has to beat."""
    return np.array([_latest_same_weekday(history, shift, 1) for shift in range(horizon)])


def weekday_mean(history: DailySeries, horizon: int, known: Days) -> Floats:
    """The average of the last eight same weekdays."""
    return np.array([_latest_same_weekday(history, shift, _WEEKS_LATELY) for shift in range(horizon)])


def poisson_regression(history: DailySeries, horizon: int, known: Days) -> Floats:
    """Weekday, holidays, trend and season in a log-linear Poisson model, set to the level of late."""
    return poisson_weather(history, horizon, replace(known, regressors={}))


def poisson_weather(history: DailySeries, horizon: int, known: Days) -> Floats:
    """Weekday, holidays, trend, season and regressors in a log-linear Poisson model, set to the level of late.

    The level is the ratio of what came to what was fitted over the last four weeks, pulled towards one where counts
    are small. A history too short for it falls back to `weekday_mean`.
    Source: McCullagh and Nelder, Generalized Linear Models (1989), chapter 6; fitted by statsmodels.
    """
    seen = ~np.isnan(history.counts)
    counts = history.counts[seen]
    if seen.sum() < _LEAST_DAYS or counts.sum() < _LEAST_COUNT:
        return weekday_mean(history, horizon, known)
    length = len(history)
    design = features(history.first, length + horizon, known, origin=history.first, length=length)
    used = design[:length][seen].any(axis=0)
    fitted = _fit(counts, design[:length][seen][:, used], design[:, used])
    if fitted is None:
        return weekday_mean(history, horizon, known)
    lately = seen & (np.arange(length) >= length - _LEVEL_DAYS)
    came, meant = history.counts[lately].sum(), fitted[:length][lately].sum()
    level = (came + _LEVEL_DAYS) / (meant + _LEVEL_DAYS)
    expected: Floats = np.clip(fitted[length:] * level, 0, 10 * max(float(counts.max()), 1.0))
    return expected


MODELS: dict[str, Model] = {
    "seasonal_naive": seasonal_naive,
    "weekday_mean": weekday_mean,
    "poisson_regression": poisson_regression,
    "poisson_weather": poisson_weather,
}

NEEDS_REGRESSORS = frozenset({"poisson_weather"})
"""Models that differ from another one only where there are regressors."""


def _fit(counts: Floats, design: Floats, everywhere: Floats) -> Floats | None:
    from statsmodels.api import GLM, families  # loaded by those who forecast: it takes a second
    from statsmodels.tools.sm_exceptions import PerfectSeparationError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fit = GLM(counts, design, family=families.Poisson()).fit(maxiter=50, wls_method="qr")
            fitted: Floats = fit.predict(everywhere)
    except (PerfectSeparationError, np.linalg.LinAlgError, ValueError, FloatingPointError):
        return None
    return fitted if np.isfinite(fitted).all() else None


def _latest_same_weekday(history: DailySeries, shift: int, weeks: int) -> float:
    """Mean of the last known counts on the weekday of the day `shift` days after the history; 0 without any."""
    start = len(history) + shift % WEEK - WEEK
    same = history.counts[start::-WEEK] if start >= 0 else np.empty(0)
    found = same[~np.isnan(same)][:weeks]
    return float(found.mean()) if len(found) else 0.0
