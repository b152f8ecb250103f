"""Finds the pairs of messages that share telling words, by products of sparse arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shuzhi.engines.text.profiles import Profile

if TYPE_CHECKING:
    from scipy import sparse

_AT_ONCE = 1_000
"""Messages compared with all earlier ones in one product; memory grows with it."""
_SECONDS_OF_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of messages by number, the earlier one first, and how like each other they are. All (p,)."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    likeness: NDArray[np.float64]

    def where(self, chosen: NDArray[np.bool_]) -> "Pairs":
        return Pairs(self.first[chosen], self.second[chosen], self.likeness[chosen])


def alike(profiles: Sequence[Profile], times: Sequence[datetime], *, least: float, gap_days: float) -> Pairs:
    """The pairs whose cosine is at least so much and that lie at most so many days apart. times: of the messages."""
    weights = _weights(profiles)
    turned = weights.T.tocsr()
    days = np.array([one.timestamp() / _SECONDS_OF_A_DAY for one in times])
    nobody = np.zeros(0, dtype=np.int64)
    found = [Pairs(nobody, nobody, np.zeros(0))]
    for start in range(0, len(profiles), _AT_ONCE):
        product = (weights[start : start + _AT_ONCE] @ turned).tocoo()
        second, first = product.row.astype(np.int64) + start, product.col.astype(np.int64)
        near = (first < second) & (product.data >= least)
        near[near] = np.abs(days[first[near]] - days[second[near]]) <= gap_days
        found.append(Pairs(first[near], second[near], product.data[near]))
    return Pairs(
        np.concatenate([one.first for one in found]),
        np.concatenate([one.second for one in found]),
        np.concatenate([one.likeness for one in found]),
    )


def _weights(profiles: Sequence[Profile]) -> "sparse.csr_array":
    """(messages, words)"""
    from scipy import sparse  # whoever only reads messages, as an import does in each process, goes without

    column: dict[str, int] = {}
    columns = [column.setdefault(word, len(column)) for one in profiles for word in one.words]
    data = np.array([weight for one in profiles for weight in one.words.values()], dtype=np.float64)
    ends = np.cumsum([0, *(len(one.words) for one in profiles)])
    return sparse.csr_array((data, columns, ends), shape=(len(profiles), max(1, len(column))))
