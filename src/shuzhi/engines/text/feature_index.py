"""Finds the features of a vocabulary in many messages together: words and pairs by number, runs of characters at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from shuzhi.engines.text import features
from shuzhi.engines.text.word_finder import WordFinder

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Spoken:
    """Features that are words, once for each message, in the order in which they stand. rows, numbers: (w,)"""

    rows: Ints
    numbers: Ints
    words: Sequence[str]


@dataclass(frozen=True)
class Found:
    """Features found in so many messages. rows, numbers: (m,) message and feature, once for each time."""

    messages: int
    rows: Ints
    numbers: Ints
    spoken: Spoken


class FeatureIndex:
    """Finds the features of many messages together: words and pairs by number, runs of characters by a finder."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        named: dict[str, dict[str, int]] = {view.mark: {} for view in features.VIEWS}
        self.views: Ints = np.zeros(len(vocabulary), dtype=np.int64)
        marks = [view.mark for view in features.VIEWS]
        for feature, number in vocabulary.items():
            named[feature[0]][feature[1:]] = number
            self.views[number] = marks.index(feature[0])
        runs = named[features.CHARACTERS.mark]
        self._runs, self._run_numbers = WordFinder(list(runs)), np.array([*runs.values()], dtype=np.int64)
        words, pairs = _parted(named[features.WORDS.mark])
        heading, heading_pairs = _parted(named[features.HEADING.mark])
        known = [*words, *heading, *chain.from_iterable((*pairs, *heading_pairs))]
        self._known = {word: place for place, word in enumerate(dict.fromkeys(known), start=1)}
        self._words, self._heading = self._numbers_of(words), self._numbers_of(heading)
        self._pairs, self._heading_pairs = self._table_of(pairs), self._table_of(heading_pairs)

    def found(self, messages: Sequence[Sequence[str]]) -> Found:
        """Every feature of the vocabulary that stands in the messages."""
        tokens = list(chain.from_iterable(messages))
        sizes = [len(message) for message in messages]
        rows = np.repeat(np.arange(len(messages)), sizes)
        places = np.arange(len(tokens)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        known = np.fromiter(map(self._known.get, tokens, repeat(0)), dtype=np.int64, count=len(tokens))
        paired = np.flatnonzero((known[:-1] > 0) & (known[1:] > 0) & (places[1:] > 0))
        pairs = known[paired] * len(self._known) + known[paired + 1]
        in_heading = places[paired] + 1 < features.HEAD
        words, heading = self._words[known], np.where(places < features.HEAD, self._heading[known], -1)
        runs = self._runs.find([features.run_text(message) for message in messages])
        columns = (
            (rows, words),
            (rows[paired], _looked_up(pairs, self._pairs)),
            (rows, heading),
            (rows[paired[in_heading]], _looked_up(pairs[in_heading], self._heading_pairs)),
            (runs.rows, self._run_numbers[runs.words]),
        )
        numbers = np.concatenate([column for _rows, column in columns])
        found = numbers >= 0
        return Found(
            len(messages),
            np.concatenate([of for of, _column in columns])[found],
            numbers[found],
            _spoken(tokens, rows, words),
        )

    def _numbers_of(self, words: Mapping[str, int]) -> Ints:
        """The number of the feature for each known word, -1 for none."""
        numbers = np.full(len(self._known) + 1, -1, dtype=np.int64)
        for word, number in words.items():
            numbers[self._known[word]] = number
        return numbers

    def _table_of(self, pairs: Mapping[tuple[str, str], int]) -> tuple[Ints, Ints]:
        """Keys of pairs, ascending, and the numbers of their features."""
        keys = {
            self._known[one] * len(self._known) + self._known[other]: n for (one, other), n in pairs.items()
        }
        ordered = sorted(keys)
        return np.array(ordered, dtype=np.int64), np.array([keys[key] for key in ordered], dtype=np.int64)


def _looked_up(keys: Ints, table: tuple[Ints, Ints]) -> Ints:
    """The numbers of the keys, -1 for those that the table does not have."""
    known, numbers = table
    if not len(known):
        return np.full(len(keys), -1, dtype=np.int64)
    places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[places] == keys, numbers[places], -1)


def _parted(named: Mapping[str, int]) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    """Words, and pairs of words, with their numbers."""
    words: dict[str, int] = {}
    pairs: dict[tuple[str, str], int] = {}
    for name, number in named.items():
        first, apart, second = name.partition(" ")
        if apart:
            pairs[first, second] = number
        else:
            words[first] = number
    return words, pairs


def _spoken(tokens: Sequence[str], rows: Ints, words: Ints) -> Spoken:
    """words: (t,) the feature that each token is, -1 for none."""
    standing = np.flatnonzero(words >= 0)
    size = int(words.max(initial=0)) + 1
    first = np.unique(rows[standing] * size + words[standing], return_index=True)[1]
    standing = standing[np.sort(first)]
    return Spoken(rows[standing], words[standing], [tokens[place] for place in standing.tolist()])
