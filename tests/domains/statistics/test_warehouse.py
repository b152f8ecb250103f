"""The warehouse holds exactly what was told, whatever happens while it is loaded."""

import shutil
import subprocess
import sys
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from tests.domains.statistics.given import (
    DAY,
    HOUR,
    START,
    Order,
    handled,
    handled_and_closed,
    heard,
    told_of,
)
from tests.domains.statistics.test_measures import given_registry
from tests.faults.server import environment

from shuzhi.domains.statistics import services
from shuzhi.domains.statistics.facts import COLUMNS
from shuzhi.domains.statistics.handlers import FACTS
from shuzhi.domains.statistics.models import OrderFact, Quarantined, Warehouse
from shuzhi.domains.statistics.refusals import FiguresMissing
from shuzhi.domains.statistics.warehouse import files, loading, reading
from shuzhi.domains.statistics.warehouse.catalogue import catalogue
from shuzhi.domains.statistics.warehouse.tables import FACTS as TABLES
from shuzhi.domains.statistics.warehouse.tables import ORDERS
from shuzhi.spine import clock, outbox
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.events import ReadingTaken

pytestmark = pytest.mark.django_db
HOME = Path(__file__).parents[3]
SINCE, UNTIL = START - DAY, START + 27 * DAY


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(settings: Any, tmp_path: Path) -> None:
    """Some tests remove files; other processes of the test run share the usual folder."""
    settings.SHUZHI_WAREHOUSE_DIR = str(tmp_path / "warehouse")


def ask(question: str) -> list[tuple[object, ...]]:
    return reading.ask(question, now=START + 40 * DAY)


def filed() -> dict[str, bytes]:
    """The bytes of every file that counts, by its table and month."""
    return {
        f"{name}/{month}": (files.folder() / path).read_bytes()
        for name in TABLES
        for month, path in catalogue().of(name).months.items()
    }


def level(days_ago: int, *, value_milli: int) -> ReadingTaken:
    at = START - days_ago * DAY
    return ReadingTaken(
        station="river-1",
        area="990102000000",
        quantity="water_level",
        unit="m",
        value_milli=value_milli,
        observed_at=at,
        told_at=at,
    )


def on_time() -> tuple[int, int]:
    (card,) = services.measures(since=SINCE, until=UNTIL, names=["on_time_rate"])
    return card.numerator, card.denominator


def test_an_event_is_a_row_of_its_table_and_the_order_a_row_of_its_own():
    told_of(handled_and_closed(1), Order(2).received())

    assert ask("SELECT COUNT(*) FROM demands") == [(2,)]
    assert ask("SELECT COUNT(*) FROM moves") == [(10,)]
    assert ask("SELECT satisfaction, via FROM callbacks") == [(4, "phone")]
    assert ask("SELECT order_id, state, opened_on FROM orders ORDER BY order_id") == [
        (1, "closed", START.date()),
        (2, "registered", START.date()),
    ]


def test_every_column_of_an_order_arrives_as_it_is_kept():
    told_of(handled_and_closed(1, late=30).rated(solved=False, satisfaction=2))
    names = [name for name in ORDERS.columns if name != "opened_on"]

    (row,) = ask(f"SELECT {', '.join(names)} FROM orders")

    kept = OrderFact.objects.values_list(*names).get()
    assert list(row) == [value.replace(tzinfo=None) if hasattr(value, "tzinfo") else value for value in kept]


def test_what_is_told_late_changes_the_row_that_stands():
    told_of(order := handled(1))
    loading.file_away(most_news=0)
    order.events.clear()

    told_of(order.called_back(solved=True, satisfaction=5).closed())

    assert ask("SELECT state, callback_satisfaction FROM orders") == [("closed", 5)]


def test_a_demand_of_last_month_is_filed_in_the_month_of_its_day():
    told_of(handled_and_closed(1), Order(2, at=START - 40 * DAY).received())

    loading.file_away(most_news=0)

    assert list(catalogue().of("orders").months) == ["2026-03", "2026-05"]
    assert ask("SELECT COUNT(*) FROM orders") == [(2,)]


def test_a_year_that_is_long_over_is_one_file_and_what_is_told_late_of_it_still_counts():
    old = handled(3, at=START - 400 * DAY)
    told_of(*(handled_and_closed(n, at=START - n * 30 * DAY) for n in (1, 12, 13, 14)), old)
    loading.file_away(most_news=0)
    assert list(catalogue().of("orders").months) == ["2025-03", "2025-04", "2025-05", "2026-04"]
    old.events.clear()

    told_of(handled_and_closed(5, at=START + 80 * DAY), old.called_back(solved=True, satisfaction=5).closed())
    loading.file_away(most_news=0)

    assert list(catalogue().of("orders").months) == ["2025", "2026-04", "2026-07"]
    assert ask("SELECT COUNT(*), SUM(CASE WHEN state = 'closed' THEN 1 ELSE 0 END) FROM orders") == [(6, 6)]
    whole = filed()
    services.rebuild(by=SYSTEM)
    assert filed() == whole


def test_a_day_is_a_day_of_the_countys_clock():
    """22:00 in London is the next morning in the county."""
    told_of(Order(1, at=START + 13 * HOUR).received())

    assert ask("SELECT received_on FROM demands") == [((START + 13 * HOUR + timedelta(hours=8)).date(),)]


@pytest.mark.thorough
@pytest.mark.parametrize("size", [7, 40, 10_000])
def test_loads_of_any_size_and_a_rebuild_from_the_beginning_give_the_same_bytes(size: int):
    told_of(*(handled_and_closed(n, at=START - n * DAY, satisfaction=1 + n % 5) for n in range(1, 60)))
    heard(level(n % 40, value_milli=n) for n in range(1, 60))
    whole = services.rebuild(by=SYSTEM) and filed()
    FACTS.forget()
    story = list(outbox.story(limit=10_000))

    for at in range(0, len(story), size):
        FACTS.hear(story[at : at + size])
        loading.file_away(most_news=3)
    loading.file_away(most_news=0)

    assert len(whole) >= 8
    assert filed() == whole


def test_filing_keeps_every_figure_and_leaves_one_file_a_month():
    for number in range(1, 40):
        told_of(handled_and_closed(number, late=number % 2))
    before = on_time()

    assert services.file_away() == len(
        [name for name in TABLES if name not in ("benefits", "changes", "readings")]
    )

    with clock.stopped_at(START + 40 * DAY):
        assert on_time() == before == (19, 39)
    assert len(catalogue().of("orders").all) == 1


def test_files_that_nobody_names_any_more_go_when_nobody_can_still_read_them(monkeypatch: pytest.MonkeyPatch):
    told_of(handled_and_closed(1))
    monkeypatch.setattr(files, "KEPT_SECONDS", -1)

    loading.file_away(most_news=0)

    found = {str(path.relative_to(files.folder())) for path in files.folder().rglob("*.parquet")}
    assert found == catalogue().paths


def test_lost_files_are_said_on_every_page_and_one_command_brings_them_back(client: Client):
    told_of(*(handled_and_closed(n) for n in range(1, 5)))
    before = on_time()
    shutil.rmtree(files.folder())

    assert services.holding().missing
    with pytest.raises(FiguresMissing):
        services.measures(since=SINCE, until=UNTIL, names=["rework_rate"])
    with clock.stopped_at(START + 20 * DAY):
        assert client.get("/figures/").status_code == 503
        assert "重新统计" in client.get("/").content.decode()

    services.rebuild(by=SYSTEM)

    assert services.holding().complete
    assert on_time() == before


def test_a_rebuild_that_is_under_way_says_how_far_it_is(client: Client):
    told_of(*(handled_and_closed(n) for n in range(1, 5)))

    outbox.replay(FACTS, by=SYSTEM)
    outbox.deliver(FACTS, limit=20)

    assert 0.3 < services.holding().rebuilt < 0.6
    assert "正在重新统计" in client.get("/figures/").content.decode()


def test_after_an_upgrade_the_figures_say_that_they_are_counted_anew_until_they_are_whole():
    told_of(*(handled_and_closed(n) for n in range(1, 5)))
    before = on_time()
    Warehouse.objects.all().delete()

    upgrade = import_module("shuzhi.domains.statistics.migrations.0002_the_warehouse")
    upgrade.hear_the_story_again(apps, None)

    assert services.holding().rebuilt == 0
    outbox.deliver(FACTS, limit=1_000)
    assert (services.holding().rebuilt, on_time()) == (1, before)


def test_what_breaks_a_rule_is_set_aside_counted_and_shown(client: Client):
    good = handled_and_closed(1)
    odd = handled(2).called_back(solved=True, satisfaction=9).closed()
    stranger = Order(3, at=START).contacted()
    ahead = Order(4, at=clock.now() + 3 * DAY).received()

    told_of(good, odd, stranger, ahead)

    assert dict(Quarantined.objects.values_list("rule", "subject")) == {
        "off_scale": 2,
        "no_order": 3,
        "ahead": 4,
    }
    assert ask("SELECT COUNT(*) FROM callbacks") == [(1,)]
    assert "1 到 5" in client.get("/figures/").content.decode()


def test_a_file_that_is_told_twice_counts_once():
    told_of(order := handled_and_closed(1))
    before = on_time(), ask("SELECT COUNT(*) FROM moves")

    heard([event for event in order.events if type(event).__name__ == "WorkOrderMoved"])

    assert (on_time(), ask("SELECT COUNT(*) FROM moves")) == before
    assert Quarantined.objects.filter(rule="told_twice").count() == order.step


KILLED = """
import os, signal, sys
import django; django.setup()
from django.core.management import call_command
from django.db import connection
from tests.domains.statistics.given import handled_and_closed, told, told_of
from shuzhi.domains.statistics.facts import COLUMNS
from shuzhi.domains.statistics.handlers import FACTS
from shuzhi.spine import outbox
call_command("migrate", verbosity=0)
told_of(*(handled_and_closed(n) for n in range(1, 5)))
told(event for n in range(5, 9) for event in handled_and_closed(n).events)

def die(execute, sql, *rest):
    if sql.startswith('UPDATE "statistics_warehouse"'):
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, *rest)

with connection.execute_wrapper(die):
    outbox.drain([FACTS])
"""
AFTERWARDS = """
import django; django.setup()
from shuzhi.domains.statistics.facts import COLUMNS
from shuzhi.domains.statistics.handlers import FACTS
from shuzhi.domains.statistics.models import OrderFact
from shuzhi.domains.statistics.warehouse import files, reading
from shuzhi.domains.statistics.warehouse.catalogue import catalogue
from shuzhi.spine import clock, outbox

def count():
    rows = reading.ask("SELECT COUNT(*) FROM orders", now=clock.now())[0][0]
    return rows, OrderFact.objects.count()

left_over = len(list(files.folder().rglob("*.parquet"))) - len(catalogue().paths)
print(left_over, *count())
outbox.drain([FACTS])
print(*count())
"""


@pytest.mark.thorough
def test_a_load_that_is_killed_leaves_no_half_of_a_batch(tmp_path: Path):
    """Killed when the files are written and not named yet: the next load begins where the bookmark stands."""
    surroundings = environment(tmp_path, DJANGO_SETTINGS_MODULE="shuzhi.site.settings", PYTHONPATH=str(HOME))

    def run(script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", script], env=surroundings, capture_output=True, text=True, check=False
        )

    killed = run(KILLED)
    after = run(AFTERWARDS)

    assert killed.returncode == -9, killed.stderr[-1000:]
    assert after.stdout.split("\n")[:2] == ["4 4 4", "8 8"], after.stderr[-1000:]


def test_a_fact_in_memory_has_the_columns_of_the_fact_that_is_kept():
    assert set(COLUMNS) == {field.name for field in OrderFact._meta.concrete_fields}


def test_a_load_touches_more_orders_than_a_database_takes_parameters():
    told_of(*(Order(n).received() for n in range(1, 2503)))
    told_of(*(Order(n, at=START + DAY).moved("triage", "triaged") for n in range(1, 2503)))

    assert ask("SELECT COUNT(*) FROM orders") == [(2502,)]


def test_a_dimension_that_an_upgrade_brings_is_written_with_the_next_load():
    given_registry()
    told_of(Order(1).received())
    row = Warehouse.objects.get()
    row.files = {name: held for name, held in row.files.items() if name != "areas"}
    row.save()

    told_of(Order(2).received())

    assert ask("SELECT COUNT(*) FROM areas") == [(4,)]
