"""Finds knowledge articles, service items and past replies for a question: BM25 over words and character pairs."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from shuzhi.engines.text import features
from shuzhi.engines.text.likeness import bare
from shuzhi.engines.text.synonyms import Thesaurus

_SATURATION, _LENGTH = 1.2, 0.75
"""k1 and b of BM25 (Robertson & Zaragoza 2009, Foundations and Trends in Information Retrieval 3, 333-389)."""
_PAIR = "\x01"
_PAIR_WEIGHT = 0.3
"""A pair of characters counts less than a word: it catches names and words that were cut another way."""
_TITLE_TIMES = 3
_REASONS = 6


@dataclass(frozen=True, slots=True)
class Document:
    """Something that can be found: an id, a title that counts three times, a text."""

    id: str
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A document for a question: BM25 score (no upper bound) and the words of the question that it has."""

    id: str
    score: float
    reasons: tuple[str, ...]


class DocumentIndex:
    """Documents ready to be searched, also by other words for the same and by words spelt in pinyin."""

    def __init__(
        self,
        documents: Sequence[Document],
        *,
        thesaurus: Thesaurus | None = None,
    ) -> None:
        """thesaurus: other words that people say for those of the documents, such as 新农合 for 医保."""
        self._documents = tuple(documents)
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._lengths: list[int] = []
        spoken: set[str] = set()
        for number, document in enumerate(self._documents):
            title, text = features.words(document.title), features.words(document.text)
            spoken.update(title, text, map("".join, pairwise(title)))
            counts = Counter((title + _pairs(document.title)) * _TITLE_TIMES + text + _pairs(document.text))
            self._lengths.append(sum(counts.values()))
            for term, count in counts.items():
                self._postings[term].append((number, count))
        self._mean = sum(self._lengths) / max(1, len(self._lengths))
        self._thesaurus = (thesaurus or Thesaurus()).knowing(spoken)

    def search(self, question: str, *, top: int = 5) -> list[Found]:
        """The documents that fit best, best first; none when no word is shared."""
        scores: dict[int, float] = defaultdict(float)
        reasons: dict[int, dict[str, float]] = defaultdict(dict)
        for term, weight in self._asked(question).items():
            postings = self._postings.get(term, ())
            if not postings:
                continue
            rarity = math.log(1 + (len(self._documents) - len(postings) + 0.5) / (len(postings) + 0.5))
            worth = weight * rarity * (_PAIR_WEIGHT if term[0] == _PAIR else 1.0)
            for number, count in postings:
                score = worth * self._saturated(count, self._lengths[number])
                scores[number] += score
                reasons[number][term] = score
        best = sorted(scores, key=lambda number: (-scores[number], number))[:top]
        return [Found(self._documents[n].id, round(scores[n], 4), _best_words(reasons[n])) for n in best]

    def _asked(self, question: str) -> dict[str, float]:
        """The terms to look for with how much each counts: the question's own first."""
        asked = dict.fromkeys(_terms(question), 1.0)
        for word, weight in self._thesaurus.others(question):
            for term in _terms(word):
                asked.setdefault(term, weight)
        return asked

    def _saturated(self, count: int, length: int) -> float:
        slow = _SATURATION * (1 - _LENGTH + _LENGTH * length / self._mean)
        return count * (_SATURATION + 1) / (count + slow)


def _terms(text: str) -> list[str]:
    return features.words(text) + _pairs(text)


def _pairs(text: str) -> list[str]:
    plain = bare(text)
    return [_PAIR + plain[at : at + 2] for at in range(len(plain) - 1)]


def _best_words(worth: Mapping[str, float]) -> tuple[str, ...]:
    """The words that counted most; pairs of characters, which may be no words, only where no word was shared."""
    words = [term for term in worth if term[0] != _PAIR] or list(worth)
    best = sorted(words, key=lambda term: (-worth[term], term))[:_REASONS]
    return tuple(term.lstrip(_PAIR) for term in best)
