"""Populations for simulation: fitted to published totals, measured with how sure the figures are, budgeted by month.

`fit` and `whole_numbers` make a population from marginals; `fit_report` says how near it comes. `replicates` gives
bootstrap weights of households, `spread` the interval of any weighted figure. `take_up_path` and `monthly_budget`
turn entitlements into payments. Arrays in, arrays out.
"""

from .budget import monthly_budget, take_up_path
from .fitting import FitReport, Fitted, Marginal, fit, fit_report, whole_numbers
from .resampling import Spread, gini_with_weights, replicates, spread

__all__ = [
    "FitReport",
    "Fitted",
    "Marginal",
    "Spread",
    "fit",
    "fit_report",
    "gini_with_weights",
    "monthly_budget",
    "replicates",
    "spread",
    "take_up_path",
    "whole_numbers",
]
