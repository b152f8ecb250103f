"""Which state of the registry a process knows. Reading is cached per version; a write gives its topics new ones."""

import secrets
import time
from collections.abc import Callable, Iterable
from functools import partial
from threading import Lock
from typing import Generic, TypeVar

from django.db import connection, transaction

from shuzhi.domains.registry.models import TopicVersion

AREAS, WORDS, UNITS, CATALOGUE, SLA, CALENDAR = "areas", "words", "units", "catalogue", "sla", "calendar"

_FRESH_SECONDS = 1.0  # how long a process outside a transaction may miss what another one has changed
_UNWRITTEN = 0

T = TypeVar("T")


class _Memory:
    versions: dict[str, int] = {}
    read_at = float("-inf")


def current(topic: str) -> int:
    """The version of a topic; 0 while nothing was ever written."""
    if connection.in_atomic_block:
        return _read().get(topic, _UNWRITTEN)
    now = time.monotonic()
    if now - _Memory.read_at > _FRESH_SECONDS:
        _Memory.versions, _Memory.read_at = _read(), now
    return _Memory.versions.get(topic, _UNWRITTEN)


def _read() -> dict[str, int]:
    return dict(TopicVersion.objects.values_list("topic", "version"))


def lock(topics: Iterable[str]) -> None:
    """Make other writers of these topics wait until the transaction ends."""
    for topic in sorted(topics):
        TopicVersion.objects.select_for_update().get_or_create(topic=topic, defaults={"version": _UNWRITTEN})


def change(topics: Iterable[str]) -> None:
    """Give topics a version that none ever had: a counter would repeat itself after a rollback."""
    if not connection.in_atomic_block:
        raise RuntimeError("a version changes inside the transaction of what it stands for")
    for topic in sorted(topics):
        TopicVersion.objects.update_or_create(topic=topic, defaults={"version": secrets.randbits(53) or 1})
    transaction.on_commit(partial(setattr, _Memory, "read_at", float("-inf")))


class Cached(Generic[T]):
    """What `load` read, until a topic it depends on changes."""

    def __init__(self, load: Callable[[], T], *topics: str) -> None:
        self._load = load
        self._topics = topics
        self._lock = Lock()
        self._held: tuple[tuple[int, ...], T] | None = None

    def __call__(self) -> T:
        key = tuple(current(topic) for topic in self._topics)
        held = self._held
        if held is not None and held[0] == key:
            return held[1]
        with self._lock:
            value = self._load()
            self._held = key, value
            return value
