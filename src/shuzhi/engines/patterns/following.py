"""Matters that follow each other: after one comes another, in the same place, so many days later, more than chance explains."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from shuzhi.engines.patterns.discovery import FALSE_SHARE, Floats, false_shares

Ints = NDArray[np.int64]

LONGEST_LAG = 14
"""Days after which nothing is put down to what came before."""
LEAST_DAYS = 20
"""A matter must have come up on so many days of places before it is looked at."""
_WEEK = 7
_NEAREST, _FURTHEST = 3, 10
"""What is ordinary is read off the same weekday 3 to 10 weeks before and after."""
_LEAST_CAME = 3


@dataclass(frozen=True, slots=True)
class Following:
    """After `first` came `then` in the same place `lag` days later: so often, where `expected` would be ordinary.

    chance: of at least so many on the best of all lags when the two know nothing of each other.   false_share: how much
    of the findings up to this one is expected to be chance.   by_lag: how often it came 0, 1, … days later.
    """

    first: str
    then: str
    lag: int
    came: int
    expected: float
    chance: float
    false_share: float
    by_lag: tuple[int, ...]


class Occurrences:
    """On which days which matter came up in which place.

    matter, place: names, day: a number from 0 to days - 1; of the same length, one for each time that something came up.

    Two matters that share a season, a weekday or a growing town come together often by that alone. So what is ordinary is
    read off the neighbourhood: how often the second came on the same weekday three to ten weeks before and after, seen from
    the same days of the first (as the jitter method does for neurons: Amarasingham et al. 2012, J. Neurophysiol. 107,
    517-531). Counts that vary more than a Poisson law count for less. Each pair is tested at all lags together
    (Bonferroni), then all pairs (Benjamini and Hochberg).
    """

    def __init__(self, *, matter: Sequence[str], place: Sequence[str], day: Sequence[int] | Ints, days: int):
        known, numbers = np.unique(np.array(matter, dtype=str), return_inverse=True)
        self.places, places = np.unique(np.array(place, dtype=str), return_inverse=True)
        self.days = days
        self._stride = days + 2 * (_FURTHEST * _WEEK + LONGEST_LAG)
        told = np.unique(
            np.column_stack([numbers, places * self._stride + np.asarray(day, dtype=np.int64)]), axis=0
        ).reshape(-1, 2)
        often = np.bincount(told[:, 0], minlength=len(known)) >= LEAST_DAYS
        self.matters: list[str] = known[often].tolist()
        told = told[often[told[:, 0]]]
        self._matter, self._column = np.cumsum(often)[told[:, 0]] - 1, told[:, 1]

    @property
    def pairs(self) -> int:
        """How many pairs are looked at."""
        return len(self.matters) * max(0, len(self.matters) - 1)

    def followings(self, *, false_share: float = FALSE_SHARE) -> list[Following]:
        """Pairs of matters of which one follows the other, the most certain first; of both directions the stronger."""
        if len(self.matters) < 2:
            return []
        found = self._at_best_lags()
        shares = false_shares([one.chance for one in found])
        kept: dict[frozenset[str], Following] = {}
        for one, share in sorted(zip(found, shares, strict=True), key=lambda told: _rank(told[0])):
            if share <= false_share and one.came >= _LEAST_CAME:
                kept.setdefault(frozenset((one.first, one.then)), replace(one, false_share=float(share)))
        return list(kept.values())

    def moments(self, first: str, then: str, lag: int) -> list[tuple[str, int]]:
        """The places and days on which the first came and the other followed so many days later."""
        one, other = (self._column[self._matter == self.matters.index(name)] for name in (first, then))
        columns = np.intersect1d(one, other - lag)
        return [(str(self.places[at // self._stride]), int(at % self._stride)) for at in columns.tolist()]

    def _at_best_lags(self) -> list[Following]:
        """Every ordered pair at the lag that is least chance; at lag 0 a pair has no order and is looked at once."""
        size = len(self.matters)
        best = np.ones((size, size))
        at_lag, came, ordinary = (
            np.zeros((size, size), dtype=int),
            np.zeros((size, size)),
            np.zeros((size, size)),
        )
        together = {shift: self._together(shift) for shift in _shifts()}
        exposed = {shift: self._exposed(shift) for shift in together}
        for lag in range(LONGEST_LAG + 1):
            expected, spread, part = _ordinary(lag, together, exposed)
            chances = _chances(together[lag], expected, spread, part)
            if lag == 0:
                chances[np.tril_indices(size)] = 1.0
            better = chances < best
            best[better], at_lag[better] = chances[better], lag
            came[better], ordinary[better] = together[lag][better], expected[better]
        np.fill_diagonal(best, 1.0)
        return [
            Following(
                self.matters[one],
                self.matters[other],
                int(at_lag[one, other]),
                int(came[one, other]),
                float(ordinary[one, other]),
                min(1.0, float(best[one, other]) * (LONGEST_LAG + 1)),
                1.0,
                tuple(int(together[lag][one, other]) for lag in range(LONGEST_LAG + 1)),
            )
            for one in range(size)
            for other in range(size)
            if one != other
        ]

    def _together(self, shift: int) -> Floats:
        """How often each matter came up so many days after each other one, (matters, matters)."""
        size, columns = len(self.matters), len(self.places) * self._stride
        offset = _FURTHEST * _WEEK + LONGEST_LAG
        ones = np.ones(len(self._column), dtype=np.float64)
        width = columns + 2 * offset
        first = sparse.csr_array((ones, (self._matter, self._column + offset)), shape=(size, width))
        then = sparse.csr_array((ones, (self._matter, self._column + offset - shift)), shape=(size, width))
        counted: Floats = (first @ then.T).toarray()
        return counted

    def _exposed(self, shift: int) -> Floats:
        """On how many days of each matter the day so many later is known, (matters,)."""
        day = self._column % self._stride + shift
        known = (day >= 0) & (day < self.days)
        return np.bincount(self._matter[known], minlength=len(self.matters)).astype(np.float64)


def _shifts() -> Iterable[int]:
    return sorted({shift for lag in range(LONGEST_LAG + 1) for shift in (lag, *_neighbours(lag))})


def _neighbours(lag: int) -> list[int]:
    return [lag + side * week * _WEEK for week in range(_NEAREST, _FURTHEST + 1) for side in (-1, 1)]


def _ordinary(
    lag: int, together: dict[int, Floats], exposed: dict[int, Floats]
) -> tuple[Floats, Floats, Floats]:
    """How many to expect at a lag, how much more such counts vary than a Poisson law, and the lag's part of all exposure."""
    near = _neighbours(lag)
    counts, days = np.array([together[one] for one in near]), np.array([exposed[one] for one in near])
    here = exposed[lag]
    seen = days.sum(axis=0)
    rate = counts.sum(axis=0) / np.maximum(seen, 1)[:, None]
    means = np.maximum(rate * days[:, :, None], 1e-9)
    spread = ((counts - means) ** 2 / means).sum(axis=0) / (len(near) - 1)
    part = here / np.maximum(here + seen, 1)
    return rate * here[:, None], np.maximum(spread, 1.0), part


def _chances(came: Floats, expected: Floats, spread: Floats, part: Floats) -> Floats:
    """The chance of at least so many: binomial, given how many came at the lag and around it together.

    The exact comparison of two Poisson counts (Przyborowski and Wilenski 1940), with both divided by their spread.
    """
    share = np.clip(part, 1e-9, 1 - 1e-9)[:, None]
    around = expected * (1 - share) / share
    chances = np.where(
        came > 0, special.betainc(np.maximum(came / spread, 1e-9), around / spread + 1, share), 1.0
    )
    chances[came <= expected] = 1.0
    return chances


def _rank(one: Following) -> tuple[float, float, str, str]:
    return one.chance, -one.came / max(one.expected, 0.1), one.first, one.then
