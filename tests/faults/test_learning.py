"""The worker starts to learn at night and goes on with its work; the page's button does the same."""

import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.faults.server import Server, environment, eventually, post_form, serving

# Thorough: a model is learnt for real, which takes a minute.
pytestmark = [pytest.mark.processes, pytest.mark.thorough]

JUDGE = """
import django; django.setup()
from shuzhi.domains.intake import services
from shuzhi.domains.intake.models import Demand
from shuzhi.spine.actors import SYSTEM
for row in Demand.objects.filter(secret=False)[:90]:
    services.judge_suggestion(row.id, field="kind", chosen=row.kind, by=SYSTEM)
"""


def given_judgements(folder: Path) -> None:
    told = environment(folder, DJANGO_SETTINGS_MODULE="shuzhi.site.settings")
    done = subprocess.run(
        [sys.executable, "-c", JUDGE], env=told, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def this_hour() -> str:
    """The hour of the county, which lasts for half a minute more: a worker looks at its hour when it starts."""
    while (now := datetime.now(ZoneInfo("Asia/Shanghai"))).minute == 59 and now.second >= 30:
        time.sleep(1)
    return str(now.hour)


def learnt(server: Server) -> list[tuple[object, ...]]:
    return server.rows("SELECT target FROM intake_shelvedmodel")


def test_a_worker_learns_at_the_hour_of_the_county_and_goes_on_delivering(tmp_path: Path) -> None:
    with serving(tmp_path / "county") as server:
        server.end()
        given_judgements(server.folder)
        server.more = {"SHUZHI_LEARN_HOUR": this_hour()}
        server.start()

        received = server.client().post("/api/demands", json={"text": "锦绣花园门口的路灯不亮了"})

        assert received.status_code == 201
        eventually(lambda: server.waiting() == 0, seconds=60, what="the worker delivers")
        eventually(lambda: learnt(server) == [("kind",)], seconds=240, what="a model is learnt")
        served = server.rows("SELECT count(*) FROM intake_modelchange")
        assert served == [(0,)], "nobody promoted it"


def test_the_button_of_the_page_answers_at_once_and_the_model_comes_later(tmp_path: Path) -> None:
    with serving(tmp_path / "county") as server:
        given_judgements(server.folder)
        steward = server.logged_in("steward")

        answer = post_form(steward, "/desk/models/learning/", {"target": "kind"}, at="/desk/models/")

        assert answer.status_code == 200
        eventually(lambda: learnt(server) == [("kind",)], seconds=240, what="a model is learnt")
