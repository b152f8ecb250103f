"""The tree of measures: every leaf is counted anew from the events, in its place, and moves only beyond chance."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from tests.domains.statistics.given import DAY, START, handled_and_closed, told_of

from shuzhi.domains.statistics import services
from shuzhi.domains.statistics.definitions import DRIVERS
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _eight_weeks_later() -> Iterator[None]:
    with clock.stopped_at(START + 56 * DAY):
        yield


def page(client: Client) -> str:
    answer = client.get("/figures/tree/", headers={"accept-language": "en"})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_every_measure_is_a_leaf_of_exactly_one_branch(client: Client):
    shown = page(client)

    for one in services.definitions():
        assert shown.count(f'href="/figures/{one.name}/"') == 1
        assert one.driver in DRIVERS
    assert shown.count('class="card branch"') == len(DRIVERS)


def test_every_branch_has_a_measure():
    assert {one.driver for one in services.definitions()} == set(DRIVERS)


def test_a_change_beyond_chance_is_said_and_judged_by_which_end_is_good(client: Client):
    told_of(
        *(handled_and_closed(n, at=START + 10 * DAY) for n in range(1, 61)),
        *(handled_and_closed(n, at=START + 40 * DAY, solved=n % 2 > 0) for n in range(61, 121)),
    )

    shown = page(client)

    leaf = shown[shown.index('href="/figures/resolution_rate/"') :].partition("</li>")[0]
    assert '<b class="num">50.0%</b>' in leaf
    assert re.search(r'class="tag bad">down, clearly', leaf)
    assert "1 worse, beyond chance" in shown


def test_figures_are_the_same_after_everything_was_forgotten_and_heard_again(client: Client):
    told_of(*(handled_and_closed(n, at=START + 40 * DAY, solved=n > 3) for n in range(1, 21)))
    before = page(client)

    services.rebuild(by=SYSTEM)

    counted = re.compile(r'<b class="num">[^<]*</b>')
    assert counted.findall(page(client)) == counted.findall(before)
    assert '<b class="num">85.0%</b>' in before
