"""How many of the findings that are shown are expected to be chance."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FALSE_SHARE = 0.05
"""At most this share of what is shown may be expected to be chance."""


def false_shares(chances: Sequence[float] | Floats) -> Floats:
    """For each finding the expected share of chance among all that are at least as surprising, from 0 to 1.

    chances: of everything that was looked at, also of what is not shown: the probability of something at least so
    extreme when nothing is the matter.   Source: Benjamini and Hochberg 1995, J. R. Stat. Soc. B 57, 289-300.

    >>> false_shares([0.001, 0.04, 0.5]).tolist()
    [0.003, 0.06, 0.5]
    """
    from scipy import stats  # loaded by those who look for patterns: it takes a second

    told = np.asarray(chances, dtype=np.float64)
    if not len(told):
        return told
    shares: Floats = stats.false_discovery_control(told, method="bh")
    return shares
