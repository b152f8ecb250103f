"""One bad row of a population harms nobody else, and what is wrong with it is counted."""

from datetime import date

import duckdb

from shuzhi.engines.rules import DUCKDB, bind, faults_query, query, shipped_book

LIVING = bind(shipped_book("minimum_living"), as_of=date(2025, 8, 1))


def _database(persons: str, households: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE persons AS {persons}")
    connection.execute(f"CREATE TABLE households AS {households}")
    return connection


WAGE = "CAST({wage} AS BIGINT) AS 工资, CAST(0 AS BIGINT) AS 年经营净收入"
HOME = "CAST({n} AS BIGINT) AS household_id, CAST({money} AS BIGINT) AS 货币财产"


def test_a_value_that_the_walk_refuses_is_unknown_in_sql_and_stops_nobody_else():
    persons = " UNION ALL ".join(
        f"SELECT {n} AS person_id, {n} AS household_id, {WAGE.format(wage=wage)}"
        for n, wage in enumerate((80_000, -1, 9_000_000_000_000_000_000))
    )
    households = " UNION ALL ".join(f"SELECT {HOME.format(n=n, money=0)}" for n in range(3))
    connection = _database(persons, households)
    found = dict(connection.execute(query(LIVING, ["低保金"], dialect=DUCKDB)).fetchall())
    assert found == {0: 40_000, 1: None, 2: None}


def test_a_household_of_ten_thousand_is_unknown_and_does_not_overflow():
    persons = (
        f"SELECT i AS person_id, 1 AS household_id, {WAGE.format(wage=100_000_000)} FROM range(10000) r(i)"
    )
    connection = _database(persons, f"SELECT {HOME.format(n=1, money=0)}")
    assert connection.execute(query(LIVING, ["人数", "低保金"], dialect=DUCKDB)).fetchall() == [
        (1, None, None)
    ]


def test_the_faults_of_a_population_are_counted_by_name():
    persons = " UNION ALL ".join(
        f"SELECT {n} AS person_id, {home} AS household_id, {WAGE.format(wage=wage)}"
        for n, home, wage in ((1, 1, 100), (1, 2, 100), (2, 2, -5), (3, 99, "NULL"))
    )
    households = " UNION ALL ".join(
        f"SELECT {HOME.format(n=n, money=m)}" for n, m in ((1, 0), (2, -1), (2, 0))
    )
    connection = _database(persons, households)
    names, text = faults_query(LIVING, dialect=DUCKDB)
    assert dict(zip(names, connection.execute(text).fetchone(), strict=True)) == {
        "person in two rows": 1,
        "household in two rows": 1,
        "person without household": 1,
        "工资": 1,
        "年经营净收入": 0,
        "货币财产": 1,
    }


def test_an_unknown_code_in_a_population_is_counted_and_unknown():
    program = bind(shipped_book("temporary_assistance"), as_of=date(2025, 8, 1))
    connection = _database(
        "SELECT 1 AS person_id, 1 AS household_id WHERE 1 = 0",
        "SELECT 1 AS household_id, '地震' AS 事由, FALSE AS 危及生命, TRUE AS 身份可核实, "
        "CAST(2 AS BIGINT) AS 人口, CAST(0 AS BIGINT) AS 自付支出",
    )
    names, text = faults_query(program, dialect=DUCKDB)
    assert dict(zip(names, connection.execute(text).fetchone(), strict=True))["事由"] == 1
    assert connection.execute(query(program, ["救助金"], dialect=DUCKDB)).fetchall() == [(1, None)]
