from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.utils import translation
from tests import factories
from tests.made_once import made_once

from shuzhi.domains.policy import services as policy
from shuzhi.spine.actors import SYSTEM


@pytest.fixture
def county(db: None, settings: object, tmp_path: object) -> Iterator[None]:
    """The small county of the factories with the shipped books on the shelf; people read Chinese."""
    settings.SHUZHI_DATA_DIR = tmp_path
    with translation.override("zh-hans"):
        _given_county_with_books()
        yield


@made_once
def _given_county_with_books() -> None:
    factories.given_county()
    policy.load_shipped_books(by=SYSTEM)


@pytest.fixture(autouse=True)
def _nothing_counted_before() -> None:
    """Figures are kept for an hour; each test counts its own."""
    cache.clear()
