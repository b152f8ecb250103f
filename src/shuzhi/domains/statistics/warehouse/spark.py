"""The same questions over the same files on Spark."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from django.conf import settings
from pyspark.sql import SparkSession

from shuzhi.domains.statistics.warehouse import files
from shuzhi.domains.statistics.warehouse.catalogue import catalogue
from shuzhi.domains.statistics.warehouse.reading import Answer, bound, moment

# Where the dialects differ in what we ask: Spark's text type has no length.
TEXT_TYPE, SPARK_TEXT_TYPE = "AS VARCHAR)", "AS STRING)"


def ask(question: str, *, now: datetime) -> Answer:
    """The rows that a SELECT of ours finds, counted by the cluster of SHUZHI_WAREHOUSE_ENGINE."""
    session = _session(settings.SHUZHI_WAREHOUSE_ENGINE)
    asked = f"{moment(now)} {bound(question, catalogue(), lambda paths: _source(session, tuple(paths)))}"
    return [tuple(row) for row in session.sql(asked.replace(TEXT_TYPE, SPARK_TEXT_TYPE)).collect()]


@cache
def _session(master: str) -> SparkSession:
    return (
        SparkSession.builder.master(master)
        .appName("shuzhi")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.timestampType", "TIMESTAMP_NTZ")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "8")
        .getOrCreate()
    )


@cache
def _source(session: SparkSession, paths: Sequence[str]) -> str:
    """The files as a temporary view of the session; files never change, so a view is made once."""
    name = f"files_{abs(hash(paths))}"
    session.read.parquet(*(str(files.folder() / path) for path in paths)).createOrReplaceTempView(name)
    return name
