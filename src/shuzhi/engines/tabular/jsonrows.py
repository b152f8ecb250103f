"""Rows of JSON Lines: one object per line."""

import json
from collections.abc import Iterator
from itertools import chain, islice
from typing import TextIO

from shuzhi.engines.tabular.cells import readable_cell
from shuzhi.engines.tabular.csvrows import LineFeeder, TooLong
from shuzhi.engines.tabular.rows import Problem, Row

# The columns are the keys of so many first rows; a key that first appears later sends its row to the quarantine.
SAMPLE_ROWS = 1000

_Parsed = tuple[int, dict[str, object] | str, Problem | None]


def json_table(text: TextIO, *, row_chars: int) -> tuple[tuple[str, ...], Iterator[Row]]:
    """The columns, in the order in which the keys appear, and the rows. Nested values stay JSON text."""
    objects = _objects(LineFeeder(text, row_chars))
    sample = list(islice(objects, SAMPLE_ROWS))
    columns = tuple(
        dict.fromkeys(key for _line, found, _problem in sample if isinstance(found, dict) for key in found)
    )
    return columns, _rows(chain(sample, objects), columns)


def _objects(feeder: LineFeeder) -> Iterator[_Parsed]:
    while True:
        feeder.start_row()
        try:
            line = next(feeder).strip()
        except StopIteration:
            return
        except TooLong:
            yield feeder.number, feeder.keep_first_line_only(), Problem.TOO_LONG
            continue
        if not line:
            continue
        try:
            found = json.loads(line, parse_float=str, parse_int=str)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            yield feeder.number, line, Problem.NOT_AN_OBJECT
        else:
            yield feeder.number, found, Problem.UNDECODABLE if feeder.undecodable else None


def _rows(objects: Iterator[_Parsed], columns: tuple[str, ...]) -> Iterator[Row]:
    known = set(columns)
    for line, found, problem in objects:
        if isinstance(found, str):
            yield Row(line, [found], problem)
            continue
        values = [_text(found.get(key)) for key in columns]
        strangers = [key for key in found if key not in known]
        if strangers:
            values += [f"{key}={_text(found[key])}" for key in strangers]
            problem = problem or Problem.UNKNOWN_KEY
        yield Row(line, values, problem)


def _text(value: object) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return readable_cell(value)
