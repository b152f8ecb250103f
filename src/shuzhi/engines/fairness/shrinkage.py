"""Small groups borrow strength from their peers, so that luck does not top or bottom a list."""

from collections.abc import Sequence
from typing import NamedTuple


class Count(NamedTuple):
    """successes of trials, 0 <= successes <= trials."""

    successes: int
    trials: int


def shrink(counts: Sequence[Count]) -> list[float | None]:
    """Empirical-Bayes rates of peer groups: each drawn towards the pooled rate, the more the fewer its trials.

    counts: one per group; the groups must be peers (one tier).   Returns one rate from 0 to 1 per group, in the
    same order; None for a group without trials and for every group when nobody has any.
    The beta-binomial prior is fitted by moments with the trials as weights. Groups that differ by no more than
    chance share the pooled rate.
    Source: Kleinman 1973, J. Am. Stat. Assoc. 68, 46-54 (moment estimator with weights n_i).

    >>> [round(rate, 3) for rate in shrink([Count(1, 2), Count(90, 100), Count(140, 200)])]
    [0.716, 0.889, 0.703]
    """
    for successes, trials in counts:
        if not 0 <= successes <= trials:
            raise ValueError(f"{successes} of {trials} is not a rate")
    filled = [one for one in counts if one.trials]
    if not filled:
        return [None] * len(counts)
    pooled = sum(one.successes for one in filled) / sum(one.trials for one in filled)
    alike = _likeness(filled, pooled)
    return [_drawn(one, pooled, alike) if one.trials else None for one in counts]


def _drawn(count: Count, pooled: float, alike: float) -> float:
    """With likeness rho the prior weighs 1/rho - 1 trials; written so that rho may be 0 (all weight) or 1 (none)."""
    own = alike * count.trials / (alike * count.trials + 1 - alike)
    return own * count.successes / count.trials + (1 - own) * pooled


def _likeness(counts: Sequence[Count], pooled: float) -> float:
    """How alike answers inside one group are, from 0 (groups differ by chance only) to 1: Kleinman's rho."""
    spread = pooled * (1 - pooled)
    total = sum(one.trials for one in counts)
    room = total - sum(one.trials**2 for one in counts) / total - (len(counts) - 1)
    if spread == 0 or room <= 0:
        return 0.0
    between = sum(one.trials * (one.successes / one.trials - pooled) ** 2 for one in counts)
    rho = (between - spread * (len(counts) - 1)) / (spread * room)
    return min(1.0, max(0.0, rho))
