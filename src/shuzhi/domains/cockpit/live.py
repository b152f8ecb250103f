"""News for an open page: a stream of server-sent events that tells when there is something new to show.

A stream holds a thread of the web server, so there are few of them at a time and each ends by itself; the browser then
begins a new one. Whoever finds no place asks again a minute later.
"""

import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from threading import BoundedSemaphore

from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shuzhi.domains.statistics import services as statistics
from shuzhi.spine import access
from shuzhi.spine.actors import Actor

STREAMS = 3  # of the eight threads of a process
SECONDS, LOOK_EVERY, BEAT_EVERY = 45.0, 1.0, 5.0
AGAIN_SECONDS = 60
_places = BoundedSemaphore(STREAMS)


class News(Iterator[bytes]):
    """Lines of a stream. Closing it, as the web server does however it ends, gives its place back once."""

    def __init__(self, newest: Callable[[], int], *, seconds: float = SECONDS) -> None:
        self._newest = newest
        self._ends = time.monotonic() + seconds
        self._beat_at = time.monotonic() + BEAT_EVERY
        self._known: int | None = None
        self._closed = False

    def __next__(self) -> bytes:
        while not self._closed and time.monotonic() < self._ends:
            newest = self._newest()
            if newest != self._known:
                self._known = newest
                return f"retry: 2000\nevent: version\ndata: {newest}\n\n".encode()
            if time.monotonic() >= self._beat_at:
                self._beat_at = time.monotonic() + BEAT_EVERY
                return b": still here\n\n"
            time.sleep(LOOK_EVERY)
        raise StopIteration

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            _places.release()


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponseBase:
    """The version of the figures, now and whenever it changes."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    access.require_somewhere(by, "insight.read")
    if not _places.acquire(blocking=False):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(AGAIN_SECONDS)})
    return StreamingHttpResponse(
        News(_newest),
        content_type="text/event-stream; charset=utf-8",
        headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"},
    )


def _newest() -> int:
    close_old_connections()
    return statistics.version()
