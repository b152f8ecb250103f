"""Periods, filters, and how long a count may be kept."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeVar

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics.grouping import CHANNELS
from shuzhi.domains.statistics.tallies import Span
from shuzhi.domains.statistics.warehouse import catalogue
from shuzhi.spine import clock
from shuzhi.spine.errors import InvalidInput

# The worker counts anew every hour; this is how long a figure may serve when the worker rests.
FRESH_SECONDS = 7200

T = TypeVar("T")

_counting = Lock()
_anew: ContextVar[bool] = ContextVar("counting_anew", default=False)
_state: ContextVar[int | None] = ContextVar("state_of_the_warehouse", default=None)


def last_days(days: int) -> tuple[datetime, datetime]:
    """The last complete days in the county's time zone, up to and with yesterday: (since, until), aware."""
    today = _this_morning()
    return today - timedelta(days=days), today


def _this_morning() -> datetime:
    return timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)


def span_of(
    since: datetime,
    until: datetime,
    *,
    area: str = "",
    category: str = "",
    unit: str = "",
    channel: str = "",
    slices: tuple[datetime, ...] = (),
) -> Span:
    """A period and what of it is looked at. Codes that the registry does not know are refused."""
    if since.tzinfo is None or until.tzinfo is None:
        raise InvalidInput(field="since, until", why=_("say the time zone, e.g. 2026-01-01T00:00:00+08:00"))
    if since >= until:
        raise InvalidInput(field="until", why=_("must be later than the beginning"))
    if channel and channel not in CHANNELS:
        raise InvalidInput(field="channel", why=_("one of: %(known)s") % {"known": ", ".join(CHANNELS)})
    return Span(
        since,
        until,
        clock.now(),
        slices=slices,
        area=registry.get_area(area).code if area else "",
        categories=with_those_below(category) if category else (),
        unit=registry.get_unit(unit).code if unit else "",
        channel=channel,
    )


def with_those_below(category: str) -> tuple[str, ...]:
    """Codes need not show their parents, so the tree is walked."""
    known = registry.categories()
    found = {registry.get_category(category).code}
    while more := {one.code for one in known if one.parent in found} - found:
        found |= more
    return tuple(sorted(found))


@contextmanager
def counted_anew() -> Iterator[None]:
    """Inside, nothing that was counted before serves."""
    token = _anew.set(True)
    try:
        yield
    finally:
        _anew.reset(token)


@contextmanager
def one_state() -> Iterator[None]:
    """Inside, what was counted of the warehouse as it stood at the beginning serves: it is asked once, not by each figure."""
    token = _state.set(catalogue.version())
    try:
        yield
    finally:
        _state.reset(token)


def kept(question: str, span: Span, compute: Callable[[], T]) -> T:
    """What was counted some minutes ago is good enough for pages that everybody opens; one request counts at a time.

    A period that is still running is counted again as soon as the warehouse holds more.
    """
    version = _version() if span.until > _this_morning() else 0
    key = f"{question}:{span.key}:{version}"
    name = f"statistics:{hashlib.sha256(key.encode()).hexdigest()}"
    known: T | None = None if _anew.get() else cache.get(name)
    if known is None:
        with _counting:
            known = None if _anew.get() else cache.get(name)
            if known is None:
                cache.set(name, known := compute(), FRESH_SECONDS)
    return known


def _version() -> int:
    state = _state.get()
    return catalogue.version() if state is None else state
