"""Back with both codes: the demand; with anything else: the same answer, and not often."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.domains.intake.given import LEADER, report_from_web

from shuzhi.domains.intake import services
from shuzhi.domains.intake.services import tracking
from shuzhi.spine import clock
from shuzhi.spine.actors import ANONYMOUS
from shuzhi.spine.errors import NotFound, TooManyTries

pytestmark = pytest.mark.usefixtures("county")
HERE = "203.0.113.7"


def track(public_code: str, query_code: str, address: str = HERE):
    return services.track(public_code, query_code, by=ANONYMOUS, address=address)


def test_both_codes_show_the_demand_with_its_words_masked():
    receipt = report_from_web("我是李小明，电话13800138000，路灯不亮")

    card = track(receipt.public_code.lower(), f" {receipt.query_code.lower()} ")

    assert card.id == receipt.demand_id
    assert card.masked
    assert "13800138000" not in card.text
    assert "路灯不亮" in card.text
    assert not card.suggestions


def test_wrong_and_missing_look_the_same():
    receipt = report_from_web("路灯不亮")
    other = report_from_web("电梯坏了")
    tries = [
        (receipt.public_code, "000000"),
        (receipt.public_code, other.query_code),
        ("YJ-0000-0000", receipt.query_code),
        ("nonsense", "nonsense"),
    ]

    refusals = []
    for public_code, query_code in tries:
        with pytest.raises(NotFound) as refused:
            track(public_code, query_code)
        refusals.append(refused.value.sentence.replace(f"{public_code} / {query_code}", "X"))

    assert len(set(refusals)) == 1


def test_wrong_and_missing_ask_the_database_the_same():
    receipt = report_from_web("路灯不亮")

    assert asked(receipt.public_code) == asked("YJ-0000-0000") == asked("nonsense")


def asked(public_code: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured, pytest.raises(NotFound):
        track(public_code, "000000")
    asked = [query["sql"].split("WHERE")[0].split("VALUES")[0] for query in captured]
    return [sql for sql in asked if "SAVEPOINT" not in sql]


def test_the_eleventh_try_within_a_minute_is_refused_even_when_right():
    receipt = report_from_web("路灯不亮")
    for _each in range(10):
        with pytest.raises(NotFound):
            track(receipt.public_code, "000000")

    with pytest.raises(TooManyTries):
        track(receipt.public_code, receipt.query_code)
    assert track(receipt.public_code, receipt.query_code, address="203.0.113.8").id == receipt.demand_id

    with clock.stopped_at(clock.now() + timedelta(seconds=61)):
        assert track(receipt.public_code, receipt.query_code).id == receipt.demand_id


def test_a_clock_set_back_locks_nobody_out():
    receipt = report_from_web("路灯不亮")
    with clock.stopped_at(clock.now() + timedelta(days=2)):
        for _each in range(tracking.MOST_TRIES):
            track(receipt.public_code, receipt.query_code)

    assert track(receipt.public_code, receipt.query_code).id == receipt.demand_id


def test_a_leader_does_not_track():
    with pytest.raises(tracking.access.AccessDenied):
        services.track("YJ-0000-0000", "000000", by=LEADER, address=HERE)
