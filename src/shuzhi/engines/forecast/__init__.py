"""The forecast engine: how many will come, how sure that is, and what is more than chance."""

from shuzhi.engines.forecast.backtest import BASELINE, Backtest, backtest, choose
from shuzhi.engines.forecast.effect import LEAST_WEEKS_AFTER, LEAST_WEEKS_BEFORE, Effect, interrupted
from shuzhi.engines.forecast.hierarchy import reconcile
from shuzhi.engines.forecast.intervals import band, covered
from shuzhi.engines.forecast.models import MODELS, poisson_regression, seasonal_naive, weekday_mean
from shuzhi.engines.forecast.series import DailySeries, Days
from shuzhi.engines.forecast.warning import (
    LEVELS,
    EarlyWarning,
    agree,
    chance,
    change_point,
    dispersion,
    level_of,
    warn,
)

__all__ = [
    "BASELINE",
    "LEAST_WEEKS_AFTER",
    "LEAST_WEEKS_BEFORE",
    "LEVELS",
    "MODELS",
    "Backtest",
    "DailySeries",
    "Days",
    "EarlyWarning",
    "Effect",
    "agree",
    "backtest",
    "band",
    "chance",
    "change_point",
    "choose",
    "covered",
    "dispersion",
    "interrupted",
    "level_of",
    "poisson_regression",
    "reconcile",
    "seasonal_naive",
    "warn",
    "weekday_mean",
]
