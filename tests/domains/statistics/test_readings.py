"""Readings as facts: one row for each, the newest version of it; what cannot be is set aside."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation
from tests.domains.statistics.given import DAY, HOUR, START, heard

from shuzhi.domains.statistics import services
from shuzhi.domains.statistics.models import Quarantined
from shuzhi.domains.statistics.warehouse import loading, reading
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.events import ReadingTaken

pytestmark = pytest.mark.django_db
COUNTY = "990102000000"
TODAY = START.date()


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(settings: Any, tmp_path: Any) -> None:
    settings.SHUZHI_WAREHOUSE_DIR = str(tmp_path / "warehouse")


def rain(value: float, *, told: timedelta = timedelta(), **fields: Any) -> ReadingTaken:
    about = {"station": "", "area": COUNTY, "quantity": "rain", "unit": "mm", "observed_at": START}
    return ReadingTaken(value_milli=round(1000 * value), told_at=START + told, **about | fields)


def test_a_corrected_reading_replaces_what_stood_also_when_that_is_filed_already():
    heard([rain(5), rain(7)])
    loading.file_away(most_news=0)
    heard([rain(6)])

    assert reading.ask("SELECT value_milli FROM readings", now=START) == [(6000,)]
    loading.file_away(most_news=0)
    assert reading.ask("SELECT value_milli FROM readings", now=START) == [(6000,)]


def test_a_forecast_stays_beside_what_came_and_a_day_has_its_highest_value():
    heard([rain(40, told=-DAY), rain(3), rain(9, observed_at=START + HOUR, told=HOUR), rain(2, station="s1")])

    found = services.readings_by_day(since=TODAY, until=TODAY + DAY, by=SYSTEM)

    assert [(one.told_on, one.value) for one in found] == [(TODAY - DAY, 40), (TODAY, 9)]


def test_what_cannot_be_is_set_aside_and_counts_nowhere():
    heard([rain(5), rain(9_000), rain(5, unit="m"), rain(5, quantity="gold"), rain(5, told=9000 * DAY)])

    assert sorted(Quarantined.objects.values_list("rule", flat=True)) == [
        "ahead",
        "no_value",
        "no_value",
        "no_value",
    ]
    assert len(services.readings_by_day(since=TODAY, until=TODAY + DAY, by=SYSTEM)) == 1


def test_readings_in_time_counts_what_was_taken_and_leaves_forecasts_out():
    heard([rain(40, told=-DAY), rain(3), rain(2, station="s1", told=2 * DAY)])

    with clock.stopped_at(START + 3 * DAY):
        (card,) = services.measures(since=START - DAY, until=START + DAY, names=["readings_in_time"])

    assert (card.numerator, card.denominator, card.excluded) == (1, 2, {"foretold": 1})


def test_the_rows_behind_it_say_what_was_measured_and_lead_to_no_demand():
    heard([rain(3)])

    with clock.stopped_at(START + 3 * DAY), translation.override("en"):
        page = services.rows_of_measure("readings_in_time", since=START - DAY, until=START + DAY, by=SYSTEM)

    assert [(row.category_name, row.demand_id) for row in page.rows] == [("Rain in 24 hours", None)]
