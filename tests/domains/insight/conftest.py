from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.utils import translation
from tests import factories


@pytest.fixture
def county(db: None, settings: object, tmp_path: object) -> Iterator[None]:
    """The small county of the factories, with a data folder of its own; people read Chinese."""
    settings.SHUZHI_DATA_DIR = tmp_path
    with translation.override("zh-hans"):
        factories.given_county()
        yield


@pytest.fixture(autouse=True)
def _nothing_counted_before() -> None:
    """Figures are kept for minutes; each test counts its own."""
    cache.clear()
