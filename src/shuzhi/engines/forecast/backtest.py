"""Which model is served: the one that would have erred least over the last weeks, and never worse than the baseline."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from shuzhi.engines.forecast.models import MODELS, NEEDS_REGRESSORS, seasonal_naive
from shuzhi.engines.forecast.series import DailySeries, Days, Floats

BASELINE = "seasonal_naive"


@dataclass(frozen=True, slots=True)
class Backtest:
    """How a model did on weeks it had not seen.

    expected, came: (folds, horizon).   error: mean absolute error, in counts a day.   scaled: the error divided by
    that of the seasonal naive on the same days; below 1 it is better (MASE, after Hyndman and Koehler 2006, with the
    out-of-sample naive as the scale); nan when the naive never erred.
    """

    model: str
    expected: Floats
    came: Floats
    error: float
    scaled: float


def backtest(
    series: DailySeries, known: Days | Callable[[date], Days], *, horizon: int = 7, folds: int = 13
) -> dict[str, Backtest]:
    """Every model on the last `folds` stretches of `horizon` days, each time knowing only what lay before.

    known: what is known of the days, or a function that says what was known of them before a day began, as the
    weather forecasts of that day.
    Raises ValueError when the series is too short to leave a week of history before the first fold.
    """
    if len(series) < folds * horizon + 7:
        raise ValueError(
            f"{folds} folds of {horizon} days need {folds * horizon + 7} days, there are {len(series)}"
        )
    starts = [series.after - timedelta(days=horizon * fold) for fold in range(folds, 0, -1)]
    came = np.array([series.between(start, horizon) for start in starts])
    knew = [known(start) if callable(known) else known for start in starts]
    naive = np.array([seasonal_naive(series.until(start), horizon, knew[0]) for start in starts])
    scale = mean_error(naive, came)
    weighed = any(one.regressors for one in knew)
    tested = {}
    for name, model in MODELS.items():
        if name in NEEDS_REGRESSORS and not weighed:
            continue
        expected = np.array([model(series.until(s), horizon, k) for s, k in zip(starts, knew, strict=True)])
        error = mean_error(expected, came)
        tested[name] = Backtest(name, expected, came, error, error / scale if scale else float("nan"))
    return tested


def choose(tested: dict[str, Backtest]) -> Backtest:
    """The model with the least error; the baseline when nothing beats it."""
    best = min(tested.values(), key=lambda one: one.error)
    return best if best.error < tested[BASELINE].error else tested[BASELINE]


def mean_error(expected: Floats, came: Floats) -> float:
    """Mean absolute error over the days that have a count; nan without any."""
    gaps = np.abs(expected - came)
    known = gaps[~np.isnan(gaps)]
    return float(known.mean()) if len(known) else float("nan")
