"""The databases that the SQL text must run on; the absent ones say that they were not run."""

import os
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from shuzhi.engines.rules import DUCKDB, POSTGRESQL, SPARK, Dialect


class Database:
    def __init__(self, dialect: Dialect, connection: Any) -> None:
        self.dialect, self.connection = dialect, connection

    def run(self, text: str) -> None:
        self._ask(text)

    def fetch(self, text: str) -> list[tuple[Any, ...]]:
        answer = self._ask(text)
        return [tuple(row) for row in (answer.collect() if self.dialect is SPARK else answer.fetchall())]

    def _ask(self, text: str) -> Any:
        return self.connection.sql(text) if self.dialect is SPARK else self.connection.execute(text)


@pytest.fixture(scope="module")
def duck() -> Iterator[Database]:
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    yield Database(DUCKDB, connection)
    connection.close()


@pytest.fixture(scope="module")
def postgres() -> Iterator[Database]:
    import psycopg

    with psycopg.connect(os.environ["SHUZHI_TEST_POSTGRES_URL"], autocommit=True) as connection:
        yield Database(POSTGRESQL, connection)


@pytest.fixture(scope="module")
def spark() -> Iterator[Database]:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "1").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield Database(SPARK, session)
    session.stop()
