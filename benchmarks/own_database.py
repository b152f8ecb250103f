"""A migrated database for one benchmark, of which nothing stays."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import django


@contextmanager
def own_database() -> Iterator[str]:
    """A fresh SQLite file in a folder of its own, or the empty PostgreSQL that SHUZHI_BENCH_DATABASE_URL names.

    Yields what the database is: "sqlite" or "postgresql".
    """
    with tempfile.TemporaryDirectory(prefix="shuzhi-bench-") as folder:
        os.environ |= {"SHUZHI_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "shuzhi.site.settings"}
        os.environ["SHUZHI_DATABASE_URL"] = os.environ.get(
            "SHUZHI_BENCH_DATABASE_URL", f"sqlite:///{folder}/shuzhi.sqlite3"
        )
        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        yield connection.vendor
