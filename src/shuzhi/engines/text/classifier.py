"""A trained classifier as plain arrays: four simple voters, one judge of the voters, and the words that decided.

Voters: a linear support vector machine, the same with naive-Bayes weights (Wang & Manning 2012, ACL), a complement
naive Bayes on the heading (Rennie and others 2003, ICML), a small network on the most telling features. The judge is
a logistic regression over their scores, learnt on messages the voters had not seen, so its confidence is calibrated.
"""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuzhi.engines.text import features
from shuzhi.engines.text.readings import Suggestion

Floats = NDArray[np.float32]
_FORMAT = 1
_REASONS = 5


@dataclass(frozen=True)
class Weights:
    """The learnt numbers. F features, K classes, S selected features, H hidden units of each of N networks.

    rarity: (F,) inverse document frequency.   linear: (F, 3K) both machines and naive Bayes side by side; bias: (3K,).
    selected: (F,) position among the selected features, -1 for the rest.   hidden: (S, N·H), hidden_bias: (N·H,).
    output: (N, H, K), output_bias: (N, K).   centre, spread: (4K,) of the voters' scores.   judge: (4K, K),
    judge_bias: (K,).
    """

    rarity: Floats
    linear: Floats
    bias: Floats
    selected: NDArray[np.int32]
    hidden: Floats
    hidden_bias: Floats
    output: Floats
    output_bias: Floats
    centre: Floats
    spread: Floats
    judge: Floats
    judge_bias: Floats


@dataclass(frozen=True)
class TrainedClassifier:
    """Suggests one of its classes for a message, with calibrated confidence and the words that decided."""

    version: str
    classes: tuple[str, ...]
    vocabulary: Mapping[str, int] = field(repr=False)
    weights: Weights = field(repr=False)

    def suggest_each(
        self, messages: Sequence[Sequence[str]], *, top: int = 3, explained: int | None = None
    ) -> list[tuple[Suggestion, ...]]:
        """The best classes for each message given as words. explained: is taken for all, for the reasons cost little."""
        return [self.suggest(tokens, top=top) for tokens in messages]

    def suggest(self, tokens: Sequence[str], *, top: int = 3) -> tuple[Suggestion, ...]:
        """The best classes for a message given as words."""
        numbers, values = self._vector(tokens)
        chances = self._chances(numbers, values)
        order = np.argsort(-chances, kind="stable")[:top]
        spoken = self._spoken(tokens, numbers)
        machine = self.weights.linear[numbers, : len(self.classes)] if spoken else self.weights.linear[:0]
        return tuple(
            Suggestion(
                self.classes[k],
                round(float(chances[k]), 4),
                _reasons(spoken, values, machine, int(k)),
                self.version,
            )
            for k in order
        )

    def chances(self, tokens: Sequence[str]) -> NDArray[np.float64]:
        """The probability of each class, (K,), in the order of `classes`."""
        return self._chances(*self._vector(tokens))

    def _vector(self, tokens: Sequence[str]) -> tuple[NDArray[np.int64], Floats]:
        """Numbers and values of the features present: damped counts times rarity, unit length in each view."""
        numbers: list[int] = []
        parts: list[Floats] = []
        for view, counts in zip(features.VIEWS, features.counted(tokens).values(), strict=True):
            found = [
                (number, count)
                for feature, count in counts.items()
                if (number := self.vocabulary.get(view.mark + feature)) is not None
            ]
            if found:
                here = [number for number, _ in found]
                damped = 1 + np.log(np.array([count for _, count in found], dtype=np.float32))
                value = damped * self.weights.rarity[here]
                parts.append(value * np.float32(view.weight / np.linalg.norm(value)))
                numbers += here
        values = np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)
        return np.array(numbers, dtype=np.int64), values

    def _chances(self, numbers: NDArray[np.int64], values: Floats) -> NDArray[np.float64]:
        scores = np.concatenate([self._linear_scores(numbers, values), self._network_scores(numbers, values)])
        standard = (scores - self.weights.centre) / self.weights.spread
        logits = standard @ self.weights.judge + self.weights.judge_bias
        powers = np.exp((logits - logits.max()).astype(np.float64))
        chances: NDArray[np.float64] = powers / powers.sum()
        return chances

    def _linear_scores(self, numbers: NDArray[np.int64], values: Floats) -> Floats:
        scores: Floats = values @ self.weights.linear[numbers] + self.weights.bias
        return scores

    def _network_scores(self, numbers: NDArray[np.int64], values: Floats) -> Floats:
        w = self.weights
        places = w.selected[numbers]
        used = places >= 0
        units = np.maximum(values[used] @ w.hidden[places[used]] + w.hidden_bias, 0)
        votes = (units.reshape(len(w.output), 1, -1) @ w.output)[:, 0, :] + w.output_bias
        votes -= votes.max(axis=1, keepdims=True)
        votes -= np.log(np.exp(votes).sum(axis=1, keepdims=True))
        total: Floats = votes.sum(axis=0)
        return total

    def _spoken(self, tokens: Sequence[str], numbers: NDArray[np.int64]) -> dict[int, str]:
        """Where among the features found the words themselves stand."""
        places = {number: place for place, number in enumerate(numbers.tolist())}
        mark, vocabulary = features.WORDS.mark, self.vocabulary
        known = ((word, vocabulary.get(mark + word)) for word in dict.fromkeys(tokens))
        return {places[number]: word for word, number in known if number is not None}

    def to_bytes(self) -> bytes:
        """The model as one file of plain arrays: nothing in it is ever executed when it is read."""
        about = {"format": _FORMAT, "version": self.version, "classes": self.classes}
        ordered = sorted(self.vocabulary, key=lambda feature: self.vocabulary[feature])
        arrays: dict[str, Any] = {
            "about": np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), dtype=np.uint8),
            "vocabulary": np.frombuffer("\n".join(ordered).encode(), dtype=np.uint8),
            **{name: getattr(self.weights, name) for name in Weights.__dataclass_fields__},
        }
        out = io.BytesIO()
        np.savez(out, **arrays)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "TrainedClassifier":
        """Read a model file. Raises ValueError when it is no such file or of another format."""
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            about = json.loads(arrays["about"].tobytes())
            if about["format"] != _FORMAT:
                raise ValueError(f"model format {about['format']}, this program reads {_FORMAT}")
            vocabulary = arrays["vocabulary"].tobytes().decode().split("\n")
            weights = Weights(**{name: arrays[name] for name in Weights.__dataclass_fields__})
        numbers = {feature: number for number, feature in enumerate(vocabulary)}
        return cls(about["version"], tuple(about["classes"]), numbers, weights)


def _reasons(spoken: Mapping[int, str], values: Floats, machine: Floats, chosen: int) -> tuple[str, ...]:
    """The words that speak most for the chosen class against the others, in the plain linear machine.

    spoken: place → word.   values: (n,).   machine: (n, K) weights of the features found.
    """
    if not spoken:
        return ()
    places = np.fromiter(spoken, dtype=np.int64)
    worth = values[places] * (machine[places, chosen] - machine[places].mean(axis=1))
    order = places[np.argsort(-worth, kind="stable")[: int((worth > 0).sum())]]
    return tuple(spoken[place] for place in order[:_REASONS].tolist())
