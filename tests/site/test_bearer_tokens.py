"""Other systems come with a token of the county's identity provider instead of a key of ours."""

from typing import Any

import httpx
import pytest
from django.test import Client
from tests.factories import HOUSING, WATER, given_county, given_work_order

pytest.importorskip("authlib", reason="NOT RUN: needs the extra oidc")
pytestmark = pytest.mark.django_db
OFFICER = f"shuzhi:unit_officer@unit:{HOUSING}"


@pytest.fixture
def provider(settings: Any, issuer: str, tmp_path: Any) -> str:
    settings.SHUZHI_OIDC_ISSUER = issuer
    settings.SHUZHI_OIDC_AUDIENCE = "shuzhi-api"
    settings.SHUZHI_DATA_DIR = tmp_path
    return issuer


def token_of(provider: str, scope: str, *, client: str = "grid-system", fault: str = "") -> str:
    """What the provider gives to a system that says who it is."""
    asked = {"grant_type": "client_credentials", "client_id": client, "scope": scope, "fault": fault}
    return str(httpx.post(f"{provider}/token", data=asked, trust_env=False).json()["access_token"])


def ask(token: str, path: str = "/api/work-orders") -> Any:
    return Client().get(path, headers={"authorization": f"Bearer {token}"})


def test_a_token_opens_what_its_scope_names_and_no_more(provider: str) -> None:
    given_county()
    own, other = given_work_order("dispatched", unit=HOUSING), given_work_order("dispatched", unit=WATER)
    token = token_of(provider, f"openid {OFFICER}")

    listed = ask(token).json()

    assert [one["number"] for one in listed["orders"]] == [own.number]
    assert ask(token, f"/api/work-orders/{own.number}").status_code == 200
    assert ask(token, f"/api/work-orders/{other.number}").status_code == 404
    assert ask(token, "/api/webhooks").status_code == 403


def test_what_a_system_does_with_a_token_is_known_as_its_deed(provider: str) -> None:
    given_county()
    order = given_work_order("dispatched", unit=HOUSING)

    done = Client().post(
        f"/api/work-orders/{order.number}/steps",
        {"action": "sign_in"},
        content_type="application/json",
        headers={"authorization": f"Bearer {token_of(provider, OFFICER)}"},
    )

    assert done.status_code == 201, done.content
    assert order.page.steps[-1].by == "application:oidc.grid-system"


@pytest.mark.parametrize(
    "fault",
    [
        *("expired", "issuer", "audience", "exp", "scope", "client_id", "aud"),
        *("unsigned", "shared-secret", "stranger", "unknown-key"),
    ],
)
def test_a_token_with_any_fault_opens_nothing(provider: str, fault: str) -> None:
    answer = ask(token_of(provider, OFFICER, fault=fault))

    assert (answer.status_code, answer.json()["code"]) == (401, "key-not-valid")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("scope", "client"),
    [
        ("openid profile", "grid-system"),
        ("shuzhi:security_admin", "grid-system"),
        ("shuzhi:citizen", "grid-system"),
        (f"{OFFICER} shuzhi:unit_officer@unit:", "grid-system"),
        (OFFICER, "x" * 49),
    ],
)
def test_no_scope_gives_what_no_key_could_have(provider: str, scope: str, client: str) -> None:
    assert ask(token_of(provider, scope, client=client)).status_code == 401


def test_tokens_are_nothing_until_it_is_said_what_they_must_be_made_for(settings: Any, provider: str) -> None:
    token = token_of(provider, OFFICER)
    settings.SHUZHI_OIDC_AUDIENCE = ""

    assert ask(token).status_code == 401


def test_a_provider_that_is_away_is_told_plainly(settings: Any, provider: str) -> None:
    token = token_of(provider, OFFICER)
    settings.SHUZHI_OIDC_ISSUER = "http://127.0.0.1:9"

    answer = ask(token)

    assert (answer.status_code, answer.json()["code"]) == (502, "identity-provider-failed")
