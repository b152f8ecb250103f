"""What the handling of demands costs the units of the synthetic county."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from shuzhi.engines.county.registry_records import CountyRegistry

YUAN_A_DEMAND = 60
SPREAD = 0.35


@dataclass(frozen=True)
class SyntheticCost:
    """yuan: what demands cost a unit from one day to another, both included."""

    unit: str
    from_date: date
    until_date: date
    yuan: int


def costs(county: CountyRegistry, *, demands_a_year: int, years: Iterable[int]) -> Iterator[SyntheticCost]:
    """One row per unit and year: an even share of the work at a price that differs from unit to unit.

    demands_a_year: how many demands the county handles in a year, 0 or more.
    """
    share = demands_a_year / len(county.units)
    for year in years:
        for unit in county.units:
            rng = random.Random(f"cost-{county.seed}-{unit.code}-{year}")  # noqa: S311 - reproducible, no secret
            price = YUAN_A_DEMAND * rng.uniform(1 - SPREAD, 1 + SPREAD)
            yield SyntheticCost(unit.code, date(year, 1, 1), date(year, 12, 31), round(share * price))
