"""The fairness engine: rates that stay honest when counts are small, and comparisons only among equals."""

from shuzhi.engines.fairness.comparing import LEAST_TRIALS, Tier, counts_differ, differ, is_rankable, tiers
from shuzhi.engines.fairness.confounding import Comparison, compare_alike
from shuzhi.engines.fairness.intervals import Interval, wilson_interval
from shuzhi.engines.fairness.shrinkage import Count, shrink
from shuzhi.engines.fairness.suppression import LEAST_SHOWN, hidden_cells
from shuzhi.engines.fairness.weighting import MOST_WEIGHT, Heard, Need, post_stratify

__all__ = [
    "LEAST_SHOWN",
    "LEAST_TRIALS",
    "MOST_WEIGHT",
    "Comparison",
    "Count",
    "Heard",
    "Interval",
    "Need",
    "Tier",
    "compare_alike",
    "counts_differ",
    "differ",
    "hidden_cells",
    "is_rankable",
    "post_stratify",
    "shrink",
    "tiers",
    "wilson_interval",
]
