"""Log-in through an identity provider: a real one in a process of its own, spoken to over real HTTP."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import Client

from shuzhi.spine import accounts
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.models import AuditEntry, User

pytest.importorskip("authlib", reason="NOT RUN: needs the extra oidc")
pytestmark = pytest.mark.django_db

Open = Callable[..., User]


@pytest.fixture
def switched_on(settings: Any, issuer: str) -> str:
    settings.SHUZHI_OIDC_ISSUER = issuer
    settings.SHUZHI_OIDC_CLIENT_ID = "shuzhi"
    settings.SHUZHI_OIDC_CLIENT_SECRET = "kept-between-us-two-and-nobody-else"
    return issuer


def at_the_provider(browser: Client, who: str, *, fault: str = "", next: str = "") -> str:
    """What the browser does between leaving us and coming back; returns the address it is sent back to."""
    left = browser.get("/login/oidc/", {"next": next} if next else {})
    there = httpx.URL(left.headers["Location"]).copy_merge_params({"as": who, "fault": fault})
    answer = httpx.get(there, trust_env=False)
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def inside(browser: Client) -> bool:
    return browser.get("/desk/account/").status_code == 200


def test_the_provider_opens_an_account_that_exists(
    browser: Client, open_account: Open, switched_on: str
) -> None:
    user = open_account("wang")

    done = browser.get(at_the_provider(browser, "wang", next="/desk/account/"))

    assert done.headers["Location"] == "/desk/account/"
    assert inside(browser)
    assert AuditEntry.objects.get(action="login").details == {"via": "oidc"}
    assert AuditEntry.objects.get(action="login").subject == f"user:{user.pk}"


def test_the_request_carries_state_nonce_and_an_s256_challenge(
    browser: Client, open_account: Open, switched_on: str
) -> None:
    first, second = (
        parse_qs(urlsplit(browser.get("/login/oidc/").headers["Location"]).query) for _time in range(2)
    )

    for query in (first, second):
        assert query["response_type"] == ["code"]
        assert query["code_challenge_method"] == ["S256"]
        assert len(query["code_challenge"][0]) == 43
        assert query["scope"] == ["openid profile"]
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


def test_nobody_gets_an_account_by_coming_from_the_provider(
    browser: Client, db: None, switched_on: str
) -> None:
    refused = browser.get(at_the_provider(browser, "stranger"))

    assert refused.status_code == 403
    assert not User.objects.exists()
    assert not inside(browser)


def test_a_closed_account_stays_closed(browser: Client, open_account: Open, switched_on: str) -> None:
    accounts.deactivate_account(open_account("wang").pk, because="left", by=SYSTEM)

    assert browser.get(at_the_provider(browser, "wang")).status_code == 403
    assert not inside(browser)


FAULTS = [
    "nonce",
    "no-nonce",
    "audience",
    "issuer",
    "expired",
    "stranger",
    "unsigned",
    "shared-secret",
    "at-hash",
    "no-id-token",
    "token-endpoint",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_token_with_any_fault_opens_nothing(
    browser: Client, open_account: Open, switched_on: str, fault: str
) -> None:
    open_account("wang")

    assert browser.get(at_the_provider(browser, "wang", fault=fault)).status_code == 502
    assert not inside(browser)


def test_an_answer_is_good_once_and_only_in_the_browser_that_asked(
    browser: Client, open_account: Open, switched_on: str
) -> None:
    open_account("wang")
    back = at_the_provider(browser, "wang")
    thief = Client()

    assert thief.get(back).status_code == 502
    assert browser.get(back.replace("state=", "state=x")).status_code == 502
    assert browser.get(back).status_code == 502
    assert not inside(browser)


@pytest.mark.parametrize(
    "query", ["", "?state=&code=", "?error=access_denied", "?state=%01&code=%01", "?state=é&code=x"]
)
def test_odd_answers_are_refused(browser: Client, db: None, switched_on: str, query: str) -> None:
    browser.get("/login/oidc/")

    assert browser.get(f"/login/oidc/return/{query}").status_code == 502


def test_a_provider_that_is_away_is_told_plainly(
    browser: Client, db: None, switched_on: str, settings: Any
) -> None:
    settings.SHUZHI_OIDC_ISSUER = "http://127.0.0.1:9"

    answer = browser.get("/login/oidc/")

    assert answer.status_code == 502
    assert b"identity provider" in answer.content


def test_it_is_off_until_an_issuer_is_named(browser: Client, db: None) -> None:
    assert browser.get("/login/oidc/").status_code == 404
    assert browser.get("/login/oidc/return/").status_code == 404
    assert b"/login/oidc/" not in browser.get("/login/").content


def test_an_issuer_without_encryption_is_a_mistake_of_the_operator(
    browser: Client, db: None, settings: Any
) -> None:
    settings.SHUZHI_OIDC_ISSUER = "http://idp.example"

    with pytest.raises(RuntimeError, match="https"):
        browser.get("/login/oidc/")


def test_the_log_in_page_offers_the_provider_when_it_is_on(
    browser: Client, db: None, switched_on: str
) -> None:
    assert b'href="/login/oidc/?next=%2Fdesk%2F"' in browser.get("/login/?next=/desk/").content
