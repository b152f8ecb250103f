"""For which listeners something happened: most news concerns few, and to look for each one apart would be most of the work."""

from collections.abc import Collection, Mapping, Sequence
from functools import reduce
from operator import or_

from django.db.models import Max, Q

from shuzhi.spine import clock
from shuzhi.spine.models import Bookmark, OutboxEvent


def with_news(wanted: Mapping[str, Collection[str]], *, last: int, near: int) -> set[str]:
    """Those listeners that may have something to hear up to the position `last`; the bookmarks of the others move there.

    wanted: {listener: names of the events that it hears}.  near: who is further behind is not looked at, but given work.
    """
    marks = {mark.listener: mark for mark in Bookmark.objects.filter(listener__in=wanted)}
    behind = [mark for mark in marks.values() if mark.position < last and not mark.failed_at]
    looked_at = [mark for mark in behind if mark.position >= last - near]
    newest = _newest_of_each_name(min((mark.position for mark in looked_at), default=last), last)
    quiet = [
        mark
        for mark in looked_at
        if not any(newest.get(name, 0) > mark.position for name in wanted[mark.listener])
    ]
    _move_on(quiet, last)
    never_heard = wanted.keys() - marks.keys()
    return never_heard | ({mark.listener for mark in behind} - {mark.listener for mark in quiet})


def _newest_of_each_name(after: int, until: int) -> dict[str, int]:
    if after == until:
        return {}
    rows = OutboxEvent.objects.filter(position__gt=after, position__lte=until)
    return dict(rows.order_by().values_list("name").annotate(newest=Max("position")))


def _move_on(quiet: Sequence[Bookmark], last: int) -> None:
    """Unless somebody delivers to them, or lets them hear everything again, at this moment."""
    if quiet:
        unmoved = reduce(or_, (Q(listener=mark.listener, position=mark.position) for mark in quiet))
        Bookmark.objects.filter(unmoved).update(position=last, moved_at=clock.now())
