"""What offices know about the synthetic people: the same for the same seed, nearly right, and apart from the truth."""

from itertools import islice

import pytest

from shuzhi.engines import county

HOMES = 3000


@pytest.fixture(scope="module")
def known() -> list[county.KnownHome]:
    place = county.registry(7)
    return list(county.facts(7, islice(county.people(7, place), HOMES)))


@pytest.mark.thorough
def test_the_same_seed_gives_the_same_facts_whatever_stands_before(known):
    place = county.registry(7)
    home = county.Population(7, place).household(1234)

    (again,) = county.facts(7, [home])

    assert again == known[1234]


def test_registers_have_gaps_and_few_mistakes(known):
    silent = sum(1 for home in known if home.entitled and not home.told)

    assert 0 < silent < 0.05 * HOMES


def test_some_of_the_entitled_are_not_paid_yet(known):
    entitled = [key for home in known for key in home.entitled]
    paid = [key for home in known for key in home.receiving]

    assert 0.65 < len(paid) / len(entitled) < 0.75
    assert {book for book, _whose in entitled} == {
        "old_age_allowance_shanghai",
        "childcare_allowance",
        "disability_allowances",
        "minimum_living",
    }
