"""A population is cut into parts without changing an answer, and one bad row harms nobody else."""

from datetime import date

import duckdb
import pytest

from shuzhi.engines.rules import DUCKDB, Tables, bind, faults_query, query, shipped_book

LIVING = bind(shipped_book("minimum_living"), as_of=date(2025, 8, 1))


@pytest.fixture
def population(tmp_path):
    """2,000 households in the order of their ids, as Parquet; every fifth person's wage is unknown."""
    persons, households = (str(tmp_path / f"{name}.parquet") for name in ("persons", "households"))
    rows = """SELECT i AS person_id, 5000 + i // 2 AS household_id,
        CASE WHEN i % 5 <> 0 THEN i * 37 % 200000 END AS 工资, CAST(0 AS BIGINT) AS 年经营净收入
        FROM range(4000) r(i)"""
    connection = duckdb.connect()
    connection.execute(f"COPY ({rows}) TO '{persons}' (FORMAT parquet, ROW_GROUP_SIZE 2048)")
    homes = "SELECT 5000 + i AS household_id, i * 997 % 3000000 AS 货币财产 FROM range(2003) r(i)"
    connection.execute(f"COPY ({homes}) TO '{households}' (FORMAT parquet)")
    return connection, Tables(f"read_parquet('{persons}')", f"read_parquet('{households}')")


def test_parts_of_a_population_give_together_what_the_whole_gives(population):
    connection, tables = population

    def answers(part: Tables) -> list:
        return connection.execute(query(LIVING, ["低保金"], dialect=DUCKDB, tables=part)).fetchall()

    parts = list(tables.slices(5000, 7002, households=2003, each=300))
    found = [row for part in parts for row in answers(part)]

    assert 6 <= len(parts) <= 8
    assert sorted(found, key=lambda row: row[0]) == sorted(answers(tables), key=lambda row: row[0])
    assert None in {paid for _, paid in found}


def test_a_population_without_households_has_no_parts():
    assert list(Tables().slices(0, -1, households=0)) == []


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
