"""Trains the plain linear classifier; needs the optional extra `train` (scikit-learn), serving does not."""

import warnings
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from shuzhi.engines.text.evaluation import Evaluation
from shuzhi.engines.text.linear import LinearClassifier
from shuzhi.engines.text.training import (
    Corpus,
    Ints,
    Matrix,
    Numbers,
    Seen,
    folds_of,
    look,
    weigh,
)

_STRENGTH = 15.0
"""Inverse strength of the ridge; chosen by cross-validation on authored messages."""
_COOLEST, _HOTTEST, _STEPS = 0.3, 5.0, 95
"""Temperatures tried for calibration."""
MOST_FEATURES = 12_000


def train_linear(
    data: Corpus, *, version: str, seed: int = 0, most_features: int = MOST_FEATURES, rows: Ints | None = None
) -> LinearClassifier:
    """Learn from the whole corpus, or from some of its rows. most_features: the most telling ones are kept.

    Raises ValueError when fewer than 2 classes are left.
    """
    rows = np.arange(len(data)) if rows is None else rows
    classes, true = np.unique(data.labels[rows], return_inverse=True)
    if len(classes) < 2:
        raise ValueError("a classifier needs at least 2 classes with 6 messages each")
    seen = look(data, rows)
    kept = seen.only(_telling(seen.values, true, most_features))
    # lengths are those of the kept features, as the served model sees no others
    values = weigh(data, rows, kept)
    heat = _temperature(values, true, data.groups[rows], seed)
    weights, bias = _fit(values, true, len(classes))
    names = [data.vocabulary[column] for column in kept.columns]
    return LinearClassifier(
        version,
        tuple(map(str, classes)),
        {name: number for number, name in enumerate(names)},
        kept.rarity,
        (weights / heat).astype(np.float32),
        (bias / heat).astype(np.float32),
    )


def evaluate_linear(
    data: Corpus, *, folds: int = 5, seed: int = 0, most_features: int = MOST_FEATURES
) -> Iterator[Evaluation]:
    """Evaluate by grouped, stratified folds; yields what is known after each fold, the last is the whole."""
    classes, true = np.unique(data.labels, return_inverse=True)
    chances = np.zeros((len(data), len(classes)))
    fold = np.full(len(data), -1)
    for number, (rows, unseen) in enumerate(folds_of(true, data.groups, folds, seed)):
        model = train_linear(data, version="evaluation", seed=seed, most_features=most_features, rows=rows)
        columns = np.searchsorted(classes, model.classes)
        chances[np.ix_(unseen, columns)] = chances_of(data, unseen, model)
        fold[unseen] = number
        done = fold >= 0
        yield Evaluation(tuple(map(str, classes)), true[done], chances[done], fold[done], data.data_hash)


def _telling(values: Matrix, true: Ints, most: int) -> Ints:
    """The columns whose features differ most between the classes, in order."""
    from sklearn.feature_selection import chi2

    worth = np.nan_to_num(chi2(values, true)[0])
    return np.sort(np.argsort(-worth, kind="stable")[:most])


def _fit(values: Matrix, true: Ints, count: int) -> tuple[Numbers, Numbers]:
    """Ridge logistic regression: weights (F, K) and bias (K,); two classes give one column each way."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=_STRENGTH, max_iter=150, tol=1e-3, class_weight="balanced")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # stopped early on purpose: the last digits change no answer
        fitted.fit(values, true)
    weights, bias = fitted.coef_.T, fitted.intercept_
    if count == 2:
        return np.hstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
    return weights, bias


def _temperature(values: Matrix, true: Ints, groups: Ints, seed: int) -> float:
    """The temperature under which the classes of unseen messages are most likely."""
    count = int(true.max()) + 1
    logits = np.full((len(true), count), -30.0)
    for inner, outer in folds_of(true, groups, 4, seed):
        known = np.unique(true[inner])
        weights, bias = _fit(values[inner], np.searchsorted(known, true[inner]), len(known))
        logits[np.ix_(outer, known)] = values[outer] @ weights + bias
    tried = np.linspace(_COOLEST, _HOTTEST, _STEPS)
    return float(min(tried, key=lambda heat: _surprise(logits / heat, true)))


def _surprise(logits: NDArray[np.float64], true: Ints) -> float:
    shifted = logits - logits.max(axis=1, keepdims=True)
    right = shifted[np.arange(len(true)), true]
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - right))


def chances_of(data: Corpus, rows: Ints, model: LinearClassifier) -> NDArray[np.float64]:
    """(n, K): what a model makes of rows of a corpus whose features it knows."""
    place = {name: number for number, name in enumerate(data.vocabulary)}
    columns = np.array([place[name] for name in model.vocabulary])
    views = np.array([name[0] for name in model.vocabulary])
    logits = weigh(data, rows, Seen(columns, model.rarity, views, None)) @ model.weights + model.bias
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return chances
