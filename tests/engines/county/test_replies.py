"""Replies and call-backs: good ones say what was found and done; silence is never satisfaction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.county import SyntheticCallback, call_back, reply, situations
from shuzhi.engines.county.replies import OUTCOMES, QUALITIES


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_good_reply_holds_facts_result_basis_and_contact(outcome: str) -> None:
    for number, one in enumerate(situations().values()):
        answer = reply(number, one, outcome, quality="good")

        assert (one.fix if outcome == "solved" else one.limit) in answer.text
        assert answer.basis in answer.text
        assert answer.contact in answer.text
        assert "{" not in answer.text


def test_replies_come_in_all_qualities_mostly_good() -> None:
    qualities = [reply(number, "lift_broken", "solved").quality for number in range(600)]

    assert set(qualities) == set(QUALITIES)
    assert 0.5 < qualities.count("good") / 600 < 0.75


def test_an_unknown_outcome_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="outcome"):
        reply(1, "lift_broken", "fine")


@given(seed=st.integers(0, 10**9), outcome=st.sampled_from(OUTCOMES), quality=st.sampled_from(QUALITIES))
def test_who_is_not_reached_says_nothing(seed: int, outcome: str, quality: str) -> None:
    answer = call_back(seed, outcome, quality)

    assert answer == call_back(seed, outcome, quality)
    assert 1 <= answer.tries <= 3
    assert answer.reached == (answer.rating is not None) == (answer.solved is not None)
    assert answer.reached or answer.tries == 3


def test_about_a_third_never_pick_up_and_bad_replies_are_rated_worse() -> None:
    good = [call_back(seed, "solved", "good") for seed in range(2_000)]
    poor = [call_back(seed, "not", "template") for seed in range(2_000)]

    assert 0.28 < sum(not one.reached for one in good) / 2_000 < 0.42
    assert _mean_rating(good) > _mean_rating(poor) + 1


def _mean_rating(answers: list[SyntheticCallback]) -> float:
    ratings = [one.rating for one in answers if one.rating is not None]
    return sum(ratings) / len(ratings)
