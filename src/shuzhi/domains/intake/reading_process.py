"""A process that reads rows for an import while another one writes: on two cores that is nearly twice as fast.

The process is started afresh, so nothing of Django may be imported before `start` has set it up.
"""

import gc
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process
from typing import TYPE_CHECKING

from shuzhi.engines.tabular import Row

if TYPE_CHECKING:
    from shuzhi.domains.intake.services.import_rows import ReadRows, RowReader

_AHEAD = 1  # chunks that wait for the writer, per process
_OBJECTS_OF_A_CHUNK = 100_000  # at most, with rows, drafts and readings


@dataclass(frozen=True)
class ReaderPlan:
    """What it takes to read the rows of one file. columns: {field: index of its column}."""

    columns: Mapping[str, int]
    source: str
    default_channel: str
    synthetic: bool


def read_in_order(
    chunks: Iterable[Sequence[Row]], plan: ReaderPlan, *, processes: int
) -> Iterator["ReadRows"]:
    """Chunks of rows, read in so many processes (0: in this one), in the order in which they came."""
    if not processes:
        reader = _row_reader(plan)
        yield from (reader.read_many(rows) for rows in chunks)
        return
    with ProcessPoolExecutor(processes, get_context("spawn"), initializer=start, initargs=(plan,)) as pool:
        waiting: deque[Future[ReadRows]] = deque()
        try:
            for rows in chunks:
                waiting.append(pool.submit(read, rows))
                if len(waiting) > _AHEAD * processes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


@contextmanager
def garbage_seldom_searched() -> Iterator[None]:
    """While chunks pass through this process, which otherwise spends a third of its time on looking through them."""
    before = gc.get_threshold()
    _search_for_garbage_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _search_for_garbage_seldom() -> None:
    """What is here now stays, and a chunk has no cycles: it goes when it is done."""
    gc.freeze()
    gc.set_threshold(_OBJECTS_OF_A_CHUNK)


_reader: "RowReader | None" = None


def start(plan: ReaderPlan) -> None:
    """First thing in the new process."""
    global _reader
    import django

    django.setup()
    _reader = _row_reader(plan)
    _search_for_garbage_seldom()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def read(rows: Sequence[Row]) -> "ReadRows":
    if _reader is None:
        raise RuntimeError("start() comes first")
    return _reader.read_many(rows)


def _row_reader(plan: ReaderPlan) -> "RowReader":
    from shuzhi.domains.intake.services.import_rows import RowReader
    from shuzhi.domains.intake.services.vocabulary import vocabulary

    return RowReader(plan, vocabulary())


def _end_with_parent() -> None:
    """A parent that was killed says no good-bye, and its readers would wait for ever."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
