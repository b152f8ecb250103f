"""A reform over a population: what it costs, who gains and loses, inequality and poverty, and how sure that is.

`summarise` takes the arrays that a database gave and returns every figure; `effect`, `gini`, `theil` and `poverty`
are the same measures over plain lists, exact in integers; `take_up_path` and `monthly_budget` make a budget of it.
"""

from .budget import monthly_budget, take_up_path
from .measures import Effect, deciles, effect, effect_by, gini, poverty, theil
from .resampling import Spread, gini_with_weights, replicates, spread
from .summary import Inequality, Outcomes, Summary, scenario_digest, summarise

__all__ = [
    "Effect",
    "Inequality",
    "Outcomes",
    "Spread",
    "Summary",
    "deciles",
    "effect",
    "effect_by",
    "gini",
    "gini_with_weights",
    "monthly_budget",
    "poverty",
    "replicates",
    "scenario_digest",
    "spread",
    "summarise",
    "take_up_path",
    "theil",
]
