"""Rows of a delimited text file. One damaged row costs one row: reading goes on at the line after it."""

import csv
from collections import deque
from collections.abc import Iterator
from typing import TextIO

from shuzhi.engines.tabular.cells import CONTROLS, ESCAPED_BYTES, UNCLEAN
from shuzhi.engines.tabular.rows import Problem, Row

_DELIMITERS = ",\t;|"


class TooLong(Exception):
    """A row passed the limit of characters."""


class LineFeeder:
    """Hands lines to a parser and remembers those of the present row, so that they can be read differently."""

    def __init__(self, text: TextIO, row_chars: int) -> None:
        self._text = text
        self._limit = row_chars
        self._back: deque[str] = deque()
        self.number = 0
        self.taken: list[str] = []
        self.chars = 0
        self.ended = False
        self.undecodable = False

    def start_row(self) -> None:
        self.taken = []
        self.chars = 0
        self.ended = self.undecodable = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else self._read()
        self.number += 1
        self.taken.append(line)
        self.chars += len(line)
        if self.chars > self._limit:
            raise TooLong
        if UNCLEAN.search(line):
            line = self._clean(line)
        return line

    def _read(self) -> str:
        line = self._text.readline(self._limit + 1)
        if not line:
            self.ended = True
            raise StopIteration
        if len(line) > self._limit:
            rest = line
            while rest and rest[-1] not in "\r\n":
                rest = self._text.readline(self._limit)
        return line

    def _clean(self, line: str) -> str:
        if ESCAPED_BYTES.search(line):
            self.undecodable = True
            line = ESCAPED_BYTES.sub("\ufffd", line)
        return CONTROLS.sub("", line)

    def keep_first_line_only(self) -> str:
        """Give back every line of the present row but the first, which is returned."""
        first, *rest = self.taken
        self._back.extendleft(reversed(rest))
        self.number -= len(rest)
        return self._clean(first[: self._limit])


def sniff_delimiter(text: str) -> str:
    """The character that separates most cells of the first line, quotes left out; a comma when none does."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    outside = "".join(first.split('"')[::2])
    return max(_DELIMITERS, key=outside.count)


def csv_rows(text: TextIO, *, delimiter: str, row_chars: int) -> Iterator[Row]:
    """Every row that is not blank, the title row included. text: opened with newline=""."""
    feeder = LineFeeder(text, row_chars)
    reader = csv.reader(feeder, delimiter=delimiter)
    while True:
        feeder.start_row()
        line = feeder.number + 1
        problem: Problem | None = None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (TooLong, csv.Error):
            problem = Problem.TOO_LONG if len(feeder.taken) == 1 else Problem.UNCLOSED_QUOTE
        # The parser asked for another line in the middle of a row and there was none: a quote was left open.
        if problem is None and feeder.ended:
            problem = Problem.UNCLOSED_QUOTE
        if problem is not None:
            cells = next(csv.reader([feeder.keep_first_line_only()], delimiter=delimiter), [])
        elif feeder.undecodable:
            problem = Problem.UNDECODABLE
        if problem or any(cells):
            yield Row(line, cells, problem)
