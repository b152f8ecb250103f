"""Bands that hold what they promise: split conformal prediction over the errors of the backtest."""

import math

import numpy as np

from shuzhi.engines.forecast.series import Floats


def band(expected: Floats, tested: Floats, came: Floats, *, coverage: float = 0.9) -> tuple[Floats, Floats]:
    """The least and the most counts between which a share of `coverage` of days falls: whole numbers, (horizon,) each.

    expected: the forecast, (horizon,).   tested, came: what the same model said in the backtest and what came, any
    shape; days without a count are left out.
    Errors are taken between square roots, where counts vary alike whether days are busy or quiet (Anscombe 1948), and
    the (n + 1) rule keeps the promise for few of them. Source: Vovk, Gammerman and Shafer, Algorithmic Learning in a
    Random World (2005).
    """
    if not 0 < coverage < 1:
        raise ValueError("coverage lies between 0 and 1")
    known = ~np.isnan(came)
    if not known.any():
        raise ValueError("no day of the backtest has a count")
    errors = np.sort(np.abs(_root(came[known]) - _root(tested[known])))
    reach = errors[min(math.ceil((len(errors) + 1) * coverage), len(errors)) - 1]
    low = np.ceil(_square(np.maximum(_root(expected) - reach, 0)) - 1e-9)
    high = np.floor(_square(_root(expected) + reach) + 1e-9)
    return np.maximum(low, 0), np.maximum(high, 0)


def covered(low: Floats, high: Floats, came: Floats) -> float:
    """The share of known days that fell inside their band."""
    known = ~np.isnan(came)
    return float(((came >= low) & (came <= high))[known].mean())


def _root(counts: Floats) -> Floats:
    return np.sqrt(counts + 3 / 8)


def _square(roots: Floats) -> Floats:
    return roots**2 - 3 / 8
