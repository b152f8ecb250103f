"""The text of a brief, as a person edits it: headings, paragraphs, tables, and numbers that know where they come from.

A line "# …" is a heading, "## …" a smaller one, "| … | … |" the row of a table, any other a paragraph. "[92.3%](4)" is
a number that rests on the fourth figure of the brief.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

FIGURE = re.compile(r"\[([^\[\]\n]{1,160})\]\((\d{1,4})\)")
HEADING, SUBHEADING, BODY = "heading", "subheading", "body"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, or a number. figure: which one it rests on, counted from 1; 0 for plain words."""

    words: str
    figure: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """kind: HEADING, SUBHEADING or BODY."""

    kind: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first row is its head, and every row is as long."""

    rows: tuple[tuple[tuple[Piece, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A line of the comparison. kind: same, removed or added."""

    kind: str
    words: str


def plain(words: str) -> str:
    """Words of people for a place inside of a line: nothing in them is read as a heading, a table or a number.

    >>> plain("# a\\n[1](2) | b")
    '＃ a ［1］(2) ｜ b'
    """
    told = " ".join(_CONTROL.sub(" ", words).split())
    told = told.replace("[", "［").replace("]", "］").replace("|", "｜")
    return "＃" + told[1:] if told.startswith("#") else told


def cleaned(text: str) -> str:
    """What a form sent, without what no file can hold; one kind of line end."""
    lines = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def read(text: str) -> list[Line | Grid]:
    """The parts of a text in order; rows of a table that are too short are filled, too long ones cut."""
    parts: list[Line | Grid] = []
    rows: list[list[tuple[Piece, ...]]] = []
    for line in [*text.split("\n"), ""]:
        if line.startswith("|"):
            rows.append([_pieces(cell.strip()) for cell in line.strip().strip("|").split("|")])
            continue
        if rows:
            parts.append(_grid(rows))
            rows = []
        if line.strip():
            parts.append(_line(line.strip()))
    return parts


def figures_named(text: str) -> list[tuple[str, int]]:
    """Every number of a text with the figure that it rests on."""
    return [(shown, int(number)) for shown, number in FIGURE.findall(text)]


def difference(before: str, after: str) -> list[Changed]:
    """What was changed, line by line.

    >>> [one.kind for one in difference("a\\nb\\nc", "a\\nd\\nc")]
    ['same', 'removed', 'added', 'same']
    """
    old, new = _lines(before), _lines(after)
    found: list[Changed] = []
    for tag, a, b, x, y in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Changed("same", line) for line in old[a:b]]
        else:
            found += [Changed("removed", line) for line in old[a:b]]
            found += [Changed("added", line) for line in new[x:y]]
    return found


def rows_of(cells: Iterable[Sequence[str]]) -> str:
    """Rows as the text has them."""
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _line(line: str) -> Line:
    for mark, kind in (("## ", SUBHEADING), ("# ", HEADING)):
        if line.startswith(mark):
            return Line(kind, _pieces(line.removeprefix(mark).strip()))
    return Line(BODY, _pieces(line))


def _grid(rows: list[list[tuple[Piece, ...]]]) -> Grid:
    width = len(rows[0])
    return Grid(tuple(tuple((row + [()] * width)[:width]) for row in rows))


def _pieces(words: str) -> tuple[Piece, ...]:
    return tuple(_parts(words))


def _parts(words: str) -> Iterator[Piece]:
    place = 0
    for found in FIGURE.finditer(words):
        if found.start() > place:
            yield Piece(words[place : found.start()])
        yield Piece(found[1], int(found[2]))
        place = found.end()
    if place < len(words):
        yield Piece(words[place:])
