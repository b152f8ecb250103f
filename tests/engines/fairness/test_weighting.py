"""Every place counts by its people, and whoever was not heard is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.fairness import MOST_WEIGHT, post_stratify

PEOPLE = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 10_000), min_size=1)
DEMANDS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.dictionaries(st.sampled_from(["noise", "roads", "water"]), st.integers(0, 300)),
)


@given(DEMANDS, PEOPLE)
def test_shares_are_shares(demands, people):
    found = post_stratify(demands, people)

    for shares in (found.raw, found.weighed):
        assert all(0 <= share <= 1 for share in shares.values())
        assert not sum(shares.values()) or sum(shares.values()) == pytest.approx(1)
    assert set(found.heard) == set(people)


@given(st.dictionaries(st.sampled_from(["noise", "roads", "water"]), st.integers(1, 50), min_size=1), PEOPLE)
def test_where_everybody_speaks_alike_weighing_changes_nothing(each, people):
    """Demands in proportion to people: the sample is the county."""
    demands = {place: {matter: many * people[place] for matter, many in each.items()} for place in people}

    found = post_stratify(demands, people)

    assert found.weighed == pytest.approx(found.raw)
    assert not any(one.less or one.more for one in found.heard.values())


@given(DEMANDS, PEOPLE, st.integers(2, 20))
def test_a_place_that_only_speaks_louder_does_not_need_more(demands, people, times: int):
    """The same needs told so many times more by one place: shares by people stay where no bound is touched."""
    loud = min(people)
    told = {place: dict(one) for place, one in demands.items()}
    louder = told | {loud: {matter: many * times for matter, many in told.get(loud, {}).items()}}

    before, after = post_stratify(told, people), post_stratify(louder, people)

    if all(0 < one.weight < MOST_WEIGHT for found in (before, after) for one in found.heard.values()):
        for matter, share in before.weighed.items():
            assert after.weighed[matter] == pytest.approx(share)


@given(DEMANDS, PEOPLE)
def test_nobody_speaks_for_more_than_so_many_and_silence_is_named(demands, people):
    found = post_stratify(demands, people)

    assert all(0 <= one.weight <= MOST_WEIGHT for one in found.heard.values())
    assert found.unheard == {place for place in people if not sum(demands.get(place, {}).values())}
    assert not any(one.less and one.more for one in found.heard.values())


def test_nobody_anywhere_is_refused():
    with pytest.raises(ValueError, match="nobody"):
        post_stratify({}, {"a": 0})
