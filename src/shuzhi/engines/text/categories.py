"""Scores categories by the words that the registry lists for them: the honest first step before any training."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

from shuzhi.engines.text.readings import VERSION, CategoryHint, Suggestion

_TITLE = 1.6
"""A word in the title counts this many times."""
_NAME = 0.6
"""The name of a category is a weaker sign than a word that the registry lists for it."""
_PRIOR = 1.5
"""Weight of 'none of these' when scores become confidence."""


class KeywordScorer:
    """Categories and their words; a word shared by many categories says little, a long word says more."""

    def __init__(self, categories: Sequence[CategoryHint]) -> None:
        weights: dict[str, dict[str, float]] = defaultdict(dict)
        for hint in categories:
            for word in hint.keywords:
                weights[word][hint.code] = 1.0
            if hint.path and len(hint.path[-1]) > 1:
                weights[hint.path[-1]].setdefault(hint.code, _NAME)
        self._weights: dict[str, tuple[tuple[str, float], ...]] = {}
        for word, codes in weights.items():
            worth = math.log2(1 + len(word)) / len(codes)
            self._weights[word] = tuple((code, weight * worth) for code, weight in codes.items())

    @property
    def words(self) -> Mapping[str, tuple[tuple[str, float], ...]]:
        """Every word that points to a category, with the categories and weights."""
        return self._weights

    def judge(self, found: Mapping[str, int], title_length: int, *, top: int = 3) -> tuple[Suggestion, ...]:
        """The best categories for the words found.

        found: word → offset of its first hit.   title_length: characters of the text that are its title.
        """
        scores: dict[str, float] = defaultdict(float)
        reasons: dict[str, list[tuple[float, str]]] = defaultdict(list)
        for word in _outermost(found):
            factor = _TITLE if found[word] < title_length else 1.0
            for code, weight in self._weights[word]:
                scores[code] += weight * factor
                reasons[code].append((weight, word))
        if not scores:
            return ()
        family: dict[str, float] = defaultdict(float)
        for code, score in scores.items():
            family[code[:2]] += score
        total = sum(scores.values()) + _PRIOR
        ranked = sorted(scores, key=lambda code: (-scores[code] - 0.2 * family[code[:2]], code))[:top]
        return tuple(
            Suggestion(
                code,
                round(scores[code] / total, 3),
                tuple(word for _, word in sorted(reasons[code], reverse=True)[:5]),
                VERSION,
            )
            for code in ranked
        )


def _outermost(found: Mapping[str, int]) -> list[str]:
    """Words that do not end inside a longer word found: 电梯坏 makes 电梯 redundant, not a second sign."""
    if len(found) < 2:
        return list(found)
    return [word for word in found if not any(word != other and word in other for other in found)]
