"""The walk and the SQL text give the same three-valued answer to the fen, on every database."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from shuzhi.engines.rules import (
    DUCKDB,
    BookRefused,
    Situation,
    Walker,
    bind,
    query,
    read_book,
    shipped_book,
    shipped_books,
)
from shuzhi.engines.rules.proving import expected_values

from .databases import Database, duck, postgres, spark
from .populations import answers_of_database, answers_of_walk, load
from .random_books import DAY, book_texts, situations

__all__ = ["duck", "postgres", "spark"]

_QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much]


def _agree(database: Database, text: str, households: list) -> None:
    try:
        book = read_book(text)
    except BookRefused as refused:
        assume({finding.code for finding in refused.findings} != {"overflow"})
        raise
    program = bind(book, as_of=DAY)
    load(database.run, database.dialect, book, households)
    assert answers_of_walk(program, households) == answers_of_database(
        database.fetch, database.dialect, program
    )


@pytest.mark.thorough
@settings(max_examples=80, deadline=None, suppress_health_check=_QUIET)
@given(text=book_texts, households=st.lists(situations, min_size=1, max_size=6))
def test_duckdb_and_the_walk_agree_on_random_books_and_unknowns(duck, text, households):
    _agree(duck, text, households)


@pytest.mark.postgres
@settings(max_examples=60, deadline=None, suppress_health_check=_QUIET)
@given(text=book_texts, households=st.lists(situations, min_size=1, max_size=6))
def test_postgresql_and_the_walk_agree_on_random_books_and_unknowns(postgres, text, households):
    _agree(postgres, text, households)


@pytest.mark.spark
@settings(max_examples=15, deadline=None, suppress_health_check=_QUIET)
@given(text=book_texts, households=st.lists(situations, min_size=1, max_size=6))
def test_spark_and_the_walk_agree_on_random_books_and_unknowns(spark, text, households):
    _agree(spark, text, households)


MONTHS = """policy: 试
law: {title: 试, from: 2024-01-01}
inputs:
  person.月额: {type: money}
  person.月数: {type: count}
rules:
  累计: {of: person, type: money, law: 一, is: "sum(月额 * (k + 1) for k in months(12) if k < 月数)"}
  够三次: {of: person, law: 一, is: "count(k for k in months(6) if k < 月数) >= 3"}
  曾超: {of: person, law: 一, is: "any(月额 * k > 1000 for k in months(3))"}
  均未超: {of: person, law: 一, is: "all(月额 * k <= 1000 for k in months(3))"}
  家庭平均: {of: household, type: money, law: 一, is: "round(mean(m.月额 for m in members), 2)"}
"""


def test_months_and_means_are_the_same_by_walk_and_database(duck):
    people = [{"月额": 100_00, "月数": 3}, {"月额": 501_00, "月数": 0}, {"月额": None, "月数": 0}]
    homes = [Situation({}, (one,)) for one in people] + [Situation({}, tuple(people[:2]))]
    _agree(duck, MONTHS, homes)
    walker = Walker(bind(read_book(MONTHS), as_of=DAY))
    first, second, third = (walker.walk(home).members[0] for home in homes[:3])

    assert [first[name] for name in ("累计", "够三次", "曾超", "均未超")] == [600_00, True, False, True]
    assert [second[name] for name in ("累计", "够三次", "曾超", "均未超")] == [0, False, True, False]
    assert [third[name] for name in ("累计", "够三次", "曾超")] == [0, False, None]
    assert walker.walk(homes[3]).household["家庭平均"] == 300_50


def _run_cases(database: Database, name: str) -> None:
    book = shipped_book(name)
    for day in sorted({case.as_of for case in book.cases}):
        cases = [case for case in book.cases if case.as_of == day]
        load(database.run, database.dialect, book, [case.situation for case in cases])
        found = answers_of_database(database.fetch, database.dialect, bind(book, as_of=day))
        for number, case in enumerate(cases):
            for (rule, member), expected in expected_values(case, book):
                key = number if member is None else number * 1000 + member
                assert (case.name, found[rule, key]) == (case.name, expected)


@pytest.mark.parametrize("name", shipped_books())
def test_the_cases_of_every_shipped_book_hold_on_duckdb(duck, name):
    _run_cases(duck, name)


@pytest.mark.postgres
@pytest.mark.parametrize("name", shipped_books())
def test_the_cases_of_every_shipped_book_hold_on_postgresql(postgres, name):
    _run_cases(postgres, name)


@pytest.mark.spark
@pytest.mark.parametrize("name", shipped_books())
def test_the_cases_of_every_shipped_book_hold_on_spark(spark, name):
    _run_cases(spark, name)


def test_a_reform_runs_in_one_pass_and_only_touched_rules_get_a_second_column(duck):
    before = shipped_book("minimum_living")
    after = read_book(before.text.replace("value: 1200", "value: 1300"))
    programs = [bind(book, as_of=DAY) for book in (before, after)]
    households = [case.situation for case in before.cases]
    load(duck.run, duck.dialect, before, households)

    found = answers_of_database(duck.fetch, duck.dialect, programs[0], programs[1])

    assert found == {
        **answers_of_walk(programs[0], households),
        **answers_of_walk(programs[1], households, "__reform"),
    }
    text = query(programs[0], ["人均收入", "低保金"], dialect=duck.dialect, reform=programs[1])
    assert text.count("FROM persons") == 1
    selected = text.rsplit("SELECT", 1)[1]
    column = {
        part.split(" AS ")[1].strip(): part.split(" AS ")[0]
        for part in selected.split("\nFROM")[0].split(", ")[1:]
    }
    assert column['"人均收入"'] == column['"人均收入__reform"']
    assert column['"低保金"'] != column['"低保金__reform"']


def test_a_question_about_persons_and_households_at_once_is_refused():
    program = bind(shipped_book("childcare_allowance"), as_of=DAY)
    with pytest.raises(ValueError, match="one entity"):
        query(program, ["育儿补贴", "家庭合计"], dialect=DUCKDB)
