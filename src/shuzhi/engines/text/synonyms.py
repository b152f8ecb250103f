"""What else a search looks for: other words for the same thing, and the words that somebody spelt in pinyin.

The groups of words come with the program as a table and may be replaced group by group by a county's own.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from shuzhi.engines.text.spelling import Spelling

ANOTHER_WORD, SPELT, FIRST_LETTERS = 0.7, 1.0, 0.6
"""How much a word counts that was not written itself: said another way, spelt out, or only its first letters."""


@dataclass(frozen=True, slots=True)
class SynonymGroup:
    """Words for one thing, at least two unless the group is switched off; the name is the official one."""

    code: str
    name: str
    name_en: str
    words: tuple[str, ...]


@cache
def builtin_synonyms() -> tuple[SynonymGroup, ...]:
    """The groups that come with the program: authored from general knowledge of how people speak to a hotline."""
    table = files("shuzhi.engines.text").joinpath("data", "synonyms.csv").read_text(encoding="utf-8")
    return tuple(
        SynonymGroup(row["code"], row["name"], row["name_en"], tuple(row["words"].split("|")))
        for row in csv.DictReader(io.StringIO(table))
    )


class Thesaurus:
    """Knows for words of a question which others to look for.

    >>> Thesaurus(builtin_synonyms()).others("街灯熄了")[0]
    ('路灯', 0.7)
    """

    def __init__(self, groups: Iterable[SynonymGroup] = (), vocabulary: Iterable[str] = ()) -> None:
        """vocabulary: words that may be spelt in pinyin, besides those of the groups."""
        self._groups = tuple(group for group in groups if len(group.words) > 1)
        self._vocabulary = frozenset(vocabulary)
        self._spelling = Spelling({*self._vocabulary, *(word for one in self._groups for word in one.words)})

    def knowing(self, words: Iterable[str]) -> "Thesaurus":
        """The same with more words that may be spelt in pinyin."""
        return Thesaurus(self._groups, self._vocabulary.union(words))

    def others(self, question: str) -> list[tuple[str, float]]:
        """The words to look for besides the question's own, each with how much it counts (0 to 1)."""
        spelt, initials = self._spelling.read(question), self._spelling.first_letters(question)
        read = "\n".join((question, *spelt))
        same = [
            word
            for group in self._groups
            if any(word in read for word in group.words)
            for word in group.words
        ]
        weighed = ((spelt, SPELT), (same, ANOTHER_WORD), (initials, FIRST_LETTERS))
        found: dict[str, float] = {}
        for words, weight in weighed:
            for word in words:
                found.setdefault(word, weight)
        return list(found.items())

    def spelt(self, words: str) -> tuple[str, ...]:
        """The Chinese words that the letters in it stand for, spelt out or by their first letters."""
        return (*self._spelling.read(words), *self._spelling.first_letters(words))
