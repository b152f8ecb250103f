"""The people of the demo county: as many as promised, each one obviously nobody."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.county import CountyRegistry, Population, people
from shuzhi.engines.county.identity import check_character, id_number, phone


def test_forty_five_households_hold_one_hundred_and_twenty_people(county: CountyRegistry) -> None:
    """The sizes repeat every 45 households, so 45,000 households hold 120,000 people."""
    households = list(people(7, county, 900))

    for first in range(0, 900, 45):
        assert sum(len(household.members) for household in households[first : first + 45]) == 120


def test_any_household_can_be_had_alone(county: CountyRegistry) -> None:
    population = Population(7, county, 900)

    assert population.household(431) == list(people(7, county, 900))[431]


def test_every_community_is_lived_in(county: CountyRegistry) -> None:
    homes = {household.area for household in people(7, county, 900)}

    assert homes == {area.code for area in county.communities}


def test_groups_agree_with_ages(county: CountyRegistry) -> None:
    for household in people(7, county, 900, as_of=date(2026, 1, 1)):
        for person in household.members:
            age = (date(2026, 1, 1) - person.birth).days / 365.25
            assert ("minor" in person.groups) == (age < 18) or abs(age - 18) < 1.1
            assert ("elderly" in person.groups) == (age >= 65) or abs(age - 65) < 1.1


def test_phones_and_identity_numbers_are_unique(county: CountyRegistry) -> None:
    members = [person for household in people(7, county, 900) for person in household.members]

    assert len({person.phone for person in members}) == len(members)
    assert len({person.id_number for person in members}) == len(members)


@given(birth=st.dates(date(1930, 1, 1), date(2025, 12, 31)), order=st.integers(0, 999))
def test_one_wrong_digit_in_an_identity_number_is_always_noticed(birth: date, order: int) -> None:
    """What the check character of GB 11643 is for."""
    number = id_number("990102", birth, order)

    for place in range(17):
        wrong = number[:place] + str((int(number[place]) + 3) % 10) + number[place + 1 : 17]
        assert check_character(wrong) != number[17]


def test_the_check_character_agrees_with_the_example_of_the_standard() -> None:
    """GB 11643-1999, appendix A: 11010519491231002X."""
    assert check_character("11010519491231002") == "X"


def test_identity_numbers_of_real_divisions_are_refused() -> None:
    with pytest.raises(ValueError, match="fictional"):
        id_number("110105", date(1990, 1, 1), 1)


def test_phones_begin_with_a_row_of_zeros() -> None:
    assert phone(120) == "19900000120"
