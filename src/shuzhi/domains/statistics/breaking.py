"""What breaks a line over time, so that a change of the counting is not taken for a change of the county. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from math import log

# So many days before and after a day say what is ordinary.
AROUND = 14
# A day without a demand is missing, and not just quiet, when chance gives one such day in a thousand: with independent
# demands, P(none) = exp(-mean).
LEAST_MEAN = -log(0.001)


def missing_days(counts: Mapping[date, int], *, until: date) -> Iterator[date]:
    """Days on which nothing was told although much was told around them.

    counts: demands per day, days without any may be left out.   until: the last day looked at; days before the first
    demand of all are not looked at.

    >>> busy = {date(2026, 5, day): 20 for day in range(1, 21) if day != 9}
    >>> [day.isoformat() for day in missing_days(busy, until=date(2026, 5, 20))]
    ['2026-05-09']
    """
    if not counts:
        return
    day = min(counts)
    while day <= until:
        if not counts.get(day):
            around = [day + timedelta(days=shift) for shift in range(-AROUND, AROUND + 1) if shift]
            known = [counts[one] for one in around if counts.get(one)]
            # Of the days around, those without a demand may be missing, too: they say nothing of what is ordinary.
            if len(known) >= AROUND // 2 and sum(known) / len(known) >= LEAST_MEAN:
                yield day
        day += timedelta(days=1)
