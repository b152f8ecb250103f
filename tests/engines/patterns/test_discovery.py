"""Chance is told from what belongs together: planted links and hotspots are found, noise is left alone."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.engines.patterns import (
    FALSE_SHARE,
    Hotspot,
    Occurrences,
    false_shares,
    high_shares,
    hotspots,
)

DAYS, WEEKS = 420, 40
WEEKDAYS = np.array([1.4, 1.3, 1.1, 1.0, 1.0, 0.5, 0.4])
Told = list[tuple[str, str, int]]


def given_noise(seed: int, *, matters: int = 8, places: int = 12, rate: float = 0.03) -> Told:
    """Matters that share seasons, weekdays, growth and the size of places, and have bursts of their own, but no link."""
    rng = np.random.default_rng(seed)
    days = np.arange(DAYS)
    shared = (1 + 0.5 * np.sin(days / 365 * 2 * np.pi)) * np.resize(WEEKDAYS, DAYS) * (1 + days / DAYS)
    told: Told = []
    for matter, place in product(range(matters), range(places)):
        usual = rate * (0.5 + 0.1 * place) * shared
        for begins in rng.integers(0, DAYS, rng.poisson(1)):
            usual[begins : begins + 8] += 0.3
        told += [(f"m{matter}", f"p{place}", int(day)) for day in np.flatnonzero(rng.poisson(usual))]
    return told


def with_link(told: Told, lag: int, *, seed: int, often: float = 0.4) -> Told:
    """The same with the third matter following the second in its place, so many days later."""
    rng = np.random.default_rng(seed)
    after = [
        ("m2", place, day + lag) for matter, place, day in told if matter == "m1" and rng.random() < often
    ]
    return told + [one for one in after if one[2] < DAYS]


def occurrences_of(told: Told) -> Occurrences:
    matter, place, day = zip(*told, strict=True) if told else ((), (), ())
    return Occurrences(matter=matter, place=place, day=day, days=DAYS)


@given(st.integers(0, 14), st.integers(0, 10_000))
@settings(max_examples=8, deadline=None)
def test_a_planted_link_is_found_with_its_lag(lag: int, seed: int) -> None:
    occurrences = occurrences_of(with_link(given_noise(seed), lag, seed=seed))

    strongest = occurrences.followings()[0]

    assert {strongest.first, strongest.then} == {"m1", "m2"}
    assert strongest.lag == lag
    assert (strongest.first == "m1") or lag == 0
    assert strongest.came > 2 * strongest.expected
    assert (
        strongest.came
        == strongest.by_lag[lag]
        == len(occurrences.moments(strongest.first, strongest.then, lag))
    )


def test_matters_that_share_only_seasons_weekdays_and_growth_are_no_link() -> None:
    """Of 20 counties of noise at most one in twenty, by the promise, shows anything; a second one may by bad luck."""
    shown = sum(bool(occurrences_of(given_noise(seed)).followings()) for seed in range(20))

    assert shown <= 2


@given(st.randoms(use_true_random=False))
@settings(max_examples=3, deadline=None)
def test_the_order_in_which_demands_are_told_changes_nothing(chance: object) -> None:
    told = with_link(given_noise(3), 4, seed=3)
    mixed = chance.sample(told, len(told))  # type: ignore[attr-defined]

    assert occurrences_of(mixed).followings() == occurrences_of(told).followings()


def test_nothing_and_a_single_matter_have_no_link() -> None:
    assert occurrences_of([]).followings() == []
    assert occurrences_of([("m1", "p1", day) for day in range(60)]).followings() == []


def given_weeks(seed: int, *, matters: int = 5, places: int = 16) -> dict[str, np.ndarray]:
    """Counts by place and week that share a season and the size of places."""
    rng = np.random.default_rng(seed)
    usual = 0.4 * rng.gamma(2, 0.5, places)[:, None] * (1 + 0.5 * np.sin(np.arange(WEEKS) / 8))
    return {f"m{matter}": rng.poisson(usual).astype(float) for matter in range(matters)}


def scan(counts: dict[str, np.ndarray], places: int = 16) -> list[Hotspot]:
    """Places in a row, so that neighbours have neighbouring numbers."""
    points = {f"p{at}": (30.0, 110.0 + 0.1 * at) for at in range(places)}
    return hotspots(counts, points, rng=np.random.default_rng(1))


@pytest.mark.parametrize("seed", range(4))
def test_a_planted_hotspot_is_found_in_its_places_and_weeks(seed: int) -> None:
    counts = given_weeks(seed)
    counts["m2"][4:6, 20:22] += 8

    found = scan(counts)[0]

    assert found.matter == "m2"
    assert set(found.places) == {"p4", "p5"}
    assert (found.first, found.last) == (20, 21)
    assert found.came >= 32 > 2 * found.expected


def test_what_is_always_frequent_in_a_place_or_everywhere_in_a_season_is_no_hotspot() -> None:
    usual = np.full((16, WEEKS), 0.4)
    usual[3] *= 8
    usual[:, 10:14] *= 5
    counts = {"m1": np.random.default_rng(7).poisson(usual).astype(float)}

    assert scan(counts) == []


def test_a_great_event_does_not_make_everything_else_look_like_one() -> None:
    """Its cases swell the sum that all shares are taken of; a second, smaller event is still found."""
    usual = np.full((16, WEEKS), 1.5)
    counts = {"m1": np.random.default_rng(9).poisson(usual).astype(float)}
    counts["m1"][4:6, 20:22] += 300

    assert [(set(one.places), one.first, one.last) for one in scan(counts)] == [({"p4", "p5"}, 20, 21)]

    counts["m1"][12, 33] += 20

    assert [one.places for one in scan(counts)] == [("p4", "p5"), ("p12",)]


def test_noise_has_no_hotspots() -> None:
    """By the promise at most one in twenty counties shows anything; a second one may by bad luck."""
    assert sum(bool(scan(given_weeks(seed))) for seed in range(100, 108)) <= 2


def test_the_same_counts_give_the_same_hotspots() -> None:
    counts = given_weeks(6)
    counts["m0"][1, 5] += 15

    assert scan(counts) == scan(dict(reversed(counts.items()))) != []
    assert hotspots({}, {}, rng=np.random.default_rng(1)) == []


def test_a_group_that_differs_is_found_and_equal_groups_are_not() -> None:
    equal = {f"g{at}": (10, 100) for at in range(30)}

    assert high_shares(equal) == []
    assert [one.group for one in high_shares(equal | {"odd": (35, 100)})] == ["odd"]
    assert high_shares({}) == []
    with pytest.raises(ValueError, match="some of the cases"):
        high_shares({"odd": (3, 2)})


def test_among_many_equal_groups_chance_is_shown_seldom() -> None:
    rng = np.random.default_rng(8)
    shown = sum(
        bool(high_shares({at: (int(came), 80) for at, came in enumerate(rng.binomial(80, 0.1, 40))}))
        for _run in range(100)
    )

    assert shown <= 100 * FALSE_SHARE + 5


@given(st.lists(st.floats(0, 1), max_size=40))
@settings(max_examples=60, deadline=None)
def test_false_shares_are_never_below_the_chances_and_keep_their_order(chances: list[float]) -> None:
    shares = false_shares(chances)

    assert all(share >= chance - 1e-12 for share, chance in zip(shares, chances, strict=True))
    ranked = [share for _chance, share in sorted(zip(chances, shares, strict=True))]
    assert ranked == sorted(ranked)
