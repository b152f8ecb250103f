"""How often somebody may try: counted in the database, so that every process counts together."""

from datetime import timedelta

from django.db import transaction

from shuzhi.spine import clock
from shuzhi.spine.errors import TooManyTries
from shuzhi.spine.models import RateWindow
from shuzhi.spine.sealing import lookup_hash


@transaction.atomic
def count(key: str, *, at_most: int, per_seconds: int, uses: int = 1) -> None:
    """Count one use of a key, or several at once; raises TooManyTries when the window is full. A clock that jumps back opens a new window.

    Only a hash of the key is kept: it may hold the address of somebody who asks.
    """
    now = clock.now()
    window, _created = RateWindow.objects.select_for_update().get_or_create(
        key=lookup_hash(key), defaults={"window_start": now}
    )
    age = (now - window.window_start).total_seconds()
    if not 0 <= age < per_seconds:
        window.window_start, window.count, age = now, 0, 0.0
    if window.count + uses > at_most:
        raise TooManyTries(seconds=max(1, round(per_seconds - age)))
    window.count += uses
    window.save()


def forget_old(*, older_than: timedelta = timedelta(days=1)) -> int:
    deleted, _models = RateWindow.objects.filter(window_start__lt=clock.now() - older_than).delete()
    return deleted
