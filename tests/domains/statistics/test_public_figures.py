"""The doors: page, fragment, table, API, command line."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from django.test import Client, RequestFactory, override_settings
from tests.domains.statistics.given import DAY, START, TOWN_A, TOWN_B, handled, handled_and_closed, told_of
from tests.domains.statistics.test_measures import given_registry
from typer.testing import CliRunner

from shuzhi.domains.statistics import pages
from shuzhi.domains.statistics.cli import app
from shuzhi.spine import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _four_weeks_later() -> Iterator[None]:
    with clock.stopped_at(START + 20 * DAY):
        yield


def page(client: Client, **asked: str) -> str:
    response = client.get("/figures/", asked, headers={"accept-language": "en"})
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_page_says_the_finding_with_its_count_and_interval(client: Client):
    told_of(*(handled_and_closed(n, solved=n > 8) for n in range(1, 41)))

    shown = page(client)

    assert re.search(r"<h1>\s*80.0% say that it is solved</h1>", shown)
    assert "32 of 40" in shown
    assert "between 65.2% and 89.5%" in shown


def test_a_handful_of_answers_makes_no_headline(client: Client):
    told_of(*(handled_and_closed(n, solved=n > 2) for n in range(1, 11)))

    shown = page(client)

    assert re.search(r"<h1>\s*Resolution rate: too few answers to say \(10\)</h1>", shown)
    assert "8 of 10" in shown


def test_the_page_says_how_each_measure_is_counted_and_who_is_left_out(client: Client):
    told_of(handled_and_closed(1), handled(2).called_back(reached=False).closed())

    shown = page(client)

    assert "Requesters who say it is solved ÷ call-backs that were answered" in shown
    assert "1: nobody answered the call-backs; counted here, never as satisfied" in shown


def test_units_with_few_orders_are_shown_as_too_few_to_rank(client: Client):
    given_registry()
    told_of(
        *(handled_and_closed(n, unit=TOWN_A) for n in range(1, 32)),
        *(handled_and_closed(n, unit=TOWN_B) for n in range(32, 40)),
    )

    shown = page(client)

    assert re.search(r'Luoxi Town <span class="muted">too few to rank</span>', shown)
    assert not re.search(r"Qingshi Town <span", shown)


def test_a_difference_that_chance_explains_makes_no_winner(client: Client):
    given_registry()
    told_of(
        *(handled_and_closed(n, unit=TOWN_A, solved=n % 10 > 0) for n in range(1, 41)),
        *(handled_and_closed(n, unit=TOWN_B, solved=n % 9 > 0) for n in range(41, 81)),
    )

    assert "Town government: no clear difference" in page(client)


def test_a_difference_beyond_chance_is_said(client: Client):
    given_registry()
    told_of(
        *(handled_and_closed(n, unit=TOWN_A) for n in range(1, 41)),
        *(handled_and_closed(n, unit=TOWN_B, solved=False) for n in range(41, 81)),
    )

    assert "Town government: Qingshi Town is clearly ahead of Luoxi Town" in page(client)


def test_an_empty_county_has_a_page_too(client: Client):
    assert "Resolution rate: nothing to count yet" in page(client, period="year")


def test_addresses_that_were_made_up_show_the_usual_page(client: Client):
    usual, made_up = page(client), page(client, period='"><script>', measure="../../etc")

    assert made_up.partition("<main")[2] == usual.partition("<main")[2]


@pytest.mark.parametrize("synthetic", [True, False])
def test_synthetic_figures_say_so(client: Client, synthetic: bool):
    with override_settings(SHUZHI_SYNTHETIC=synthetic):
        shown = page(client)

    assert ("every figure is synthetic" in shown) is synthetic


def test_the_page_keeps_to_the_content_policy(client: Client):
    told_of(*(handled_and_closed(n) for n in range(1, 40)))

    shown = page(client)

    assert not re.search(r"<[^>]* style=|<[^>]* on\w+=|<style|<script(?![^>]*\bsrc=)", shown)


def test_the_table_holds_every_figure_of_the_page(client: Client):
    given_registry()
    told_of(*(handled_and_closed(n, unit=TOWN_A, solved=n > 2) for n in range(1, 11)))

    response = client.get("/figures/figures.csv", headers={"accept-language": "en"})
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))

    assert response.headers["Content-Disposition"].startswith('attachment; filename="figures-')
    (solved,) = [row for row in rows if row["Measure"] == "Resolution rate" and row["Code"] == TOWN_A]
    assert (solved["Counted"], solved["Out of"], solved["Value"]) == ("8", "10", "0.8000")
    assert (solved["Lower bound (95%)"], solved["Upper bound (95%)"]) == ("0.4902", "0.9433")
    assert {row["Grouped by"] for row in rows} == {"", "tier", "unit", "category"}


def test_names_that_look_like_formulas_stay_text_in_the_table(client: Client):
    told_of(handled_and_closed(1, category="=cmd()"))

    table = client.get("/figures/figures.csv").content.decode("utf-8-sig")

    assert "'=cmd()" in table
    assert not re.search(r"(^|,)=", table, re.MULTILINE)


def test_the_week_is_a_piece_of_a_page(client: Client):
    told_of(*(handled_and_closed(n, at=START + 15 * DAY) for n in range(1, 4)))

    piece = client.get("/figures/week/", headers={"accept-language": "en"}).content.decode()

    assert piece.lstrip().startswith("<section")
    assert "<b>3</b>" in piece
    assert "answered within the promised time, of 3 orders" in piece


def test_a_page_put_together_by_the_server_includes_the_same_piece(client: Client, rf: RequestFactory):
    included = pages.fragment(rf.get("/"))

    assert included.strip().startswith("<section")
    assert 'id="week-in-figures"' in included


def test_the_interface_gives_measures_by_unit(client: Client):
    given_registry()
    told_of(*(handled_and_closed(n, unit=TOWN_A) for n in range(1, 32)))

    cards = client.get("/api/measures", {"by": "unit", "name": "resolution_rate"}).json()

    assert [(card["group"], card["tier"], card["denominator"], card["rankable"]) for card in cards] == [
        (TOWN_A, "town", 31, True)
    ]


def test_the_interface_gives_definitions_in_both_languages(client: Client):
    first, *_rest = client.get("/api/measures/definitions").json()

    assert first["name"] == "response_rate"
    assert "÷" in first["formula_zh"]
    assert "÷" in first["formula_en"]


@pytest.mark.parametrize(
    "asked",
    [
        {"by": "mood"},
        {"since": "2026-05-01T00:00:00"},
        {"name": "happiness"},
        {"since": "2026-05-09T00:00:00Z", "until": "2026-05-01T00:00:00Z"},
        {"since": "yesterday"},
    ],
)
def test_the_interface_refuses_nonsense_with_a_problem(client: Client, asked: dict[str, str]):
    response = client.get("/api/measures", asked)

    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"


def test_small_areas_are_not_for_everybody(client: Client):
    assert client.get("/api/measures", {"by": "area", "within": "990102100000"}).status_code == 403


def test_the_command_line_shows_and_rebuilds():
    told_of(*(handled_and_closed(n, solved=n > 2) for n in range(1, 11)))

    shown = CliRunner().invoke(app, ["show", "--name", "resolution_rate"], env={"COLUMNS": "160"})
    rebuilt = CliRunner().invoke(app, ["rebuild"])

    assert "80.0%" in shown.output
    assert re.search(r"\d+ events were heard", rebuilt.output)
