"""A reform over a population: what it costs, who gains and loses, inequality and poverty, and how sure that is.

`outcomes` puts two laws side by side over samples of households, `summarise` makes every figure of it; `effect`, `gini`, `theil` and `poverty`
are the same measures over plain lists, exact in integers; `take_up_path` and `monthly_budget` make a budget of it.
"""

from .budget import monthly_budget, take_up_path
from .measures import Effect, deciles, effect, effect_by, gini, poverty, theil
from .resampling import Spread, gini_near, replicates, spread, spreads
from .samples import Sample, outcomes
from .summary import Inequality, Outcomes, Summary, scenario_digest, shown, summarise

__all__ = [
    "Effect",
    "Inequality",
    "Outcomes",
    "Sample",
    "Spread",
    "Summary",
    "deciles",
    "effect",
    "effect_by",
    "gini",
    "gini_near",
    "monthly_budget",
    "outcomes",
    "poverty",
    "replicates",
    "scenario_digest",
    "shown",
    "spread",
    "spreads",
    "summarise",
    "take_up_path",
    "theil",
]
