"""Tells whether what people write about has moved away from what a model learnt."""

import math
from collections import Counter
from collections.abc import Sequence

STEADY, WATCH = 0.1, 0.25
"""Customary bounds of the index: below the first nothing moved, above the second the model should learn again."""
_RARE = 1e-4


def stability_index(before: Sequence[str], after: Sequence[str]) -> float:
    """Population stability index between two lists of classes, 0 when alike (Siddiqi 2006, Credit Risk Scorecards).

    Raises ValueError when a list is empty: no data is no shift.

    >>> stability_index(["a", "b"], ["a", "b"]), round(stability_index(["a", "b"], ["a", "a", "a", "b"]), 3)
    (0.0, 0.275)
    """
    if not before or not after:
        raise ValueError("two samples are needed")
    first, second = Counter(before), Counter(after)
    total = 0.0
    for name in first.keys() | second.keys():
        old = max(first[name] / len(before), _RARE)
        new = max(second[name] / len(after), _RARE)
        total += (new - old) * math.log(new / old)
    return total
