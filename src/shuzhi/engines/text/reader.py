"""Reads one message or many: type, category, place, urgency, flags and asks, each with the words that decided."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from shuzhi.engines.text import asks, features, urgency
from shuzhi.engines.text.categories import KeywordScorer
from shuzhi.engines.text.dangers import Danger, dangers_in
from shuzhi.engines.text.gazetteer import Gazetteer
from shuzhi.engines.text.lexicon import FLAG_WORDS, KIND_WORDS, POLITE_ENDINGS
from shuzhi.engines.text.readings import VERSION, CategoryHint, Kind, PlaceName, Reading, Suggestion
from shuzhi.engines.text.word_finder import WordFinder

_READ_AT_MOST = 20_000
"""Characters of one message that are read; what a person asks stands well before."""
_OUTRIGHT, _CLEAR = 3.0, 0.5
"""Weight of a word that names its type ("举报"), and the share of all weights that the type must then have."""
_AT_HEAD, _PRAISE_OUTRIGHT = 1.5, 2.0
"""How much more a word weighs at the head, and the least weight of a word of praise in a message that ends politely."""
_KINDS_HEEDED, _LEAST, _MOST_WORDS = 3, 0.001, 12.0
"""Types asked of a model whose words are weighed too, the least chance of one, and the most that words add (log-odds)."""
_UNSURE = 0.3
"""Confidence below which a trained model leaves the word to the registry's key words."""
_AT_ONCE = 256
"""Messages that a model weighs together."""
_KIND, _CATEGORY, _PLACE, _FLAG = range(4)
_Use = tuple[int, str, float]
"""What a word is for, what it points to, and how much it weighs."""


class Classifier(Protocol):
    """What the reader needs of a trained model."""

    @property
    def version(self) -> str: ...

    @property
    def classes(self) -> tuple[str, ...]: ...

    def suggest_each(
        self, messages: Sequence[Sequence[str]], *, top: int = 3, explained: int | None = None
    ) -> list[tuple[Suggestion, ...]]: ...


class Reader:
    """Knows a county's categories and places; reads messages in one pass over each text."""

    def __init__(
        self,
        categories: Sequence[CategoryHint],
        places: Sequence[PlaceName],
        model: Classifier | None = None,
        *,
        kind_model: Classifier | None = None,
        heed_kind_words: bool = False,
        danger_model: urgency.DangerModel | None = None,
    ) -> None:
        """model, kind_model: suggest categories (codes, or names joined by "/") and types.   danger_model: weighs sentences, see `urgency.at_hand`.

        heed_kind_words: weigh the words that name a type against the kind model, for one that has not learnt from the
        county's own messages; otherwise only a word that says it outright speaks against it.
        """
        self._scorer = KeywordScorer(categories)
        self._codes = {"/".join(hint.path): hint.code for hint in categories}
        self._codes |= {hint.code: hint.code for hint in categories}
        self._gazetteer = Gazetteer(places)
        self._model = model
        self._kind_model = kind_model
        self._heed_kind_words = heed_kind_words
        self._danger_model = danger_model
        uses = self._uses_of_words()
        self._words, self._uses = WordFinder(list(uses)), tuple(uses.values())
        self.version = "+".join((VERSION, *(one.version for one in (model, kind_model) if one is not None)))

    def read(self, text: str, *, title: str = "", places_within: str | None = None) -> Reading:
        """Read one message; places_within: code of the area that places must lie in."""
        whole = _whole(title, text)
        return self._read_batch([whole], len(title), places_within or "")[0]

    def read_many(self, texts: Iterable[str]) -> list[Reading]:
        """Read many messages; the models weigh them in batches."""
        wholes = [_whole("", text) for text in texts]
        return [one for batch in _batches(wholes) for one in self._read_batch(batch, 0, "")]

    def _read_batch(self, texts: Sequence[str], title_length: int, within: str) -> list[Reading]:
        unsure: list[tuple[Suggestion, ...]] = [()] * len(texts)
        cuts = [features.Cut(text) for text in texts]
        tokens = [one.words for one in cuts] if self._model or self._kind_model else []
        categories = self._model.suggest_each(tokens) if self._model else unsure
        kinds = (
            self._kind_model.suggest_each(tokens, top=self._kinds_asked, explained=1)
            if self._kind_model
            else unsure
        )
        seen = dangers_in(texts)
        hits_in = self._words.find(texts).by_text(len(texts))
        at_hand = urgency.at_hand(cuts, seen, self._danger_model)
        return [
            self._read(text, title_length, within, hits, category, kind, dangers_seen, now)
            for text, hits, category, kind, dangers_seen, now in zip(
                texts, hits_in, categories, kinds, seen, at_hand, strict=True
            )
        ]

    @property
    def _kinds_asked(self) -> int:
        return _KINDS_HEEDED if self._heed_kind_words else 1

    def _uses_of_words(self) -> dict[str, list[_Use]]:
        """Every word that says something, and what it says."""
        uses: dict[str, list[_Use]] = defaultdict(list)
        for kind, words in KIND_WORDS.items():
            for word, weight in words.items():
                uses[word].append((_KIND, kind, weight))
        for flag, marks in FLAG_WORDS.items():
            for word in marks:
                uses[word].append((_FLAG, flag, 1.0))
        for word in self._scorer.words:
            uses[word].append((_CATEGORY, word, 0.0))
        for name in self._gazetteer.names:
            uses[name].append((_PLACE, name, 0.0))
        return uses

    def _read(
        self,
        text: str,
        title_length: int,
        within: str,
        hits: Iterable[tuple[int, int, int]],
        category: tuple[Suggestion, ...],
        kind: tuple[Suggestion, ...],
        seen: Sequence[Danger],
        at_hand: Sequence[str],
    ) -> Reading:
        """hits: (start, end, number) of the words known.   category, kind: what the models suggest.   seen, at_hand: see `urgency.grade`."""
        kinds: dict[str, dict[str, float]] = defaultdict(dict)
        marks: dict[str, str] = {}
        keywords: dict[str, int] = {}
        places: list[tuple[int, int]] = []
        for start, end, word in hits:
            for use, key, weight in self._uses[word]:
                if use == _KIND:
                    kinds[key][text[start:end]] = weight
                elif use == _CATEGORY:
                    keywords.setdefault(key, end - 1)
                elif use == _PLACE:
                    places.append((start, end))
                else:
                    marks.setdefault(key, text[start:end])
        flagged = urgency.flags(text)
        return Reading(
            kind=self._kind(_kind_words(kinds, text, title_length), kind),
            categories=self._categories(keywords, title_length, category),
            places=self._gazetteer.judge(text, places, within=within) if places else (),
            urgency=urgency.grade(text, seen=seen, at_hand=at_hand, flagged=flagged, marks=marks),
            flags=(*flagged, *marks),
            asks=asks.split(text),
            version=self.version,
        )

    def _kind(self, words: Mapping[str, Mapping[str, float]], by_model: tuple[Suggestion, ...]) -> Suggestion:
        """words: of each type that is spoken of, with their weights."""
        if by_model and self._heed_kind_words:
            return _weighed_kind(words, by_model)
        spoken, outright = _spoken_kind(words)
        return spoken if outright or not by_model else by_model[0]

    def _categories(
        self, keywords: Mapping[str, int], title_length: int, by_model: tuple[Suggestion, ...]
    ) -> tuple[Suggestion, ...]:
        """What the model suggests and the registry has; the registry's key words where the model is unsure."""
        known = tuple(
            Suggestion(self._codes[one.value], one.confidence, one.reasons, one.version)
            for one in by_model
            if one.value in self._codes
        )
        if known and known[0].confidence >= _UNSURE:
            return known
        return self._scorer.judge(keywords, title_length) or known


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    return (texts[start : start + _AT_ONCE] for start in range(0, len(texts), _AT_ONCE))


def _whole(title: str, text: str) -> str:
    joined = f"{title}\n{text}" if title else text
    return joined[:_READ_AT_MOST]


def _kind_words(
    kinds: Mapping[str, Mapping[str, float]], text: str, title_length: int
) -> dict[str, dict[str, float]]:
    """The words of each type with their weights, those at the head more; thanks at the end of a message are no praise."""
    head = text[: max(title_length, 20)]
    polite = Kind.PRAISE in kinds and any(one in text for one in POLITE_ENDINGS)
    told = {
        kind: {
            word: weight * (_AT_HEAD if word in head else 1.0)
            for word, weight in words.items()
            if not (polite and kind == Kind.PRAISE and weight < _PRAISE_OUTRIGHT)
        }
        for kind, words in kinds.items()
    }
    return {kind: words for kind, words in told.items() if words}


def _spoken_kind(words: Mapping[str, Mapping[str, float]]) -> tuple[Suggestion, bool]:
    """The type whose words weigh most, and whether one says it outright."""
    if not words:
        return Suggestion(Kind.OTHER, 0.3, (), VERSION), False
    scores = {kind: sum(told.values()) for kind, told in words.items()}
    best = max(scores, key=lambda kind: scores[kind])
    confidence = scores[best] / (sum(scores.values()) + 1.0)
    outright = any(KIND_WORDS[best][word] >= _OUTRIGHT for word in words[best]) and confidence >= _CLEAR
    return Suggestion(best, round(confidence, 3), _best_words(words[best]), VERSION), outright


def _weighed_kind(words: Mapping[str, Mapping[str, float]], by_model: tuple[Suggestion, ...]) -> Suggestion:
    """What the model suggests with the words on top: both are on the scale of log-odds, so they add up."""
    said = {one.value: one for one in by_model}
    kinds = (*Kind.ORDER, *(one.value for one in by_model if one.value not in Kind.ORDER))
    left = max(1.0 - sum(one.confidence for one in by_model), _LEAST) / max(1, len(kinds) - len(said))
    powers = {
        kind: (max(said[kind].confidence, _LEAST) if kind in said else left)
        * math.exp(min(_MOST_WORDS, sum(words.get(kind, {}).values())))
        for kind in kinds
    }
    best = max(powers, key=lambda kind: powers[kind])
    reasons = _best_words(words.get(best, {})) or (said[best].reasons if best in said else ())
    version = f"{VERSION}+{by_model[0].version}"
    return Suggestion(best, round(powers[best] / sum(powers.values()), 3), reasons, version)


def _best_words(words: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: -words[word])[:5])
