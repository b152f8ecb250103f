"""The worker outlives whatever is wrong with one of its chores."""

import pytest
from django.db import OperationalError

from shuzhi.site import wiring, worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _data(settings, tmp_path):
    settings.SHUZHI_DATA_DIR = tmp_path


@pytest.mark.parametrize("failure", [OperationalError("locked"), ValueError("a row that nobody thought of")])
def test_an_hourly_chore_that_fails_keeps_no_other_from_being_done(monkeypatch, failure):
    done = []

    def fails() -> None:
        raise failure

    monkeypatch.setattr(wiring, "HOURLY", (fails, lambda: done.append("the next")))

    worker.tidy()

    assert done == ["the next"]


def test_a_chore_that_fails_rests_while_the_others_go_on(monkeypatch):
    tried, done = [], []

    def fails() -> int:
        tried.append("once")
        raise ValueError("a row that nobody thought of")

    def works() -> int:
        done.append("again")
        return 1

    monkeypatch.setattr(wiring, "CHORES", (fails, works))

    worker.one_round()
    worker.one_round()

    assert (tried, done) == (["once"], ["again", "again"])


def test_a_chore_that_finds_the_database_away_leaves_the_round_to_wait_for_it(monkeypatch):
    def fails() -> int:
        raise OperationalError("locked")

    monkeypatch.setattr(wiring, "CHORES", (fails,))

    with pytest.raises(OperationalError):
        worker.one_round()


def test_while_one_worker_does_the_hourly_chores_another_does_none(monkeypatch):
    done = []

    def as_another_worker() -> None:
        done.append("once")
        worker.tidy()

    monkeypatch.setattr(wiring, "HOURLY", (as_another_worker,))

    worker.tidy()

    assert done == ["once"]
