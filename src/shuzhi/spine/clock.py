"""What time it is. The only place in the platform that asks the machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

from django.utils import timezone

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def today() -> date:
    """The present day in the county's own time zone."""
    return timezone.localtime(now()).date()


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware moment: for tests, and for building the demo county's past."""
    if moment.tzinfo is None:
        raise ValueError("the clock needs an aware datetime")
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)
