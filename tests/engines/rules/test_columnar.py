"""The answers over columns in memory are those of the walk, with unknowns, to the fen."""

from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from shuzhi.engines.rules import (
    BookRefused,
    Coded,
    Given,
    People,
    Situation,
    answer_people,
    bind,
    read_book,
    shipped_book,
    shipped_books,
)
from shuzhi.engines.rules.proving import expected_values

from .columns import answers_of_columns
from .populations import answers_of_walk
from .random_books import DAY, book_texts, situations

LIVING = bind(shipped_book("minimum_living"), as_of=date(2025, 8, 1))


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(text=book_texts, households=st.lists(situations, min_size=1, max_size=6), each=st.integers(1, 6))
def test_columns_and_the_walk_agree_on_random_books_and_unknowns_in_parts_of_any_size(text, households, each):
    try:
        book = read_book(text)
    except BookRefused as refused:
        assume({finding.code for finding in refused.findings} != {"overflow"})
        raise
    program = bind(book, as_of=DAY)
    assert answers_of_walk(program, households) == answers_of_columns(book, program, households, each=each)


@pytest.mark.parametrize("name", shipped_books())
def test_the_cases_of_every_shipped_book_hold_over_columns(name):
    book = shipped_book(name)
    for day in sorted({case.as_of for case in book.cases}):
        cases = [case for case in book.cases if case.as_of == day]
        found = answers_of_columns(book, bind(book, as_of=day), [case.situation for case in cases])
        for number, case in enumerate(cases):
            for (rule, member), expected in expected_values(case, book):
                key = number if member is None else number * 1000 + member
                assert (case.name, found[rule, key]) == (case.name, expected)


def test_a_reform_stands_beside_the_law_in_force():
    before = shipped_book("minimum_living")
    after = read_book(before.text.replace("value: 1200", "value: 1300"))
    programs = [bind(book, as_of=DAY) for book in (before, after)]
    households = [case.situation for case in before.cases]

    found = answers_of_columns(before, programs[0], households, programs[1])

    assert found == {
        **answers_of_walk(programs[0], households),
        **answers_of_walk(programs[1], households, "__reform"),
    }


def _homes(wages: list[list[int]], **households: Given) -> People:
    flat = np.array([wage for home in wages for wage in home], dtype=np.int64)
    persons = {"工资": Given(flat), "年经营净收入": Given(np.zeros_like(flat))}
    counts = np.array([len(home) for home in wages], dtype=np.int64)
    return People(counts, persons, {"货币财产": Given(np.zeros(len(wages), np.int64)), **households})


def test_a_value_that_the_walk_refuses_is_unknown_and_stops_nobody_else():
    found = answer_people(LIVING, ["低保金"], _homes([[80_000], [-1], [9_000_000_000_000_000_000]]))["低保金"]
    assert (found.values.tolist(), found.known.tolist()) == ([40_000, 0, 0], [True, False, False])


def test_a_household_of_ten_thousand_is_unknown_and_a_home_without_anybody_has_nothing_to_divide():
    found = answer_people(LIVING, ["人数", "低保金"], _homes([[100_000_000] * 10_000, [], [80_000]]))
    assert found["人数"].known.tolist() == [False, True, True]
    assert found["低保金"].known.tolist() == [False, False, True]


def test_a_fact_without_a_column_is_unknown_for_everybody():
    people = People(np.array([1, 2]), {}, {})
    found = answer_people(LIVING, ["低保金"], people)["低保金"]
    assert found.known.tolist() == [False, False]


def test_an_unknown_code_is_unknown_and_known_ones_are_found_whatever_their_order():
    program = bind(shipped_book("disability_allowances"), as_of=date(2026, 1, 1))
    book = program.book
    words = ("火星", *reversed(book.inputs["残疾等级"].kind.codes))
    places = np.arange(len(words), dtype=np.int16)
    facts = {
        "残疾等级": Given(Coded(places, words)),
        "残疾类别": Given(Coded(np.zeros_like(places), ("肢体",))),
        "家庭类别": Given(Coded(np.zeros_like(places), ("低保",))),
        "特困供养": Given(np.zeros(len(words), np.bool_)),
        "工伤护理费": Given(np.zeros(len(words), np.bool_)),
    }
    target = book.grants[0].rule
    people = People(np.ones(len(words), np.int64), facts, {})

    found = answer_people(program, [target], people)[target]

    plain = [
        Situation(
            {},
            (
                {
                    "残疾等级": word,
                    "残疾类别": "肢体",
                    "家庭类别": "低保",
                    "特困供养": False,
                    "工伤护理费": False,
                },
            ),
        )
        for word in words[1:]
    ]
    walked = answers_of_walk(program, plain)
    assert not found.known[0]
    assert found.values.tolist()[1:] == [walked[target, 1000 * n] for n in range(len(plain))]
