"""A population is read from its files part by part: every household once, with all of its members."""

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest

from shuzhi.engines.rules import DUCKDB, Tables, answer_people, bind, query, shipped_book
from shuzhi.site.simulating import Population

BOOK = shipped_book("minimum_living")
LIVING = bind(BOOK, as_of=date(2025, 8, 1))
HOMES = 9_001
PEOPLE = """SELECT i AS person_id, 5000 + i * 2 // 7 AS household_id,
    CASE WHEN i % 5 <> 0 THEN i * 37 % 200000 END AS 工资, CAST(0 AS BIGINT) AS 年经营净收入
    FROM range(30001) r(i)"""
WAYS = {
    "in order": "ORDER BY household_id, person_id",
    "in disorder": "ORDER BY hash(person_id)",
    "in disorder within each group of rows": "ORDER BY person_id // 2048, hash(person_id)",
}


def a_population(folder: Path, way: str = "in order") -> Path:
    """30,001 persons of 8,572 households, three or four in each, and 429 households in which nobody lives."""
    folder.mkdir()
    connection = duckdb.connect()
    for name, rows, order in (
        ("persons", PEOPLE, WAYS[way]),
        (
            "households",
            f"SELECT 5000 + i AS household_id, i * 997 % 3000000 AS 货币财产 FROM range({HOMES}) r(i)",
            "",
        ),
    ):
        target = folder / f"{name}.parquet"
        connection.execute(f"COPY ({rows} {order}) TO '{target}' (FORMAT parquet, ROW_GROUP_SIZE 2048)")
    return folder


@pytest.mark.parametrize("way", WAYS)
def test_parts_give_together_what_one_query_over_the_files_gives(tmp_path, way):
    folder = a_population(tmp_path / "population", way)
    files = (f"read_parquet('{folder / name}.parquet')" for name in ("persons", "households"))
    text = query(LIVING, ["低保金"], dialect=DUCKDB, tables=Tables(*files))
    expected = sorted(duckdb.connect().execute(text).fetchall())

    parts = list(Population(folder, at_least=3_000).people(BOOK))
    found: list[tuple[int, int | None]] = []
    for people, homes in parts:
        paid = answer_people(LIVING, ["低保金"], people)["低保金"]
        known = np.ones(len(people.members), bool) if paid.known is None else paid.known
        amounts = (amount if sure else None for amount, sure in zip(paid.values.tolist(), known, strict=True))
        found += zip(homes["household_id"].tolist(), amounts, strict=True)

    assert len(parts) >= 6
    assert found == expected
    assert {amount is None for _home, amount in found} == {True, False}
    assert sum(int(people.members.sum()) for people, _homes in parts) == 30_001


def test_a_population_without_anybody_has_no_parts(tmp_path):
    for name, columns in (("persons", "person_id, 1 AS household_id"), ("households", "1 AS household_id")):
        rows = f"SELECT {columns.replace('person_id', '1 AS person_id')} LIMIT 0"
        duckdb.connect().execute(f"COPY ({rows}) TO '{tmp_path / name}.parquet' (FORMAT parquet)")

    assert list(Population(tmp_path).people(BOOK)) == []
