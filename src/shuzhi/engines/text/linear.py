"""A plain linear classifier as arrays: one weight for each feature and class, calibrated by one number.

It is the measured baseline that anything heavier must beat, and small enough to come with the program.
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
FORMAT = 2
_REASONS = 5


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

    def suggest_many(self, texts: Sequence[str], *, top: int = 3) -> list[tuple[Suggestion, ...]]:
        """The best classes for each text, most likely first."""
        return [self.suggest(features.words(text), top=top) for text in texts]

    def suggest(self, tokens: Sequence[str], *, top: int = 3) -> tuple[Suggestion, ...]:
        """The best classes for a message given as words."""
        numbers, values = vector(tokens, self.vocabulary, self.rarity)
        chances = self._chances(numbers, values)
        order = np.argsort(-chances, kind="stable")[:top].tolist()
        spoken = _spoken(tokens, numbers, self.vocabulary)
        worth = self.weights[numbers] if spoken else self.weights[:0]
        return tuple(
            Suggestion(
                self.classes[k], round(float(chances[k]), 4), reasons(spoken, values, worth, k), self.version
            )
            for k in order
        )

    def chances(self, tokens: Sequence[str]) -> NDArray[np.float64]:
        """The probability of each class, (K,), in the order of `classes`."""
        return self._chances(*vector(tokens, self.vocabulary, self.rarity))

    def _chances(self, numbers: NDArray[np.int64], values: Floats) -> NDArray[np.float64]:
        logits = (values @ self.weights[numbers] + self.bias).astype(np.float64)
        powers = np.exp(logits - logits.max())
        chances: NDArray[np.float64] = powers / powers.sum()
        return chances

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


def vector(
    tokens: Sequence[str], vocabulary: Mapping[str, int], rarity: Floats
) -> tuple[NDArray[np.int64], Floats]:
    """Numbers and values of the features present: damped counts times rarity, unit length in each view."""
    numbers: list[int] = []
    parts: list[Floats] = []
    for view, counts in zip(features.VIEWS, features.counted(tokens).values(), strict=True):
        mark = view.mark
        found = [
            (number, count)
            for feature, count in counts.items()
            if (number := vocabulary.get(mark + feature)) is not None
        ]
        if found:
            here, often = zip(*found, strict=True)
            value = (1 + np.log(np.array(often, dtype=np.float32))) * rarity[list(here)]
            parts.append(value * np.float32(view.weight / np.sqrt(value @ value)))
            numbers += here
    values = np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)
    return np.array(numbers, dtype=np.int64), values


def _spoken(
    tokens: Sequence[str], numbers: NDArray[np.int64], vocabulary: Mapping[str, int]
) -> dict[int, str]:
    """Where among the features found the words themselves stand."""
    places = {number: place for place, number in enumerate(numbers.tolist())}
    mark = features.WORDS.mark
    known = ((word, vocabulary.get(mark + word)) for word in dict.fromkeys(tokens))
    return {places[number]: word for word, number in known if number is not None}


def reasons(spoken: Mapping[int, str], values: Floats, machine: Floats, chosen: int) -> tuple[str, ...]:
    """The words that speak most for the chosen class against the others.

    spoken: place → word.   values: (n,).   machine: (n, K) weights of the features found.
    """
    if not spoken:
        return ()
    places = np.fromiter(spoken, dtype=np.int64)
    worth = values[places] * (machine[places, chosen] - machine[places].mean(axis=1))
    order = places[np.argsort(-worth, kind="stable")[: int((worth > 0).sum())]]
    return tuple(spoken[place] for place in order[:_REASONS].tolist())
