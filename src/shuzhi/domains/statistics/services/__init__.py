"""The only entrance to statistics."""

from shuzhi.domains.statistics.grouping import By
from shuzhi.domains.statistics.services.breaks import break_of, breaks, broken_at, days_never_told
from shuzhi.domains.statistics.services.counting import (
    changes_of_units,
    compare_units,
    count_anew,
    measures,
    week_in_figures,
)
from shuzhi.domains.statistics.services.daily import (
    DayCount,
    DayReading,
    PlacedDemand,
    demands_about,
    demands_by_day,
    demands_of,
    first_day,
    readings_by_day,
)
from shuzhi.domains.statistics.services.flowing import flows
from shuzhi.domains.statistics.services.hearing import hearing
from shuzhi.domains.statistics.services.keeping import (
    definition,
    definitions,
    file_away,
    holding,
    rebuild,
    version,
)
from shuzhi.domains.statistics.services.lineage import figures_of_demand, rows_of_flow, rows_of_measure
from shuzhi.domains.statistics.services.periods import last_days, one_state
from shuzhi.domains.statistics.services.trends import trends
from shuzhi.domains.statistics.steps import OrderStep, steps_of_orders

__all__ = [
    "By",
    "DayCount",
    "DayReading",
    "OrderStep",
    "PlacedDemand",
    "break_of",
    "breaks",
    "broken_at",
    "changes_of_units",
    "compare_units",
    "count_anew",
    "days_never_told",
    "definition",
    "definitions",
    "demands_about",
    "demands_by_day",
    "demands_of",
    "figures_of_demand",
    "file_away",
    "first_day",
    "flows",
    "hearing",
    "holding",
    "last_days",
    "measures",
    "one_state",
    "readings_by_day",
    "rebuild",
    "rows_of_flow",
    "rows_of_measure",
    "steps_of_orders",
    "trends",
    "version",
    "week_in_figures",
]
