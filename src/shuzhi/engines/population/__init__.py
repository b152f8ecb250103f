"""Populations for simulation: fitted to published totals, with a report of how near they come.

`fit` and `whole_numbers` make a table of people from marginals; `fitted_weights` gives the households of a sample
whole weights that reach published totals. Arrays in, arrays out.
"""

from .fitting import FitReport, Fitted, Marginal, fit, fit_report, whole_numbers
from .weighting import fitted_weights

__all__ = ["FitReport", "Fitted", "Marginal", "fit", "fit_report", "fitted_weights", "whole_numbers"]
