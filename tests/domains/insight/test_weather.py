"""The weather file: what was known when, and how often forecasts were wrong."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from shuzhi.domains.insight import weather
from shuzhi.domains.insight.services.sky import weather_known
from shuzhi.domains.insight.weather import Weather

HERE, THERE = "990102000000", "990103000000"
DAY = date(2026, 6, 10)
HEAD = "issued,day,area,rain_mm,max_c\n"


def told(*lines: str) -> Weather:
    return weather.read((HEAD + "".join(f"{line}\n" for line in lines)).encode())


def before(days: int) -> date:
    return DAY - timedelta(days=days)


def test_who_asks_for_a_moment_in_the_past_learns_what_was_known_then() -> None:
    file = told(
        f"{before(0)},{DAY},{HERE},80,29",
        f"{before(2)},{DAY},{HERE},20,31",
        f"{before(1)},{DAY},{HERE},55,30",
    )

    assert [
        sky.rain_mm if (sky := file.on(DAY, HERE, known=before(ago))) else None for ago in (3, 2, 1, 0)
    ] == [None, 20, 55, 80]
    assert file.regressors(DAY)["rain"][DAY] == pytest.approx(4.025, abs=0.01)
    assert file.on(DAY, THERE, known=DAY) is None


def test_a_forecast_that_did_not_come_is_a_false_alarm_one_that_nearly_came_is_none() -> None:
    file = told(
        *(f"{before(ago)},{before(ago)},{HERE},{rain},25" for ago, rain in ((0, 10), (1, 46), (2, 60))),
        *(f"{before(ago + 1)},{before(ago)},{HERE},55,25" for ago in (0, 1, 2)),
        f"{before(9)},{before(3)},{HERE},99,25",
        f"{before(3)},{before(3)},{HERE},0,25",
    )

    assert file.false_alarms("rain_mm", 50, lead_days=3) == pytest.approx(30 / 4)
    assert file.exceedance("rain_mm", 45) == pytest.approx(3 / 5)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("day,area\n", "columns are missing"),
        (HEAD + f"{DAY},{DAY},{HERE},wet,20\n", "line 2"),
        (HEAD + f"{DAY},10/6/2026,{HERE},1,20\n", "line 2"),
        (HEAD + f"{DAY},{DAY},{HERE},1,20\n{DAY},{DAY},{HERE},-3,20\n", "line 3"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(text: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        weather.read(text.encode())


def test_without_a_file_or_with_a_broken_one_the_county_looks_ahead_without_it(
    settings: Any, tmp_path: Path
) -> None:
    settings.SHUZHI_WEATHER_FILE = str(tmp_path / "weather.csv")
    assert weather_known() == Weather()

    (tmp_path / "weather.csv").write_text("nothing")
    assert weather_known().digest == ""

    (tmp_path / "weather.csv").write_text(HEAD + f"{DAY},{DAY},{HERE},1,20\n")
    assert weather_known().areas == (HERE,)
