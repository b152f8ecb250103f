"""`shuzhi accounts` and `shuzhi webhooks`, run as commands."""

import re

import pytest
from typer.testing import CliRunner

from shuzhi.domains.notices import cli as webhooks_cli
from shuzhi.domains.notices.models import Webhook
from shuzhi.site.login import cli as accounts_cli
from shuzhi.spine import accounts
from shuzhi.spine.actors import SYSTEM, Grant
from shuzhi.spine.errors import Refused
from shuzhi.spine.models import User

pytestmark = pytest.mark.django_db


def said(app: object, *words: str) -> str:
    result = CliRunner().invoke(app, list(words), env={"COLUMNS": "200"}, catch_exceptions=False)  # type: ignore[arg-type]
    assert result.exit_code == 0, result.output
    return result.output


def test_an_account_is_opened_granted_listed_and_revoked_from_the_command_line() -> None:
    created = said(
        accounts_cli.app, "create", "wang", "--name", "王芳", "--unit", "U07", "--role", "dispatcher"
    )
    password = re.findall(r"One-time password: (\S{16})\n", created)[0]
    said(accounts_cli.app, "grant", "wang", "unit_officer", "--unit", "U07", "--because", "post")
    listed = said(accounts_cli.app, "list")
    said(accounts_cli.app, "revoke", "wang", "dispatcher", "--because", "moved")

    user = User.objects.get(username="wang")
    assert user.check_password(password)
    assert "王芳" in listed
    assert "unit_officer U07" in listed
    assert user.as_actor().grants == (Grant("unit_officer", unit="U07"),)


def test_unlocking_from_the_command_line_is_recorded() -> None:
    accounts.create_account("wang", name="Wang", password="Riverbank-24", by=SYSTEM)

    assert "wang may log in again" in said(accounts_cli.app, "unlock", "wang", "--because", "called")


def test_refusals_reach_the_command_line_whole() -> None:
    with pytest.raises(Refused):
        said(accounts_cli.app, "grant", "nobody", "dispatcher", "--because", "x")


def test_a_webhook_lives_its_life_from_the_command_line(settings: object) -> None:
    settings.SHUZHI_WEBHOOK_ALLOW_PRIVATE = True  # type: ignore[attr-defined]

    added = said(webhooks_cli.app, "add", "http://127.0.0.1:9/hook", "--event", "WorkOrderMoved")
    webhook = Webhook.objects.get()
    number = str(webhook.pk)
    said(webhooks_cli.app, "pause", number)
    paused = said(webhooks_cli.app, "list")
    said(webhooks_cli.app, "resume", number)
    said(webhooks_cli.app, "replay", number, "--from", "0")
    running = said(webhooks_cli.app, "list")
    said(webhooks_cli.app, "remove", number)

    assert re.search(r"whsec_\S{44}", added)
    assert "paused" in paused
    assert "running" in running
    assert not Webhook.objects.exists()
