"""From the body of an event, as the outbox keeps it, back to the event: by the types of its fields, made once for each class.

What announces checks and writes bodies; reading them is trusted, and takes a third of the time of checking them again.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from shuzhi.spine.events import Event

Reader = Callable[[Mapping[str, Any]], Event]


_readers: dict[str, Reader] = {}


def reader_of(event_class: type[Event]) -> Reader:
    """Reads bodies of one class. A field that the body lacks keeps its default; what the class lacks is left out.

    A body without a field that has no default is a TypeError.
    """
    name = event_class.__name__
    if name not in _readers:
        _readers[name] = _make_reader(event_class)
    return _readers[name]


def _make_reader(event_class: type[Event]) -> Reader:
    hints = get_type_hints(event_class)
    names = [field.name for field in fields(event_class)]
    turned = [(name, turn) for name in names if (turn := _turn(hints[name]))]
    known = frozenset(names)

    def read(body: Mapping[str, Any]) -> Event:
        values = dict(body) if body.keys() <= known else {key: body[key] for key in body.keys() & known}
        for name, turn in turned:
            value = values.get(name)
            if value is not None:
                values[name] = turn(value)
        return event_class(**values)

    return read


def _turn(hint: Any) -> Callable[[Any], object] | None:
    """What makes a value of JSON the value of a field; None where they are the same."""
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (one for one in get_args(hint) if one is not NoneType)
    if hint is datetime:
        return datetime.fromisoformat
    if hint is date:
        return date.fromisoformat
    return tuple if get_origin(hint) is tuple else None
