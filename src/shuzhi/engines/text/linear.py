"""A plain linear classifier as arrays: one weight for each feature and class, calibrated by one number.

It is the measured baseline that anything heavier must beat, and small enough to come with the program.
"""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, pairwise, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuzhi.engines.text import features
from shuzhi.engines.text.feature_index import FeatureIndex, Found, Spoken
from shuzhi.engines.text.readings import Suggestion

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
FORMAT = 2
_REASONS = 5
_VIEW_WEIGHTS = np.array([view.weight for view in features.VIEWS])


@dataclass(frozen=True)
class LinearClassifier:
    """Suggests one of its K classes for a message. rarity: (F,) inverse document frequency.

    weights: (F, K), bias: (K,), both divided by the temperature that makes the confidence true (Guo and others 2017).
    """

    version: str
    classes: tuple[str, ...]
    vocabulary: Mapping[str, int] = field(repr=False)
    rarity: Floats = field(repr=False)
    weights: Floats = field(repr=False)
    bias: Floats = field(repr=False)

    @cached_property
    def _index(self) -> FeatureIndex:
        return FeatureIndex(self.vocabulary)

    @cached_property
    def _mean(self) -> Floats:
        """How much each feature speaks for a class on average, (F,)."""
        mean: Floats = self.weights.mean(axis=1)
        return mean

    def suggest(self, tokens: Sequence[str], *, top: int = 3) -> tuple[Suggestion, ...]:
        """The best classes for a message given as words."""
        return self.suggest_each([tokens], top=top)[0]

    def suggest_each(
        self, messages: Sequence[Sequence[str]], *, top: int = 3, explained: int | None = None
    ) -> list[tuple[Suggestion, ...]]:
        """The best classes for each of many messages given as words: cheaper than one by one.

        explained: how many of them get their reasons, all when left out.
        """
        found = self._index.found(messages)
        weighed = self._weighed(found)
        chances = self._chances(weighed)
        best = _best(chances, top)
        shares = np.take_along_axis(chances, best, axis=1).tolist()
        reasons = self._reasons(found, weighed, best[:, :explained])
        return [
            tuple(
                Suggestion(self.classes[k], round(chance, 4), words, self.version)
                for k, chance, words in zip(classes, several, chain(told, repeat(())), strict=False)
            )
            for classes, several, told in zip(best.tolist(), shares, reasons, strict=True)
        ]

    def chances(self, messages: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """For each of n messages given as words the probability of each class, (n, K), in the order of `classes`."""
        return self._chances(self._weighed(self._index.found(messages)))

    def _weighed(self, found: Found) -> "_Weighed":
        """The features of each message: damped counts times rarity, unit length in each view.

        All messages in one pass over arrays, told apart by a multiple of F added to the numbers of their features.
        """
        size, views_of_one = len(self.rarity), len(features.VIEWS)
        keys, counts = np.unique(found.rows * size + found.numbers, return_counts=True)
        rows, numbers = np.divmod(keys, size)
        values = (1 + np.log(counts.astype(np.float32))) * self.rarity[numbers]
        views = self._index.views[numbers] + rows * views_of_one
        lengths = np.sqrt(np.bincount(views, values * values, minlength=found.messages * views_of_one))
        shares = np.tile(_VIEW_WEIGHTS, found.messages) / np.where(lengths > 0, lengths, 1)
        values *= shares.astype(np.float32)[views]
        ends = np.searchsorted(rows, np.arange(1, found.messages + 1)).tolist()
        return _Weighed(keys, numbers, values, ends)

    def _chances(self, weighed: "_Weighed") -> NDArray[np.float64]:
        """(n, K)"""
        logits = np.empty((len(weighed.ends), len(self.classes)))
        weights = self.weights[weighed.numbers]
        for row, (start, end) in enumerate(pairwise([0, *weighed.ends])):
            logits[row] = weighed.values[start:end] @ weights[start:end] + self.bias
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        chances: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
        return chances

    def _reasons(self, found: Found, weighed: "_Weighed", best: Ints) -> list[list[tuple[str, ...]]]:
        """For each message and each of its best classes, (n, top), the words that speak most for it against the others."""
        spoken = found.spoken
        values = weighed.values[
            np.searchsorted(weighed.keys, spoken.rows * len(self.rarity) + spoken.numbers)
        ]
        mean = self._mean[spoken.numbers]
        told = []
        for classes in best.T:
            worth = values * (self.weights[spoken.numbers, classes[spoken.rows]] - mean)
            reasons: list[tuple[str, ...]] = [()] * found.messages
            for row, word in _most(spoken, worth):
                reasons[row] = (*reasons[row], word)
            told.append(reasons)
        return [list(one) for one in zip(*told, strict=True)]

    def to_bytes(self) -> bytes:
        """The model as one file of plain arrays, halved numbers: nothing in it is ever executed when it is read."""
        about = {"format": FORMAT, "version": self.version, "classes": self.classes}
        ordered = sorted(self.vocabulary, key=lambda feature: self.vocabulary[feature])
        arrays: dict[str, Any] = {
            "about": np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), dtype=np.uint8),
            "vocabulary": np.frombuffer("\n".join(ordered).encode(), dtype=np.uint8),
            "rarity": self.rarity.astype(np.float16),
            "weights": self.weights.astype(np.float16),
            "bias": self.bias,
        }
        out = io.BytesIO()
        np.savez_compressed(out, **arrays)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "LinearClassifier":
        """Read what `to_bytes` wrote. Raises ValueError when it is no such file or of another format."""
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            about = json.loads(arrays["about"].tobytes())
            if about["format"] != FORMAT:
                raise ValueError(f"model format {about['format']}, expected {FORMAT}")
            listed = arrays["vocabulary"].tobytes().decode().split("\n")
            rarity, weights = arrays["rarity"].astype(np.float32), arrays["weights"].astype(np.float32)
            bias = arrays["bias"]
        numbers = {feature: number for number, feature in enumerate(listed)}
        return cls(about["version"], tuple(about["classes"]), numbers, rarity, weights, bias)


@dataclass(frozen=True)
class _Weighed:
    """Features of many messages, one after the other.

    keys: (m,) row times F plus number, ascending.   numbers, values: (m,).   ends: for each message where it ends.
    """

    keys: Ints
    numbers: Ints
    values: Floats
    ends: list[int]


def _best(chances: NDArray[np.float64], top: int) -> Ints:
    """The likeliest classes of each row, best first, (n, at most top); the first of two that are equal."""
    if top == 1:
        likeliest: Ints = chances.argmax(axis=1)[:, None]
        return likeliest
    return np.argsort(-chances, axis=1, kind="stable")[:, :top]


def _most(spoken: Spoken, worth: Floats) -> Iterator[tuple[int, str]]:
    """Messages with the words that speak most for a class, those that speak against it left out. worth: (w,)"""
    order = np.lexsort((-worth, spoken.rows))
    rows = spoken.rows[order]
    rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
    chosen = order[(worth[order] > 0) & (rank < _REASONS)]
    return (
        (row, spoken.words[place])
        for row, place in zip(spoken.rows[chosen].tolist(), chosen.tolist(), strict=True)
    )
