import pytest
from tests.domains.intake.given import given_registry


@pytest.fixture
def county(db: None, settings: object, tmp_path: object) -> None:
    """The small county of given.py, with a data folder of its own."""
    settings.SHUZHI_DATA_DIR = tmp_path
    given_registry()
