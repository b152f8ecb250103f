"""How news travels: announced inside the writer's transaction, numbered once, delivered in batches, in order.

The batch's writes and the listener's bookmark commit together, so inside our database every event takes effect
exactly once. Beyond it (mail, webhooks), a receiver drops repeats by position.
"""

import gc
import json
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Count, Min, QuerySet, TextField
from django.db.models.functions import Cast
from pydantic import TypeAdapter

from shuzhi.spine import access, audit, bookmarks, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.bodies import reader_of
from shuzhi.spine.errors import Refused, passes_by_itself
from shuzhi.spine.events import Event
from shuzhi.spine.models import Bookmark, OutboxEvent
from shuzhi.spine.models import Sequence as SequenceRow
from shuzhi.spine.rows import insert_rows

BATCH = 1000


class _Written(NamedTuple):
    position: int
    name: str
    body: str
    by: str
    moment: str


class Announced(_Written):
    """An event with its place in the story. `by` is the actor's reference, e.g. "staff:17".

    body, moment: the event, in JSON, and when it was told, as they were written down; `event` and `at` read them, once,
    for whoever asks.
    """

    @cached_property
    def event(self) -> Event:
        return reader_of(Event.known[self.name])(json.loads(self.body))

    @cached_property
    def at(self) -> datetime:
        at = datetime.fromisoformat(self.moment)
        return at if at.tzinfo else at.replace(tzinfo=UTC)  # SQLite keeps moments in UTC and does not say so


@dataclass(frozen=True)
class Listener:
    """Somebody who wants to hear of some events. `forget` empties its read model before a replay.

    batch: how many positions it moves past at once, at most.   until: the position that it may not pass yet.
    """

    name: str
    events: tuple[type[Event], ...]
    hear: Callable[[Sequence[Announced]], None]
    forget: Callable[[], None] | None = None
    batch: int = BATCH
    until: Callable[[], int] | None = None


@dataclass(frozen=True)
class ListenerStatus:
    listener: str
    position: int
    behind: int
    moved_at: datetime | None
    failure: str
    failed_at: datetime | None


@dataclass(frozen=True)
class OutboxStatus:
    last_position: int
    waiting: int
    oldest_waiting_at: datetime | None
    listeners: tuple[ListenerStatus, ...]


class UnknownListener(Refused):
    code, status = "unknown-listener", 404
    message = "No listener is called %(listener)s. Known: %(known)s."


class NotReplayable(Refused):
    code = "listener-not-replayable"
    message = (
        "%(listener)s acts on the world (messages, webhooks) and cannot be replayed; only read models can."
    )


_ADAPTERS: dict[str, TypeAdapter[Event]] = {}


def adapter(event_class: type[Event]) -> TypeAdapter[Event]:
    """Checks events and turns them into bodies; made once for each class, because making one is slow."""
    name = event_class.__name__
    if name not in _ADAPTERS:
        _ADAPTERS[name] = TypeAdapter(event_class)
    return _ADAPTERS[name]


def announce(event: Event, *, by: Actor) -> None:
    """Tell what happened, inside the transaction that made it happen."""
    announce_all([event], by=by)


def announce_all(events: Iterable[Event], *, by: Actor) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("announce() belongs inside the transaction of the write that it tells of")
    at = clock.now()
    rows = [
        (type(event).__name__, adapter(type(event)).dump_python(event, mode="json"), by.reference, at)
        for event in events
    ]
    insert_rows(OutboxEvent, ("name", "body", "by", "at"), rows)


@transaction.atomic
def sequence(*, limit: int = 8 * BATCH) -> int:
    """Give positions to committed events that have none; returns how many. Safe to run in many processes.

    Rows are chosen because they have no position, never because their id is larger than the last one seen:
    ids are taken before commits, so a slow transaction may commit a smaller id later.
    """
    if not OutboxEvent.objects.filter(position__isnull=True).exists():
        return 0
    row, _created = SequenceRow.objects.select_for_update().get_or_create(pk=1)
    numbered = _number(row.last_position, limit)
    row.last_position += numbered
    row.save()
    return numbered


def _number(last: int, limit: int) -> int:
    """Positions after `last`. Ids without a gap, which most are, only move by one distance: a fifth less work."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*), MIN(id), MAX(id) FROM ({_WAITING}) AS waiting", [limit])  # noqa: S608
        count, least, most = cursor.fetchone()
        if count and most - least == count - 1:
            cursor.execute(_MOVE, [last + 1 - least, least, most])
        else:
            cursor.execute(_NUMBER, [last, limit])
        numbered: int = cursor.rowcount
    return numbered


_WAITING = "SELECT id FROM spine_outboxevent WHERE position IS NULL ORDER BY id LIMIT %s"
_MOVE = "UPDATE spine_outboxevent SET position = id + %s WHERE id BETWEEN %s AND %s AND position IS NULL"
_NUMBER = f"""
    UPDATE spine_outboxevent SET position = numbered.position FROM (
        SELECT id, %s + ROW_NUMBER() OVER (ORDER BY id) AS position FROM ({_WAITING}) AS waiting
    ) AS numbered WHERE spine_outboxevent.id = numbered.id
"""  # noqa: S608


def last_position(names: Sequence[str] = ()) -> int:
    """The position of the newest event, or of the newest with one of these names; 0 before the first."""
    if not names:
        return SequenceRow.objects.filter(pk=1).values_list("last_position", flat=True).first() or 0
    numbered = OutboxEvent.objects.filter(position__isnull=False, name__in=names).order_by("-position")
    return numbered.values_list("position", flat=True).first() or 0


def _told(rows: QuerySet[OutboxEvent], limit: int | None = None) -> list[Announced]:
    """Numbered events in the order of the story."""
    texts = (Cast("body", TextField()), "by", Cast("at", TextField()))
    return list(
        map(Announced._make, rows.order_by("position").values_list("position", "name", *texts)[:limit])
    )


def deliver(listener: Listener, *, limit: int | None = None) -> int:
    """Give a listener its next batch; returns how many events its bookmark moved past.

    When the listener fails, nothing of the batch stays, the bookmark keeps the reason, and only this listener stops.
    A database that is locked, full or gone is nobody's failure: OperationalError is left to the caller, who tries again.
    """
    try:
        with transaction.atomic(), _without_collecting():
            return _deliver(listener, limit or listener.batch)
    except Exception as error:
        if passes_by_itself(error):
            raise
        reason = traceback.format_exc(limit=-6)
        Bookmark.objects.update_or_create(
            listener=listener.name, defaults={"failure": reason, "failed_at": clock.now()}
        )
        return 0


@contextmanager
def _without_collecting() -> Iterator[None]:
    """A batch makes a million objects and no circles: looking for circles all the while would take a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _deliver(listener: Listener, limit: int) -> int:
    locked = Bookmark.objects.select_for_update(
        skip_locked=connection.features.has_select_for_update_skip_locked
    ).filter(listener=listener.name, failed_at__isnull=True)
    bookmark = locked.first()
    if bookmark is None and Bookmark.objects.get_or_create(listener=listener.name)[1]:
        bookmark = locked.first()
    if bookmark is None:
        return 0
    # Positions have no gaps, so a batch is a range of them; what this listener does not hear is never read.
    until = min(bookmark.position + limit, last_position())
    if listener.until and until > bookmark.position:
        until = min(until, listener.until())
    if until <= bookmark.position:
        return 0
    names = [event.__name__ for event in listener.events]
    batch = _told(
        OutboxEvent.objects.filter(position__gt=bookmark.position, position__lte=until, name__in=names)
    )
    if batch:
        listener.hear(batch)
    passed = until - bookmark.position
    bookmark.position, bookmark.moved_at = until, clock.now()
    bookmark.save()
    return passed


def position_of(listener: str) -> int:
    """Up to where a listener has heard everything; 0 before it was ever told anything."""
    return Bookmark.objects.filter(listener=listener).values_list("position", flat=True).first() or 0


def run_once(listeners: Sequence[Listener]) -> int:
    """Number what waits and deliver one batch to everybody; returns how much was done, 0 when idle."""
    numbered = sequence()
    wanted = {one.name: [event.__name__ for event in one.events] for one in listeners}
    with_news = bookmarks.with_news(wanted, last=last_position(), near=BATCH)
    return numbered + sum(deliver(listener) for listener in listeners if listener.name in with_news)


def drain(listeners: Sequence[Listener]) -> int:
    """Deliver until nobody has anything left to hear: for commands and tests."""
    total = 0
    while done := run_once(listeners):
        total += done
    return total


def status(listeners: Sequence[Listener]) -> OutboxStatus:
    waiting = OutboxEvent.objects.filter(position__isnull=True).aggregate(n=Count("id"), oldest=Min("at"))
    last = last_position()
    marks = {mark.listener: mark for mark in Bookmark.objects.all()}
    return OutboxStatus(
        last, waiting["n"], waiting["oldest"], tuple(_status(one, marks, last) for one in listeners)
    )


def _status(listener: Listener, marks: dict[str, Bookmark], last: int) -> ListenerStatus:
    mark = marks.get(listener.name) or Bookmark(listener=listener.name)
    return ListenerStatus(
        listener.name, mark.position, last - mark.position, mark.moved_at, mark.failure, mark.failed_at
    )


def find_listener(listeners: Sequence[Listener], name: str) -> Listener:
    for listener in listeners:
        if listener.name == name:
            return listener
    raise UnknownListener(listener=name, known=", ".join(one.name for one in listeners))


@transaction.atomic
def resume(listener: Listener, *, by: Actor) -> None:
    """Let a stopped listener try again from where it stopped."""
    access.require(by, "spine.outbox")
    Bookmark.objects.filter(listener=listener.name).update(failure="", failed_at=None)
    audit.record(by, "outbox.resume", f"listener:{listener.name}")


@transaction.atomic
def replay(listener: Listener, *, by: Actor) -> None:
    """Empty a listener's read model and let it hear the whole story again."""
    access.require(by, "spine.outbox")
    if listener.forget is None:
        raise NotReplayable(listener=listener.name)
    listener.forget()
    Bookmark.objects.filter(listener=listener.name).update(position=0, failure="", failed_at=None)
    audit.record(by, "outbox.replay", f"listener:{listener.name}")


def story(*, after: int = 0, names: Sequence[str] = (), limit: int = BATCH) -> Iterator[Announced]:
    """The numbered events after a position, in order: for feeds and webhooks that keep a cursor of their own."""
    rows = OutboxEvent.objects.filter(position__gt=after)
    if names:
        rows = rows.filter(name__in=names)
    yield from _told(rows, limit)
