"""What comes back every year is found, what came once is not."""

from datetime import date, timedelta

import numpy as np

from shuzhi.engines.forecast import DailySeries, recurring

FIRST = date(2023, 11, 1)
DAYS = [FIRST + timedelta(days=shift) for shift in range(1110)]


def drawn(seed: int, factor: object) -> DailySeries:
    rng = np.random.default_rng(seed)
    return DailySeries(FIRST, rng.poisson([2.0 * factor(day) for day in DAYS]).astype(float))  # type: ignore[operator]


def test_a_matter_of_every_december_is_found_with_its_years() -> None:
    found = recurring(
        {
            "heating": drawn(1, lambda day: 3 if day.month == 12 else 1),
            "lifts": drawn(2, lambda day: 1),
            "once": drawn(3, lambda day: 6 if (day.year, day.month) == (2024, 12) else 1),
        },
        12,
    )

    (one,) = found
    assert one.name == "heating"
    assert [year for year, _came, _meant in one.years] == [2024, 2025]
    assert 1.8 < one.ratio < 3.2
    assert one.chance < 1e-6


def test_a_few_missing_days_hide_no_season_and_many_do() -> None:
    series = drawn(1, lambda day: 3 if day.month == 12 else 1)

    def without(days: int) -> DailySeries:
        counts = series.counts.copy()
        counts[DAYS.index(date(2024, 12, 20)) :][:days] = np.nan
        return DailySeries(FIRST, counts)

    (one,) = recurring({"heating": without(3)}, 12)
    assert 1.8 < one.ratio < 3.2
    assert [year for year, _came, _meant in one.years] == [2024, 2025]
    assert recurring({"heating": without(9)}, 12) == []


def test_of_many_ordinary_matters_hardly_any_is_taken_for_a_season() -> None:
    ordinary = {f"m{seed}": drawn(seed, lambda day: 1) for seed in range(60)}

    assert sum(len(recurring(ordinary, month)) for month in range(1, 13)) <= 1


def test_one_year_of_history_says_nothing_about_seasons() -> None:
    short = DailySeries(FIRST, np.array([9.0 if day.month == 12 else 1.0 for day in DAYS[:420]]))

    assert recurring({"short": short}, 12) == []
