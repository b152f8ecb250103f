"""Like is compared with like, and who is ahead only by handling easier cases is found out."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shuzhi.engines.fairness import Count, compare_alike


@st.composite
def counts(draw: st.DrawFn) -> Count:
    trials = draw(st.integers(1, 60))
    return Count(draw(st.integers(0, trials)), trials)


GROUPS = st.dictionaries(st.sampled_from("abcd"), counts(), min_size=1)


@given(GROUPS, GROUPS)
def test_the_other_way_round_says_the_opposite(one, other):
    found, back = compare_alike(one, other), compare_alike(other, one)

    assert found.crude == pytest.approx(-back.crude)
    assert found.reverses is back.reverses
    assert found.alike == (None if back.alike is None else pytest.approx(-back.alike))


@given(st.lists(st.tuples(counts(), counts()), min_size=1, max_size=4))
def test_whoever_is_ahead_in_every_kind_is_ahead_among_alike_cases(pairs: list[tuple[Count, Count]]):
    ordered = [(max(pair, key=rate), min(pair, key=rate)) for pair in pairs]

    found = compare_alike(
        {at: first for at, (first, _second) in enumerate(ordered)},
        {at: second for at, (_first, second) in enumerate(ordered)},
    )

    assert found.alike >= -1e-12
    if found.crude < -0.011 and found.alike > 0.011:
        assert found.reverses


@given(GROUPS, st.integers(2, 5))
def test_two_groups_of_the_same_make_never_reverse(one, times: int):
    """The same rate in every kind, and the same mixture of kinds: nothing can turn round."""
    other = {kind: Count(count.successes * times, count.trials * times) for kind, count in one.items()}

    found = compare_alike(one, other)

    assert found.crude == pytest.approx(0, abs=1e-9)
    assert found.alike == pytest.approx(0, abs=1e-9)


@pytest.mark.thorough
@given(GROUPS, GROUPS)
def test_kinds_that_only_one_handles_say_nothing(one, other):
    assume(not one.keys() & other.keys())

    found = compare_alike(one, other)

    assert (found.alike, found.shared, found.reverses) == (None, 0, False)


def test_nothing_done_is_no_rate():
    with pytest.raises(ValueError, match="no rate"):
        compare_alike({"a": Count(0, 0)}, {"a": Count(1, 1)})


def rate(count: Count) -> float:
    return count.successes / count.trials
