"""Tells whether what people write about has moved away from what a model learnt."""

import math
from collections.abc import Mapping

STEADY, WATCH = 0.1, 0.25
"""Customary bounds of the index: below the first nothing moved, above the second the model should learn again."""
_RARE = 1e-4


def stability_index(before: Mapping[str, int], after: Mapping[str, int]) -> float:
    """Population stability index between two counts of classes, 0 when alike (Siddiqi 2006, Credit Risk Scorecards).

    Raises ValueError when nothing was counted: no data is no shift.

    >>> stability_index({"a": 1, "b": 1}, {"a": 2, "b": 2}), round(stability_index({"a": 1, "b": 1}, {"a": 3, "b": 1}), 3)
    (0.0, 0.275)
    """
    all_before, all_after = sum(before.values()), sum(after.values())
    if not all_before or not all_after:
        raise ValueError("two samples are needed")
    total = 0.0
    for name in before.keys() | after.keys():
        old = max(before.get(name, 0) / all_before, _RARE)
        new = max(after.get(name, 0) / all_after, _RARE)
        total += (new - old) * math.log(new / old)
    return total
