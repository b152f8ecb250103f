"""What the tests of the notices room share."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Sent = Callable[[], list[dict[str, str]]]


@pytest.fixture
def message_file(settings: Any, tmp_path: Path) -> Sent:
    """The messages that went out, read from the demo's file."""
    settings.SHUZHI_DATA_DIR = tmp_path
    settings.SHUZHI_MESSAGE_GATEWAY = "file"
    path = tmp_path / "outbox" / "messages.jsonl"
    return lambda: (
        [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    )
