"""Average-linkage clustering: two clusters join while the mean likeness between their members stays high enough."""

import numpy as np
from numpy.typing import NDArray


def average_linkage(likeness: NDArray[np.float32], threshold: float) -> NDArray[np.int64]:
    """Cluster number of each of n members, (n,), numbered by first member.

    likeness: (n, n), symmetric, 0 to 1.   threshold: the mean likeness below which clusters stay apart.
    Nearest-neighbour chain, O(n²) time and memory (Murtagh 1983, Computer Journal 26, 354-359).

    >>> average_linkage(np.array([[1, 0.9, 0], [0.9, 1, 0], [0, 0, 1]], dtype=np.float32), 0.5).tolist()
    [0, 0, 1]
    """
    work = likeness.astype(np.float32, copy=True)
    count = len(work)
    np.fill_diagonal(work, -1.0)
    size = np.ones(count, dtype=np.float32)
    parent = np.arange(count)
    alive = np.ones(count, dtype=bool)
    chain: list[int] = []
    while True:
        if not chain:
            starts = np.flatnonzero(alive)
            if not len(starts):
                break
            chain = [int(starts[0])]
        last = chain[-1]
        best = int(work[last].argmax())
        if work[last, best] < threshold:
            # no neighbour is near enough, and merging others can only lower the mean: this one is finished
            alive[last] = False
            work[last, :] = work[:, last] = -1.0
            chain.pop()
        elif len(chain) > 1 and work[last, best] <= work[last, chain[-2]]:
            other = chain[-2]
            del chain[-2:]
            _join(work, size, last, other)
            alive[other] = False
            parent[other] = last
        else:
            chain.append(best)
    return _numbered(parent)


def _join(work: NDArray[np.float32], size: NDArray[np.float32], last: int, other: int) -> None:
    """Put `other` into `last`; -1 in `work` marks what is no neighbour any more."""
    joined = (work[last] * size[last] + work[other] * size[other]) / (size[last] + size[other])
    joined[[last, other]] = -1.0
    joined[work[last] < 0] = -1.0
    work[last] = work[:, last] = joined
    work[other, :] = work[:, other] = -1.0
    size[last] += size[other]


def _numbered(parent: NDArray[np.int64]) -> NDArray[np.int64]:
    roots = np.empty(len(parent), dtype=np.int64)
    for number in range(len(parent)):
        root = number
        while parent[root] != root:
            root = int(parent[root])
        roots[number] = root
    order: dict[int, int] = {}
    return np.array([order.setdefault(int(root), len(order)) for root in roots], dtype=np.int64)
