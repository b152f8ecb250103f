"""Synthetic weather: the same from one seed, with seasons, errors of forecasts that grow, and a storm where it belongs."""

from datetime import date, timedelta
from statistics import mean

import pytest

from shuzhi.engines import county
from shuzhi.engines.county import SyntheticWeather
from shuzhi.engines.county.planted import planted_events

START, END = date(2025, 1, 1), date(2026, 6, 30)


@pytest.fixture(scope="module")
def place() -> county.CountyRegistry:
    return county.registry(7)


@pytest.fixture(scope="module")
def storm(place: county.CountyRegistry) -> county.PlantedEvent:
    return next(one for one in planted_events(7, place, 3000, START, END) if one.kind == "storm")


@pytest.fixture(scope="module")
def lines(place: county.CountyRegistry, storm: county.PlantedEvent) -> list[SyntheticWeather]:
    return list(county.weather(7, place, [storm], START, END))


def test_the_same_seed_gives_the_same_weather(
    place: county.CountyRegistry, storm: county.PlantedEvent, lines: list[SyntheticWeather]
) -> None:
    assert list(county.weather(7, place, [storm], START, END)) == lines
    assert list(county.weather(8, place, [storm], START, END)) != lines


def test_summers_are_warm_and_wet(lines: list[SyntheticWeather]) -> None:
    came = [one for one in lines if one.issued == one.day]

    assert mean(one.max_c for one in came if one.day.month == 7) > 29
    assert mean(one.max_c for one in came if one.day.month == 1) < 13
    assert mean(one.rain_mm for one in came if one.day.month == 6) > 2 * mean(
        one.rain_mm for one in came if one.day.month == 12
    )


def test_forecasts_err_more_the_longer_they_look(lines: list[SyntheticWeather]) -> None:
    came = {(one.day, one.area): one for one in lines if one.issued == one.day}

    def error(lead: int) -> float:
        told = [one for one in lines if (one.day - one.issued).days == lead and (one.day, one.area) in came]
        return mean(abs(one.max_c - came[one.day, one.area].max_c) for one in told)

    assert error(1) < error(2) < error(3)


def test_it_pours_where_and_when_a_storm_was_planted(
    lines: list[SyntheticWeather], storm: county.PlantedEvent
) -> None:
    here = storm.areas[0][:6]
    day = [one for one in lines if one.day == one.issued == storm.first_day]

    assert all((one.rain_mm > 200) == one.area.startswith(here) for one in day)


def test_nothing_is_foretold_on_a_day_that_has_not_come(lines: list[SyntheticWeather]) -> None:
    assert max(one.issued for one in lines) == END
    assert max(one.day for one in lines) == END + timedelta(days=3)


def test_the_river_rises_with_the_storm_of_its_county_and_falls_again_over_days(
    lines: list[SyntheticWeather], storm: county.PlantedEvent
) -> None:
    here = storm.areas[0][:6]
    levels = {
        one.day: one.level_m
        for one in county.water_levels(lines)
        if one.area.startswith(here) and one.station.startswith("synthetic")
    }

    peak = max(levels, key=lambda day: levels[day])
    assert 0 <= (peak - storm.first_day).days <= 2
    after = [levels[peak + timedelta(days=shift)] for shift in (0, 4, 8)]
    assert after == sorted(after, reverse=True)
    assert sorted(levels.values())[len(levels) // 2] < levels[peak] - 2
