"""Which column is which, when every county names them in its own way."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_NOTE = re.compile(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】")
_FILLER = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Field:
    """Something that the reader looks for: its name and the column titles it goes by, best first."""

    name: str
    aliases: tuple[str, ...] = ()


def _plain(title: str) -> str:
    return _FILLER.sub("", unicodedata.normalize("NFKC", title).casefold())


def _without_note(title: str) -> str:
    return _plain(_NOTE.sub("", unicodedata.normalize("NFKC", title)))


def match_columns(columns: Sequence[str], fields: Sequence[Field]) -> dict[str, int]:
    """Where each field stands: {field name: index of its column}; a field without a column is absent.

    Case, width, spaces and punctuation do not matter; a note in brackets is ignored when nothing else fits.
    Never guesses by parts of words. Earlier fields and earlier aliases choose first; no column serves twice.

    >>> match_columns(["区划代码", "Name（必填）"], [Field("code", ("区划代码",)), Field("name")])
    {'code': 0, 'name': 1}
    """
    found: dict[str, int] = {}
    for reading in (_plain, _without_note):
        titles = [reading(title) for title in columns]
        for field in (one for one in fields if one.name not in found):
            free = {title: at for at, title in reversed(list(enumerate(titles))) if at not in found.values()}
            wanted = (_plain(alias) for alias in (field.name, *field.aliases))
            hit = next((free[title] for title in wanted if title and title in free), None)
            if hit is not None:
                found[field.name] = hit
    return {field.name: found[field.name] for field in fields if field.name in found}
