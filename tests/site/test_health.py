"""What a load balancer asks."""

import subprocess
import sys

import pytest
from django.test import Client
from tests.faults.server import environment

ASK = """
import django; django.setup()
from django.test import Client
answer = Client().get("/healthz")
print(answer.status_code, answer.content.decode())
"""


@pytest.mark.django_db
def test_it_passes_while_the_database_answers():
    answer = Client().get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "pass", "checks": {"database": "pass"}}


@pytest.mark.thorough
def test_it_fails_with_503_when_the_database_does_not_answer(tmp_path):
    nobody_listens = {
        "SHUZHI_DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "DJANGO_SETTINGS_MODULE": "shuzhi.site.settings",
    }

    asked = subprocess.run(
        [sys.executable, "-c", ASK],
        env=environment(tmp_path, **nobody_listens),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert asked.stdout.split(maxsplit=1) == ["503", '{"status": "fail", "checks": {"database": "fail"}}\n']
