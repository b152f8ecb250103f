"""Readings of stations and the sky: every row accounted for, late and corrected ones too."""

from pathlib import Path

import pytest
from tests.domains.registry.given import COUNTY, OFFICER, given_registry, load
from tests.factories import announced

from shuzhi.domains.registry.cards import ImportReport
from shuzhi.engines.tabular import open_table
from shuzhi.spine import clock, outbox
from shuzhi.spine.errors import AccessDenied
from shuzhi.spine.events import ReadingTaken

pytestmark = pytest.mark.django_db
HEAD = "station,area,quantity,unit,value,observed_at,told_at\n"
LEVEL = f"river-1,{COUNTY},water_level,m,21.375,2026-06-10 08:00,\n"
FORECAST = f",{COUNTY},rain,mm,55,2026-06-11,2026-06-10\n"


@pytest.fixture(autouse=True)
def _registry() -> None:
    given_registry()


def told() -> list[ReadingTaken]:
    outbox.drain([])
    return announced(ReadingTaken)


def sent_back(report: ImportReport) -> list[tuple[str, str]]:
    with Path(report.quarantine_file).open("rb") as file:
        return [(row.values[0], row.values[1]) for row in open_table(file, "quarantine.csv").rows]


def test_a_reading_is_told_once_with_its_station_unit_and_moment_of_the_countys_clock():
    report = load("readings", HEAD + LEVEL + FORECAST + LEVEL)
    again = load("readings", HEAD + LEVEL + FORECAST)

    assert (report.accepted, report.unchanged, report.quarantined) == (2, 1, 0)
    assert (again.accepted, again.unchanged) == (0, 2)
    level, forecast = told()
    assert (level.station, level.area, level.quantity, level.unit) == ("river-1", COUNTY, "water_level", "m")
    assert (level.value_milli, level.observed_at.isoformat()) == (21375, "2026-06-10T00:00:00+00:00")
    assert level.told_at == level.observed_at
    assert (forecast.observed_at - forecast.told_at).days == 1


def test_a_reading_that_differs_from_what_was_told_corrects_it_even_in_the_same_file():
    load("readings", HEAD + LEVEL)

    report = load("readings", HEAD + LEVEL.replace("21.375", "12.4") + LEVEL.replace("21.375", "12.5"))

    assert report.accepted == 2
    assert [one.value_milli for one in told()] == [21375, 12400, 12500]
    assert load("readings", HEAD + LEVEL.replace("21.375", "12.5")).unchanged == 1


def test_what_no_station_can_have_measured_goes_back_with_its_line_and_the_reason():
    wrong = [
        LEVEL.replace("21.375", "99999"),
        LEVEL.replace("21.375", "deep"),
        LEVEL.replace("21.375", ""),
        LEVEL.replace(",m,", ",mm,"),
        LEVEL.replace("water_level", "colour"),
        LEVEL.replace(COUNTY, "110101000000"),
        LEVEL.replace("2026-06-10 08:00", "yesterday"),
        LEVEL.replace("2026-06-10", f"{clock.now().year + 1}-06-10"),
    ]

    report = load("readings", HEAD + LEVEL + "".join(wrong))

    assert (report.accepted, report.quarantined) == (1, len(wrong))
    told = sent_back(report)
    assert [line for line, _reason in told] == [str(at) for at in range(3, 3 + len(wrong))]
    fields = ["value", "value", "value", "unit", "quantity", "area", "observed_at", "observed_at"]
    assert [reason.split(":")[0] for _line, reason in told] == fields


def test_only_who_keeps_the_registry_brings_readings():
    with pytest.raises(AccessDenied):
        load("readings", HEAD + LEVEL, by=OFFICER)
