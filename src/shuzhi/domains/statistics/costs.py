"""What a solved demand costs: the units' costs of the period over what they solved in it."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone

from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics.definitions import COST_PER_SOLVED
from shuzhi.domains.statistics.grouping import Grouping
from shuzhi.domains.statistics.tallies import Span, Tally, tally


def divide_costs(folded: Mapping[str, Mapping[str, Tally]], span: Span, grouped: Grouping) -> None:
    """Keep in each group what units with a known cost solved, and set their cost above it.

    A unit that costs and solves nothing raises the cost of its group. Costs are kept per unit, so that groups of
    something else (categories, areas, channels) have none.
    """
    for group in folded.values():
        counted = group[COST_PER_SOLVED]
        counted.excluded["no_cost"], counted.denominator = counted.denominator, 0
    costs = registry.unit_costs(_day(span.since), _day(span.until)) if grouped.column in ("", "unit") else {}
    solved = tally(span, columns=("unit",), names=[COST_PER_SOLVED]) if costs else {}
    for unit, fen in costs.items():
        group_code = grouped.group_of(unit)
        if group_code is None or group_code not in folded:
            continue
        counted = folded[group_code][COST_PER_SOLVED]
        by_unit = solved.get((unit,), {}).get(COST_PER_SOLVED, Tally()).denominator
        counted.numerator += fen
        counted.denominator += by_unit
        counted.excluded["no_cost"] -= by_unit
    for group in folded.values():
        group[COST_PER_SOLVED].excluded = +group[COST_PER_SOLVED].excluded


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()
