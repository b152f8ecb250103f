"""The forecast engine: how many will come, how sure that is, and what is more than chance."""

from shuzhi.engines.forecast.backtest import (
    BASELINE,
    Backtest,
    backtest,
    choose,
)
from shuzhi.engines.forecast.effect import (
    LEAST_WEEKS_AFTER,
    LEAST_WEEKS_BEFORE,
    Effect,
    interrupted,
)
from shuzhi.engines.forecast.hierarchy import (
    reconcile,
)
from shuzhi.engines.forecast.intervals import (
    band,
    covered,
)
from shuzhi.engines.forecast.models import (
    MODELS,
    poisson_regression,
    poisson_weather,
    seasonal_naive,
    weekday_mean,
)
from shuzhi.engines.forecast.ordinary import (
    Ordinary,
    day_pattern,
    ordinary,
    ordinary_within,
    shares,
    spreads,
)
from shuzhi.engines.forecast.outlook import (
    Judged,
    Outlook,
    look_ahead,
)
from shuzhi.engines.forecast.seasonal import (
    Recurring,
    recurring,
)
from shuzhi.engines.forecast.series import (
    DailySeries,
    Days,
    Floats,
)
from shuzhi.engines.forecast.warning import (
    LEAST_CASES,
    LEVELS,
    WINDOWS,
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
    "LEAST_CASES",
    "LEAST_WEEKS_AFTER",
    "LEAST_WEEKS_BEFORE",
    "LEVELS",
    "MODELS",
    "WINDOWS",
    "Backtest",
    "DailySeries",
    "Days",
    "EarlyWarning",
    "Effect",
    "Floats",
    "Judged",
    "Ordinary",
    "Outlook",
    "Recurring",
    "agree",
    "backtest",
    "band",
    "chance",
    "change_point",
    "choose",
    "covered",
    "day_pattern",
    "dispersion",
    "interrupted",
    "level_of",
    "look_ahead",
    "ordinary",
    "ordinary_within",
    "poisson_regression",
    "poisson_weather",
    "reconcile",
    "recurring",
    "seasonal_naive",
    "shares",
    "spreads",
    "warn",
    "weekday_mean",
]
