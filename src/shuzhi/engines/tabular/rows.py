"""What a table is, what can be wrong with one of its rows, and what makes a whole file unreadable."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Problem(StrEnum):
    """Why a row could not be read as it stands. The caller puts it into words of its own language."""

    UNDECODABLE = "undecodable"
    UNCLOSED_QUOTE = "unclosed_quote"
    TOO_LONG = "too_long"
    TOO_MANY_CELLS = "too_many_cells"
    NOT_AN_OBJECT = "not_an_object"
    UNKNOWN_KEY = "unknown_key"


class Row(NamedTuple):
    """One row. `line`: its first line in the file, from 1.  `values`: one text per column, in the columns' order.

    With a `problem`, values are a best effort (there may be more of them than columns) meant for the quarantine only.
    """

    line: int
    values: list[str]
    problem: Problem | None = None


@dataclass(frozen=True)
class Limits:
    """How much a file may ask of the machine.

    row_chars stays below the 131,072 characters at which the csv module gives up on a field.
    expansion: uncompressed bytes per compressed byte of a workbook; honest ones stay below 60.
    strings_bytes: the part of a workbook that has to be held in memory.
    workbook_bytes: a workbook that arrives in chunks, which has to be held in memory as it is.
    """

    file_bytes: int = 2 << 30
    row_chars: int = 120_000
    columns: int = 512
    zip_entries: int = 2_000
    zip_bytes: int = 1 << 30
    strings_bytes: int = 128 << 20
    workbook_bytes: int = 64 << 20
    expansion: int = 200


class UnreadableTable(ValueError):
    """The whole file cannot be read. `code` is stable, one of: empty, no_header, too_large, too_many_columns,
    old_workbook, damaged_workbook, zip_bomb, json_array. `details` are the figures for the sentence.
    """

    def __init__(self, code: str, **details: int | str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass
class Table:
    """An open table. `rows` streams and can be read once; blank rows are not rows.

    encoding: Python's name of the codec, "" for a workbook.  format: "csv", "xlsx" or "jsonl".
    """

    columns: tuple[str, ...]
    rows: Iterator[Row]
    encoding: str
    format: str
