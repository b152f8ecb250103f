"""One-time codes and subscriptions."""

import json
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuzhi.domains.notices import services
from shuzhi.domains.notices.cards import Recipient
from shuzhi.domains.notices.models import Message, OneTimeCode, Subscription
from shuzhi.domains.notices.services.subscriptions import BrokenLink
from shuzhi.spine import clock
from shuzhi.spine.actors import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant, citizen
from shuzhi.spine.errors import AccessDenied, InvalidInput, Refused, TooManyTries
from shuzhi.spine.sealing import lookup_hash, unseal

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PHONE = "13900001234"
Sent = Callable[[], list[dict[str, str]]]


def code_for(phone: str = PHONE, *, purpose: str = "log_in", address: str = "") -> str:
    services.send_code(phone, purpose=purpose, address=address, by=ANONYMOUS)
    return str(json.loads(unseal(Message.objects.latest("id").context_sealed))["code"])


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_code_is_six_digits_and_good_once() -> None:
    code = code_for()

    assert re.fullmatch(r"\d{6}", code)
    assert services.check_code(PHONE, code, purpose="log_in")
    with pytest.raises(services.WrongCode):
        services.check_code(PHONE, code, purpose="log_in")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda code: f" {code[:3]} {code[3:]} ",
        lambda code: code.translate({48 + n: 0xFF10 + n for n in range(10)}),
    ],
)
def test_a_code_may_be_typed_with_spaces_or_full_width_digits(spoil: Callable[[str], str]) -> None:
    assert services.check_code(PHONE, spoil(code_for()), purpose="log_in")


def test_a_code_lasts_five_minutes() -> None:
    with clock.stopped_at(MONDAY):
        code = code_for()
    with clock.stopped_at(MONDAY + timedelta(minutes=5)), pytest.raises(services.WrongCode):
        services.check_code(PHONE, code, purpose="log_in")
    with clock.stopped_at(MONDAY + timedelta(minutes=4, seconds=59)):
        assert services.check_code(PHONE, code, purpose="log_in")


def test_a_clock_that_jumps_back_does_not_give_a_code_more_life() -> None:
    with clock.stopped_at(MONDAY):
        code = code_for()

    with clock.stopped_at(MONDAY - timedelta(hours=1)), pytest.raises(services.WrongCode):
        services.check_code(PHONE, code, purpose="log_in")


def test_after_five_wrong_tries_the_right_code_is_refused_too_and_a_new_one_works() -> None:
    with clock.stopped_at(MONDAY):
        code = code_for()
        for _try in range(5):
            with pytest.raises(services.WrongCode):
                services.check_code(PHONE, other_than(code), purpose="log_in")
        with pytest.raises(TooManyTries):
            services.check_code(PHONE, code, purpose="log_in")
    with clock.stopped_at(MONDAY + timedelta(minutes=1)):
        assert services.check_code(PHONE, code_for(), purpose="log_in")


def test_a_new_code_ends_the_one_before() -> None:
    with clock.stopped_at(MONDAY):
        first = code_for()
    with clock.stopped_at(MONDAY + timedelta(minutes=1)):
        second = code_for()
        if first != second:
            with pytest.raises(services.WrongCode):
                services.check_code(PHONE, first, purpose="log_in")
        assert services.check_code(PHONE, second, purpose="log_in")


def test_a_code_belongs_to_its_phone_and_its_purpose() -> None:
    code = code_for()

    for phone, purpose in (("13900001235", "log_in"), (PHONE, "rate")):
        with pytest.raises(services.WrongCode):
            services.check_code(phone, code, purpose=purpose)
    assert services.check_code(PHONE, code, purpose="log_in")


def test_only_a_keyed_hash_of_the_code_is_kept() -> None:
    code = code_for()

    row = OneTimeCode.objects.values().get()
    assert code not in str({name: value for name, value in row.items() if name != "expires_at"})
    assert PHONE not in str(row)


def test_one_code_a_minute_and_five_an_hour_for_a_phone() -> None:
    sent = 0
    for minute in range(60):
        with clock.stopped_at(MONDAY + timedelta(minutes=minute)):
            try:
                code_for()
            except TooManyTries:
                continue
            sent += 1
            with pytest.raises(TooManyTries) as refused:
                code_for()
            assert 0 < refused.value.details["seconds"] <= 3600

    assert sent == 5
    with clock.stopped_at(MONDAY + timedelta(hours=1)):
        assert code_for()


def test_one_address_cannot_send_codes_to_many_phones() -> None:
    with clock.stopped_at(MONDAY):
        code_for("13900000001", address="203.0.113.7")
        with pytest.raises(TooManyTries):
            code_for("13900000002", address="203.0.113.7")
        assert code_for("13900000002", address="203.0.113.8")


def test_a_refused_request_sends_nothing() -> None:
    with clock.stopped_at(MONDAY):
        code_for(address="203.0.113.7")
        with pytest.raises(TooManyTries):
            code_for("13900000002", address="203.0.113.7")

    assert Message.objects.count() == 1


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_anything_typed_as_a_code_is_refused_without_harm(typed: str) -> None:
    with pytest.raises(Refused):
        services.check_code(PHONE, typed, purpose="log_in")


def link(sent: list[dict[str, str]], name: str) -> str:
    """The path of the newest link in a message."""
    return re.findall(rf"http://localhost:8000(/news/\S+/{name}/)", sent[-1]["text"])[-1]


def test_following_a_demand_is_confirmed_by_the_address_and_ended_by_one_link(
    client: Client, message_file: Sent
) -> None:
    services.subscribe("YJ-7K3M-Q2XW", to=Recipient("email", "li@example.org"), by=ANONYMOUS)
    news = {"template": "demand_updated", "context": {"public_code": "YJ-7K3M-Q2XW"}, "by": SYSTEM}
    assert services.tell_subscribers("YJ-7K3M-Q2XW", **news) == 0
    services.send_waiting()
    confirm = link(message_file(), "confirm")

    client.get(confirm)
    assert services.tell_subscribers("YJ-7K3M-Q2XW", **news) == 0  # mail programs open links on their own
    client.post(confirm)
    assert services.tell_subscribers("YJ-7K3M-Q2XW", **news) == 1
    assert services.tell_subscribers("YJ-OTHER", **news) == 0

    services.send_waiting()
    stop = link(message_file(), "stop")
    client.get(stop)
    assert services.tell_subscribers("YJ-7K3M-Q2XW", **news) == 1
    client.post(stop)
    client.post(confirm)
    assert services.tell_subscribers("YJ-7K3M-Q2XW", **news) == 0


def test_the_pages_of_a_subscription_do_not_show_the_whole_address(
    client: Client, message_file: Sent
) -> None:
    services.subscribe("YJ-7K3M-Q2XW", to=Recipient("phone", PHONE), by=ANONYMOUS)
    services.send_waiting()

    page = client.get(link(message_file(), "confirm")).content.decode()

    assert "1234" in page
    assert PHONE not in page


def test_ones_own_proven_phone_needs_no_confirmation() -> None:
    card = services.subscribe("YJ-1", to=Recipient("phone", PHONE), by=citizen(lookup_hash(PHONE)))

    assert card.state == "active"
    assert Message.objects.count() == 0


def test_somebody_elses_phone_does_even_for_a_citizen_who_is_logged_in() -> None:
    card = services.subscribe("YJ-1", to=Recipient("phone", "13900009999"), by=citizen(lookup_hash(PHONE)))

    assert card.state == "waiting"


def test_asking_twice_is_one_subscription_and_a_strangers_phone_is_asked_five_times_an_hour_at_most() -> None:
    with clock.stopped_at(MONDAY):
        for number in range(5):
            services.subscribe(f"YJ-{number % 2}", to=Recipient("phone", PHONE), by=ANONYMOUS)
        with pytest.raises(TooManyTries):
            services.subscribe("YJ-9", to=Recipient("phone", PHONE), by=ANONYMOUS)

    assert Subscription.objects.count() == 2
    assert Message.objects.count() == 5


@pytest.mark.parametrize("token", ["1", "1:", "1:forged", "x" * 500, "%01", "..%2f", "1:" + "A" * 43])
def test_a_forged_or_broken_link_finds_nothing(client: Client, token: str) -> None:
    services.subscribe("YJ-1", to=Recipient("phone", PHONE), by=ANONYMOUS)

    assert client.get(f"/news/{token}/stop/").status_code == 404
    with pytest.raises(BrokenLink):
        services.unsubscribe(token, by=ANONYMOUS)


@pytest.mark.parametrize(
    "to",
    [Recipient("staff", "1"), Recipient("unit", "U07"), Recipient("email", "no"), Recipient("phone", "1")],
)
def test_only_phones_and_mail_addresses_can_follow(to: Recipient) -> None:
    with pytest.raises(InvalidInput):
        services.subscribe("YJ-1", to=to, by=ANONYMOUS)


def test_an_application_without_the_scope_may_not_subscribe_people() -> None:
    reader = Actor(ActorKind.APPLICATION, "k", "", (Grant("leader"),))

    with pytest.raises(AccessDenied):
        services.subscribe("YJ-1", to=Recipient("phone", PHONE), by=reader)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_guesses_made_at_the_same_moment_count_one_by_one() -> None:
    code = code_for()
    verdicts: list[str] = []

    def guess() -> None:
        try:
            services.check_code(PHONE, other_than(code), purpose="log_in")
        except Refused as refused:
            verdicts.append(refused.code)
        finally:
            connection.close()

    guessers = [threading.Thread(target=guess) for _guess in range(12)]
    for guesser in guessers:
        guesser.start()
    for guesser in guessers:
        guesser.join()

    assert sorted(verdicts) == ["too-many-tries"] * 7 + ["wrong-code"] * 5
