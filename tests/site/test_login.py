"""Log-in of staff and citizens through the real pages, on a real database."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from tests.factories import given_county

from shuzhi.domains.notices import services as notices
from shuzhi.domains.registry import services as registry
from shuzhi.spine import accounts, audit, clock
from shuzhi.spine.actors import SYSTEM, Actor, ActorKind, Grant
from shuzhi.spine.models import AuditEntry, User
from shuzhi.spine.sealing import lookup_hash

pytestmark = pytest.mark.django_db

PASSWORD = "Riverbank-24"
PHONE = "13900001234"
Open = Callable[..., User]
LogIn = Callable[..., Any]


def inside(client: Client) -> bool:
    return client.get("/desk/account/").status_code == 200


def forget_token(page: bytes) -> str:
    """The page without what differs at every request."""
    return re.sub(r"[\w-]{64}", "", page.decode())


def test_the_right_password_opens_the_desk_under_a_new_session_key(
    browser: Client, open_account: Open, log_in: LogIn
) -> None:
    open_account("wang")
    browser.get("/login/")
    browser.session["x"] = 1
    before = browser.session.session_key

    answer = log_in("wang")

    assert answer.status_code == 302
    assert inside(browser)
    assert browser.session.session_key != before
    assert browser.cookies["sessionid"]["httponly"]
    assert browser.cookies["sessionid"]["samesite"] == "Lax"


def test_a_session_planted_before_log_in_is_worthless_afterwards(open_account: Open, log_in: LogIn) -> None:
    open_account("wang")
    victim, thief = Client(), Client()
    victim.get("/me/login/")
    session = victim.session
    session["planted"] = True
    session.save()
    victim.cookies["sessionid"] = thief.cookies["sessionid"] = session.session_key

    log_in("wang", client=victim)

    assert inside(victim)
    assert not inside(thief)
    assert "planted" not in victim.session


def test_a_wrong_password_and_an_unknown_name_are_told_in_the_same_words(
    browser: Client, open_account: Open, log_in: LogIn
) -> None:
    open_account("wang")

    known, unknown = log_in("wang", "wrong"), log_in("gnaw", "wrong")

    assert b"User name or password is not right." in known.content
    assert forget_token(known.content).replace("wang", "") == forget_token(unknown.content).replace(
        "gnaw", ""
    )


def test_a_closed_account_looks_like_a_wrong_password(
    browser: Client, open_account: Open, log_in: LogIn
) -> None:
    user = open_account("wang")
    accounts.deactivate_account(user.pk, because="left", by=SYSTEM)

    assert b"User name or password is not right." in log_in("wang").content


def test_after_five_wrong_passwords_even_the_right_one_waits_fifteen_minutes(
    browser: Client, open_account: Open, log_in: LogIn
) -> None:
    open_account("wang")
    answers = [log_in("wang", "wrong") for _try in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]

    shut = log_in("wang")
    assert shut.status_code == 429
    assert b"closed for 15 minutes" in shut.content
    assert not inside(browser)

    AccessAttempt.objects.update(attempt_time=datetime.now(UTC) - timedelta(minutes=14))
    assert log_in("wang").status_code == 429
    AccessAttempt.objects.update(attempt_time=datetime.now(UTC) - timedelta(minutes=15, seconds=1))
    assert log_in("wang").status_code == 302


def test_waiting_is_not_made_longer_by_trying_again(open_account: Open, log_in: LogIn) -> None:
    open_account("wang")
    for _try in range(5):
        log_in("wang", "wrong")
    began = AccessAttempt.objects.get().attempt_time

    log_in("wang", "wrong")

    assert AccessAttempt.objects.get().attempt_time == began


def test_a_name_that_nobody_has_is_shut_in_the_same_way(
    browser: Client, open_account: Open, log_in: LogIn
) -> None:
    open_account("wang")
    for name in ("wang", "gnaw"):
        for _try in range(5):
            log_in(name, "wrong", client=Client(headers={"accept-language": "en"}))

    known, unknown = log_in("wang"), log_in("gnaw")
    assert (known.status_code, unknown.status_code) == (429, 429)
    assert forget_token(known.content).replace("wang", "") == forget_token(unknown.content).replace(
        "gnaw", ""
    )


def test_one_address_that_guesses_at_many_accounts_is_shut_but_a_colleague_elsewhere_is_not(
    open_account: Open, log_in: LogIn
) -> None:
    open_account("wang")
    office, elsewhere = Client(REMOTE_ADDR="203.0.113.7"), Client(REMOTE_ADDR="203.0.113.8")
    for number in range(20):
        log_in(f"name{number}", "Spring-2026", client=office)

    assert log_in("wang", client=office).status_code == 429
    assert log_in("wang", client=elsewhere).status_code == 302


def test_ones_own_success_does_not_excuse_guessing_at_others(open_account: Open, log_in: LogIn) -> None:
    open_account("wang")
    for number in range(19):
        log_in(f"name{number}", "Spring-2026")
    log_in("wang")

    log_in("name19", "Spring-2026")

    assert log_in("wang", client=Client()).status_code == 429


def test_the_security_administrator_can_unlock(open_account: Open, log_in: LogIn) -> None:
    user = open_account("wang")
    for _try in range(5):
        log_in("wang", "wrong")
    assert accounts.get_account(user.pk, by=SYSTEM).locked

    accounts.unlock(user.pk, because="called in", by=SYSTEM)

    assert log_in("wang").status_code == 302


@pytest.mark.parametrize(
    "typed",
    [
        {"username": "", "password": ""},
        {"username": "a\0b", "password": "x"},
        {"username": "' OR 1=1 --", "password": "' OR '1'='1"},
        {"username": "x" * 100_000, "password": "y" * 100_000},
        {"username": "<script>alert(1)</script>", "password": "p"},
        {"username": "\u202eadmin😀", "password": "\ud7ff"},
        {},
    ],
)
def test_hostile_log_ins_end_in_a_plain_page(browser: Client, typed: dict[str, str]) -> None:
    answer = browser.post("/login/", typed)

    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content
    assert not inside(browser)


def test_what_was_typed_as_a_name_is_not_kept_in_the_audit_trail(log_in: LogIn) -> None:
    log_in("My-Secret-Passw0rd", "wrong")

    entry = AuditEntry.objects.get(action="login")
    assert (entry.subject, entry.outcome) == ("user", "refused")
    assert "Secret" not in str(entry.__dict__)


def test_log_out_takes_a_post(browser: Client, open_account: Open, log_in: LogIn) -> None:
    open_account("wang")
    log_in("wang")

    assert browser.get("/logout/").status_code == 405
    assert inside(browser)
    browser.post("/logout/")
    assert not inside(browser)


def test_forms_without_their_token_are_refused(open_account: Open) -> None:
    open_account("wang")
    careful = Client(enforce_csrf_checks=True)

    assert careful.post("/login/", {"username": "wang", "password": PASSWORD}).status_code == 403
    assert careful.post("/logout/").status_code == 403


def test_the_desk_asks_for_log_in_and_leads_back(browser: Client, open_account: Open, log_in: LogIn) -> None:
    open_account("wang")

    asked = browser.get("/desk/account/?tab=1")
    assert asked.headers["Location"] == "/login/?next=%2Fdesk%2Faccount%2F%3Ftab%3D1"
    assert log_in("wang", next="/desk/account/?tab=1").headers["Location"] == "/desk/account/?tab=1"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil",
        "\t//evil.example",
    ],
)
def test_log_in_never_leads_to_another_site(open_account: Open, log_in: LogIn, elsewhere: str) -> None:
    open_account("wang")

    assert log_in("wang", next=elsewhere).headers["Location"] == "/desk/"


def test_a_session_ends_after_thirty_idle_minutes(browser: Client, open_account: Open, log_in: LogIn) -> None:
    open_account("wang")
    start = datetime.now(UTC)
    with clock.stopped_at(start):
        log_in("wang")
    with clock.stopped_at(start + timedelta(minutes=29)):
        assert inside(browser)
    with clock.stopped_at(start + timedelta(minutes=58)):
        assert inside(browser)

    with clock.stopped_at(start + timedelta(minutes=89)):
        asked = browser.get("/desk/account/", follow=True)

    assert asked.redirect_chain[0][0].startswith("/login/")
    assert b"nothing happened for a while" in asked.content


@pytest.mark.parametrize("headers", [{"accept": "text/event-stream"}, {"shuzhi-by-itself": "1"}])
def test_a_page_that_listens_for_news_or_renews_itself_keeps_no_session_alive(
    browser: Client, open_account: Open, log_in: LogIn, headers: dict[str, str]
) -> None:
    open_account("wang")
    start = datetime.now(UTC)
    with clock.stopped_at(start):
        log_in("wang")
    with clock.stopped_at(start + timedelta(minutes=29)):
        assert browser.get("/desk/account/", headers=headers).status_code == 200

    with clock.stopped_at(start + timedelta(minutes=31)):
        assert not inside(browser)


def test_a_session_ends_after_twelve_hours_however_busy(
    browser: Client, open_account: Open, log_in: LogIn
) -> None:
    open_account("wang")
    start = datetime.now(UTC)
    with clock.stopped_at(start):
        log_in("wang")
    for quarter in range(1, 49):
        with clock.stopped_at(start + timedelta(minutes=15 * quarter)):
            assert inside(browser)

    with clock.stopped_at(start + timedelta(hours=12, seconds=1)):
        assert not inside(browser)


def test_a_one_time_password_must_be_changed_before_anything_else(
    browser: Client, open_account: Open, log_in: LogIn
) -> None:
    user = open_account("wang", "dispatcher")
    first = accounts.reset_password(user.pk, because="new", by=SYSTEM)

    assert log_in("wang", first).headers["Location"] == "/desk/account/password/"
    for address in ("/", "/desk/", "/desk/account/", "/status/", "/desk/account/second-factor/"):
        assert browser.get(address).headers["Location"] == "/desk/account/password/"
    assert browser.get("/api/webhooks").status_code == 403

    refused = browser.post(
        "/desk/account/password/", {"present": first, "new": "password", "again": "password"}
    )
    assert b"cannot be used" in refused.content
    changed = browser.post(
        "/desk/account/password/", {"present": first, "new": "Autumn-lake-7", "again": "Autumn-lake-7"}
    )
    assert changed.headers["Location"] == "/desk/"
    assert inside(browser)


def test_a_changed_password_ends_other_sessions(browser: Client, open_account: Open, log_in: LogIn) -> None:
    open_account("wang")
    other = Client()
    log_in("wang")
    log_in("wang", client=other)

    browser.post(
        "/desk/account/password/", {"present": PASSWORD, "new": "Autumn-lake-7", "again": "Autumn-lake-7"}
    )

    assert inside(browser)
    assert not inside(other)


def test_a_closed_account_is_out_with_its_next_request(
    browser: Client, open_account: Open, log_in: LogIn
) -> None:
    user = open_account("wang")
    log_in("wang")

    accounts.deactivate_account(user.pk, because="left", by=SYSTEM)

    assert not inside(browser)


def enrolled(browser: Client, user: User) -> list[str]:
    """Set up the second factor through its page; returns the recovery codes."""
    browser.get("/desk/account/second-factor/")
    key = bytes.fromhex(browser.session["new_factor"])
    page = browser.post("/desk/account/second-factor/", {"code": f"{totp(key):06d}"})
    # The code just used must not work again: let the device believe that it was used a step ago.
    TOTPDevice.objects.filter(user=user).update(last_t=0)
    return re.findall(r"<code>(\w{5}-\w{5})</code>", page.content.decode())


def test_when_required_the_second_factor_is_set_up_before_anything_else(
    browser: Client, open_account: Open, log_in: LogIn, settings: Any
) -> None:
    settings.SHUZHI_REQUIRE_SECOND_FACTOR = True
    user = open_account("wang")

    assert log_in("wang").headers["Location"] == "/desk/account/second-factor/"
    assert browser.get("/desk/account/").headers["Location"] == "/desk/account/second-factor/"
    page = browser.get("/desk/account/second-factor/")
    assert re.search(rb'<svg [^>]*viewBox="0 0 (\d+) \1"', page.content)
    assert b"http" not in re.findall(rb"<figure.*?</figure>", page.content, re.S)[0]
    wrong = browser.post("/desk/account/second-factor/", {"code": "000000"})
    assert b"does not belong to the picture" in wrong.content
    assert not TOTPDevice.objects.exists()

    codes = enrolled(browser, user)

    assert len(set(codes)) == 10
    assert inside(browser)


def test_the_picture_holds_the_key_that_the_page_spells_out(
    browser: Client, open_account: Open, log_in: LogIn
) -> None:
    from base64 import b32decode

    open_account("wang")
    log_in("wang")

    page = browser.get("/desk/account/second-factor/").content.decode()

    spelled = re.findall(r"<code>([A-Z2-7 ]+)</code>", page)[0].replace(" ", "")
    assert b32decode(spelled).hex() == browser.session["new_factor"]


def test_the_password_alone_no_longer_opens_an_account_with_a_second_factor(
    browser: Client, open_account: Open, log_in: LogIn
) -> None:
    user = open_account("wang", "dispatcher")
    log_in("wang")
    enrolled(browser, user)
    browser.post("/logout/")

    assert log_in("wang").headers["Location"] == "/login/code/"
    for address in (
        "/",
        "/desk/account/",
        "/desk/account/password/",
        "/desk/account/second-factor/",
        "/status/",
    ):
        assert browser.get(address).headers["Location"] == "/login/code/"
    before = browser.session.session_key
    done = browser.post("/login/code/", {"code": f"{totp(TOTPDevice.objects.get().bin_key):06d}"})

    assert done.headers["Location"] == "/desk/"
    assert inside(browser)
    assert browser.session.session_key != before


def test_a_code_works_once(browser: Client, open_account: Open, log_in: LogIn) -> None:
    user = open_account("wang")
    log_in("wang")
    enrolled(browser, user)
    code = f"{totp(TOTPDevice.objects.get().bin_key):06d}"
    first, second = Client(), Client()
    for client in (first, second):
        log_in("wang", client=client)
        client.post("/login/code/", {"code": code})

    assert inside(first)
    assert not inside(second)


def test_a_recovery_code_works_once_however_it_is_typed(
    browser: Client, open_account: Open, log_in: LogIn
) -> None:
    user = open_account("wang")
    log_in("wang")
    codes = enrolled(browser, user)
    first, second = Client(), Client()
    log_in("wang", client=first)
    first.post("/login/code/", {"code": f" {codes[0].upper().replace('-', ' ')} "})
    log_in("wang", client=second)
    second.post("/login/code/", {"code": codes[0]})

    assert inside(first)
    assert not inside(second)
    assert StaticToken.objects.count() == 9
    assert not StaticToken.objects.filter(token__in=[code.replace("-", "") for code in codes]).exists()


def test_new_recovery_codes_end_the_old_ones(browser: Client, open_account: Open, log_in: LogIn) -> None:
    user = open_account("wang")
    log_in("wang")
    old = enrolled(browser, user)

    page = browser.post("/desk/account/recovery-codes/")

    fresh = re.findall(r"<code>(\w{5}-\w{5})</code>", page.content.decode())
    assert len(fresh) == 10
    assert not set(fresh) & set(old)
    other = Client()
    log_in("wang", client=other)
    other.post("/login/code/", {"code": old[1]})
    assert not inside(other)


def test_wrong_codes_slow_the_next_try_down_even_when_it_is_right(
    browser: Client, open_account: Open, log_in: LogIn
) -> None:
    user = open_account("wang")
    log_in("wang")
    enrolled(browser, user)
    TOTPDevice.objects.update(throttling_failure_count=9, throttling_failure_timestamp=datetime.now(UTC))
    other = Client(headers={"accept-language": "en"})
    log_in("wang", client=other)

    slowed = other.post("/login/code/", {"code": f"{totp(TOTPDevice.objects.get().bin_key):06d}"})

    wait = int(re.findall(rb"Wait (\d+) seconds", slowed.content)[0])
    assert 200 < wait <= 256
    assert not inside(other)


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "９" * 6, "²²²²²²", "0" * 5000, "\0", "' OR 1"]
)
def test_hostile_codes_do_not_pass(browser: Client, open_account: Open, log_in: LogIn, code: str) -> None:
    user = open_account("wang")
    log_in("wang")
    enrolled(browser, user)
    other = Client()
    log_in("wang", client=other)

    assert other.post("/login/code/", {"code": code}).status_code == 200
    assert not inside(other)


def test_a_lost_phone_is_replaced_by_the_security_administrator(
    browser: Client, open_account: Open, log_in: LogIn
) -> None:
    user = open_account("wang")
    log_in("wang")
    enrolled(browser, user)
    browser.post("/logout/")

    accounts.reset_second_factor(user.pk, because="lost", by=SYSTEM)

    log_in("wang")
    assert inside(browser)


def test_a_citizen_logs_in_with_a_phone_and_a_one_time_code(
    browser: Client, message_file: Callable[[], list[dict[str, str]]]
) -> None:
    assert browser.post("/me/login/", {"phone": "+86 139-0000-1234"}).headers["Location"] == "/me/login/code/"
    before = browser.session.session_key
    assert PHONE not in str(browser.session.items())
    notices.send_waiting()
    [message] = message_file()
    assert "Your code is" in message["text"]
    code = re.findall(r"\d{6}", message["text"])[0]

    done = browser.post("/me/login/code/", {"code": code})

    assert done.headers["Location"] == "/me/messages/"
    assert browser.session["citizen_phone_hash"] == lookup_hash(PHONE)
    assert browser.session.session_key != before
    assert browser.get("/me/messages/").status_code == 200
    browser.post("/me/logout/")
    assert browser.get("/me/messages/").status_code == 302


def test_a_citizen_is_not_let_to_the_desk(
    browser: Client, message_file: Callable[[], list[dict[str, str]]]
) -> None:
    browser.post("/me/login/", {"phone": PHONE})
    notices.send_waiting()
    browser.post("/me/login/code/", {"code": re.findall(r"\d{6}", message_file()[0]["text"])[0]})

    assert browser.get("/desk/accounts/").status_code == 302


def test_a_wrong_code_does_not_let_a_citizen_in(browser: Client, message_file: Callable[[], Any]) -> None:
    browser.post("/me/login/", {"phone": PHONE})
    notices.send_waiting()
    right = re.findall(r"\d{6}", message_file()[0]["text"])[0]
    wrong = f"{(int(right) + 1) % 10**6:06d}"

    statuses = [browser.post("/me/login/code/", {"code": wrong}).status_code for _try in range(6)]

    assert statuses == [403] * 5 + [429]
    assert browser.post("/me/login/code/", {"code": right}).status_code == 429
    assert "citizen_phone_hash" not in browser.session


def test_codes_cannot_be_asked_for_in_a_row(browser: Client, db: None) -> None:
    browser.post("/me/login/", {"phone": PHONE})

    again = browser.post("/me/login/", {"phone": PHONE})

    assert again.status_code == 429
    assert b"Too many tries" in again.content


def test_the_code_page_without_a_phone_leads_to_the_start(browser: Client, db: None) -> None:
    assert browser.get("/me/login/code/").headers["Location"] == "/me/login/"


def test_a_citizen_who_was_idle_is_asked_again(browser: Client, message_file: Callable[[], Any]) -> None:
    browser.post("/me/login/", {"phone": PHONE})
    notices.send_waiting()
    browser.post("/me/login/code/", {"code": re.findall(r"\d{6}", message_file()[0]["text"])[0]})

    with clock.stopped_at(datetime.now(UTC) + timedelta(minutes=31)):
        assert browser.get("/me/messages/").status_code == 302


def test_the_security_administrator_opens_an_account_and_grants_a_role(
    browser: Client, open_account: Open, log_in: LogIn
) -> None:
    open_account("guard", "security_admin")
    log_in("guard")

    page = browser.post("/desk/accounts/new/", {"username": "li.na", "name": "李娜", "unit": "U07"})
    password = re.findall(r"<dd>([^<]{16})</dd>", page.content.decode())[0]
    user = User.objects.get(username="li.na")
    browser.post(
        f"/desk/accounts/{user.pk}/grant/", {"role": "unit_officer", "unit": "U07", "because": "post"}
    )

    assert user.as_actor().grants == (Grant("unit_officer", unit="U07"),)
    other = Client()
    assert (
        log_in("li.na", password.replace("&amp;", "&"), client=other)
        .headers["Location"]
        .endswith("/password/")
    )
    assert password not in browser.get(f"/desk/accounts/{user.pk}/").content.decode()


def test_mistakes_in_the_account_forms_are_shown_at_their_field(
    browser: Client, open_account: Open, log_in: LogIn
) -> None:
    open_account("guard", "security_admin")
    user = open_account("wang")
    log_in("guard")

    taken = browser.post("/desk/accounts/new/", {"username": "wang", "name": "Wang"})
    nameless = browser.post("/desk/accounts/new/", {"username": "li"}, headers={"accept-language": "en"})
    misplaced = browser.post(
        f"/desk/accounts/{user.pk}/grant/", {"role": "dispatcher", "area": "12", "because": "x"}
    )

    assert b"already in use" in taken.content
    assert b"Name is missing" in nameless.content
    assert b"6 or 12 digits" in misplaced.content


def test_removing_the_last_administrator_is_refused_on_the_page(
    browser: Client, open_account: Open, log_in: LogIn
) -> None:
    open_account("guard", "security_admin")
    auditor = open_account("auditor", "audit_admin")
    log_in("guard")

    refused = browser.post(f"/desk/accounts/{auditor.pk}/revoke/", {"role": "audit_admin", "because": "x"})
    closed = browser.post(f"/desk/accounts/{auditor.pk}/deactivate/", {"because": "x"})
    unexplained = browser.post(f"/desk/accounts/{auditor.pk}/unlock/", {"because": " "})

    assert (refused.status_code, closed.status_code, unexplained.status_code) == (409, 409, 422)
    assert auditor.grants.count() == 1


ADMIN_PAGES = [
    "/desk/accounts/",
    "/desk/accounts/new/",
    "/desk/keys/",
    "/desk/audit/",
    "/desk/audit/export.csv",
]


@pytest.mark.parametrize("address", ADMIN_PAGES)
def test_administrators_pages_are_closed_to_others(
    browser: Client, open_account: Open, log_in: LogIn, address: str
) -> None:
    open_account("wang", "dispatcher", "supervisor", "system_admin")
    log_in("wang")

    assert browser.get(address).status_code == 403


def test_a_key_is_shown_once_and_can_be_revoked(browser: Client, open_account: Open, log_in: LogIn) -> None:
    open_account("guard", "security_admin")
    log_in("guard")

    page = browser.post("/desk/keys/", {"name": "Water", "scopes": "application", "expires_on": "2099-12-31"})
    secret = re.findall(r"sz_[0-9a-f]{16}_[\w-]{43}", page.content.decode())[0]
    assert accounts.authenticate(f"Bearer {secret}").label == "Water"
    assert secret not in browser.get("/desk/keys/").content.decode()

    browser.post(f"/desk/keys/{secret[3:19]}/revoke/", {"because": "test"})
    with pytest.raises(accounts.KeyNotValid):
        accounts.authenticate(f"Bearer {secret}")


def test_the_audit_trail_can_be_searched_and_its_export_is_itself_recorded(
    browser: Client, open_account: Open, log_in: LogIn
) -> None:
    open_account("auditor", "audit_admin")
    log_in("auditor")
    for number in range(130):
        audit.record(
            Actor(ActorKind.STAFF, "7", "=cmd|' /C calc'!A0"), "casework.view", f"work_order:{number}"
        )

    page = browser.get("/desk/audit/?who=staff:7&action=casework.view")
    onward = re.findall(r'href="(\?[^"]*before=\d+)"', page.content.decode())[0].replace("&amp;", "&")
    older = browser.get(f"/desk/audit/{onward}")
    lines = (
        b"".join(browser.get("/desk/audit/export.csv?who=staff:7").streaming_content).decode().splitlines()
    )

    assert page.content.count(b"work_order:") == 100
    assert older.content.count(b"work_order:") == 30
    assert len(lines) == 131
    assert all("'=cmd" in line for line in lines[1:])
    assert AuditEntry.objects.filter(action="spine.audit.export").get().details == {"lines": 130}


@pytest.mark.parametrize(
    "query",
    ["since=x&until=99", "before=0", "before=-1", "who=" + "x" * 999, "since=0001-01-01", "until=9999-12-31"],
)
def test_odd_filters_of_the_audit_trail_do_no_harm(
    browser: Client, open_account: Open, log_in: LogIn, query: str
) -> None:
    open_account("auditor", "audit_admin")
    log_in("auditor")

    assert browser.get(f"/desk/audit/?{query}").status_code == 200


def test_log_ins_and_log_outs_are_in_the_trail_with_their_address(
    browser: Client, open_account: Open, log_in: LogIn
) -> None:
    user = open_account("wang")
    log_in("wang", "wrong")
    log_in("wang")
    browser.post("/logout/")

    trail = AuditEntry.objects.filter(subject=f"user:{user.pk}", action__in=["login", "logout"]).order_by(
        "id"
    )
    assert [(entry.action, entry.outcome) for entry in trail] == [
        ("login", "refused"),
        ("login", "done"),
        ("logout", "done"),
    ]
    assert {entry.address for entry in trail} == {"127.0.0.1"}


@pytest.mark.parametrize(
    "address",
    [
        "/login/",
        "/me/login/",
        "/desk/account/",
        "/desk/account/password/",
        "/desk/account/second-factor/",
        *ADMIN_PAGES[:3],
    ],
)
def test_pages_keep_to_the_content_security_policy(
    browser: Client, open_account: Open, log_in: LogIn, address: str
) -> None:
    open_account("guard", "security_admin")
    if address.startswith("/desk/"):
        log_in("guard")

    page = browser.get(address).content.decode()

    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", page)
    assert "no-store" in browser.get(address).headers["Cache-Control"]
    for label in re.findall(r'<label for="([^"]+)"', page):
        assert f'id="{label}"' in page


def test_an_account_list_of_any_length_takes_the_same_number_of_queries(
    browser: Client, open_account: Open, log_in: LogIn, django_assert_max_num_queries: Any
) -> None:
    open_account("guard", "security_admin")
    for number in range(55):
        open_account(f"clerk{number}", "call_taker")
    log_in("guard")

    with django_assert_max_num_queries(12):
        page = browser.get("/desk/accounts/")
    more = re.findall(r'href="(\?[^"]*after=\d+)"', page.content.decode())[0].replace("&amp;", "&")

    assert page.content.count(b"/desk/accounts/") - 1 >= 50
    assert b"clerk54" in browser.get(f"/desk/accounts/{more}").content


def test_the_list_of_accounts_names_units_as_the_registry_does(
    browser: Client, open_account: Open, log_in: LogIn
) -> None:
    given_county()
    housing = next(unit for unit in registry.units() if unit.name_en)
    open_account("guard", "security_admin")
    accounts.create_account("wu", name="Wu", unit=housing.code, password=PASSWORD, by=SYSTEM)
    accounts.create_account("xu", name="Xu", unit="gone", password=PASSWORD, by=SYSTEM)
    log_in("guard")

    page = browser.get("/desk/accounts/").content.decode()

    assert f"<td>{housing.name_en}</td>" in page
    assert "<td>gone</td>" in page


def test_sessions_hold_no_phone_and_no_password(browser: Client, open_account: Open, log_in: LogIn) -> None:
    open_account("wang")
    log_in("wang")
    Client().post("/me/login/", {"phone": PHONE})

    stored = "".join(str(session.get_decoded()) for session in Session.objects.all())
    assert PHONE not in stored
    assert PASSWORD not in stored
