"""Trains and evaluates the message classifier; needs the optional extra `train` (scikit-learn), serving does not.

Evaluation splits by groups of near copies, never by row: a copy of a training message proves nothing. The judge of the
voters learns from inner folds of the training part only.
"""

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuzhi.engines.text import features
from shuzhi.engines.text.builtin import read_model
from shuzhi.engines.text.classifier import TrainedClassifier, Weights
from shuzhi.engines.text.evaluation import Evaluation
from shuzhi.engines.text.registry import ModelEntry

_MARGIN, _NB_MARGIN = 0.5, 0.1
"""Penalty of the two support vector machines."""
_NB_SMOOTH, _HEAD_SMOOTH = 0.25, 0.3
_SELECTED, _HIDDEN, _NETWORKS, _EPOCHS, _BATCH = 12_000, 96, 2, 7, 96
_JUDGE = 0.1
"""Inverse strength of the judge's ridge."""
_INNER_FOLDS = 3
_NEAR_COPY = 0.8
"""Cosine of word vectors above which two messages are near copies."""
FEWEST = 6
"""Messages that a class must have to be learnt."""

Matrix = Any
"""A SciPy sparse matrix, rows are messages."""
Ints = NDArray[np.int64]
Numbers = NDArray[np.float32]


@dataclass(frozen=True)
class Corpus:
    """Labelled messages, counted once: labels (n,), counts (n, features), groups (n,) of near copies."""

    labels: NDArray[np.str_]
    vocabulary: tuple[str, ...]
    counts: Matrix
    groups: NDArray[np.int64]
    data_hash: str
    left_out: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Seen:
    """The features of the training rows: their columns in the corpus, rarity (F,) and view of each, and values (n, F)."""

    columns: Ints
    rarity: Numbers
    views: NDArray[np.str_]
    values: Matrix

    def only(self, chosen: Ints) -> "Seen":
        """Some of the features, not weighed yet."""
        return Seen(self.columns[chosen], self.rarity[chosen], self.views[chosen], None)


def corpus(
    messages: Sequence[Sequence[str]], labels: Sequence[str], groups: Sequence[int] | None = None
) -> Corpus:
    """Count the messages (each as words, see `features.words`); classes with fewer than 6 messages are left out.

    groups: messages of one number never stand on both sides of a split; near copies when not given.
    Raises ValueError when no class is left.
    """
    from scipy.sparse import csr_matrix

    sizes = Counter(labels)
    kept = [number for number, label in enumerate(labels) if sizes[label] >= FEWEST]
    if not kept:
        raise ValueError(f"no label has the {FEWEST} messages that are needed to learn it")
    numbers: dict[str, int] = {}
    indptr, indices, data = [0], array("i"), array("f")  # a long list of numbers would be four times as large
    digest = hashlib.sha256()
    for number in kept:
        digest.update(f"{labels[number]}\t{' '.join(messages[number])}\n".encode())
        for view, counted in zip(features.VIEWS, features.counted(messages[number]).values(), strict=True):
            for feature, count in counted.items():
                indices.append(numbers.setdefault(view.mark + feature, len(numbers)))
                data.append(count)
        indptr.append(len(indices))
    entries = np.frombuffer(data, dtype=np.float32), np.frombuffer(indices, dtype=np.int32), indptr
    counts = csr_matrix(entries, shape=(len(kept), len(numbers)), copy=True)
    vocabulary = tuple(numbers)
    return Corpus(
        np.array([labels[number] for number in kept]),
        vocabulary,
        counts,
        _near_copies(counts, vocabulary)
        if groups is None
        else np.array([groups[number] for number in kept], dtype=np.int64),
        digest.hexdigest(),
        tuple(sorted(label for label, size in sizes.items() if size < FEWEST)),
    )


def train(data: Corpus, *, version: str, seed: int = 0) -> TrainedClassifier:
    """Learn a classifier from the whole corpus. Raises ValueError when fewer than 3 classes are left."""
    classes, true = np.unique(data.labels, return_inverse=True)
    return _train(data, classes, true, np.arange(len(data)), version, seed)[0]


def evaluate(data: Corpus, *, folds: int = 5, seed: int = 0) -> Iterator[Evaluation]:
    """Evaluate by grouped, stratified folds; yields what is known after each fold, the last is the whole."""
    classes, true = np.unique(data.labels, return_inverse=True)
    chances = np.zeros((len(data), len(classes)))
    fold = np.full(len(data), -1)
    for number, (rows, unseen) in enumerate(folds_of(true, data.groups, folds, seed)):
        model, seen = _train(data, classes, true, rows, "evaluation", seed)
        chances[unseen] = _chances(model.weights, weigh(data, unseen, seen))
        fold[unseen] = number
        done = fold >= 0
        yield Evaluation(tuple(map(str, classes)), true[done], chances[done], fold[done], data.data_hash)


def entry_for(model: bytes, data: Corpus, measured: Evaluation, *, target: str, made_on: str) -> ModelEntry:
    """The register's entry of a model file with what an evaluation on the same corpus measured; made_on: ISO date."""
    return ModelEntry(
        version=read_model(model).version,
        target=target,
        data_hash=data.data_hash,
        evaluated_on=measured.data_hash,
        rows=len(data),
        macro_f1=measured.macro_f1,
        f1=measured.f1(),
        intervals=measured.f1_intervals(),
        calibration_error=measured.calibration_error,
        made_on=made_on,
        file_hash=hashlib.sha256(model).hexdigest(),
        limits="left out for want of messages: " + ", ".join(data.left_out) if data.left_out else "",
    )


def _train(
    data: Corpus, classes: NDArray[np.str_], true: Ints, rows: Ints, version: str, seed: int
) -> tuple[TrainedClassifier, Seen]:
    if len(classes) < 3:
        raise ValueError("a classifier needs at least 3 classes with 6 messages each")
    seen = look(data, rows)
    scores = np.zeros((len(rows), 4 * len(classes)))
    for inner, outer in folds_of(true[rows], data.groups[rows], _INNER_FOLDS, seed):
        voters = _vote(seen.values[inner], true[rows][inner], len(classes), seen.views, seed)
        scores[outer] = _scores(voters, seen.values[outer])
    voters = _vote(seen.values, true[rows], len(classes), seen.views, seed)
    weights = Weights(rarity=seen.rarity, **voters, **_judge(scores, true[rows]))
    vocabulary = {data.vocabulary[column]: number for number, column in enumerate(seen.columns)}
    return TrainedClassifier(version, tuple(map(str, classes)), vocabulary, weights), seen


def look(data: Corpus, rows: Ints) -> Seen:
    """Choose the features that enough training rows share and weigh them."""
    shared = np.asarray((data.counts[rows] > 0).sum(axis=0)).ravel()
    views = np.array([feature[0] for feature in data.vocabulary])
    needed = np.array([{view.mark: view.seen_in for view in features.VIEWS}[mark] for mark in views])
    columns = np.flatnonzero(shared >= needed)
    rarity = (np.log((1 + len(rows)) / (1 + shared[columns])) + 1).astype(np.float32)
    partial = Seen(columns, rarity, views[columns], None)
    return Seen(columns, rarity, views[columns], weigh(data, rows, partial))


def weigh(data: Corpus, rows: Ints, seen: Seen) -> Matrix:
    """Damped counts times rarity, unit length in each view times the view's weight: as the served model does."""
    from scipy.sparse import diags_array

    values = data.counts[rows][:, seen.columns].tocsr()
    values.data = 1 + np.log(values.data)
    values = (values @ diags_array(seen.rarity)).tocsr()
    parts: list[Matrix] = []
    for view in features.VIEWS:
        part = values @ diags_array((seen.views == view.mark).astype(np.float32))
        length = np.sqrt(np.asarray(part.multiply(part).sum(axis=1)).ravel())
        scale = np.divide(view.weight, length, out=np.zeros_like(length), where=length > 0)
        parts.append(diags_array(scale.astype(np.float32)) @ part)
    together: Matrix = sum(parts[1:], start=parts[0])
    return together.tocsr()


def _vote(values: Matrix, true: Ints, count: int, views: NDArray[np.str_], seed: int) -> dict[str, Any]:
    """Learn the voters; gives the fields of `Weights` that are theirs."""
    plain, plain_bias = _machines(values, true, count, _MARGIN, np.ones((count, values.shape[1])))
    ratios = _ratios(values, true, count)
    bayes, bayes_bias = _machines(values, true, count, _NB_MARGIN, np.abs(ratios))
    return {
        "linear": np.hstack([plain, bayes, _heading(values, true, views)]).astype(np.float32),
        "bias": np.concatenate([plain_bias, bayes_bias, np.zeros(count)]).astype(np.float32),
        **_networks(values, true, seed),
    }


def _machines(
    values: Matrix, true: Ints, count: int, penalty: float, scales: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One support vector machine for each class against the rest; scales: (K, F) given to the features first."""
    from scipy.sparse import diags_array
    from sklearn.svm import LinearSVC

    weights, bias = np.zeros((values.shape[1], count)), np.zeros(count)
    for k in range(count):
        machine = LinearSVC(C=penalty, random_state=0).fit(values @ diags_array(scales[k]), true == k)
        weights[:, k] = machine.coef_[0] * scales[k]
        bias[k] = machine.intercept_[0]
    return weights, bias


def _ratios(values: Matrix, true: Ints, count: int) -> NDArray[np.float64]:
    """(K, F): log-ratio of a feature's share inside a class and outside (Wang & Manning 2012)."""
    ratios = np.zeros((count, values.shape[1]))
    for k in range(count):
        inside = np.asarray(values[true == k].sum(axis=0)).ravel() + _NB_SMOOTH
        outside = np.asarray(values[true != k].sum(axis=0)).ravel() + _NB_SMOOTH
        ratios[k] = np.log(inside / inside.sum()) - np.log(outside / outside.sum())
    return ratios


def _heading(values: Matrix, true: Ints, views: NDArray[np.str_]) -> NDArray[np.float64]:
    """(F, K): complement naive Bayes on the heading, zero for other features."""
    from sklearn.naive_bayes import ComplementNB

    mine = np.flatnonzero(views == features.HEADING.mark)
    weights = np.zeros((values.shape[1], len(np.unique(true))))
    weights[mine] = ComplementNB(alpha=_HEAD_SMOOTH).fit(values[:, mine], true).feature_log_prob_.T
    return weights


def _networks(values: Matrix, true: Ints, seed: int) -> dict[str, Any]:
    """Small networks on the features that differ most between the classes; gives their fields of `Weights`."""
    import warnings

    from sklearn.feature_selection import chi2
    from sklearn.neural_network import MLPClassifier

    telling = np.sort(np.argsort(-np.nan_to_num(chi2(values, true)[0]), kind="stable")[:_SELECTED])
    selected = np.full(values.shape[1], -1, dtype=np.int32)
    selected[telling] = np.arange(len(telling))
    nets = []
    for number in range(_NETWORKS):
        net = MLPClassifier(
            (_HIDDEN,), batch_size=min(_BATCH, len(true)), max_iter=_EPOCHS, random_state=seed + number
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it stops early on purpose
            nets.append(net.fit(values[:, telling], true))
    return {
        "selected": selected,
        "hidden": np.hstack([net.coefs_[0] for net in nets]).astype(np.float32),
        "hidden_bias": np.concatenate([net.intercepts_[0] for net in nets]).astype(np.float32),
        "output": np.stack([net.coefs_[1] for net in nets]).astype(np.float32),
        "output_bias": np.stack([net.intercepts_[1] for net in nets]).astype(np.float32),
    }


def _judge(scores: NDArray[np.float64], true: Ints) -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression

    centre, spread = scores.mean(axis=0), np.maximum(scores.std(axis=0), 1e-6)
    judge = LogisticRegression(C=_JUDGE, max_iter=1_000).fit((scores - centre) / spread, true)
    return {
        "centre": centre.astype(np.float32),
        "spread": spread.astype(np.float32),
        "judge": judge.coef_.T.astype(np.float32),
        "judge_bias": judge.intercept_.astype(np.float32),
    }


def _scores(voters: dict[str, Any], values: Matrix) -> NDArray[np.float64]:
    """(n, 4K): what the voters say of each message."""
    linear = values @ voters["linear"] + voters["bias"]
    units = np.maximum(
        values[:, np.flatnonzero(voters["selected"] >= 0)] @ voters["hidden"] + voters["hidden_bias"], 0
    )
    output = voters["output"]
    votes = (
        np.einsum("mnh,nhk->mnk", units.reshape(len(units), *output.shape[:2]), output)
        + voters["output_bias"]
    )
    votes -= votes.max(axis=2, keepdims=True)
    votes -= np.log(np.exp(votes).sum(axis=2, keepdims=True))
    stacked: NDArray[np.float64] = np.hstack([linear, votes.sum(axis=1)])
    return stacked


def _chances(weights: Weights, values: Matrix) -> NDArray[np.float64]:
    voters = {name: getattr(weights, name) for name in Weights.__dataclass_fields__}
    logits = (_scores(voters, values) - weights.centre) / weights.spread @ weights.judge + weights.judge_bias
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return chances


def folds_of(true: Ints, groups: Ints, folds: int, seed: int) -> Iterator[tuple[Ints, Ints]]:
    from sklearn.model_selection import StratifiedGroupKFold

    split: Iterator[tuple[Ints, Ints]] = StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(
        true, true, groups
    )
    return split


def _near_copies(counts: Matrix, vocabulary: Sequence[str]) -> Ints:
    """(n,): the same number for messages whose single words are alike above 0.8 cosine, chains included."""
    from scipy.sparse import diags_array, vstack
    from scipy.sparse.csgraph import connected_components

    single = np.array([one[0] == features.WORDS.mark and " " not in one for one in vocabulary])
    values = counts[:, np.flatnonzero(single)].tocsr()
    values.data = 1 + np.log(values.data)
    shared = np.asarray((values > 0).sum(axis=0)).ravel()
    values = values @ diags_array(np.log((1 + values.shape[0]) / (1 + shared)) + 1)
    length = np.sqrt(np.asarray(values.multiply(values).sum(axis=1)).ravel())
    values = (diags_array(1 / np.maximum(length, 1e-9)) @ values).tocsr()
    alike = []
    for start in range(0, values.shape[0], 1_000):
        block = (values[start : start + 1_000] @ values.T).tocsr()
        block.data[block.data < _NEAR_COPY] = 0
        block.eliminate_zeros()
        alike.append(block)
    groups: Ints = connected_components(vstack(alike), directed=False)[1].astype(np.int64)
    return groups
