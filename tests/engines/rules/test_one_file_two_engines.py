"""A nation on Spark gets the fen that a county gets on DuckDB: the same text over the same Parquet files."""

from datetime import date

import duckdb
import pytest

from shuzhi.engines.rules import DUCKDB, SPARK, Tables, bind, query, reformed, shipped_book

from .databases import Database, spark

__all__ = ["spark"]

DAY = date(2025, 8, 1)
PERSONS = """SELECT i AS person_id, i * 2 // 5 AS household_id,
    CASE WHEN hash(i) % 20 > 0 THEN CAST(hash(i + 7) % 300000 AS BIGINT) END AS 工资,
    CASE WHEN hash(i + 1) % 50 > 0 THEN CAST(hash(i + 3) % 900000 AS BIGINT) END AS 年经营净收入
    FROM range(50000) r(i)"""
HOUSEHOLDS = "SELECT i AS household_id, CAST(hash(i) % 9000000 AS BIGINT) AS 货币财产 FROM range(20010) r(i)"


@pytest.mark.spark
def test_spark_and_duckdb_agree_to_the_fen_on_the_same_parquet(spark: Database, tmp_path):
    for name, rows in (("persons", PERSONS), ("households", HOUSEHOLDS)):
        duckdb.execute(f"COPY ({rows}) TO '{tmp_path}/{name}.parquet' (FORMAT parquet)")
    before = shipped_book("minimum_living")
    after = reformed(before, as_of=DAY, params={"标准": 1300})
    rules = ["人均收入", "低保金", "分档低保金", "符合条件"]

    def text(dialect, source: str) -> str:
        tables = Tables(*(source.format(tmp_path / f"{name}.parquet") for name in ("persons", "households")))
        programs = [bind(book, as_of=DAY) for book in (before, after)]
        return query(programs[0], rules, dialect=dialect, reform=programs[1], tables=tables)

    here = duckdb.sql(text(DUCKDB, "read_parquet('{}')")).fetchall()
    there = spark.fetch(text(SPARK, "parquet.`{}`"))

    assert len(here) == 20_010
    assert {None, True, False} <= {row[4] for row in here}
    assert sorted(here, key=lambda row: row[0]) == sorted(there, key=lambda row: row[0])
