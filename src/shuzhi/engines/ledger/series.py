"""Running numbers and type codes: nothing may be left out, repeated or called by an unlisted name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from .errors import Malformed

_TYPE_LIST = re.compile(rb"gl1-types\n((?:[a-z0-9][a-z0-9._-]{0,31}\n)*)")


@dataclass(frozen=True)
class Finding:
    """Something that an honest ledger does not show.

    code: gap, repeat, leaf, type, types, reference, bundle, tile, partial, rewritten, checkpoint;
    who reads a directory adds document; a monitor adds quorum, split and unreachable.
    where: the file, entry or series.
    """

    code: str
    where: str
    detail: str

    def __str__(self) -> str:
        return f"{self.code}: {self.where}: {self.detail}"


@dataclass(frozen=True)
class Run:
    """Consecutive numbers of one series, the first of them at entry `index`.   series: "organ series"."""

    series: str
    first: int
    last: int
    index: int


@dataclass
class SeriesWatch:
    """Remembers the last number of every series and says where one is missing or comes again."""

    last: dict[str, int] = field(default_factory=dict)

    def see(self, run: Run) -> list[Finding]:
        expected = self.last.get(run.series, 0) + 1
        self.last[run.series] = max(run.last, expected - 1)
        where = f"{run.series} (entry {run.index})"
        if run.first > expected:
            return [Finding("gap", where, f"{_numbers(expected, run.first - 1)} missing")]
        if run.first < expected:
            return [
                Finding("repeat", where, f"{_numbers(run.first, min(run.last, expected - 1))} given again")
            ]
        return []


def _numbers(first: int, last: int) -> str:
    return f"number {first} is" if first == last else f"numbers {first} to {last} are"


def format_type_list(codes: Iterable[str]) -> bytes:
    """The public document that a `log.types` entry names: a heading, then the codes in order, one per line."""
    raw = "".join(["gl1-types\n", *(f"{code}\n" for code in sorted(set(codes)))]).encode()
    parse_type_list(raw)
    return raw


def parse_type_list(raw: bytes) -> frozenset[str]:
    """Read a list of type codes.   Raises Malformed."""
    match = _TYPE_LIST.fullmatch(raw)
    if not match:
        raise Malformed("type list: not a heading and codes")
    codes = match[1].decode("ascii").split("\n")[:-1]
    if codes != sorted(set(codes)):
        raise Malformed("type list: not in order, or a code appears twice")
    return frozenset(codes)
