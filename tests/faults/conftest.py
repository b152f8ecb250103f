"""A running county for the faults that need real processes, and one in the test database for the others."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shuzhi.engines import county
from shuzhi.site.demo import registry
from shuzhi.spine import clock
from tests.faults.server import Server, serving
from tests.made_once import made_once

SEED = 7


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / "county") as running:
        yield running


@pytest.fixture
def small_county(db: None, settings: Any, tmp_path: Path) -> None:
    """The synthetic county's registry in the test database, with a data folder of its own."""
    settings.SHUZHI_DATA_DIR = tmp_path
    _load_registry()


@made_once
def _load_registry() -> None:
    registry.load(county.registry(SEED), years=[clock.today().year])
