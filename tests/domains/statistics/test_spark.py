"""Spark counts what DuckDB counts: the same SELECT over the same files."""

from pathlib import Path
from typing import Any

import pytest
from tests.domains.statistics.given import DAY, HOUR, START, handled, handled_and_closed, heard, told_of

from shuzhi.domains.statistics.tallies import Span, tally
from shuzhi.domains.statistics.warehouse import loading
from shuzhi.spine.events import ReadingTaken

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.spark,
]


def test_every_measure_is_the_same_on_spark(settings: Any, tmp_path: Path):
    settings.SHUZHI_WAREHOUSE_DIR = str(tmp_path)
    told_of(
        *(
            handled_and_closed(n, at=START + n % 9 * DAY, late=n % 3, satisfaction=1 + n % 5)
            for n in range(1, 40)
        )
    )
    heard(
        ReadingTaken(
            station="",
            area="990102000000",
            quantity="rain",
            unit="mm",
            value_milli=100 * n,
            observed_at=START + n * HOUR,
            told_at=START + 30 * HOUR,
        )
        for n in range(40)
    )
    loading.file_away(most_news=0)
    told_of(handled(50).called_back(reached=False).closed(), handled(51))
    span = Span(START - DAY, START + 30 * DAY, START + 60 * DAY, slices=(START + 5 * DAY,))
    on_duckdb = tally(span, columns=("unit", "slice"))

    settings.SHUZHI_WAREHOUSE_ENGINE = "local[1]"
    on_spark = tally(span, columns=("unit", "slice"))

    counted = {name for group in on_duckdb.values() for name in group}
    assert counted > {"response_rate", "median_hours", "readings_in_time"}
    assert on_spark == on_duckdb
