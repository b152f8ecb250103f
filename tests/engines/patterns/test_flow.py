"""Process mining: every step is counted once, whatever order the steps come in."""

import random
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.engines.patterns import Log

STATES, UNITS = ("new", "given", "work", "done"), ("", "roads", "water", "homes")
Steps = list[tuple[int, int, str, str, float]]
steps_of_cases = st.lists(
    st.lists(st.tuples(st.sampled_from(STATES), st.sampled_from(UNITS), st.integers(0, 500)), min_size=1),
    max_size=12,
)


def log_of(steps: Steps) -> Log:
    case, step, state, unit, at = zip(*steps, strict=True) if steps else ((),) * 5
    return Log(case=case, step=step, state=state, unit=unit, at=at)


def told_of(cases: list[list[tuple[str, str, int]]]) -> Steps:
    """Numbered steps on a clock that never goes back."""
    told: Steps = []
    for number, steps in enumerate(cases, start=1):
        now = 0.0
        for place, (state, unit, took) in enumerate(steps, start=1):
            now += took
            told.append((number, place, state, unit, now))
    return told


def given_log(*cases: str, minutes: int = 10) -> Log:
    """Cases as "new given/water work/water", so many minutes between their steps."""
    return log_of(
        told_of([[(*part.partition("/")[::2], minutes) for part in case.split()] for case in cases])
    )


@given(steps_of_cases)
@settings(max_examples=60, deadline=None)
def test_what_enters_a_state_leaves_it_or_is_still_there(cases: list[list[tuple[str, str, int]]]) -> None:
    flow = log_of(told_of(cases)).flow()

    entered, left = Counter[str](), Counter[str]()
    for one in flow.passages:
        entered[one.end] += one.times
        left[one.start] += one.times
    for stay in flow.stays:
        assert stay.visits == entered[stay.state] + stay.begins == left[stay.state] + stay.ends
        assert stay.cases <= min(stay.visits, flow.cases)
    assert sum(one.begins for one in flow.stays) == flow.cases == sum(one.ends for one in flow.stays)
    assert sum(one.waited for one in flow.stays) == pytest.approx(sum(one.waited for one in flow.passages))


@given(steps_of_cases, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_in_which_steps_are_told_changes_nothing(
    cases: list[list[tuple[str, str, int]]], chance: random.Random
) -> None:
    told = told_of(cases)
    mixed = chance.sample(told, len(told))

    assert log_of(mixed).flow() == log_of(told).flow()


@given(steps_of_cases)
@settings(max_examples=60, deadline=None)
def test_it_counts_like_somebody_who_reads_case_by_case(cases: list[list[tuple[str, str, int]]]) -> None:
    arrows, bounced = Counter[tuple[str, str]](), 0
    for steps in cases:
        kept = [
            one for at, one in enumerate(steps) if not at or one[:2] != steps[at - 1][:2]
        ]  # same state and unit
        arrows.update((one[0], other[0]) for one, other in pairwise(kept))
        units = [one[1] for one in kept if one[1]]
        seen = [unit for at, unit in enumerate(units) if not at or unit != units[at - 1]]
        bounced += len(set(seen)) < len(seen)

    flow = log_of(told_of(cases)).flow()

    assert {(one.start, one.end): one.times for one in flow.passages} == arrows
    assert flow.bounced == bounced
    assert sum(one.cases for one in flow.variants) <= flow.cases == len(cases)


def test_parts_add_up_to_the_whole() -> None:
    log = given_log("new given/water work/water done", "new given/water new given/roads", "new done")

    parts = [log.flow([1, 3]), log.flow([2])]

    whole = log.flow()
    for arrow in whole.passages:
        times = [
            one.times
            for part in parts
            for one in part.passages
            if (one.start, one.end) == (arrow.start, arrow.end)
        ]
        assert sum(times) == arrow.times
    assert log.flow([]).cases == 0
    assert log.flow([]).passages == ()


def test_a_ping_pong_is_told_from_a_hand_over() -> None:
    flow = given_log(
        "new given/water given/roads given/water work/water", "new given/water given/roads work/roads"
    ).flow()

    assert flow.bounced == 1
    assert [(one.giver, one.taker, one.times, one.back) for one in flow.hand_overs] == [
        ("roads", "water", 1, 1),
        ("water", "roads", 2, 0),
    ]


def test_a_loop_is_a_state_that_is_entered_again() -> None:
    flow = given_log("new work/a done work/a done", "new work/a done").flow()

    assert flow.looped == 1
    assert {one.state: one.again for one in flow.stays} == {"done": 1, "work": 1, "new": 0}
    assert [(one.states, one.cases) for one in flow.variants] == [
        (("new", "work", "done"), 1),
        (("new", "work", "done", "work", "done"), 1),
    ]


def test_the_longest_wait_is_where_most_time_went_and_states_can_be_left_out() -> None:
    told = [(1, 1, "new", "", 0.0), (1, 2, "work", "a", 30.0), (1, 3, "done", "a", 400.0)]
    flow = log_of(told).flow()
    longest = flow.longest()

    assert longest is not None
    assert (longest.state, longest.median, flow.share(longest)) == ("work", 370, pytest.approx(370 / 400))
    assert flow.longest(leaving_out={"work"}).state == "new"  # type: ignore[union-attr]
    assert log_of([]).flow().longest() is None


def test_where_each_case_is_now() -> None:
    assert given_log("new work/a", "new").where_now() == [(1, "work", "a", 20.0), (2, "new", "", 10.0)]
