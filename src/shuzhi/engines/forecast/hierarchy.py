"""Forecasts that add up: what the towns will have together is what the county will have."""

from collections.abc import Collection, Mapping

import numpy as np

from shuzhi.engines.forecast.series import Floats


def reconcile(
    expected: Mapping[str, Floats], parents: Mapping[str, Collection[str]], errors: Mapping[str, float]
) -> dict[str, Floats]:
    """Forecasts of all nodes changed as little as possible so that every parent is the sum of its children.

    expected: by node, (horizon,).   parents: by node those that it is a part of, for example its area and its
    category; nodes without any are roots.   errors: by node the mean squared error of its backtest: what is known well
    moves little. Nothing becomes negative.
    Weighted least squares, after Wickramasuriya, Athanasopoulos and Hyndman 2019 (variance scaling).
    Raises ValueError for a parent without a forecast or a circle.
    """
    nodes = list(expected)
    wholes = {whole for of_node in parents.values() for whole in of_node}
    leaves = [node for node in nodes if node not in wholes]
    place = {leaf: number for number, leaf in enumerate(leaves)}
    row = {node: number for number, node in enumerate(nodes)}
    adds = np.zeros((len(nodes), len(leaves)))
    for leaf in leaves:
        for node in _all_above(leaf, parents, ()):
            if node not in row:
                raise ValueError(f"{node} is a parent without a forecast")
            adds[row[node], place[leaf]] = 1
    weights = 1 / np.sqrt(np.array([max(errors.get(node, 1.0), 1e-6) for node in nodes]))
    base = np.array([expected[node] for node in nodes])
    at_leaves, *_rest = np.linalg.lstsq(adds * weights[:, None], base * weights[:, None], rcond=None)
    coherent = adds @ np.maximum(at_leaves, 0)
    return {node: coherent[row[node]] for node in nodes}


def _all_above(node: str, parents: Mapping[str, Collection[str]], below: tuple[str, ...]) -> set[str]:
    """The node itself and everything that it is a part of."""
    if node in below:
        raise ValueError(f"{node} is above itself")
    found = {node}
    for above in parents.get(node, ()):
        found |= _all_above(above, parents, (*below, node))
    return found
