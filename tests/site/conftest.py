"""What the tests of log-in share: a message file of their own, people with accounts."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from shuzhi.spine import accounts
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.models import User

PASSWORD = "Riverbank-24"


@pytest.fixture
def message_file(settings: Any, tmp_path: Path) -> Callable[[], list[dict[str, str]]]:
    """The messages that went out, read from the demo's file."""
    settings.SHUZHI_DATA_DIR = tmp_path
    settings.SHUZHI_MESSAGE_GATEWAY = "file"
    path = tmp_path / "outbox" / "messages.jsonl"
    return lambda: [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.fixture
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def browser() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def open_account(db: None) -> Callable[..., User]:
    """An account with roles, whose password is known and not due."""

    def opened(username: str, *roles: str) -> User:
        card = accounts.create_account(
            username, name=f"Person {username}", password=PASSWORD, by=SYSTEM
        ).account
        for role in roles:
            accounts.grant_role(card.id, role=role, because="test", by=SYSTEM)
        return User.objects.get(pk=card.id)

    return opened


@pytest.fixture
def log_in(browser: Client) -> Callable[..., Any]:
    def done(username: str, password: str = PASSWORD, client: Client | None = None, **more: str) -> Any:
        return (client or browser).post("/login/", {"username": username, "password": password, **more})

    return done


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """The county's identity provider, in a process of its own."""
    script = Path(__file__).with_name("oidc_provider.py")
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()
