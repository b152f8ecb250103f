"""Reads Chinese words out of Latin letters: whole syllables ("ludeng") and first letters ("ld")."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, cached_property

from shuzhi.engines.text.features import paired

_HAN = re.compile(r"[㐀-鿿]{2,8}")
_LETTERS = re.compile(r"[a-zü]+(?:[ '’][a-zü]+)*")
_VOWEL = re.compile(r"[aeiouv]")
_LONGEST_SECTION = 60
"""Letters that are read as one stretch of pinyin; nobody types more without a mark."""
_READ_AT_MOST = 2_000
_LONGEST_SYLLABLE = 6
_INITIALS = range(2, 7)
"""How many first letters stand for a word."""


class Spelling:
    """Words by how they are spelt in pinyin without tones.

    >>> Spelling(["路灯", "物业费"]).read("ludeng huai le"), Spelling(["路灯", "物业费"]).first_letters("wyf")
    (('路灯',), ('物业费',))
    """

    def __init__(self, words: Iterable[str]) -> None:
        """words: those of two to eight Chinese characters are known, others are not."""
        self._words = sorted({word for word in words if _HAN.fullmatch(word)})

    def read(self, text: str) -> tuple[str, ...]:
        """The words that letters in the text spell out; letters that are no pinyin, such as English, spell none."""
        found = (word for section in _sections(text) for word in self._spelt(section.replace(" ", "")))
        return tuple(dict.fromkeys(found))

    def first_letters(self, text: str) -> tuple[str, ...]:
        """The words whose syllables begin with the letters of one of the text's runs that is no pinyin itself."""
        runs = (run for section in _sections(text) for run in section.split(" ") if len(run) in _INITIALS)
        found = (word for run in runs if len(run) not in _bounds(run) for word in self._known[1].get(run, ()))
        return tuple(dict.fromkeys(found))

    def _spelt(self, letters: str) -> Iterator[str]:
        bounds = _bounds(letters)
        if len(letters) not in bounds:
            return
        at, whole = 0, self._known[0]
        while at < len(letters):
            ends = (end for end in range(len(letters), at, -1) if end in bounds and letters[at:end] in whole)
            end = next(ends, None)
            if end is not None:
                yield from whole[letters[at:end]]
            at = end or min(bound for bound in bounds if bound > at)

    @cached_property
    def _known(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Words by all their letters and by their first letters, made when somebody first types letters."""
        from pypinyin import lazy_pinyin  # its tables take 50 MB, which most processes never need

        whole: dict[str, list[str]] = {}
        initials: dict[str, list[str]] = {}
        for word in self._words:
            syllables = lazy_pinyin(word)
            whole.setdefault("".join(syllables), []).append(word)
            initials.setdefault("".join(one[0] for one in syllables), []).append(word)
        return whole, initials


@cache
def _syllables() -> frozenset[str]:
    """Every syllable without its tone; sounds without a vowel ("hm") are left out, for they begin other words."""
    from pypinyin import lazy_pinyin, pinyin_dict

    return frozenset(filter(_VOWEL.search, lazy_pinyin([chr(code) for code in pinyin_dict.pinyin_dict])))


def _sections(text: str) -> Iterator[str]:
    plain = paired(text[:_READ_AT_MOST]).lower().replace("ü", "v")
    for found in _LETTERS.finditer(plain):
        yield re.sub(r"[ '’]", " ", found[0])[:_LONGEST_SECTION]


def _bounds(letters: str) -> set[int]:
    """Where syllables may begin or end, read from the front."""
    bounds, syllables = {0}, _syllables()
    for at in range(len(letters)):
        if at in bounds:
            ends = range(at + 1, min(len(letters), at + _LONGEST_SYLLABLE) + 1)
            bounds.update(end for end in ends if letters[at:end] in syllables)
    return bounds
