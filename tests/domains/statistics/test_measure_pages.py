"""What a measure is, for everybody; the rows behind it, for those who may read them."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from tests.domains.statistics.given import DAY, START, handled, handled_and_closed, told_of
from tests.factories import client_of, staff

from shuzhi.domains.statistics import services
from shuzhi.domains.statistics.pages.plotting import nice_ticks
from shuzhi.spine import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _four_weeks_later() -> Iterator[None]:
    with clock.stopped_at(START + 20 * DAY):
        yield


def test_every_measure_has_a_page_with_its_words_its_sql_its_owner_and_since_when(client: Client):
    told_of(*(handled_and_closed(n) for n in range(1, 8)))

    for one in services.definitions():
        page = client.get(f"/figures/{one.name}/", headers={"accept-language": "en"}).content.decode()

        assert one.since in page
        assert "happened_at" in page
        assert page.count("<h1>") == 1
    assert (
        "Requesters who say it is solved ÷ call-backs that were answered"
        in client.get("/figures/resolution_rate/", headers={"accept-language": "en"}).content.decode()
    )
    assert client.get("/figures/mood/").status_code == 404


def test_the_chart_and_its_table_show_the_same_weeks(client: Client):
    told_of(*(handled_and_closed(n, solved=n % 4 > 0) for n in range(1, 41)))

    page = client.get("/figures/resolution_rate/", headers={"accept-language": "en"}).content.decode()

    assert page.count('role="img"') == 2
    assert "75.0%" in page[page.index('<table class="tbl">') :]


def test_the_rows_behind_a_number_open_from_its_page_for_those_who_may(client: Client):
    told_of(handled_and_closed(1, solved=False), handled(2).called_back(reached=False).closed())
    leader = client_of(staff("leader"))

    page = leader.get("/figures/resolution_rate/").content.decode()
    rows = re.search(r'href="(/desk/figures/resolution_rate/rows/\?[^"]+)"', page)
    shown = leader.get(rows[1].replace("&amp;", "&")).content.decode()
    alone = leader.get(rows[1].replace("&amp;", "&") + "&part=unreached").content.decode()

    assert "demands/1/" in shown
    assert "demands/2" in alone
    assert "demands/1/" not in alone
    assert "/desk/figures/" not in client.get("/figures/resolution_rate/").content.decode()
    assert client_of(staff("unit_officer")).get("/desk/figures/resolution_rate/rows/").status_code == 403


def test_a_demand_leads_to_the_figures_that_count_it():
    told_of(handled_and_closed(1, solved=False))

    page = client_of(staff("leader")).get("/desk/demands/1/figures/").content.decode()

    assert 'href="/figures/resolution_rate/"' in page
    assert "计入分母" in page


def test_made_up_addresses_of_rows_show_the_usual_page():
    answer = client_of(staff("leader")).get("/desk/figures/on_time_rate/rows/?since=yesterday&until=9999999")

    assert answer.status_code == 200


@pytest.mark.parametrize("values", [[0.0], [0.81, 0.94], [3, 1200], [5, 5], [1.0, 1.0]])
def test_the_lines_of_a_chart_hold_every_value(values: list[float]):
    ticks = nice_ticks(values)

    assert ticks == sorted(ticks)
    assert len(ticks) >= 2
    assert ticks[0] <= min(values)
    assert ticks[-1] >= max(values)
