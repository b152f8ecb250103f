"""The worker: numbers events, delivers them, and runs the rooms' own chores between rounds."""

import fcntl
import gc
import logging
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from django.conf import settings
from django.db import OperationalError, close_old_connections, connection

from shuzhi.site import wiring
from shuzhi.spine import outbox

log = logging.getLogger("shuzhi.worker")
IDLE_SECONDS = 0.3
SULK_SECONDS = 2.0
TIDY_SECONDS = 3600.0
REST_SECONDS = 60.0


class Stop:
    """Set by SIGTERM or SIGINT; the round in hand is finished first."""

    def __init__(self) -> None:
        self.asked = False
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def run(*, once: bool = False) -> None:
    stop = Stop()
    gc.freeze()  # what is loaded by now stays: to look through it again and again costs more than a batch's own work
    tidied = -TIDY_SECONDS
    while not stop.asked:
        if time.monotonic() - tidied > TIDY_SECONDS:
            tidied = time.monotonic()
            tidy()
        try:
            done = one_round()
        except OperationalError as error:
            # The database is locked, full or gone: nothing was half-done, so wait and go on.
            log.warning("database: %s; trying again in %s s", error, SULK_SECONDS)
            connection.close()
            time.sleep(SULK_SECONDS)
            continue
        if not done:
            if once:
                return
            close_old_connections()
            time.sleep(IDLE_SECONDS)


def tidy() -> None:
    """The rooms' hourly chores, in one worker at a time. One that fails may wait for the next hour; the others are done."""
    with _alone() as alone:
        if alone:
            _do_hourly()


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other worker does the chores now. The operating system drops the lock when a process dies."""
    settings.SHUZHI_DATA_DIR.mkdir(parents=True, exist_ok=True)
    with open(settings.SHUZHI_DATA_DIR / "chores.lock", "wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _do_hourly() -> None:
    for chore in wiring.HOURLY:
        try:
            chore()
        except Exception:
            log.exception("the chore %s failed; it is tried again in an hour", _name(chore))
            close_old_connections()


def one_round() -> int:
    return outbox.run_once(wiring.LISTENERS) + sum(_unless_it_rests(chore) for chore in wiring.CHORES)


_rests_until: dict[str, float] = {}


def _unless_it_rests(chore: Callable[[], int]) -> int:
    """Do a chore. One that fails rests for a while: whatever is wrong with it concerns no listener and no other chore."""
    if time.monotonic() < _rests_until.get(_name(chore), 0.0):
        return 0
    try:
        return chore()
    except OperationalError:
        raise
    except Exception:
        _rests_until[_name(chore)] = time.monotonic() + REST_SECONDS
        log.exception("the chore %s failed; it is tried again in %s s", _name(chore), REST_SECONDS)
        return 0


def _name(chore: Callable[[], object]) -> str:
    return f"{chore.__module__}.{chore.__qualname__}"
