"""One demo county for all tests of the generator: drawing it takes a quarter of a second."""

from datetime import date

import pytest

from shuzhi.engines.county import CountyRegistry, SyntheticDemand, demands, registry

SEED = 20260101
START, END = date(2023, 1, 1), date(2025, 12, 31)


@pytest.fixture(scope="session")
def county() -> CountyRegistry:
    return registry(SEED)


@pytest.fixture(scope="session")
def stream(county: CountyRegistry) -> list[SyntheticDemand]:
    """Six thousand demands over three years."""
    return list(demands(SEED, county, 6_000, START, END))
