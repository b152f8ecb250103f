"""What a hardened web server must send and refuse."""

import re
import shutil
from pathlib import Path

import pytest
from django.test import Client

from shuzhi.spine import accounts, clock
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.models import User
from tests.faults.server import built_county, shuzhi

PRODUCTION = {
    "SHUZHI_PRODUCTION": "1",
    "SHUZHI_HOSTS": "county.example",
    "SHUZHI_ORIGINS": "https://county.example",
}
TRIES = 30


def test_the_production_settings_pass_the_deployment_check(tmp_path: Path) -> None:
    done = shuzhi(tmp_path, "manage", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.processes
def test_production_cookies_are_for_https_and_not_for_scripts(tmp_path: Path) -> None:
    code = (
        "from django.test import Client\\n"
        "answer = Client(headers={'host': 'county.example', 'x-forwarded-proto': 'https'}).get('/report/')\\n"
        "print([answer.status_code, dict(answer.headers), {k: dict(v) for k, v in answer.cookies.items()}])"
    ).replace("\\n", "\n")
    shutil.copytree(built_county(), tmp_path, dirs_exist_ok=True)
    done = shuzhi(tmp_path, "manage", "shell", "--no-imports", "--command", code, **PRODUCTION)
    assert done.returncode == 0, done.stderr
    status, headers, cookies = eval(done.stdout)

    assert status == 200
    assert "max-age=31536000" in headers["Strict-Transport-Security"]
    assert cookies
    for cookie in cookies.values():
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


@pytest.mark.django_db
def test_every_answer_forbids_what_was_not_written_by_us(client: Client) -> None:
    for path in ("/", "/report/", "/nowhere/", "/api/areas", "/api/nothing", "/login/"):
        headers = client.get(path).headers

        policy = dict(
            one.strip().partition(" ")[::2] for one in headers["Content-Security-Policy"].split(";")
        )
        assert policy["script-src"] == "'self'", path
        assert policy["style-src"] == "'self'", path
        assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'", path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["X-Frame-Options"] == "DENY", path
        assert "geolocation=(self)" in headers["Permissions-Policy"], path


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/report/", "/login/", "/track/", "/me/login/", "/preferences/", "/logout/"]
)
def test_a_form_from_elsewhere_is_refused(path: str) -> None:
    stranger = Client(enforce_csrf_checks=True)

    answer = stranger.post(path, {"text": "路灯不亮", "screen": "3", "go": "send"})

    assert answer.status_code == 403
    assert re.search(r"<h1", answer.content.decode()), "a page of ours, with the way to mend it"


@pytest.mark.usefixtures("small_county")
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/track/", {"public_code": "YJ-0000-0000-0", "query_code": "ABCDEF"}),
        ("/report/", {"text": "路灯不亮", "place": "人民路", "screen": "3", "go": "send"}),
        ("/me/login/", {"phone": "13800000000"}),
        ("/login/", {"username": "dispatcher", "password": "wrong"}),
    ],
    ids=["track", "report", "code", "log-in"],
)
def test_who_tries_too_often_must_wait(client: Client, path: str, fields: dict[str, str]) -> None:
    with clock.stopped_at(clock.now()):
        answers = [client.post(path, fields).status_code for _try in range(TRIES)]

    assert 429 in answers
    assert answers[0] != 429


@pytest.mark.django_db
def test_no_session_cookie_may_write_through_the_api(client: Client) -> None:
    made = accounts.create_account("system", name="S", password="Riverbank-24", by=SYSTEM).account
    accounts.grant_role(made.id, role="system_admin", because="test", by=SYSTEM)
    client.force_login(User.objects.get(pk=made.id))

    read = client.get("/api/webhooks")
    wanted = '{"url": "https://example.org/hook", "events": ["*"]}'
    written = client.post("/api/webhooks", wanted, content_type="application/json")

    assert (read.status_code, written.status_code) == (200, 401), read.content
