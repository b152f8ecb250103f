"""How hot an issue is and where it stands in its life, from counts and dates alone."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

HALF_LIFE_DAYS = 30.0
_WEEK = timedelta(days=7)
_QUIET = timedelta(days=14)
_GAP = timedelta(days=30)
_DAY_SECONDS = 86_400


class Stage(StrEnum):
    EMERGING = "emerging"
    GROWING = "growing"
    HANDLED = "handled"
    RESOLVED = "resolved"
    RECURRING = "recurring"


STAGE_LABELS = {
    Stage.EMERGING: _("emerging"),
    Stage.GROWING: _("growing"),
    Stage.HANDLED: _("being handled"),
    Stage.RESOLVED: _("resolved"),
    Stage.RECURRING: _("recurring"),
}


def heat_of(people: int, last: datetime, now: datetime) -> float:
    """Distinct people, halved for every 30 days of silence: the published formula.

    >>> from datetime import datetime as at
    >>> heat_of(12, at(2026, 3, 1), at(2026, 3, 31))
    6.0
    """
    silence = max((now - last).total_seconds() / _DAY_SECONDS, 0.0)
    heat: float = people * 0.5 ** (silence / HALF_LIFE_DAYS)
    return heat


def rank_of(people: int, last: datetime) -> float:
    """A number that orders issues as `heat_of` does at every moment, so that a database can sort by it.

    All heats halve alike, so the logarithm of a heat is this number less one that is the same for all.
    """
    return math.log2(max(people, 1)) + last.timestamp() / _DAY_SECONDS / HALF_LIFE_DAYS


def stage_of(received: Sequence[datetime], *, unfinished: int, now: datetime) -> Stage:
    """Where an issue stands. received: when its demands came, oldest first, at least one; unfinished: how many are open.

    Recurring: what several had reported came again within the last 30 days after 30 days of silence.   Resolved:
    nothing open, nothing new for 14 days.   Emerging: it began within 7 days.   Growing: more in the last 7 days than
    in the 7 before.   Otherwise somebody is at it: handled.
    """
    first, last = received[0], received[-1]
    again = (later for earlier, later in pairwise(received[1:]) if later - earlier >= _GAP)
    if any(now - later <= _GAP for later in again):
        return Stage.RECURRING
    if not unfinished and now - last >= _QUIET:
        return Stage.RESOLVED
    if now - first <= _WEEK:
        return Stage.EMERGING
    lately = sum(1 for at in received if now - at <= _WEEK)
    before = sum(1 for at in received if _WEEK < now - at <= 2 * _WEEK)
    return Stage.GROWING if lately > before else Stage.HANDLED
