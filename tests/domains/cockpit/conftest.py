from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.utils import translation
from tests import factories


@pytest.fixture
def county(db: None, settings: object, tmp_path: object) -> Iterator[None]:
    """The small county of the factories with a warehouse of its own; people read Chinese."""
    settings.SHUZHI_DATA_DIR = tmp_path
    settings.SHUZHI_WAREHOUSE_DIR = str(tmp_path / "warehouse")
    cache.clear()
    with translation.override("zh-hans"):
        factories.given_county()
        yield
