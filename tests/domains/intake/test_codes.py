"""The codes on a receipt: random, hard to mistype, and nothing without each other."""

import math

from hypothesis import given
from hypothesis import strategies as st

from shuzhi.domains.intake import codes

CHARACTERS = st.sampled_from(codes.ALPHABET)
BODIES = st.text(CHARACTERS, min_size=codes.PUBLIC_LENGTH, max_size=codes.PUBLIC_LENGTH)


def whole(body: str) -> str:
    return body + codes.check_character(body)


@given(BODIES, st.integers(0, codes.PUBLIC_LENGTH), CHARACTERS)
def test_one_wrong_character_is_noticed(body, at, other):
    letters = whole(body)
    mistyped = letters[:at] + other + letters[at + 1 :]

    assert (codes.read_public_code(mistyped) != "") == (mistyped == letters)


@given(BODIES, st.integers(0, codes.PUBLIC_LENGTH - 1))
def test_two_neighbours_swapped_are_noticed(body, at):
    letters = whole(body)
    swapped = letters[:at] + letters[at + 1] + letters[at] + letters[at + 2 :]

    assert (codes.read_public_code(swapped) != "") == (swapped == letters)


def test_what_people_type_is_understood():
    code = codes.spell_public_code(whole("0110ABC"))

    typed = code.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert codes.read_public_code(typed) == code
    assert (
        codes.read_public_code("")
        == codes.read_public_code("路灯")
        == codes.read_public_code("x" * 10_000)
        == ""
    )


def test_both_codes_together_hold_60_random_bits():
    assert (codes.PUBLIC_LENGTH + codes.QUERY_LENGTH) * math.log2(len(codes.ALPHABET)) >= 60
    assert len(set(codes.ALPHABET)) == 32


def test_codes_drawn_one_after_the_other_are_in_no_order():
    drawn = [codes.new_public_code() for _each in range(500)]

    assert len(set(drawn)) == 500
    assert drawn != sorted(drawn)
    assert {code[3] for code in drawn} == set(codes.ALPHABET)


def test_the_hash_of_a_query_code_belongs_to_its_demand(settings):
    settings.SHUZHI_CODE_PREFIX = "YJ"

    first = codes.hash_query_code("YJ-0000-0000", "ABC123")
    assert first == codes.hash_query_code("YJ-0000-0000", "abc 123")
    assert first != codes.hash_query_code("YJ-1111-1111", "ABC123")
    assert "ABC123" not in first
