"""Listeners that fail, clocks that jump back, stories told again."""

from collections.abc import Sequence
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from typer.testing import CliRunner

from shuzhi.site import cli, wiring
from shuzhi.spine import clock, limits, outbox
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import TooManyTries
from shuzhi.spine.events import DemandReceived
from shuzhi.spine.models import OutboxEvent
from shuzhi.spine.outbox import Announced, Listener
from tests.domains.intake.given import given_demand

pytestmark = pytest.mark.usefixtures("small_county")


class Stumbling:
    """A listener whose duty fails until it is mended."""

    def __init__(self) -> None:
        self.mended = False
        self.heard: list[int] = []

    def hear(self, batch: Sequence[Announced]) -> None:
        if not self.mended:
            raise RuntimeError("the tax office does not answer")
        self.heard += [one.position for one in batch]


@pytest.fixture
def stumbling(monkeypatch: Any) -> Stumbling:
    duty = Stumbling()
    listener = Listener("test.stumbling", (DemandReceived,), duty.hear)
    monkeypatch.setattr(wiring, "LISTENERS", (*wiring.LISTENERS, listener))
    monkeypatch.setattr("shuzhi.site.pages.LISTENERS", wiring.LISTENERS)
    return duty


def test_a_failing_listener_stops_alone_and_is_seen(stumbling: Stumbling, client: Client) -> None:
    given_demand()
    outbox.drain(wiring.LISTENERS)

    stopped = {one.listener for one in outbox.status(wiring.LISTENERS).listeners if one.failure}
    assert stopped == {"test.stumbling"}
    assert _behind() == {"test.stumbling": OutboxEvent.objects.count()}
    page = client.get("/status/", headers={"accept-language": "en"}).content.decode()
    assert "tax office" not in page, "the public page keeps the reason to itself"
    assert "stopped" in page.lower()


def test_a_mended_listener_is_resumed_by_command_and_hears_everything_once(stumbling: Stumbling) -> None:
    given_demand()
    outbox.drain(wiring.LISTENERS)
    stumbling.mended = True
    outbox.drain(wiring.LISTENERS)
    assert stumbling.heard == []

    done = CliRunner().invoke(cli.app, ["outbox", "resume", "test.stumbling"])
    outbox.drain(wiring.LISTENERS)

    assert done.exit_code == 0, done.output
    assert len(stumbling.heard) == OutboxEvent.objects.filter(name="DemandReceived").count() == 1
    assert _behind() == {}


def test_a_database_without_room_stops_nobody(monkeypatch: Any) -> None:
    given_demand()
    room, heard = [False], []

    def hear(batch: Sequence[Announced]) -> None:
        if not room[0]:
            _hindered()
        heard.extend(batch)

    listeners = (*wiring.LISTENERS, Listener("test.hindered", (DemandReceived,), hear))
    monkeypatch.setattr(wiring, "LISTENERS", listeners)

    with pytest.raises(OperationalError):
        outbox.drain(listeners)
    assert [one.listener for one in outbox.status(listeners).listeners if one.failure] == []
    room[0] = True
    outbox.drain(listeners)

    assert len(heard) == 1
    assert _behind() == {}


def test_a_wrong_query_is_the_listeners_own_failure(monkeypatch: Any) -> None:
    def hear(_batch: Sequence[Announced]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM nowhere")

    given_demand()
    listeners = (*wiring.LISTENERS, Listener("test.wrong", (DemandReceived,), hear))
    outbox.drain(listeners)

    assert [one.listener for one in outbox.status(listeners).listeners if one.failure] == ["test.wrong"]


def test_a_story_told_again_gives_the_same_read_models() -> None:
    for number in range(5):
        given_demand(f"锦绣花园{number}号楼路灯不亮。")
    outbox.drain(wiring.LISTENERS)
    assert _behind() == {}
    readable = [one for one in wiring.LISTENERS if one.forget]
    before = _tables()

    for listener in readable:
        outbox.replay(listener, by=SYSTEM)
    outbox.drain(wiring.LISTENERS)

    assert len(readable) >= 2
    assert _behind() == {}
    assert _tables() == before


def test_a_clock_that_jumps_back_loses_and_doubles_nothing() -> None:
    given_demand()
    outbox.drain(wiring.LISTENERS)
    with clock.stopped_at(clock.now() - timedelta(hours=3)):
        given_demand("人民路路灯不亮。")
        outbox.drain(wiring.LISTENERS)
    given_demand("人民路井盖坏了。")
    outbox.drain(wiring.LISTENERS)

    positions = list(OutboxEvent.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))
    assert _behind() == {}
    assert _count("casework_workorder") == 3


def test_a_clock_that_jumps_back_does_not_lock_anybody_out() -> None:
    limits.count("test", at_most=1, per_seconds=60)
    with pytest.raises(TooManyTries):
        limits.count("test", at_most=1, per_seconds=60)

    with clock.stopped_at(clock.now() - timedelta(days=365)):
        limits.count("test", at_most=1, per_seconds=60)


def _hindered() -> None:
    """Refused as by a full disk, or by a server that takes too long."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA max_page_count = 1")
            try:
                cursor.execute("CREATE TABLE ballast AS SELECT zeroblob(1000000) AS weight")
            finally:
                cursor.execute("PRAGMA max_page_count = 1073741823")
        cursor.execute("SET LOCAL statement_timeout = 1")
        cursor.execute("SELECT pg_sleep(5)")


def _behind() -> dict[str, int]:
    """Who lags; those that wait for the witnesses of the ledger, who are not asked here, are left out."""
    free = [one for one in wiring.LISTENERS if one.until is None]
    return {one.listener: one.behind for one in outbox.status(free).listeners if one.behind}


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def _tables() -> str:
    """Everything that the rooms keep, as text; bookmarks and messages are not read models.

    Nor is the list of the warehouse's files, which counts its own changes; the bytes of the files are compared where
    it is tested.
    """
    text = StringIO()
    rooms = ("intake", "casework", "statistics")
    call_command("dumpdata", *rooms, exclude=["statistics.warehouse"], stdout=text, indent=1)
    return text.getvalue()
