"""Who counts: DuckDB in this process, or a Spark cluster that sees the same files. One setting decides."""

from datetime import datetime

from django.conf import settings

from shuzhi.domains.statistics.warehouse import reading
from shuzhi.domains.statistics.warehouse.reading import Answer

DUCKDB = "duckdb"


def ask(question: str, *, now: datetime) -> Answer:
    """The rows that a SELECT of ours finds, whoever counts them."""
    if settings.SHUZHI_WAREHOUSE_ENGINE == DUCKDB:
        return reading.ask(question, now=now)
    from shuzhi.domains.statistics.warehouse import spark  # an extra: not installed where DuckDB is enough

    return spark.ask(question, now=now)
