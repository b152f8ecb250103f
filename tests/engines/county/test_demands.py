"""The stream of demands: exact, repeatable, alive; its truth is told apart."""

import csv
import io
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.county.conftest import END, SEED, START

from shuzhi.engines.county import (
    CSV_COLUMNS,
    CountyRegistry,
    SyntheticDemand,
    demands,
    situations,
    to_csv_rows,
    truth,
    write_csv,
)
from shuzhi.engines.county.demands import CHANNELS
from shuzhi.engines.county.phrasing import REGISTERS


def csv_text(county: CountyRegistry, seed: int) -> str:
    out = io.StringIO(newline="")
    written = write_csv(demands(seed, county, 300, START, date(2023, 6, 30)), out)
    assert written == len(list(csv.reader(io.StringIO(out.getvalue())))) - 1
    return out.getvalue()


def test_the_stream_is_exact_in_number_ordered_in_time_and_inside_its_dates(
    stream: list[SyntheticDemand],
) -> None:
    moments = [demand.created_at for demand in stream]

    assert len(stream) == 6_000
    assert moments == sorted(moments)
    assert moments[0].date() >= START
    assert moments[-1].date() <= END
    assert {moment.utcoffset() for moment in moments} == {timedelta(hours=8)}


@settings(max_examples=15, deadline=None)
@given(count=st.integers(0, 400), days=st.integers(0, 500))
def test_any_number_over_any_time_comes_out_exactly(county: CountyRegistry, count: int, days: int) -> None:
    end = START + timedelta(days=days)

    made = list(demands(3, county, count, START, end))

    assert len(made) == count
    assert all(START <= demand.created_at.date() <= end for demand in made)


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(county: CountyRegistry) -> None:
    first, again, other = (csv_text(county, seed) for seed in (SEED, SEED, SEED + 1))

    assert first == again
    assert first != other


def test_another_process_with_another_hash_seed_writes_the_same_bytes(county: CountyRegistry) -> None:
    program = (
        "import io, sys\n"
        "from shuzhi.engines.county import registry\n"
        "from tests.engines.county.test_demands import csv_text\n"
        f"sys.stdout.buffer.write(csv_text(registry({SEED}), {SEED}).encode())"
    )

    out = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "77"},
        cwd=Path(__file__).parents[3],
    ).stdout

    assert out.decode() == csv_text(county, SEED)


def test_an_end_before_the_start_is_a_mistake(county: CountyRegistry) -> None:
    with pytest.raises(ValueError, match="before"):
        list(demands(SEED, county, 5, END, START))


def test_every_channel_register_and_nearly_every_situation_occurs(stream: list[SyntheticDemand]) -> None:
    assert {demand.channel for demand in stream} == set(CHANNELS)
    assert {demand.register for demand in stream} == set(REGISTERS)
    assert len({demand.situation for demand in stream}) >= 0.97 * len(situations())


def test_texts_hardly_ever_repeat_and_leave_no_gap_open(stream: list[SyntheticDemand]) -> None:
    assert len({demand.text for demand in stream}) > 0.97 * len(stream)
    assert not [demand for demand in stream if "{" in demand.text + demand.title]


def test_texts_differ_in_length_as_people_do(stream: list[SyntheticDemand]) -> None:
    lengths = sorted(len(demand.text) for demand in stream)

    assert lengths[len(lengths) // 20] < 45
    assert lengths[-len(lengths) // 20] > 150


def test_places_phones_and_codes_are_those_of_the_registry(
    county: CountyRegistry, stream: list[SyntheticDemand]
) -> None:
    places = {place.code: place for place in county.places}

    for demand in stream:
        assert demand.area == places[demand.place].area
        assert demand.area in county.area_by_code
        assert re.fullmatch(r"19900\d{6}|", demand.phone)
        assert demand.category == situations()[demand.situation].leaf
        assert (demand.lat is None) == (demand.lng is None)
        assert not demand.anonymous or demand.name == ""


def test_only_reports_of_offences_ask_for_secrecy(stream: list[SyntheticDemand]) -> None:
    assert {demand.kind for demand in stream if demand.secret} == {"report"}


def test_counters_and_grids_take_nothing_at_night(stream: list[SyntheticDemand]) -> None:
    hours = {demand.created_at.hour for demand in stream if demand.channel in ("counter", "grid")}

    assert hours <= set(range(8, 18))


def test_wages_are_asked_for_in_winter_and_outages_reported_in_summer(stream: list[SyntheticDemand]) -> None:
    ordinary = [demand for demand in stream if demand.issue is None]

    assert _in_months(ordinary, "site_wages_unpaid", (12, 1, 2)) > _in_months(
        ordinary, "site_wages_unpaid", (6, 7, 8)
    )
    assert _in_months(ordinary, "power_outage", (6, 7, 8)) > _in_months(ordinary, "power_outage", (12, 1, 2))


def test_demands_grow_over_the_years_and_rest_at_weekends(stream: list[SyntheticDemand]) -> None:
    years = Counter(demand.created_at.year for demand in stream if demand.issue is None)
    weekdays = Counter(demand.created_at.weekday() for demand in stream)

    assert years[2023] < years[2024] < years[2025]
    assert weekdays[0] > weekdays[6] * 1.2


def test_poor_and_rich_places_have_different_worries(stream: list[SyntheticDemand]) -> None:
    by_county = {
        code: Counter(demand.situation for demand in stream if demand.area.startswith(code))
        for code in ("990101", "990102")
    }

    def share(code: str, *wanted: str) -> float:
        return sum(by_county[code][one] for one in wanted) / by_county[code].total()

    assert share("990102", "village_water", "minimum_living_cancelled") > share(
        "990101", "village_water", "minimum_living_cancelled"
    )
    assert share("990101", "parking_sale_only", "property_fee_up") > share(
        "990102", "parking_sale_only", "property_fee_up"
    )


def test_twelve_hot_issues_two_outbreaks_and_a_storm_are_hidden(
    county: CountyRegistry, stream: list[SyntheticDemand]
) -> None:
    told = truth(SEED, county, 6_000, START, END)
    members = {demand_id: issue.event.code for issue in told.issues for demand_id in issue.demand_ids}

    assert [len(told.of_kind(kind)) for kind in ("hot_issue", "outbreak", "storm")] == [12, 2, 1]
    assert members == {demand.id: demand.issue for demand in stream if demand.issue}
    assert told.duplicates == {demand.id: demand.duplicate_of for demand in stream if demand.duplicate_of}


def test_demands_of_a_hidden_event_happen_in_its_places_on_its_days_about_its_matter(
    county: CountyRegistry, stream: list[SyntheticDemand]
) -> None:
    told = truth(SEED, county, 6_000, START, END)
    by_id = {demand.id: demand for demand in stream}

    for issue in told.issues:
        assert len(issue.demand_ids) == sum(issue.event.daily) >= 7
        for demand in (by_id[demand_id] for demand_id in issue.demand_ids):
            assert issue.event.first_day <= demand.created_at.date() <= issue.event.last_day
            assert demand.area in issue.event.areas
            assert demand.situation in issue.event.situations


def test_need_is_not_volume(county: CountyRegistry) -> None:
    """Some of the fewest-voiced hot issues are the most pressing, so ranking by count alone must fail."""
    hot = sorted(
        truth(SEED, county, 6_000, START, END).of_kind("hot_issue"), key=lambda one: len(one.demand_ids)
    )

    assert "urgent" in {issue.event.need for issue in hot[:3]}
    assert "urgent" not in {issue.event.need for issue in hot[-2:]}


def test_a_repeated_demand_is_earlier_and_about_the_same_matter_and_place(
    stream: list[SyntheticDemand],
) -> None:
    by_id = {demand.id: demand for demand in stream}
    repeats = [demand for demand in stream if demand.duplicate_of]

    assert repeats
    for demand in repeats:
        first = by_id[demand.duplicate_of or ""]
        assert first.created_at < demand.created_at
        assert (first.situation, first.place) == (demand.situation, demand.place)


def test_the_exported_rows_tell_nothing_of_the_truth(stream: list[SyntheticDemand]) -> None:
    rows = list(to_csv_rows(stream[:500]))

    assert {len(row) for row in rows} == {len(CSV_COLUMNS)}
    for row, demand in zip(rows, stream, strict=False):
        cells = set(row)
        assert not cells & {demand.category, demand.situation, demand.urgency, demand.area, demand.issue}


def _in_months(stream: list[SyntheticDemand], situation: str, months: tuple[int, ...]) -> int:
    return sum(demand.situation == situation and demand.created_at.month in months for demand in stream)
