from collections.abc import Iterator

import pytest
from django.utils import translation
from tests import factories

from shuzhi.domains.policy import services as policy
from shuzhi.spine.actors import SYSTEM


@pytest.fixture
def county(db: None, settings: object, tmp_path: object) -> Iterator[None]:
    """The small county of the factories with the shipped books on the shelf; people read Chinese."""
    settings.SHUZHI_DATA_DIR = tmp_path
    with translation.override("zh-hans"):
        factories.given_county()
        policy.load_shipped_books(by=SYSTEM)
        yield
