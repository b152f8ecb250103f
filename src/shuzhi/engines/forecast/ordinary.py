"""What is ordinary: the count that each of many sparse series should have on a day, learnt from days before it alone.

A regression for every matter of every place would fit noise. What is shared is learnt together instead: the days of
the week and the holidays from the sum of all series, the season from the same matter in all places a year ago. Only the
level is each series' own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuzhi.engines.forecast.series import Floats
from shuzhi.engines.forecast.warning import dispersion

LEVEL_DAYS = 56
GAP_DAYS = 7
"""Days just before that teach nothing: what begins slowly must not become ordinary while it is looked for."""

_YEAR = 364  # whole weeks, so that weekdays meet
_SEASON_REACH = 7
_SEASON_PULL = 20.0
_WARM_UP = 28
_PART_PULL = 2.0  # counts that the larger series speaks for when a smaller one has none of its own
# A spread that is looked at anew every day would cost more than it tells.
_SPREAD_STEP = 28

Kinds = NDArray[np.int_]


@dataclass(frozen=True, slots=True)
class Ordinary:
    """What each series should have on each day, (series, days) both.

    doubt: the variance of the expected count that comes from learning it out of few counts, as a share of its square.
    """

    expected: Floats
    doubt: Floats


def day_pattern(total: Floats, kinds: Sequence[int] | Kinds) -> Floats:
    """How busy each day is against an average one, by its kind, learnt from the days before it; (days,).

    total: counts of everything, (days,), nan on a missing day, of which nothing is expected: so that days without
    counts that should have had some do not lower what is ordinary.   kinds: of each day a small number, as its weekday,
    or 7 for a holiday.
    """
    kind, known = np.asarray(kinds), ~np.isnan(total)
    came = np.where(known, total, 0.0)
    days = _window_sum(known[None].astype(np.float64), 1, _WARM_UP)[0]
    before = _window_sum(came[None], 1, _WARM_UP)[0] / np.maximum(days, 1)
    ratio = np.divide(came, before, out=np.ones(len(total)), where=before > 0)
    ratio[:_WARM_UP] = 1.0
    pattern = known.astype(np.float64)
    for one in np.unique(kind):
        same = known & (kind == one)
        seen = np.where(same, ratio, 0.0)
        sums, many = np.cumsum(seen) - seen, np.cumsum(same) - same
        pattern[same] = ((sums + 1) / (many + 1))[same]
    return pattern


def ordinary(counts: Floats, pattern: Floats, matters: Sequence[int]) -> Ordinary:
    """What each series should have had on each day if nothing was the matter, learnt from earlier days alone.

    counts: (series, days).   pattern: as `day_pattern` gives it.   matters: of each series the number of its matter;
    series of one matter share their season.
    """
    first, last = GAP_DAYS + 1, GAP_DAYS + LEVEL_DAYS
    came = _window_sum(counts, first, last)
    meant = _window_sum(pattern[None], first, last)
    level = np.divide(came, meant, out=np.zeros_like(came), where=meant > 0)
    ratio, doubt = _season(counts, pattern, np.asarray(matters))
    return Ordinary(level * pattern * ratio, doubt + 1 / (came + 1))


def ordinary_within(counts: Floats, whole: Floats, usual: Ordinary, share: Floats) -> Ordinary:
    """What small series should have had that are each a part of a larger one: its share, drawn towards its own days.

    A town of a few demands a month tells little by itself. Its rate is that of the larger series times its share, until
    its own counts say otherwise: the mean of a gamma law that this knowledge began and Poisson counts moved on.
    All arrays are (series, days). whole, usual: of the larger series of each row.   share: of everything that came in
    the larger area, what came in the smaller one, 0 to 1.
    """
    first, last = GAP_DAYS + 1, GAP_DAYS + LEVEL_DAYS
    came, meant = _window_sum(counts, first, last), _window_sum(whole, first, last) * share
    drawn = (came + _PART_PULL) / (meant + _PART_PULL)
    return Ordinary(usual.expected * share * drawn, usual.doubt + 1 / (came + _PART_PULL))


def shares(counts: Floats, whole: Floats) -> Floats:
    """What part of the larger counts the smaller ones were in the weeks that tell the level; (series, days) all."""
    first, last = GAP_DAYS + 1, GAP_DAYS + LEVEL_DAYS
    of = _window_sum(whole, first, last)
    return np.divide(_window_sum(counts, first, last), of, out=np.zeros_like(of), where=of > 0)


def spreads(counts: Floats, expected: Floats) -> Floats:
    """How much more than chance each series varied before each day, 1 and above; (series, days)."""
    found = np.ones(counts.shape)
    days = counts.shape[1]
    for start in range(LEVEL_DAYS + GAP_DAYS + _SPREAD_STEP, days, _SPREAD_STEP):
        known = slice(LEVEL_DAYS + GAP_DAYS, start - GAP_DAYS)
        for row, (came, meant) in enumerate(zip(counts[:, known], expected[:, known], strict=True)):
            found[row, start : start + _SPREAD_STEP] = dispersion(came, meant)
    return found


def _season(counts: Floats, pattern: Floats, matters: Kinds) -> tuple[Floats, Floats]:
    """How much more of each matter came around this day a year ago than in the weeks that now tell the level.

    Drawn towards one where counts are small; one where there is no year of history. With its relative variance.
    """
    days = counts.shape[1]
    together = np.zeros((int(matters.max()) + 1 if len(matters) else 0, days))
    np.add.at(together, matters, counts)
    sums = np.cumsum(np.pad(together, ((0, 0), (1, 0))), axis=1)
    weights = np.cumsum(np.pad(pattern, (1, 0)))
    ratio, doubt = np.ones(together.shape), np.zeros(together.shape)
    for day in range(_YEAR + GAP_DAYS + LEVEL_DAYS, days):
        then = day - _YEAR
        around = (then - _SEASON_REACH, then + _SEASON_REACH + 1)
        before = (then - GAP_DAYS - LEVEL_DAYS, then - GAP_DAYS)
        came, came_before = (sums[:, to] - sums[:, since] for since, to in (around, before))
        busy, busy_before = (weights[to] - weights[since] for since, to in (around, before))
        rate = (came + came_before) / max(busy + busy_before, 1.0)
        lately = (came + _SEASON_PULL) / (rate * busy + _SEASON_PULL)
        ratio[:, day] = lately / ((came_before + _SEASON_PULL) / (rate * busy_before + _SEASON_PULL))
        doubt[:, day] = 1 / (came + _SEASON_PULL) + 1 / (came_before + _SEASON_PULL)
    return ratio[matters], doubt[matters]


def _window_sum(counts: Floats, first: int, last: int) -> Floats:
    """Sums over the days from `last` to `first` before each day, both included; (series, days)."""
    sums = np.cumsum(np.pad(counts, ((0, 0), (1, 0))), axis=1)
    days = np.arange(counts.shape[1])
    return sums[:, np.maximum(days - first + 1, 0)] - sums[:, np.maximum(days - last, 0)]
