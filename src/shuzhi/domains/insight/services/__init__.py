"""The only entrance to insight."""

from shuzhi.domains.insight.services.following import forget, place_arrivals
from shuzhi.domains.insight.services.judging import confirm, merge, split, undo
from shuzhi.domains.insight.services.reading import hot_issues, issue, issue_of_demand
from shuzhi.domains.insight.services.rebuilding import rebuild, rebuild_nightly

__all__ = [
    "confirm",
    "forget",
    "hot_issues",
    "issue",
    "issue_of_demand",
    "merge",
    "place_arrivals",
    "rebuild",
    "rebuild_nightly",
    "split",
    "undo",
]
