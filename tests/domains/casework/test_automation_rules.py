"""What must be shown before an order goes anywhere by itself, and which orders never do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.domains.casework.automation import GOAL, Proof, needs_a_person
from shuzhi.domains.casework.lifecycle import State
from shuzhi.engines.text import Flag, Urgency

SURE = 950_000
PLAIN = {"state": State.REGISTERED, "urgency": Urgency.NORMAL, "flags": (), "secret": False, "matters": 1}


def test_five_right_of_five_prove_nothing_and_two_hundred_do():
    assert not Proof(floor_ppm=SURE, cases=5, right=5).proven
    assert not Proof(floor_ppm=SURE, cases=188, right=188).proven
    assert Proof(floor_ppm=SURE, cases=189, right=189).proven
    assert not Proof(floor_ppm=SURE, cases=0, right=0).proven


@given(st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_what_is_proven_was_right_more_often_than_the_goal(counted: tuple[int, int]):
    cases, right = counted

    assert not Proof(floor_ppm=SURE, cases=cases, right=right).proven or right / cases > GOAL


@pytest.mark.parametrize(
    "grave",
    [
        {"urgency": Urgency.LIFE_SAFETY},
        {"flags": (Flag.THREAT,)},
        {"flags": (Flag.REPEATED, Flag.SELF_HARM)},
        {"secret": True},
        {"matters": 2},
        *({"state": state} for state in State if state is not State.REGISTERED),
    ],
)
def test_a_person_looks_at_what_is_grave_secret_mixed_or_came_back(grave: dict[str, object]):
    assert not needs_a_person(**PLAIN)
    assert needs_a_person(**PLAIN | grave)
