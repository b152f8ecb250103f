"""Says how alike two messages are: a key for exact copies, a score for near ones, a ranking with the shared words."""

import hashlib
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from shuzhi.engines.text.masking import mask

_READ_AT_MOST = 5_000
_NOT_WORDS = re.compile(r"[\W_]+")
_GRAM = 2
_SHARED_AT_MOST = 6
_NEAR_COPY = 0.75
"""Likeness from which a message is a copy with small edits."""


def bare(text: str) -> str:
    """The text with numbers masked, characters in their compatible form, lower case, and no marks or spaces.

    >>> bare("Ａ小区，电梯坏了！")
    'a小区电梯坏了'
    """
    return _bare(mask(text[:_READ_AT_MOST]).text)


def fingerprint(text: str, *, masked: str | None = None) -> str:
    """A key that two messages share when they are copies but for spaces, marks, widths and personal numbers.

    masked: the text as `mask` gives it without names, where that is at hand.

    >>> fingerprint("路灯不亮，电话13800138000") == fingerprint("路灯不亮  电话１３９００１３９０００。")
    True
    """
    plain = bare(text) if masked is None or len(text) > _READ_AT_MOST else _bare(masked)
    return hashlib.blake2b(plain.encode(), digest_size=16).hexdigest()


def _bare(masked: str) -> str:
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", masked).lower())


def similarity(first: str, second: str) -> float:
    """How alike two messages are, 0 to 1: cosine of their character pairs, dampened counts.

    >>> similarity("小区电梯坏了", "小区电梯坏了"), similarity("小区电梯坏了", "咨询社保")
    (1.0, 0.0)
    """
    return round(_cosine(_grams(bare(first)), _grams(bare(second))), 6)


def is_near_copy(first: str, second: str) -> bool:
    """Whether two messages say nearly the same in nearly the same words; the place may be another all the same.

    >>> is_near_copy("小区门口的路灯坏了一个月没人修", "小区门口的路灯坏了一个月，没有人修！")
    True
    """
    return similarity(first, second) >= _NEAR_COPY


def rank_similar(
    query: str,
    candidates: Sequence[tuple[str, str]],
    *,
    top: int,
    others: Sequence[tuple[str, float]] = (),
) -> list[tuple[str, float, tuple[str, ...]]]:
    """The candidates most like the query: (id, score 0 to 1, words they share), best first; unlike ones are left out.

    candidates: (id, text). Rare character pairs count more than those that most candidates have.
    others: words that would have said the same as the query's, and how much each counts where a candidate has it.
    """
    if not candidates or top < 1:
        return []
    asked = bare(query)
    texts = [bare(text) for _, text in candidates]
    grams = [_grams(text) for text in texts]
    seen = Counter(gram for one in grams for gram in one)
    rarity = {gram: math.log(1 + len(texts) / count) for gram, count in seen.items()}
    rare = math.log(1 + len(texts))
    query_grams = _weighted(_grams(asked), rarity, rare)
    meant = [[one for one in others if one[0] in text] for text in texts]
    scored = [
        (_cosine(_with_others(query_grams, meant[number], rarity), _weighted(one, rarity, rare)), number)
        for number, one in enumerate(grams)
    ]
    best = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: (-pair[0], pair[1]))[:top]
    return [
        (candidates[number][0], round(score, 4), _reasons(asked, texts[number], meant[number]))
        for score, number in best
    ]


def _with_others(
    grams: dict[str, float], others: Sequence[tuple[str, float]], rarity: dict[str, float]
) -> dict[str, float]:
    if not others:
        return grams
    meant = {gram: weight * rarity[gram] for word, weight in others for gram in _grams(word)}
    return meant | grams


def _reasons(asked: str, text: str, others: Sequence[tuple[str, float]]) -> tuple[str, ...]:
    shared = shared_words(asked, text)
    said = "\n".join(shared)
    return (*shared, *(word for word, _weight in others if word not in said))[:_SHARED_AT_MOST]


def shared_words(first: str, second: str) -> tuple[str, ...]:
    """The longest stretches (2 characters or more) that both texts have, longest first, at most 6."""
    matcher = SequenceMatcher(None, first[:400], second[:400], autojunk=False)
    blocks = (first[block.a : block.a + min(block.size, 12)] for block in matcher.get_matching_blocks())
    words = sorted(
        {block for block in blocks if len(block) > 1}, key=lambda word: (-len(word), first.find(word))
    )
    return tuple(words[:_SHARED_AT_MOST])


def _grams(text: str) -> dict[str, float]:
    if len(text) < _GRAM:
        return {text: 1.0} if text else {}
    counts = Counter(text[at : at + _GRAM] for at in range(len(text) - _GRAM + 1))
    return {gram: 1.0 + math.log(count) for gram, count in counts.items()}


def _weighted(grams: dict[str, float], rarity: dict[str, float], rare: float) -> dict[str, float]:
    return {gram: weight * rarity.get(gram, rare) for gram, weight in grams.items()}


def _cosine(first: dict[str, float], second: dict[str, float]) -> float:
    if not first or not second:
        return 0.0
    if len(second) < len(first):
        first, second = second, first
    dot = sum(weight * second[gram] for gram, weight in first.items() if gram in second)
    norm = math.sqrt(sum(w * w for w in first.values()) * sum(w * w for w in second.values()))
    return min(1.0, dot / norm)
