"""Gives a new message to an issue at once, and keeps the ids of issues through the nightly clustering."""

import json
import math
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from shuzhi.engines.text.issues import Issue
from shuzhi.engines.text.profiles import SAME_PLACE, Message, Profile, common_in, gated, profile_of

_JOIN = 0.24
"""Likeness to the middle of an issue from which a message joins it; higher than inside, for one text is little."""
_LIKELY = _JOIN / SAME_PLACE - 1e-9
"""What is less like a middle than this does not join it, even where both name the same place."""
_LOOKED_AT = 20
_KEPT_WORDS = 40
_TOO_COMMON = 2_000
"""A word that stands in more issues than this is not looked up: it tells nothing and costs time."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The issue a message was given to, empty when it opens a new one; likeness 0 to 1, then 0; the words that both have."""

    issue_id: str
    likeness: float
    reasons: tuple[str, ...]


@dataclass(slots=True)
class _Middle:
    words: dict[str, float]
    profile: Profile
    last: datetime


@dataclass(slots=True)
class IssueIndex:
    """Open issues by their telling words. Grows with `add`; `assign` reads only issues that share a rare word.

    _by_word: word → issue → the weight of the word in its middle.
    """

    gap_days: float = 90.0
    _shared: Counter[str] = field(default_factory=Counter)
    _messages: int = 0
    _middles: dict[str, _Middle] = field(default_factory=dict)
    _by_word: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    _latest: tuple[Message, int, Profile] | None = None

    def add(self, issue_id: str, message: Message) -> None:
        """Count a message to an issue, which is opened when it is new."""
        profile = self._profile(message)
        self._messages += 1
        self._shared.update(profile.words)
        middle = self._middles.get(issue_id)
        if middle is None:
            middle = self._middles[issue_id] = _Middle(dict(profile.words), profile, message.time)
        else:
            merged = Counter(middle.words)
            merged.update(profile.words)
            length = math.sqrt(sum(weight * weight for weight in merged.values())) or 1.0
            before = middle.words
            middle.words = {word: weight / length for word, weight in merged.most_common(_KEPT_WORDS)}
            middle.last = max(middle.last, message.time)
            for word in before.keys() - middle.words.keys():
                del self._by_word[word][issue_id]
        for word, weight in middle.words.items():
            self._by_word[word][issue_id] = weight

    def assign(self, message: Message) -> Assignment:
        """The open issue that the message belongs to, or none; nothing is changed."""
        profile = self._profile(message)
        best, likeness = "", 0.0
        for issue_id, score in self._likely(profile):
            middle = self._middles[issue_id]
            here = gated(middle.profile, profile, score)
            if here > likeness and abs((message.time - middle.last).days) <= self.gap_days:
                best, likeness = issue_id, here
        if likeness < _JOIN:
            return Assignment("", 0.0, ())
        words = self._middles[best].words
        shared = sorted((w for w in profile.words if w in words and w.isprintable()), key=lambda w: -words[w])
        return Assignment(best, round(min(1.0, likeness), 4), tuple(shared[:6]))

    def to_bytes(self) -> bytes:
        """The index as it stands, with the words in it, to be kept and opened again without reading a message."""
        middles = [
            [name, one.words, one.last.isoformat(), _packed(one.profile)]
            for name, one in self._middles.items()
        ]
        told = {
            "gap_days": self.gap_days,
            "messages": self._messages,
            "shared": self._shared,
            "middles": middles,
        }
        return zlib.compress(json.dumps(told, separators=(",", ":")).encode(), level=1)

    @classmethod
    def from_bytes(cls, kept: bytes) -> "IssueIndex":
        """The index that `to_bytes` wrote: it gives the same answers and grows on."""
        told = json.loads(zlib.decompress(kept))
        index = cls(told["gap_days"], Counter(told["shared"]), told["messages"])
        for name, words, last, profile in told["middles"]:
            index._middles[name] = _Middle(words, _unpacked(profile), datetime.fromisoformat(last))
            for word, weight in words.items():
                index._by_word[word][name] = weight
        return index

    def _likely(self, profile: Profile) -> list[tuple[str, float]]:
        """The issues whose middle may be like enough, likest first, with the cosine of both.

        Rare words come first. When what is left of the message is too little to make an issue likely by itself (as both
        are of length one, it adds at most its own length), only those are followed further that may still be.
        """
        told = [
            (word, weight, homes)
            for word, weight in profile.words.items()
            if (homes := self._by_word.get(word)) and len(homes) <= _TOO_COMMON
        ]
        left = sum(weight * weight for _word, weight, _homes in told)
        scores: dict[str, float] = {}
        so_far = scores.get
        for at, (_word, weight, homes) in enumerate(told):
            if left < _LIKELY * _LIKELY:
                return self._followed(scores, told[at:], math.sqrt(max(left, 0.0)))
            for issue_id, heavy in homes.items():
                scores[issue_id] = so_far(issue_id, 0.0) + weight * heavy
            left -= weight * weight
        return self._followed(scores, [], 0.0)

    @staticmethod
    def _followed(
        scores: Mapping[str, float], rest: Sequence[tuple[str, float, Mapping[str, float]]], most: float
    ) -> list[tuple[str, float]]:
        """Issues that may be likely, with what the rest of the message adds to them, which is `most` at most."""
        found = []
        for issue_id, score in scores.items():
            if score + most >= _LIKELY:
                for _word, weight, homes in rest:
                    score += weight * homes.get(issue_id, 0.0)
                found.append((issue_id, score))
        return sorted(found, key=lambda one: -one[1])[:_LOOKED_AT]

    def _profile(self, message: Message) -> Profile:
        """Made once for `assign` and the `add` that follows it: it stays true until something is added."""
        if self._latest is None or self._latest[:2] != (message, self._messages):
            profile = profile_of(message, self._shared, common=common_in(self._messages))
            self._latest = message, self._messages, profile
        return self._latest[2]


def _packed(one: Profile) -> list[Any]:
    """What the place gate asks of a middle's first message; its words stand in the middle."""
    return [sorted(one.strong), sorted(one.areas), one.text, one.matter]


def _unpacked(told: Sequence[Any]) -> Profile:
    strong, areas, text, matter = told
    return Profile({}, frozenset(strong), frozenset(areas), text, matter)


class Grouped(Protocol):
    """What has a name and members: an issue as it was kept."""

    @property
    def id(self) -> str: ...
    @property
    def members(self) -> Sequence[str]: ...


def keep_ids(before: Iterable[Grouped], after: Sequence[Issue]) -> dict[str, str]:
    """New issue id → the id it keeps: that of the earlier issue with which it shares most members, each given once.

    Ties go to the larger overlap's share, then to the older id; an issue without an earlier one keeps its own.
    """
    home = {member: issue.id for issue in before for member in issue.members}
    overlaps = sorted(
        (
            (-count, len(issue.members), old, issue.id)
            for issue in after
            for old, count in Counter(home[member] for member in issue.members if member in home).items()
        ),
    )
    kept: dict[str, str] = {}
    used: set[str] = set()
    for _, _, old, new in overlaps:
        if new not in kept and old not in used:
            kept[new] = old
            used.add(old)
    return {issue.id: kept.get(issue.id, issue.id) for issue in after}
