"""Pages of statistics: public figures, what a measure is, the rows behind it."""

from shuzhi.domains.statistics.pages.hearing import hearing
from shuzhi.domains.statistics.pages.measure import measure
from shuzhi.domains.statistics.pages.public import count_anew, figures, fragment, table, week
from shuzhi.domains.statistics.pages.rows import flow_rows, of_demand, rows
from shuzhi.domains.statistics.pages.tree import tree

__all__ = [
    "count_anew",
    "figures",
    "flow_rows",
    "fragment",
    "hearing",
    "measure",
    "of_demand",
    "rows",
    "table",
    "tree",
    "week",
]
