"""Several people at the same moment: a database that threads share, and tasks that start together."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, connections

from shuzhi.spine import clock
from shuzhi.spine.errors import Refused
from tests.factories import DAY, MONDAY, given_county

LATER = MONDAY + 2 * DAY


@pytest.fixture
def open_county(transactional_db: None, settings: object, tmp_path: Path) -> Iterator[None]:
    """The county in a database that other threads see, too: on SQLite a file, as in real life."""
    settings.SHUZHI_DATA_DIR = tmp_path
    if connection.vendor != "sqlite":
        given_county()
        yield
        return
    in_memory, path = connections["default"], str(tmp_path / "county.sqlite3")
    with in_memory.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [path])
    kept = connections.settings["default"]["NAME"]
    connections.settings["default"]["NAME"] = path
    del connections["default"]
    given_county()
    yield
    connections["default"].close()
    connections.settings["default"]["NAME"] = kept
    connections["default"] = in_memory


def together(*tasks: Callable[[], object]) -> list[str]:
    """Run tasks at the same moment in threads of their own; the code of each one's refusal, "" when it was done."""
    start, results = threading.Barrier(len(tasks)), [""] * len(tasks)

    def run(number: int, task: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            with clock.stopped_at(LATER):
                task()
        except Refused as refused:
            results[number] = refused.code
        except Exception as failure:
            results[number] = repr(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(results)
