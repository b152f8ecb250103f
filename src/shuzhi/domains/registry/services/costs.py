"""How much: what the handling of demands costs the units."""

from collections.abc import Mapping
from datetime import date, timedelta

from shuzhi.domains.registry.models import UnitCost


def unit_costs(since: date, until: date) -> Mapping[str, int]:
    """Fen per unit from since, inclusive, to until, exclusive; only units whose cost is known for every day of it.

    A stretch that reaches beyond the period counts with its share of days, to the fen below.
    """
    last = until - timedelta(days=1)
    rows = UnitCost.objects.filter(from_date__lte=last, until_date__gte=since)
    days: dict[str, int] = {}
    fen: dict[str, int] = {}
    for row in rows:
        inside = (min(row.until_date, last) - max(row.from_date, since)).days + 1
        length = (row.until_date - row.from_date).days + 1
        days[row.unit] = days.get(row.unit, 0) + inside
        fen[row.unit] = fen.get(row.unit, 0) + row.amount_fen * inside // length
    return {unit: amount for unit, amount in fen.items() if days[unit] == (until - since).days}
