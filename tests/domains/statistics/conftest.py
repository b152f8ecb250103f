import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nothing_counted_before() -> None:
    """Figures are kept for minutes; each test counts its own."""
    cache.clear()
