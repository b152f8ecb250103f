"""What an official document says, apart from how it looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

HEADING, SUBHEADING, BODY = "heading", "subheading", "body"

# GB/T 9704-2012, 5.1 and 5.2: A4, 37 mm above and 28 mm left of a text area of 156 mm by 225 mm.
TOP_MM, LEFT_MM = 37, 28
RIGHT_MM, BOTTOM_MM = 210 - 156 - LEFT_MM, 297 - 225 - TOP_MM
# 5.2.2 and 7.3: title of size 2, text of size 3, page number of size 4, in points of the Chinese sizes.
TITLE_PT, TEXT_PT, NUMBER_PT = 22, 16, 14
# 7.2.4 leaves the size of the organ's name to the organ: striking, above the title, and on one line.
ORGAN_PT = 36
LINES_A_PAGE = 22  # 5.2.3
LINE_PT = 225 / 25.4 * 72 / LINES_A_PAGE
WIDE_PT = 156 / 25.4 * 72

# Widths in Chinese characters: a Latin letter takes about half of one. A column is no narrower and no wider than this,
# beside the room around its words.
_LATIN, _FIRST_WIDE = 0.55, 0x2E80
_NARROWEST, _WIDEST, _SHORT, _AROUND = 4.0, 14.0, 10.0, 1.5


@dataclass(frozen=True, slots=True)
class Run:
    """Some words. link: where they lead, "" for nowhere."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a heading. kind: HEADING ("一、"), SUBHEADING ("（一）") or BODY."""

    kind: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """How a column of a table stands. share: its part of the width, 0 to 1.   centred: numbers and a few words are."""

    share: float
    centred: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, the first row being the head; every row as long as the head."""

    rows: tuple[tuple[tuple[Run, ...], ...], ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """As wide as what they hold; the first one names the rows and begins at its left."""
        longest = [
            max(width_of("".join(run.text for run in cell)) for cell in column)
            for column in zip(*self.rows, strict=True)
        ]
        wide = [min(max(one, _NARROWEST), _WIDEST) + _AROUND for one in longest]
        return tuple(
            Column(one / sum(wide), centred=at > 0 and longest[at] <= _SHORT) for at, one in enumerate(wide)
        )


def width_of(words: str) -> float:
    """How wide words are, in Chinese characters of the same size.

    >>> width_of("满意率"), width_of("82.5%")
    (3.0, 2.75)
    """
    return float(sum(1 if ord(one) >= _FIRST_WIDE else _LATIN for one in words))


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialDocument:
    """organ: who issues it, in red at the top.   number: which one of its kind, e.g. "第12期".   day: as it is written.

    label: what must be seen about how it was made, "" for nothing; stands above the text.   made_at: aware; the file's own date.
    properties: what travels in the file, unseen: the keys of a generated text (GB 45438-2025).   language: "zh" or "en".
    """

    organ: str
    number: str
    day: str
    title: str
    blocks: tuple[Block | Table, ...]
    made_at: datetime
    label: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    language: str = "zh"

    @property
    def organ_pt(self) -> float:
        """The size at which the organ's name has room on one line."""
        return min(ORGAN_PT, int(WIDE_PT / max(width_of(self.organ), 1.0)))

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            raise ValueError("made_at needs a time zone")
        for block in self.blocks:
            if isinstance(block, Table) and len({len(row) for row in block.rows}) != 1:
                raise ValueError("the rows of a table are of equal length")
