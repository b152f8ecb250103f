"""What a tagger of names sees of every character of a text: the characters around it, their kind, their words, and what
stands beside them. Each sight is a number from 0 up to `BUCKETS`: a hash, so that no vocabulary is kept (Weinberger and
others 2009, arXiv 0902.2206).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise

import numpy as np
import rjieba
from numpy.typing import NDArray

from shuzhi.engines.text.features import paired
from shuzhi.engines.text.name_words import BEGINNING_HERE, ENDING_HERE, LONGEST
from shuzhi.engines.text.surnames import (
    CLASSIC,
    COMMON,
    COMPOUND,
    GIVEN,
    PIECES,
    SELDOM_GIVEN,
    SYLLABLES,
    TRADITIONAL,
    TRADITIONAL_WORDS,
)

Ints = NDArray[np.int64]
BUCKETS = 1 << 18
_ROWS = (
    "character", "kind", "coarse", "word", "tag", "cut", "before", "behind", "pair", "triple", "compound", "piece",
    "twice", "gap", "second",
)  # fmt: skip
"""What is known of each character; see `_rows`."""
SIGHTS = """
character-3 | character-2 | character-1 | character0 | character1 | character2 | character3
character-2 character-1 | character-1 character0 | character0 character1 | character1 character2 | character-1 character1
character-3 character-2 character-1 | character1 character2 character3
kind-2 | kind-1 | kind0 | kind1 | kind2 | kind3
kind-1 kind0 | kind0 kind1 | kind1 kind2 | kind0 kind1 kind2 | kind-1 kind0 kind1 | kind-2 kind-1 kind0
coarse-2 coarse-1 coarse0 coarse1 | coarse-1 coarse0 coarse1 coarse2 | coarse0 coarse1 coarse2 coarse3
tag-2 | tag-1 | tag0 | tag1 | tag2 | tag-1 tag0 | tag0 tag1 | tag-1 tag0 tag1 | tag0 tag1 tag2 | tag-2 tag-1 tag0
cut-1 cut0 cut1 coarse0 | cut0 cut1 cut2 kind0 | cut-2 cut-1 cut0 kind0 | cut-1 cut0 cut1 cut2
word-1 | word0 | word1 | word0 cut0 | word-1 kind0 | word1 kind0
pair-1 pair0 pair1 pair2 | pair0 kind0 | pair1 kind0 | pair0 pair1 kind0 coarse1 | pair1 pair2 kind0 coarse1
triple0 triple1 triple2 pair1 | triple0 triple1 kind0
before-2 | before-1 | before0 | before1 | behind0 | behind1 | behind2 | behind3
before0 kind0 | before0 kind0 kind1 | before0 coarse0 coarse1 coarse2 | before-1 kind0 coarse-1 | before-2 kind0 coarse-1
behind1 kind0 | behind1 kind0 kind-1 | behind1 coarse0 coarse-1 coarse-2 | behind2 kind0 coarse1 | behind3 kind0 coarse1
before0 behind2 kind0 | before0 behind3 kind0 coarse1 | before-1 behind1 kind0 | before-2 behind1 kind0 coarse-1
before0 tag0 | behind1 tag0 | before0 cut0 cut1 | behind1 cut0 cut-1
compound-1 compound0 compound1 | compound0 before0 | piece-1 piece0 piece1 | piece0 piece1 piece2 | piece-2 piece-1 piece0
piece0 before0 | piece0 behind1 | piece0 kind0 coarse1 | twice0 twice1 kind0 | twice-1 twice0 kind0
gap0 gap1 kind0 | gap-1 gap0 gap1 gap2
second-1 second0 second1 | second0 kind0 | second0 coarse-1 coarse0 coarse1 | second0 pair0 pair1 | second0 before0 | second0 behind1
"""
"""Which of those are looked at together, each with its distance from the character in question."""
_REACH = 4
_COMPOUNDS = frozenset(COMPOUND)
_SPACE = " \t\u3000\u00a0\u200b\u200c\u200d\u2060\ufeff"
_GAP = re.compile(f"(?<![A-Za-z])[{_SPACE}]+|[{_SPACE}]+(?![A-Za-z{_SPACE}])")
_PIECED = re.compile("|".join(sorted(PIECES, key=len, reverse=True)))
_PLAIN = str.maketrans(
    {**TRADITIONAL_WORDS, **TRADITIONAL, **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}}
    | dict.fromkeys("•・‧∙", "·")
)
_KINDS = (
    ("digit", "0123456789零一二三四五六七八九十百千"),
    ("comma", ",，"),
    ("stop", "。.!！?？;；…"),
    ("enumeration", "、/"),
    ("colon", ":："),
    ("open", "(（[【「『《<“"),
    ("close", ")）]】」』》>”"),
    ("dot", "·"),
    ("dash", "-—－_~@#"),
    ("line", "\n\r"),
    ("space", _SPACE),
)
_OTHER, _LOWER, _UPPER, _HAN = 1, 2, 3, 32


def compact(text: str) -> tuple[str, list[int]]:
    """The text in plain characters without spaces, but for those between Latin letters, and where each character stood.

    >>> compact("張 伟a b")
    ('张伟a b', [0, 2, 3, 4, 5])
    """
    plain, kept, at = paired(text).translate(_PLAIN), list(range(len(text))), 0
    if not _GAP.search(plain):
        return plain, kept
    pieces, places = [], []
    for found in _GAP.finditer(plain):
        pieces.append(plain[at : found.start()])
        places += kept[at : found.start()]
        at = found.end()
    return "".join((*pieces, plain[at:])), places + kept[at:]


def sights(
    plain: str, places: list[int], second: Iterable[tuple[int, int]] = (), *, size: int = 2048
) -> Iterator[Ints]:
    """The numbers of all that is seen of each character, (sights, characters), by blocks of at most `size` characters.

    plain, places: what `compact` gives.   second: stretches that a second tagger takes for names.
    """
    rows = np.zeros((len(_ROWS) + 1, len(plain) + 2 * _REACH), dtype=np.uint64)
    rows[:-1, _REACH : _REACH + len(plain)] = _rows(plain, places, second)
    which, shift, seeds = _looked_at()
    for start in range(0, len(plain), size):
        across = np.arange(start, min(start + size, len(plain))) + _REACH
        hashed = np.broadcast_to(seeds[:, None], (len(seeds), len(across)))
        for row, distance in zip(which, shift, strict=True):
            hashed = (hashed ^ rows[row[:, None], across + distance[:, None]]) * np.uint64(0x9E3779B97F4A7C15)
            hashed ^= hashed >> np.uint64(29)
        yield (hashed >> np.uint64(64 - 18)).astype(np.int64)


@cache
def _looked_at() -> tuple[Ints, Ints, NDArray[np.uint64]]:
    """For each sight the rows and the distances, (4, sights), and a number to begin its hash with."""
    told = [sight.split() for line in SIGHTS.splitlines() for sight in line.split("|") if sight.strip()]
    which = np.full((4, len(told)), len(_ROWS))
    shift = np.zeros((4, len(told)), dtype=np.int64)
    for column, sight in enumerate(told):
        for place, one in enumerate(sight):
            name, distance = re.fullmatch(r"([a-z]+)(-?\d)", one).groups()  # type: ignore[union-attr]
            which[place, column], shift[place, column] = _ROWS.index(name), int(distance)
    seeds = (np.arange(1, len(told) + 1, dtype=np.uint64)) * np.uint64(0xD6E8FEB86659FD93)
    return which, shift, seeds


def _rows(plain: str, places: list[int], second: Iterable[tuple[int, int]]) -> NDArray[np.uint64]:
    """What is known of each character, in the order of `_ROWS`, (rows, characters)."""
    kinds = [_kind(char) for char in plain]
    coarse = [_coarse(kind) for kind in kinds]
    words, cut = _cut(plain)
    return np.array(
        [
            [ord(char) for char in plain],
            kinds,
            coarse,
            words,
            _tags(plain),
            cut,
            _before(plain, kinds),
            _behind(plain, kinds),
            _known(plain, 2),
            _known(plain, 3),
            _compounds(plain),
            _pieces(plain),
            _twice(plain),
            [0, *(min(there - here, 3) for here, there in pairwise(places))][: len(plain)],
            _marked(places, second),
        ],
        dtype=np.uint64,
    )


@cache
def _kinds() -> dict[str, int]:
    kinds = {char: number for number, (_name, chars) in enumerate(_KINDS, start=4) for char in chars}
    given = dict.fromkeys(SELDOM_GIVEN, 1) | {
        char: 2 + (place < 150) for place, char in reversed(list(enumerate(GIVEN)))
    }
    surnames = dict.fromkeys(CLASSIC, 1) | {
        char: 2 + (place < 150) + (place < 50) for place, char in reversed(list(enumerate(COMMON)))
    }
    for char in {*given, *surnames, *SYLLABLES}:
        kinds[char] = _HAN + 1 + 8 * surnames.get(char, 0) + 2 * given.get(char, 0) + 64 * (char in SYLLABLES)
    return kinds


def _kind(char: str) -> int:
    """How common the character is in surnames and given names, whether it writes sounds; what mark it is otherwise."""
    known = _kinds().get(char)
    if known is not None:
        return known
    if "\u4e00" <= char <= "\u9fff":
        return _HAN
    return _LOWER if char.islower() else _UPPER if char.isupper() else _OTHER


def _coarse(kind: int) -> int:
    """Only whether it may be in a surname, in a given name."""
    if kind <= _HAN:
        return kind
    code = (kind - _HAN - 1) % 64
    return _HAN + 1 + 2 * (code >= 8) + (code % 8 >= 2)


def _cut(plain: str) -> tuple[list[int], list[int]]:
    """For each character the word of the dictionary that it stands in, and its place in it."""
    words: list[int] = []
    cut: list[int] = []
    for word in rjieba.cut(plain, False):
        words += [_stable(word)] * len(word)
        cut += _within(len(word))
    return words, cut


def _tags(plain: str) -> list[int]:
    """For each character the kind of its word, guessed names among them, and its place in the word."""
    tags: list[int] = []
    for word, tag in rjieba.tag(plain):
        kind = "R" if tag.startswith("nr") else "S" if tag.startswith("ns") else tag[:1]
        tags += [4 * ord(kind or " ") + place for place in _within(len(word))]
    return tags


@cache
def _within(length: int) -> tuple[int, ...]:
    """0 for a word of one character; else 1 where it begins, 2 within, 3 where it ends."""
    return (1, *[2] * (length - 2), 3) if length > 1 else (0,)


def _stable(word: str) -> int:
    """A number for a word that is the same in every run."""
    number = 0
    for char in word:
        number = (number * 1_000_003 + ord(char)) % (1 << 61)
    return number


def _before(plain: str, kinds: list[int]) -> list[int]:
    """For each character the groups of the longest known word that ends in front of it, or the mark that stands there."""
    found = [999]
    for end in range(1, len(plain)):
        bits = next(
            (
                ENDING_HERE[word]
                for start in range(max(0, end - LONGEST), end)
                if (word := plain[start:end]) in ENDING_HERE
            ),
            0,
        )
        found.append(bits or 256 + min(kinds[end - 1], _HAN))
    return found[: len(plain)]


def _behind(plain: str, kinds: list[int]) -> list[int]:
    """For each character the groups of the longest known word that begins with it, or what mark it is."""
    found = []
    for start in range(len(plain)):
        bits = next(
            (
                BEGINNING_HERE[word]
                for end in range(min(len(plain), start + LONGEST), start, -1)
                if (word := plain[start:end]) in BEGINNING_HERE
            ),
            0,
        )
        found.append(bits or 256 + min(kinds[start], _HAN))
    return found


def _known(plain: str, length: int) -> list[int]:
    """Whether a word of so many characters in the dictionary holds this character and the one before."""
    over = [0] * len(plain)
    for start in range(len(plain) - length + 1):
        word = plain[start : start + length]
        if rjieba.has_word(word):
            for at in range(start + 1, start + length):
                over[at] = 1
    return over


def _compounds(plain: str) -> list[int]:
    """1 and 2 on the characters of a surname of two."""
    begins = [plain[at : at + 2] in _COMPOUNDS for at in range(len(plain))]
    return [1 if here else 2 if before else 0 for here, before in zip(begins, [False, *begins], strict=False)]


def _pieces(plain: str) -> list[int]:
    """1 where a piece of a transliterated name begins, 2 within, 3 on a character that writes sounds, 4 on a dot."""
    found = [4 if char == "·" else 3 if char in SYLLABLES else 0 for char in plain]
    for piece in _PIECED.finditer(plain):
        found[piece.start() : piece.end()] = [1] + [2] * (piece.end() - piece.start() - 1)
    return found


def _twice(plain: str) -> list[int]:
    """Whether this character and the next stand in the text once more."""
    pairs = [plain[at : at + 2] for at in range(len(plain))]
    counts = Counter(pairs)
    return [int(counts[pair] > 1) for pair in pairs]


def _marked(places: list[int], second: Iterable[tuple[int, int]]) -> list[int]:
    """1 where a stretch of the second tagger begins, 2 within, 3 where it ends."""
    marks = dict[int, int]()
    for start, end in second:
        marks |= dict.fromkeys(range(start, end), 2) | {end - 1: 3} | {start: 1}
    return [marks.get(place, 0) for place in places]
