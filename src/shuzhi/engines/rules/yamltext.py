"""YAML 1.2 text to nodes with positions: bounded, without aliases, tags or guesses.

PyYAML reads YAML 1.1, where `on`, `yes` and `no` are truth values and 1:30 is a number; ruamel.yaml reads 1.2.
Only its event stream is used: no constructor ever runs, and the core schema is applied here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from .findings import BookRefused, Fault, Place

MAX_CHARACTERS = 1_000_000
MAX_LINE = 4_000
MAX_NODES = 60_000
MAX_DEPTH = 12

Scalar = str | bool | int | Decimal | date | None

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}\Z")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,9}\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_WORDS: dict[str, Scalar] = {"": None, "~": None, "null": None, "true": True, "false": False}
_OLD_TRUTH = {"on", "off", "yes", "no", "y", "n"}


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar, a list or a mapping, with its position; `quoted` scalars are always text."""

    value: "Scalar | tuple[Node, ...] | dict[str, Node]"
    place: Place
    quoted: bool = False
    key_places: dict[str, Place] | None = None


def read_yaml(text: str, *, name: str = "book") -> Node:
    """The one document of a text as nodes.

    Raises BookRefused with line and column: not YAML, too large, too deep, an alias, a tag, a repeated key.
    """
    try:
        _check_size(text)
        return _Reader(text).read()
    except Fault as fault:
        raise BookRefused(name, (fault.finding,)) from None


def _check_size(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise Fault(
            Place(1, 1), "too-large", f"The book has more than {MAX_CHARACTERS:,} characters.", "split it."
        )
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > MAX_LINE:
            raise Fault(
                Place(number, MAX_LINE), "long-line", f"The line is longer than {MAX_LINE:,}.", "break it."
            )


class _Reader:
    def __init__(self, text: str) -> None:
        self._events: Iterator[Event] = iter(YAML(typ="safe", pure=True).parse(text))
        self._nodes = 0

    def read(self) -> Node:
        try:
            event = next(self._events)
            while not isinstance(event, DocumentStartEvent):
                event = next(self._events)
            node = self._node(next(self._events), 0)
            next(self._events)
            if isinstance(again := next(self._events), DocumentStartEvent):
                raise Fault(_place(again), "two-documents", "The file has two documents.", "keep one.")
        except StopIteration:
            raise Fault(Place(1, 1), "empty", "The file is empty.", "start with `policy:`.") from None
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
            raise Fault(
                place, "yaml", f"Not YAML: {error.problem}.", "check indentation, quotes and colons."
            ) from None
        except (YAMLError, ValueError) as error:
            raise Fault(Place(1, 1), "yaml", f"Not YAML: {type(error).__name__}.", "save as UTF-8.") from None
        return node

    def _node(self, event: Event, depth: int) -> Node:
        place = _place(event)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise Fault(place, "too-large", f"More than {MAX_NODES:,} values.", "split the book.")
        if depth > MAX_DEPTH:
            raise Fault(place, "too-deep", f"Nested deeper than {MAX_DEPTH}.", "flatten it.")
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise Fault(
                place, "alias", "Anchors and aliases are refused.", "write the value out where it is used."
            )
        if getattr(event, "tag", None):
            raise Fault(place, "tag", "Tags are refused.", "remove the `!tag`.")
        if isinstance(event, ScalarEvent):
            quoted = event.style is not None
            return Node(str(event.value) if quoted else _scalar(str(event.value), place), place, quoted)
        if isinstance(event, SequenceStartEvent):
            return self._list(place, depth)
        if isinstance(event, MappingStartEvent):
            return self._mapping(place, depth)
        raise Fault(place, "empty", "The file holds no value.", "start with `policy:`.")

    def _list(self, place: Place, depth: int) -> Node:
        items: list[Node] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return Node(tuple(items), place)

    def _mapping(self, place: Place, depth: int) -> Node:
        values: dict[str, Node] = {}
        places: dict[str, Place] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            here = _place(event)
            if not isinstance(event, ScalarEvent):
                raise Fault(here, "key", "A key must be one word.", "write `name: value`.")
            self._node(event, depth + 1)
            key = str(event.value)
            if event.style is None and key.lower() in _OLD_TRUTH:
                raise Fault(
                    here,
                    "old-truth",
                    f"The key `{key}` is a truth value to YAML 1.1 readers.",
                    "choose another name.",
                )
            if key in values:
                raise Fault(here, "repeated-key", f"`{key}` stands here twice.", "remove one of the two.")
            values[key] = self._node(next(self._events), depth + 1)
            places[key] = here
        return Node(values, place, key_places=places)


def _place(event: Event) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1)


def _scalar(text: str, place: Place) -> Scalar:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return Decimal(text)
    if _DATE.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Fault(
                place, "date", f"{text} is no day of the calendar.", "write an existing day."
            ) from None
    return text
