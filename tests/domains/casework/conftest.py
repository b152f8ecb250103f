from collections.abc import Iterator

import pytest
from django.utils import translation
from tests import factories


@pytest.fixture
def county(db: None, settings: object, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The small county of the factories, with a data folder of its own; people read Chinese.

    Rooms that casework knows nothing of hear nothing: to count facts and find issues takes half of a test's time.
    """
    settings.SHUZHI_DATA_DIR = tmp_path
    heard = factories.listeners_of("casework", "intake", "registry", "ledger")
    monkeypatch.setattr(factories, "LISTENERS", heard)
    with translation.override("zh-hans"):
        factories.given_county()
        yield
