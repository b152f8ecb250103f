"""A small county with a demand and its work order, and a key that may do what any key may do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core import signals
from django.db import close_old_connections
from tests.domains.intake.given import given_demand, given_registry

from shuzhi.site.wiring import LISTENERS
from shuzhi.spine import access, accounts, outbox
from shuzhi.spine.actors import SYSTEM


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The application runs inside the test's transaction: it must not close the connection after each request."""
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    yield
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


@pytest.fixture
def api_key(db: None, one_connection: None, settings: Any, tmp_path: Path) -> str:
    """The Authorization header of a key with every scope that keys may have."""
    settings.SHUZHI_DATA_DIR = tmp_path
    given_registry()
    given_demand()
    outbox.drain(LISTENERS)
    scopes = sorted(set(access.ROLES) - access.ADMINISTRATORS - {"citizen"})
    return f"Bearer {accounts.create_key('Schemathesis', scopes=scopes, by=SYSTEM).secret}"
