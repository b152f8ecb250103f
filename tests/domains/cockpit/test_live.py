"""News for an open page: told when something changes, few at a time, closed cleanly."""

import pytest
from django.test import Client
from tests import factories
from tests.factories import HOUR, MONDAY, client_of, staff

from shuzhi.domains.cockpit import live
from shuzhi.domains.statistics import services as statistics

# Without the transaction that usually wraps a test: a stream that ends gives back its connection, which would end that.
pytestmark = [pytest.mark.usefixtures("county"), pytest.mark.django_db(transaction=True)]
STREAM = "/desk/cockpit/live/"


@pytest.fixture
def leader() -> Client:
    return client_of(staff("leader"))


def test_a_stream_tells_the_version_and_again_when_more_is_known(
    leader: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(live, "LOOK_EVERY", 0)
    answer = leader.get(STREAM)
    lines = answer.streaming_content
    first = next(lines).decode()

    factories.given_demand(at=MONDAY + HOUR)
    second = next(lines).decode()
    answer.close()

    assert first.startswith("retry: 2000\nevent: version\ndata: ")
    assert second == f"retry: 2000\nevent: version\ndata: {statistics.version()}\n\n"
    assert first != second


def test_a_stream_ends_by_itself_and_says_meanwhile_that_it_lives(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(live, "BEAT_EVERY", 0.02)
    live._places.acquire()

    lines = list(news := live.News(lambda: 7, seconds=0.1))
    news.close()

    assert lines[0].endswith(b"data: 7\n\n")
    assert set(lines[1:]) == {b": still here\n\n"}


def test_only_so_many_streams_run_and_a_closed_one_gives_its_place_back(leader: Client):
    running = [leader.get(STREAM) for _n in range(live.STREAMS)]

    refused = leader.get(STREAM)
    for one in running:
        one.close()
        one.close()
    again = leader.get(STREAM)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert again.status_code == 200
    again.close()
    free = [live._places.acquire(blocking=False) for _n in range(live.STREAMS + 1)]
    assert free == [True] * live.STREAMS + [False]
    live._places.release(live.STREAMS)


def test_a_stream_that_was_never_read_gives_its_place_back_too(leader: Client):
    for _n in range(2 * live.STREAMS):
        answer = leader.get(STREAM)
        assert answer.status_code == 200
        answer.close()


def test_whoever_may_not_look_hears_nothing():
    assert client_of(staff("unit_officer")).get(STREAM).status_code == 403
    assert Client().get(STREAM).status_code == 302
