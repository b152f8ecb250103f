"""Forecasts that add up: what the towns will have together is what the county will have."""

from collections.abc import Mapping

import numpy as np

from shuzhi.engines.forecast.series import Floats


def reconcile(
    expected: Mapping[str, Floats], parents: Mapping[str, str], errors: Mapping[str, float]
) -> dict[str, Floats]:
    """Forecasts of all nodes changed as little as possible so that every parent is the sum of its children.

    expected: by node, (horizon,).   parents: by node its parent; nodes without one are roots.   errors: by node the
    mean squared error of its backtest: what is known well moves little. Nothing becomes negative.
    Weighted least squares, after Wickramasuriya, Athanasopoulos and Hyndman 2019 (variance scaling).
    Raises ValueError for a parent without a forecast or a circle.
    """
    nodes = list(expected)
    leaves = [node for node in nodes if node not in set(parents.values())]
    place = {leaf: number for number, leaf in enumerate(leaves)}
    row = {node: number for number, node in enumerate(nodes)}
    adds = np.zeros((len(nodes), len(leaves)))
    for leaf in leaves:
        for node in _way_up(leaf, parents):
            if node not in row:
                raise ValueError(f"{node} is a parent without a forecast")
            adds[row[node], place[leaf]] = 1
    weights = 1 / np.sqrt(np.array([max(errors.get(node, 1.0), 1e-6) for node in nodes]))
    base = np.array([expected[node] for node in nodes])
    at_leaves, *_rest = np.linalg.lstsq(adds * weights[:, None], base * weights[:, None], rcond=None)
    coherent = adds @ np.maximum(at_leaves, 0)
    return {node: coherent[row[node]] for node in nodes}


def _way_up(leaf: str, parents: Mapping[str, str]) -> list[str]:
    way = [leaf]
    while (above := parents.get(way[-1])) is not None:
        if above in way:
            raise ValueError(f"{above} is above itself")
        way.append(above)
    return way
