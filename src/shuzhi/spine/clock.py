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


def moment_of(written: str) -> datetime:
    """A moment in ISO 8601, as UTC; one without a time zone is of the county's clock. Raises ValueError."""
    return in_utc(datetime.fromisoformat(written))


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC; one without a time zone is of the county's clock.

    Raises ValueError in the first and the last year there is: whoever counts days on from there, or shows them on
    another clock, would fall out of time. PostgreSQL knows no offset beyond 16 hours, ISO 8601 does.
    """
    if not date.min.year < moment.year < date.max.year:
        raise ValueError("choose a moment between the years 1 and 9999")
    return (moment if moment.tzinfo else timezone.make_aware(moment)).astimezone(UTC)


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
