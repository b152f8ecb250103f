"""The fairness engine: rates that stay honest when counts are small, and comparisons only among equals."""

from shuzhi.engines.fairness.comparing import LEAST_TRIALS, Tier, counts_differ, differ, is_rankable, tiers
from shuzhi.engines.fairness.intervals import Interval, wilson_interval
from shuzhi.engines.fairness.shrinkage import Count, shrink

__all__ = [
    "LEAST_TRIALS",
    "Count",
    "Interval",
    "Tier",
    "counts_differ",
    "differ",
    "is_rankable",
    "shrink",
    "tiers",
    "wilson_interval",
]
