"""Webhooks, delivered over real HTTP to a real receiver that fails when it is told to."""

import base64
import hashlib
import hmac
import ipaddress
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.domains.notices import services, signing, targets
from shuzhi.domains.notices.models import Message, Webhook
from shuzhi.domains.notices.services.delivering import CLAIM_LASTS, MOST_FAILURES
from shuzhi.spine import accounts, clock, outbox
from shuzhi.spine.access import ROLES
from shuzhi.spine.actors import SYSTEM, Actor, ActorKind, Grant
from shuzhi.spine.errors import AccessDenied, InvalidInput, NotFound
from shuzhi.spine.events import CatalogueChanged, MessageQueued

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@dataclass
class Receiver:
    """Another department's system. `answers` are the statuses to give, in turn; then always 204."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    accepted: list[int] = field(default_factory=list)
    before_answer: Callable[[int], None] = lambda number: None

    def hear(self, headers: dict[str, str], body: bytes) -> int:
        self.heard.append((headers, body))
        self.before_answer(len(self.heard))
        status = self.answers.pop(0) if self.answers else 204
        if status == 204:
            self.accepted.append(json.loads(body)["data"]["message_id"])
        return status


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()

    class Door(BaseHTTPRequestHandler):
        def log_message(self, *_args: object) -> None:
            """Stay quiet."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = one.hear({name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{one.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    one.url = f"http://127.0.0.1:{server.server_port}"
    yield one
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def private_allowed(settings: Any) -> None:
    settings.SHUZHI_WEBHOOK_ALLOW_PRIVATE = True


def happened(*numbers: int) -> None:
    with transaction.atomic():
        outbox.announce_all([MessageQueued(message_id=number, kind="test") for number in numbers], by=SYSTEM)
    outbox.sequence()


def registered(receiver: Receiver, **more: Any) -> services.WrongCode | Any:
    return services.register_webhook(receiver.url, events=["MessageQueued"], by=SYSTEM, **more)


def state(webhook_id: int) -> Any:
    return services.get_webhook(webhook_id, by=SYSTEM)


def test_events_arrive_once_each_in_order_from_the_registration_on(receiver: Receiver) -> None:
    happened(1, 2)
    webhook = registered(receiver).webhook
    happened(*range(3, 130))

    while services.deliver_webhooks():
        pass

    assert receiver.accepted == list(range(3, 130))
    assert (state(webhook.id).position, state(webhook.id).behind) == (129, 0)


def test_only_the_chosen_events_are_told_and_the_rest_is_passed_over_once(receiver: Receiver) -> None:
    webhook = registered(receiver).webhook
    with transaction.atomic():
        for number in range(100):
            outbox.announce(CatalogueChanged(category="0101", area="", unit="U1", version=number), by=SYSTEM)
    happened(7)
    with transaction.atomic():
        outbox.announce(CatalogueChanged(category="0101", area="", unit="U1", version=9), by=SYSTEM)
    outbox.sequence()

    assert services.deliver_webhooks() == 1
    assert services.deliver_webhooks() == 0

    assert receiver.accepted == [7]
    assert state(webhook.id).behind == 0


def test_a_delivery_is_a_cloud_event_with_a_standard_webhooks_signature(
    receiver: Receiver, settings: Any
) -> None:
    settings.SHUZHI_PUBLIC_URL = "https://yunjiang.example"
    made = registered(receiver)
    with clock.stopped_at(MONDAY):
        happened(7)
    with clock.stopped_at(MONDAY + timedelta(minutes=1)):
        services.deliver_webhooks()

    [(headers, body)] = receiver.heard
    assert json.loads(body) == {
        "specversion": "1.0",
        "id": "1",
        "source": "https://yunjiang.example",
        "type": "shuzhi.MessageQueued",
        "time": "2026-03-02T01:00:00+00:00",
        "datacontenttype": "application/json",
        "sequence": "00000000000000000001",
        "data": {"message_id": 7, "kind": "test"},
    }
    assert headers["content-type"].startswith("application/cloudevents+json")
    assert headers["webhook-timestamp"] == str(int((MONDAY + timedelta(minutes=1)).timestamp()))
    key = base64.b64decode(made.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["host"] == receiver.url.removeprefix("http://")


def test_the_signature_of_the_specifications_example() -> None:
    assert (
        signing.sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp=1614265330,
            body=b'{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_a_receiver_that_fails_sometimes_still_hears_everything_in_order(receiver: Receiver) -> None:
    webhook = registered(receiver).webhook
    receiver.answers = [204, 500, 204, 429, 503, 204, 404, 204]
    now = MONDAY
    with clock.stopped_at(now):
        happened(*range(20))
    for _round in range(12):
        with clock.stopped_at(now):
            services.deliver_webhooks()
        now += timedelta(hours=1)

    assert receiver.accepted == list(range(20))
    retried = [json.loads(body)["data"]["message_id"] for _headers, body in receiver.heard]
    assert retried == sorted(retried)
    assert len(retried) == 24
    by_event: dict[int, set[str]] = {}
    for headers, body in receiver.heard:
        by_event.setdefault(json.loads(body)["data"]["message_id"], set()).add(headers["webhook-id"])
    assert all(len(ids) == 1 for ids in by_event.values())
    assert state(webhook.id).failures == 0


def test_after_a_failure_the_next_try_waits_longer_each_time(receiver: Receiver) -> None:
    webhook = registered(receiver).webhook
    receiver.answers = [500] * 4
    now = MONDAY
    with clock.stopped_at(now):
        happened(1)
    for failure in range(1, 5):
        with clock.stopped_at(now):
            assert services.deliver_webhooks() == 1
            assert services.deliver_webhooks() == 0
        card = state(webhook.id)
        assert card.failures == failure
        assert card.last_failure == "the receiver answered 500"
        wait = (card.next_try_at - now).total_seconds()
        assert 5 * 2 ** (failure - 1) / 2 <= wait <= 5 * 2 ** (failure - 1)
        now = card.next_try_at

    with clock.stopped_at(now):
        services.deliver_webhooks()
    assert state(webhook.id).failures == 0
    assert receiver.accepted == [1]


def test_a_receiver_that_never_answers_is_paused_shown_and_later_resumed_without_loss(
    receiver: Receiver,
) -> None:
    admin = accounts.create_account("root", name="Root", password="Riverbank-24", by=SYSTEM).account
    by = Actor(ActorKind.STAFF, str(admin.id), "Root", (Grant("system_admin"),))
    webhook = services.register_webhook(receiver.url, events=["*"], by=by).webhook
    receiver.answers = [500] * MOST_FAILURES
    now = MONDAY
    with clock.stopped_at(now):
        happened(1, 2)
    for _failure in range(MOST_FAILURES + 5):
        with clock.stopped_at(now):
            services.deliver_webhooks()
        now += timedelta(hours=1)

    assert state(webhook.id).paused
    assert len(receiver.heard) == MOST_FAILURES
    assert [one.template for one in services.inbox(by=by)] == ["webhook_paused"]
    services.resume_webhook(webhook.id, by=by)
    services.deliver_webhooks()
    assert receiver.accepted[:2] == [1, 2]


def test_a_receiver_that_is_gone_is_paused_at_once(receiver: Receiver) -> None:
    webhook = registered(receiver).webhook
    receiver.answers = [410]
    happened(1)

    services.deliver_webhooks()

    assert state(webhook.id).paused


def test_nobody_at_the_door_is_a_failure_like_any_other(settings: Any) -> None:
    webhook = services.register_webhook("http://127.0.0.1:9/", events=["*"], by=SYSTEM).webhook
    happened(1)

    services.deliver_webhooks()

    assert state(webhook.id).last_failure == "no answer: ConnectError"


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    webhook = registered(receiver).webhook
    receiver.answers = [302]
    happened(1)

    services.deliver_webhooks()

    assert len(receiver.heard) == 1
    assert state(webhook.id).last_failure == "the receiver answered 302"


def test_one_failing_receiver_does_not_hold_up_another(receiver: Receiver) -> None:
    services.register_webhook("http://127.0.0.1:9/", events=["*"], by=SYSTEM)
    registered(receiver)
    happened(1)

    services.deliver_webhooks()

    assert receiver.accepted == [1]


def test_a_round_whose_time_is_up_begins_no_further_delivery(receiver: Receiver) -> None:
    neglected = registered(receiver).webhook
    happened(1, 2, 3)

    assert services.deliver_webhooks(at_most_s=0) == 1
    assert (receiver.accepted, state(neglected.id).position) == ([1], 1)
    services.register_webhook(receiver.url, events=["MessageQueued"], from_position=0, by=SYSTEM)
    services.deliver_webhooks(at_most_s=0)
    assert receiver.accepted == [1, 1]  # the one that never heard anything comes first
    while services.deliver_webhooks():
        pass
    assert receiver.accepted.count(3) == 2


def test_a_replay_delivers_again_with_the_same_ids(receiver: Receiver) -> None:
    webhook = registered(receiver).webhook
    happened(1, 2, 3)
    services.deliver_webhooks()

    services.replay_webhook(webhook.id, from_position=1, by=SYSTEM)
    services.deliver_webhooks()

    assert receiver.accepted == [1, 2, 3, 2, 3]
    ids = [headers["webhook-id"] for headers, _body in receiver.heard]
    assert ids[1:3] == ids[3:5]
    for position in (-1, 4, 10**20):
        with pytest.raises(InvalidInput):
            services.replay_webhook(webhook.id, from_position=position, by=SYSTEM)


def test_a_paused_webhook_rests_and_keeps_its_place(receiver: Receiver) -> None:
    webhook = registered(receiver).webhook
    services.pause_webhook(webhook.id, by=SYSTEM)
    happened(1)
    assert services.deliver_webhooks() == 0

    services.resume_webhook(webhook.id, by=SYSTEM)
    services.deliver_webhooks()

    assert receiver.accepted == [1]


def test_a_webhook_in_another_workers_hands_is_left_alone_until_its_claim_is_over(receiver: Receiver) -> None:
    from uuid import uuid4

    webhook = registered(receiver).webhook
    with clock.stopped_at(MONDAY):
        happened(1)
        Webhook.objects.filter(pk=webhook.id).update(claim=uuid4(), claimed_until=MONDAY + CLAIM_LASTS)
        assert services.deliver_webhooks() == 0
    with clock.stopped_at(MONDAY - timedelta(days=1)):
        assert services.deliver_webhooks() == 1  # the clock was set back: such a claim means nothing
    Webhook.objects.filter(pk=webhook.id).update(
        position=0, claim=uuid4(), claimed_until=MONDAY + CLAIM_LASTS
    )
    with clock.stopped_at(MONDAY + CLAIM_LASTS + timedelta(seconds=1)):
        assert services.deliver_webhooks() == 1


@pytest.fixture
def worker(receiver: Receiver, tmp_path: Path) -> Callable[..., subprocess.Popen[bytes]]:
    """Starts processes on a database of their own, in which forty events wait for the receiver."""
    script = Path(__file__).with_name("deliver_process.py")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("SHUZHI", "DJANGO"))},
        "SHUZHI_DATA_DIR": str(tmp_path),
        "SHUZHI_LOG_LEVEL": "ERROR",
    }

    def start(*words: str, **pipes: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, script, *words], env=environment, **pipes)  # type: ignore[call-overload,no-any-return]

    assert start("prepare", receiver.url, "40").wait(timeout=60) == 0
    return start


@pytest.mark.thorough
def test_killed_workers_lose_nothing(
    receiver: Receiver, worker: Callable[..., subprocess.Popen[bytes]]
) -> None:
    """`kill -9` in the midst of deliveries, three times: every event arrives, in order, three of them twice."""
    for life in range(4):
        running = worker("deliver", str(life * 5))
        kill_at = len(receiver.heard) + 9

        def strike(
            number: int, victim: int = running.pid, when: int = kill_at, last: bool = life == 3
        ) -> None:
            if number == when and not last:
                os.kill(victim, signal.SIGKILL)

        receiver.before_answer = strike
        assert running.wait(timeout=60) == (0 if life == 3 else -signal.SIGKILL)

    assert sorted(set(receiver.accepted)) == list(range(40))
    assert receiver.accepted == sorted(receiver.accepted)
    assert len(receiver.accepted) == 43


@pytest.mark.thorough
def test_a_replay_wins_over_a_delivery_in_progress(
    receiver: Receiver, worker: Callable[..., subprocess.Popen[bytes]]
) -> None:
    administrator = worker("replay", "2", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert administrator.stdout is not None
    assert administrator.stdout.readline() == b"ready\n"

    def replay_at_the_fifth(number: int) -> None:
        if number == 5:
            administrator.communicate(b"now\n", timeout=60)

    receiver.before_answer = replay_at_the_fifth
    assert worker("deliver", "0").wait(timeout=60) == 0

    assert receiver.accepted == [*range(5), *range(2, 40)]


INSIDE = [
    "127.0.0.1",
    "127.9.9.9",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_inner_addresses_are_not_public(address: str) -> None:
    assert not targets.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "223.5.5.5", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_open_addresses_are_public(address: str) -> None:
    assert targets.is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_the_same_in_every_ipv6_wrapper(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    wrapped = [f"::ffff:{address}", str(ipaddress.IPv6Address((0x0064FF9B << 96) | number))]

    assert {targets.is_public(ipaddress.ip_address(one)) for one in wrapped} == {targets.is_public(address)}


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/hook",
        "https://localhost/hook",
        "https://[::1]/hook",
        "https://[::ffff:169.254.169.254]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.1/",
        "http://1.1.1.1/hook",
        "ftp://1.1.1.1/",
        "file:///etc/passwd",
        "//1.1.1.1/",
        "https://",
        "https:///hook",
        "https://user:secret@1.1.1.1/",
        "https://1.1.1.1:99999/",
        "https://1.1.1.1/\r\nX: y",
        "https://1.1.1.1/a b",
        "https://例子.测试/",
        "https://1.1.1.1/#part",
        "https://" + "a" * 600,
        "https://no-such-name.invalid/",
        "",
    ],
)
def test_an_address_that_leads_inside_or_nowhere_cannot_be_registered(settings: Any, url: str) -> None:
    settings.SHUZHI_WEBHOOK_ALLOW_PRIVATE = False

    with pytest.raises(InvalidInput):
        services.register_webhook(url, events=["*"], by=SYSTEM)
    assert not Webhook.objects.exists()


def test_a_name_that_turns_inward_after_registration_is_refused_at_delivery(
    receiver: Receiver, settings: Any
) -> None:
    webhook = registered(receiver).webhook
    happened(1)
    settings.SHUZHI_WEBHOOK_ALLOW_PRIVATE = False
    port = urlsplit(receiver.url).port
    Webhook.objects.update(url=f"https://localhost:{port}/")

    services.deliver_webhooks()

    assert receiver.heard == []
    assert state(webhook.id).last_failure == "the address leads inside"


@pytest.mark.parametrize("events", [[], ["NoSuchEvent"], ["MessageQueued", "x"], ["Decision"], ["__class__"]])
def test_only_events_that_exist_can_be_asked_for(receiver: Receiver, events: list[str]) -> None:
    with pytest.raises(InvalidInput):
        services.register_webhook(receiver.url, events=events, by=SYSTEM)


@pytest.mark.parametrize(
    "secret",
    ["secret", "whsec_", "whsec_!!!", "whsec_" + base64.b64encode(b"short").decode(), "whsec_" + "A" * 200],
)
def test_a_weak_or_malformed_secret_is_refused(receiver: Receiver, secret: str) -> None:
    with pytest.raises(InvalidInput):
        registered(receiver, secret=secret)


def test_a_given_secret_signs_and_is_sealed_at_rest(receiver: Receiver) -> None:
    secret = signing.new_secret()
    registered(receiver, secret=secret)

    assert secret not in str(Webhook.objects.values().get())
    happened(1)
    services.deliver_webhooks()
    headers, body = receiver.heard[0]
    assert headers["webhook-signature"] == signing.sign(
        secret, message_id=headers["webhook-id"], timestamp=int(headers["webhook-timestamp"]), body=body
    )


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"system_admin", "integration"}))
def test_only_system_administrators_and_integrations_touch_webhooks(receiver: Receiver, role: str) -> None:
    webhook = registered(receiver).webhook
    intruder = Actor(ActorKind.STAFF, "9", "", (Grant(role),))

    for attempt in (
        lambda: services.register_webhook(receiver.url, events=["*"], by=intruder),
        lambda: services.webhooks(by=intruder),
        lambda: services.pause_webhook(webhook.id, by=intruder),
        lambda: services.resume_webhook(webhook.id, by=intruder),
        lambda: services.replay_webhook(webhook.id, from_position=0, by=intruder),
        lambda: services.delete_webhook(webhook.id, by=intruder),
    ):
        with pytest.raises(AccessDenied):
            attempt()


def test_a_removed_webhook_is_gone_with_its_secret(receiver: Receiver) -> None:
    webhook = registered(receiver).webhook

    services.delete_webhook(webhook.id, by=SYSTEM)

    assert not Webhook.objects.exists()
    with pytest.raises(NotFound):
        state(webhook.id)


def test_work_sends_and_delivers(receiver: Receiver, message_file: Any) -> None:
    from shuzhi.domains.notices.cards import Recipient

    registered(receiver)
    message = services.send_message(
        to=Recipient("phone", "13900001234"), template="order_reminded", context={"number": "GD-1"}, by=SYSTEM
    )
    outbox.sequence()

    assert services.work() == 2
    assert services.work() == 0
    assert receiver.accepted == [message.id]
    assert Message.objects.get().state == "sent"


def test_the_page_registers_shows_and_pauses(receiver: Receiver, client: Client) -> None:
    card = accounts.create_account("root", name="Root", password="Riverbank-24", by=SYSTEM).account
    accounts.grant_role(card.id, role="system_admin", because="t", by=SYSTEM)
    client.post("/login/", {"username": "root", "password": "Riverbank-24"})

    page = client.post("/desk/webhooks/", {"url": receiver.url, "events": "MessageQueued"}).content.decode()
    webhook = Webhook.objects.get()
    wrong = client.post(
        "/desk/webhooks/", {"url": "nowhere", "events": "*"}, headers={"accept-language": "en"}
    )
    client.post(f"/desk/webhooks/{webhook.pk}/pause/")

    assert "whsec_" in page
    assert "whsec_" not in client.get("/desk/webhooks/").content.decode()
    assert b"write a whole address" in wrong.content
    assert state(webhook.pk).paused


def test_the_interface_shows_webhooks_to_the_system_administrator(receiver: Receiver, client: Client) -> None:
    card = accounts.create_account("root", name="Root", password="Riverbank-24", by=SYSTEM).account
    accounts.grant_role(card.id, role="system_admin", because="t", by=SYSTEM)
    client.post("/login/", {"username": "root", "password": "Riverbank-24"})
    webhook = registered(receiver).webhook

    listed = client.get("/api/webhooks").json()
    shown = client.get(f"/api/webhooks/{webhook.id}").json()

    assert listed == [shown]
    assert (shown["url"], shown["events"], shown["paused"]) == (receiver.url, ["MessageQueued"], False)
    assert "whsec_" not in str(shown)
    assert client.get("/api/webhooks/999").status_code == 404


def test_the_interface_is_closed_to_everybody_else(receiver: Receiver, client: Client) -> None:
    webhook = registered(receiver).webhook
    secret = accounts.create_key("Reader", scopes=["application", "supervisor"], by=SYSTEM).secret
    key = {"authorization": f"Bearer {secret}"}
    new = {"url": receiver.url, "events": ["*"]}

    for headers, status in (({}, 401), (key, 403)):
        assert client.get("/api/webhooks", headers=headers).status_code == status
        assert client.post("/api/webhooks", new, "application/json", headers=headers).status_code == status
        for change in ("pausing", "resuming"):
            assert client.post(f"/api/webhooks/{webhook.id}/{change}", headers=headers).status_code == status
        assert client.delete(f"/api/webhooks/{webhook.id}", headers=headers).status_code == status
    assert client.get("/api/webhooks", headers={"authorization": "Bearer nonsense"}).status_code == 401
    assert state(webhook.id).paused is False
