"""Messages: queued with the write that causes them, sent by the worker, kept sealed."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from tests.plans import tables_read_whole

from shuzhi.domains.notices import gateways, services, wording
from shuzhi.domains.notices.cards import MessageState, Recipient, RecipientKind
from shuzhi.domains.notices.gateways import GatewayFailed, Parcel
from shuzhi.domains.notices.models import Message
from shuzhi.domains.notices.services.sending import CLAIM_LASTS, MOST_TRIES
from shuzhi.domains.notices.waiting import back_off
from shuzhi.spine import accounts, clock
from shuzhi.spine.actors import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant, citizen
from shuzhi.spine.errors import AccessDenied, InvalidInput, NotFound
from shuzhi.spine.models import OutboxEvent
from shuzhi.spine.sealing import lookup_hash

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PHONE = Recipient("phone", "13900001234")
MAIL = Recipient("email", "li@example.org")
Sent = Callable[[], list[dict[str, str]]]


def told(to: Recipient = PHONE, **changes: Any) -> int:
    message = {
        "template": "reopened",
        "context": {"public_code": "YJ-7K3M-Q2XW", "due": MONDAY},
        "by": SYSTEM,
    }
    return services.send_message(to=to, **{**message, **changes}).id


def state(message_id: int) -> str:
    return Message.objects.get(pk=message_id).state


class Scripted:
    """A way out whose failures are planned: the outside world, which a test may play."""

    carries: ClassVar[frozenset[RecipientKind]] = frozenset(RecipientKind)
    drops_repeats: ClassVar[bool] = False

    def __init__(self) -> None:
        self.plan: list[Exception | None] = []
        self.parcels: list[Parcel] = []

    def send(self, parcel: Parcel) -> None:
        self.parcels.append(parcel)
        if self.plan and (failure := self.plan.pop(0)):
            raise failure


@pytest.fixture
def scripted(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Scripted:
    gateway = Scripted()
    monkeypatch.setitem(gateways.GATEWAYS, "scripted", lambda: gateway)
    settings.SHUZHI_MESSAGE_GATEWAY = "scripted"
    return gateway


def test_a_message_goes_out_in_the_recipients_language(message_file: Sent) -> None:
    told(language="zh-hans")
    told(to=MAIL, language="en")

    assert services.send_waiting() == 2

    chinese, english = message_file()
    assert chinese["to"] == "13900001234"
    assert "您反映的事（YJ-7K3M-Q2XW）已重新办理，预计 2026年3月2日 09:00 前答复" in chinese["text"]
    assert english["subject"] == "Your matter is open again"
    assert "2 Mar 2026 09:00" in english["text"]


def test_what_waits_is_found_without_reading_what_was_sent(message_file: Sent) -> None:
    told()

    assert tables_read_whole(services.send_waiting) == set()
    assert len(message_file()) == 1


def test_a_message_of_a_write_that_failed_never_existed(message_file: Sent) -> None:
    def failing_write() -> None:
        with transaction.atomic():
            told()
            raise LookupError

    with pytest.raises(LookupError):
        failing_write()

    assert services.send_waiting() == 0
    assert not OutboxEvent.objects.exists()


def test_queueing_is_announced_with_a_number_and_a_kind_only() -> None:
    message_id = told()

    event = OutboxEvent.objects.get()
    assert (event.name, event.body) == ("MessageQueued", {"message_id": message_id, "kind": "reopened"})


def test_neither_address_nor_code_is_readable_in_the_database() -> None:
    services.send_code("13900001234", purpose="log_in", address="203.0.113.7", by=ANONYMOUS)
    told(to=MAIL)

    stored = json.dumps(list(Message.objects.values()), default=str)
    assert "13900001234" not in stored
    assert "li@example.org" not in stored
    assert "YJ-7K3M" not in stored


def test_a_sent_code_leaves_no_trace_of_itself(message_file: Sent) -> None:
    services.send_code("13900001234", purpose="log_in", address="", by=ANONYMOUS)
    services.send_waiting()

    assert re.search(r"\d{6}", message_file()[0]["text"])
    assert Message.objects.get().context_sealed == ""


def test_a_code_that_is_too_old_is_not_sent(message_file: Sent) -> None:
    with clock.stopped_at(MONDAY):
        services.send_code("13900001234", purpose="log_in", address="", by=ANONYMOUS)
    with clock.stopped_at(MONDAY + timedelta(minutes=5)):
        services.send_waiting()

    assert message_file() == []
    assert Message.objects.get().state == MessageState.EXPIRED


def test_a_round_whose_time_is_up_begins_no_further_message(message_file: Sent) -> None:
    for _message in range(3):
        told()

    assert services.send_waiting(at_most_s=0) == 1
    assert len(message_file()) == 1


def test_codes_overtake_other_messages(message_file: Sent) -> None:
    for _message in range(3):
        told()
    services.send_code("13900001234", purpose="log_in", address="", by=ANONYMOUS)

    services.send_waiting(limit=1)

    assert "验证码" in message_file()[0]["text"]


def test_a_failing_gateway_is_asked_again_later_and_later_and_then_no_more(scripted: Scripted) -> None:
    scripted.plan = [GatewayFailed("busy") for _try in range(100)]
    waits = []
    with clock.stopped_at(MONDAY):
        message_id = told()
    now = MONDAY
    for _try in range(MOST_TRIES):
        with clock.stopped_at(now):
            assert services.send_waiting() == 1
            assert services.send_waiting() == 0
        row = Message.objects.get(pk=message_id)
        waits.append((row.next_try_at - now).total_seconds())
        now = row.next_try_at

    assert [30 * 2**n / 2 <= wait <= 30 * 2**n for n, wait in enumerate(waits[:-1])] == [True] * (
        MOST_TRIES - 1
    )
    assert state(message_id) == MessageState.FAILED
    assert len({parcel.key for parcel in scripted.parcels}) == 1
    assert [parcel.attempt for parcel in scripted.parcels] == list(range(1, MOST_TRIES + 1))


def test_a_later_try_that_works_settles_the_message(scripted: Scripted) -> None:
    scripted.plan = [GatewayFailed("busy"), None]
    with clock.stopped_at(MONDAY):
        message_id = told()
        services.send_waiting()
    with clock.stopped_at(MONDAY + timedelta(minutes=1)):
        services.send_waiting()
        services.send_waiting()

    row = Message.objects.get(pk=message_id)
    assert (row.state, row.tries, row.failure) == (MessageState.SENT, 2, "")
    assert row.sent_at == MONDAY + timedelta(minutes=1)
    assert len(scripted.parcels) == 2


def test_an_address_that_the_gateway_knows_to_be_wrong_is_given_up_at_once(scripted: Scripted) -> None:
    scripted.plan = [GatewayFailed("no such number", again=False)]
    message_id = told()

    services.send_waiting()

    assert state(message_id) == MessageState.FAILED
    assert [card.failure for card in services.troubled_messages(by=SYSTEM)] == ["no such number"]


def cut_off_while_sending(scripted: Scripted) -> int:
    """A worker that dies between handing over and noting it."""
    message_id = told()
    scripted.plan = [KeyboardInterrupt()]  # type: ignore[list-item]  # what a kill looks like from inside
    with pytest.raises(KeyboardInterrupt):
        services.send_waiting()
    assert state(message_id) == MessageState.SENDING
    return message_id


def test_after_a_crash_a_gateway_that_cannot_drop_repeats_is_not_asked_twice(scripted: Scripted) -> None:
    with clock.stopped_at(MONDAY):
        message_id = cut_off_while_sending(scripted)
        assert services.send_waiting() == 0
    with clock.stopped_at(MONDAY + CLAIM_LASTS + timedelta(seconds=1)):
        services.send_waiting()

    assert state(message_id) == MessageState.UNSURE
    assert len(scripted.parcels) == 1


def test_after_a_crash_a_gateway_that_drops_repeats_gets_the_same_key_again(scripted: Scripted) -> None:
    type(scripted).drops_repeats = True
    try:
        with clock.stopped_at(MONDAY):
            message_id = cut_off_while_sending(scripted)
        with clock.stopped_at(MONDAY + CLAIM_LASTS + timedelta(seconds=1)):
            services.send_waiting()
    finally:
        type(scripted).drops_repeats = False

    assert state(message_id) == MessageState.SENT
    assert len({parcel.key for parcel in scripted.parcels}) == 1


def test_a_claim_of_a_clock_that_was_set_back_does_not_hold_for_ever(scripted: Scripted) -> None:
    with clock.stopped_at(MONDAY + timedelta(days=365)):
        message_id = cut_off_while_sending(scripted)
    with clock.stopped_at(MONDAY):
        services.send_waiting()

    assert state(message_id) == MessageState.UNSURE


def test_the_message_file_never_holds_a_message_twice(message_file: Sent) -> None:
    message_id = told()
    services.send_waiting()
    Message.objects.filter(pk=message_id).update(state=MessageState.SENDING, claimed_at=MONDAY)

    services.send_waiting()

    assert len(message_file()) == 1
    assert state(message_id) == MessageState.SENT


def test_the_message_file_is_for_its_owner_only(message_file: Sent, settings: Any) -> None:
    told()
    services.send_waiting()

    path = settings.SHUZHI_DATA_DIR / "outbox" / "messages.jsonl"
    assert path.stat().st_mode & 0o077 == 0


def test_a_message_file_that_cannot_be_written_delays_and_loses_nothing(
    message_file: Sent, settings: Any
) -> None:
    blocker = settings.SHUZHI_DATA_DIR / "outbox"
    blocker.write_text("in the way")
    with clock.stopped_at(MONDAY):
        message_id = told()
        services.send_waiting()
    assert state(message_id) == MessageState.QUEUED
    blocker.unlink()

    with clock.stopped_at(MONDAY + timedelta(minutes=1)):
        services.send_waiting()

    assert len(message_file()) == 1


def test_a_given_up_message_can_be_tried_again_by_the_system_administrator(scripted: Scripted) -> None:
    scripted.plan = [GatewayFailed("no", again=False)]
    message_id = told()
    services.send_waiting()

    with pytest.raises(AccessDenied):
        services.retry_message(message_id, by=Actor(ActorKind.STAFF, "1", "", (Grant("dispatcher"),)))
    services.retry_message(message_id, by=Actor(ActorKind.STAFF, "2", "", (Grant("system_admin"),)))
    services.send_waiting()

    assert state(message_id) == MessageState.SENT
    with pytest.raises(NotFound):
        services.retry_message(message_id, by=SYSTEM)


def test_a_kind_that_no_gateway_carries_fails_and_says_so(settings: Any) -> None:
    settings.SHUZHI_MESSAGE_GATEWAY = "email"
    message_id = told(to=PHONE)

    services.send_waiting()

    assert state(message_id) == MessageState.FAILED
    assert "phone" in Message.objects.get().failure


def test_e_mail_goes_through_the_mail_server_with_a_stable_id_and_no_stray_headers(settings: Any) -> None:
    settings.SHUZHI_MESSAGE_GATEWAY = "email"
    message_id = told(
        to=MAIL, context={"public_code": "YJ-1\r\nBcc: victim@example.org", "due": "now"}, language="en"
    )

    services.send_waiting()

    [letter] = mail.outbox
    assert letter.to == ["li@example.org"]
    assert str(Message.objects.get(pk=message_id).key) in letter.extra_headers["Message-ID"]
    assert "\n" not in letter.subject + letter.body
    assert letter.bcc == []


class SmsPort(BaseHTTPRequestHandler):
    received: ClassVar[list[tuple[dict[str, str], bytes]]] = []
    status: ClassVar[int] = 202

    def log_message(self, *_args: object) -> None:
        """Stay quiet."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append((dict(self.headers), body))
        self.send_response(self.status)
        self.end_headers()


@pytest.fixture
def sms_port(settings: Any) -> Iterator[type[SmsPort]]:
    SmsPort.received.clear()
    SmsPort.status = 202
    server = ThreadingHTTPServer(("127.0.0.1", 0), SmsPort)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SHUZHI_MESSAGE_GATEWAY = "sms,email"
    settings.SHUZHI_SMS_URL = f"http://127.0.0.1:{server.server_port}/send"
    settings.SHUZHI_SMS_SECRET = "between us"
    yield SmsPort
    server.shutdown()
    server.server_close()


def test_the_sms_port_gets_signed_json_with_the_messages_key(sms_port: type[SmsPort]) -> None:
    import hashlib
    import hmac

    message_id = told()
    services.send_waiting()

    [(headers, body)] = sms_port.received
    content = json.loads(body)
    signed = hmac.new(b"between us", f"{headers['X-Timestamp']}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Signature"] == signed
    assert content["phone"] == "13900001234"
    assert "YJ-7K3M-Q2XW" in content["text"]
    assert headers["Idempotency-Key"] == content["id"] == str(Message.objects.get().key)
    assert state(message_id) == MessageState.SENT


@pytest.mark.parametrize(
    ("status", "then"), [(500, "queued"), (503, "queued"), (429, "queued"), (400, "failed"), (302, "failed")]
)
def test_what_the_sms_port_answers_decides_whether_to_try_again(
    sms_port: type[SmsPort], status: int, then: str
) -> None:
    sms_port.status = status
    message_id = told()

    services.send_waiting()

    assert state(message_id) == then


def test_an_sms_port_that_is_away_delays_only(settings: Any) -> None:
    settings.SHUZHI_MESSAGE_GATEWAY = "sms"
    settings.SHUZHI_SMS_URL = "http://127.0.0.1:9/"
    message_id = told()

    services.send_waiting()

    assert state(message_id) == MessageState.QUEUED


@pytest.mark.parametrize(
    "typed",
    [
        "13900001234",
        "+86 139 0000 1234",
        "139-0000-1234",
        "１３９００００１２３４",
        "86 13900001234",
        "(139)00001234",
    ],
)
def test_one_phone_has_one_form_however_it_is_typed(typed: str) -> None:
    assert services.normal_phone(typed) == "13900001234"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12345",
        "12900001234",
        "139000012345",
        "+1 202 555 0100",
        "13900001234;DROP",
        "1390000123\0",
        "x" * 9999,
    ],
)
def test_what_is_no_mobile_number_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        services.normal_phone(typed)


@pytest.mark.parametrize(
    "typed", ["", "a", "a@b", "a b@example.org", "a@example.org\nBcc: x@example.org", "@" * 300]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        services.normal_email(typed)


@given(st.text(max_size=400))
def test_whatever_a_context_holds_a_message_stays_one_clean_line(words: str) -> None:
    packed = wording.pack("demand_replied", {"public_code": words, "unit": "{due} {0.__class__}"})

    for language in wording.LANGUAGES:
        subject, text = wording.render("demand_replied", packed, language=language)
        assert not re.search(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\u2028\u2029]", subject + text)
        assert "{due} {0.__class__}" in text


def test_a_wrong_template_or_context_is_a_mistake_of_the_programmer() -> None:
    for changes in (
        {"template": "no_such"},
        {"context": {}},
        {"context": {"public_code": "x", "due": datetime(2026, 1, 1)}},
        {"context": {"public_code": "x", "due": object()}},
    ):
        with pytest.raises(ValueError):  # noqa: PT011
            told(**changes)


def test_every_template_renders_in_both_languages_with_what_it_asks_for() -> None:
    for code, template in wording.wordings().items():
        packed = wording.pack(code, dict.fromkeys(template.asks, "VALUE"))
        for language in wording.LANGUAGES:
            subject, text = wording.render(code, packed, language=language)
            assert subject
            assert "{" not in text
            assert "…" not in text
            assert text.count("VALUE") == len(set(template.asks))
        assert re.search(r"[\u4e00-\u9fff]", template.texts["zh-hans"])
        assert not re.search(r"[\u4e00-\u9fff]", template.texts["en"])


def test_days_and_moments_are_written_as_people_of_the_language_do() -> None:
    packed = wording.pack(
        "demand_closed_please_rate", {"public_code": "A", "reopen_until": date(2026, 3, 18)}
    )

    assert "2026年3月18日 前" in wording.render("demand_closed_please_rate", packed, language="zh-hans")[1]
    assert "until 18 Mar 2026" in wording.render("demand_closed_please_rate", packed, language="en")[1]


def test_everybody_reads_the_own_messages_and_nobody_elses() -> None:
    card = accounts.create_account(
        "wang", name="Wang", unit="U01", password="Riverbank-24", by=SYSTEM
    ).account
    accounts.grant_role(card.id, role="unit_officer", unit="U07", because="t", by=SYSTEM)
    wang = Actor(ActorKind.STAFF, str(card.id), "Wang", (Grant("unit_officer", unit="U07"),))
    mine = told(to=Recipient("staff", str(card.id)))
    units = told(to=Recipient("unit", "U07"))
    post = told(to=Recipient("unit", "U01"))
    told(to=Recipient("unit", "U08"))
    told(to=Recipient("staff", "999"))
    phoned = told(to=PHONE)

    assert {one.id for one in services.inbox(by=wang)} == {mine, units, post}
    assert [one.id for one in services.inbox(by=citizen(lookup_hash("13900001234")))] == [phoned]
    assert services.inbox(by=ANONYMOUS) == []
    assert (
        services.inbox(by=Actor(ActorKind.APPLICATION, "1", "", (Grant("unit_officer", unit="U07"),))) == []
    )


def test_reading_counts_for_the_reader_only() -> None:
    mine, other = told(to=Recipient("unit", "U07")), told(to=Recipient("unit", "U08"))
    reader = Actor(ActorKind.STAFF, "1", "", (Grant("unit_officer", unit="U07"),))
    assert services.unread_count(by=reader) == 1

    assert services.mark_read([mine, other], by=reader) == 1

    assert services.unread_count(by=reader) == 0
    assert Message.objects.get(pk=other).read_at is None


def test_one_time_codes_are_not_shown_in_the_inbox(message_file: Sent) -> None:
    services.send_code("13900001234", purpose="log_in", address="", by=ANONYMOUS)

    assert services.inbox(by=citizen(lookup_hash("13900001234"))) == []


def test_an_inbox_speaks_the_readers_language() -> None:
    told(to=Recipient("unit", "U07"), language="zh-hans")
    reader = Actor(ActorKind.STAFF, "1", "", (Grant("unit_officer", unit="U07"),))

    with translation.override("en"):
        assert services.inbox(by=reader)[0].subject == "Your matter is open again"
    with translation.override("zh-hans"):
        assert services.inbox(by=reader)[0].subject == "您反映的事继续办理"


def test_the_pages_of_messages_turn_and_mark_what_was_seen(client: Client) -> None:
    session = client.session
    session["citizen_phone_hash"] = lookup_hash("13900001234")
    session.save()
    for number in range(35):
        told(context={"public_code": f"YJ-{number:04d}", "due": "x"})

    first = client.get("/me/messages/").content.decode()
    onward = re.findall(r'href="(\?before=\d+)"', first)[0]
    second = client.get(f"/me/messages/{onward}").content.decode()

    assert len(set(re.findall(r"YJ-\d{4}", first))) == 30
    assert len(set(re.findall(r"YJ-\d{4}", second))) == 5
    assert services.unread_count(by=citizen(lookup_hash("13900001234"))) == 0
    assert client.get("/me/messages/?before=" + "9" * 50).status_code == 200


def test_a_message_leads_to_the_order_or_the_demand_that_it_names() -> None:
    order = {"number": "26-1124-04967", "due": MONDAY}
    told()
    told(to=Recipient("unit", "U07"), template="order_dispatched", context=order)
    told(to=Recipient("unit", "U07"), template="reopened", context={"public_code": "../login", "due": "x"})
    officer = Actor(ActorKind.STAFF, "1", "", (Grant("unit_officer", unit="U07"),))

    [mine] = services.inbox(by=citizen(lookup_hash("13900001234")))
    strange, work = services.inbox(by=officer)

    assert (resolve(mine.link).view_name, mine.link) == ("casework:progress", "/track/YJ-7K3M-Q2XW/")
    assert (resolve(work.link).view_name, work.link) == ("casework:order", "/desk/orders/26-1124-04967/")
    assert strange.link == "/track/..%2Flogin/"


def test_an_empty_context_value_cannot_smuggle_markup_into_a_page(client: Client) -> None:
    session = client.session
    session["citizen_phone_hash"] = lookup_hash("13900001234")
    session.save()
    told(context={"public_code": "<script>alert(1)</script>", "due": "x"})

    assert "<script>alert" not in client.get("/me/messages/").content.decode()


@given(st.integers(1, 10_000))
def test_a_wait_grows_to_its_bound_and_never_beyond(failures: int) -> None:
    wait = back_off(failures, first_s=5, longest_s=3600)

    assert min(3600, 5 * 2 ** min(failures - 1, 60)) / 2 <= wait <= 3600


def test_there_is_no_wait_before_a_failure() -> None:
    with pytest.raises(ValueError, match="first failure"):
        back_off(0, first_s=5, longest_s=3600)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_send_every_message_once(message_file: Sent) -> None:
    keys = {told() for _message in range(60)}

    def work() -> None:
        try:
            while services.send_waiting():
                pass
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    sent = [line["key"] for line in message_file()]
    assert len(sent) == len(set(sent)) == len(keys)
