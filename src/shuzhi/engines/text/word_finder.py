"""Finds every place where one of many words stands, in many texts at once.

A prefix tree as arrays: one step for each character of the longest word, taken for all places at once. A message costs
a quarter of what it costs an automaton that walks from character to character.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
_BETWEEN = "\x00"
"""Stands between two texts, and in no word."""
_CODE_POINTS = 0x110000
_SLOTS = 1 << 17
"""Bits that tell at once of most beginnings that they do not go on; many more than there are words."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Where words stand: text by text, in each by where they end, of several that end there the longest first.

    rows: (n,) number of the text.   starts, ends: (n,) offsets in it.   words: (n,) numbers of the words.
    """

    rows: Ints
    starts: Ints
    ends: Ints
    words: Ints

    def by_text(self, texts: int) -> Iterator[Iterator[tuple[int, int, int]]]:
        """For each of so many texts (start, end, word) of the words in it."""
        starts, ends, words = self.starts.tolist(), self.ends.tolist(), self.words.tolist()
        bounds = np.searchsorted(self.rows, np.arange(texts + 1)).tolist()
        for first, last in pairwise(bounds):
            yield zip(starts[first:last], ends[first:last], words[first:last], strict=True)


@dataclass(frozen=True, slots=True)
class _Step:
    """Beginnings of one length, which count from 1.

    keys: (m,) the beginning shorter by a letter, times the size of the alphabet, plus the letter; ascending.
    possible: (_SLOTS,) whether a key may be known.   words: (m + 1,) the word that is the beginning itself, -1 for none.
    """

    keys: Ints
    possible: NDArray[np.bool_]
    words: Ints


class WordFinder:
    """Knows words by their numbers, the order in which they were given; a word given again has its first number."""

    def __init__(self, words: Sequence[str]) -> None:
        letters = sorted({letter for word in words for letter in word} - {_BETWEEN})
        self._letters = np.zeros(min(_CODE_POINTS, 2 + max(map(ord, letters), default=0)), dtype=np.int64)
        self._letters[[ord(letter) for letter in letters]] = np.arange(1, len(letters) + 1)
        self._size = len(letters) + 1
        self._steps = self._grown(words)

    def find(self, texts: Sequence[str]) -> Hits:
        """Every occurrence of every word, overlapping ones too."""
        letters = self._spelt(_BETWEEN.join(texts))
        at = np.flatnonzero(letters)
        nodes = letters[at]
        starts, ends, words = [], [], []
        for length, step in enumerate(self._steps, start=1):
            if length > 1:
                at, nodes = self._longer(at, nodes, letters, length, step)
            found = step.words[nodes]
            whole = np.flatnonzero(found >= 0)
            starts.append(at[whole])
            ends.append(at[whole] + length)
            words.append(found[whole])
        return _in_order(texts, np.concatenate(starts), np.concatenate(ends), np.concatenate(words))

    def _grown(self, words: Sequence[str]) -> list[_Step]:
        spelt = [self._spelt(word) for word in words]
        lengths = np.array([len(one) for one in spelt], dtype=np.int64)
        nodes = np.array([one[0] if one.all() and len(one) else 0 for one in spelt], dtype=np.int64)
        steps = [_step(np.arange(1, self._size), nodes, lengths == 1)]
        for length in range(2, int(lengths.max(initial=0)) + 1):
            longer = np.flatnonzero((lengths >= length) & (nodes > 0))
            last = np.array([spelt[number][length - 1] for number in longer], dtype=np.int64)
            keys = nodes[longer] * self._size + last
            known, places = np.unique(keys, return_inverse=True)
            nodes = np.zeros_like(nodes)
            nodes[longer] = places + 1
            steps.append(_step(known, nodes, lengths == length))
        return steps

    def _spelt(self, text: str) -> Ints:
        """The number of each letter, 0 for those of no word."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        letters: Ints = self._letters[np.minimum(codes, len(self._letters) - 1)]
        return letters

    def _longer(self, at: Ints, nodes: Ints, letters: Ints, length: int, step: _Step) -> tuple[Ints, Ints]:
        """Which of the beginnings found go on by one letter, and as which."""
        inside = np.flatnonzero(at + length <= len(letters))
        at = at[inside]
        keys = nodes[inside] * self._size + letters[at + (length - 1)]
        possible = np.flatnonzero(step.possible[keys % _SLOTS])
        at, keys = at[possible], keys[possible]
        places = np.minimum(np.searchsorted(step.keys, keys), len(step.keys) - 1)
        goes_on = np.flatnonzero(step.keys[places] == keys)
        return at[goes_on], places[goes_on] + 1


def _step(keys: Ints, nodes: Ints, ends: NDArray[np.bool_]) -> _Step:
    """nodes: the beginning of each word, 0 for none.   ends: whether the word is this beginning."""
    possible = np.zeros(_SLOTS, dtype=bool)
    possible[keys % _SLOTS] = True
    words = np.full(len(keys) + 1, -1, dtype=np.int64)
    numbers = np.flatnonzero(ends & (nodes > 0))[::-1]
    words[nodes[numbers]] = numbers
    return _Step(keys, possible, words)


def _in_order(texts: Sequence[str], starts: Ints, ends: Ints, words: Ints) -> Hits:
    order = np.lexsort((starts, ends))
    starts, ends, words = starts[order], ends[order], words[order]
    openings = np.zeros(len(texts), dtype=np.int64)
    np.cumsum([len(text) + 1 for text in texts[:-1]], out=openings[1:])
    rows = np.searchsorted(openings, starts, side="right") - 1
    return Hits(rows, starts - openings[rows], ends - openings[rows], words)
