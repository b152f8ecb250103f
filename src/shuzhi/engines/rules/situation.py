"""One household as a book sees it: its facts and its members' facts, unknown where nobody said."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .book import Book, Input
from .calls import MAX_MEMBERS
from .findings import InputRefused
from .kinds import Value, shown_value


@dataclass(frozen=True, slots=True)
class Situation:
    """Facts by input name, in the steps of their kind (money in fen); a name left out is unknown."""

    household: Mapping[str, Value] = field(default_factory=dict)
    members: tuple[Mapping[str, Value], ...] = ()

    def with_value(self, name: str, member: int | None, value: Value) -> "Situation":
        """The same household with one fact changed; `member` None: a fact of the household."""
        if member is None:
            return Situation({**self.household, name: value}, self.members)
        changed = {**self.members[member], name: value}
        return Situation(self.household, (*self.members[:member], changed, *self.members[member + 1 :]))


def check_situation(book: Book, situation: Situation) -> None:
    """Refuse unknown names, values of another kind or out of range, and households of more than 200."""
    if len(situation.members) > MAX_MEMBERS:
        raise InputRefused(f"The household has {len(situation.members)} members; {MAX_MEMBERS} is the limit.")
    for name, value in situation.household.items():
        _check(book, name, value, "household")
    for number, member in enumerate(situation.members, 1):
        for name, value in member.items():
            _check(book, name, value, "person", f" of member {number}")


def _check(book: Book, name: str, value: Value, entity: str, whose: str = "") -> None:
    given = book.inputs.get(name)
    if given is None or given.entity != entity:
        raise InputRefused(f"`{name}`{whose} is no {entity} input of {book.policy}.")
    if value is not None and not fits(given, value):
        shown = shown_value(value, given.kind, english=True)
        raise InputRefused(
            f"`{name}`{whose}: {shown[:40]} is no {given.kind.shown()} that this book accepts{_span(given)}."
        )


def _span(given: Input) -> str:
    """The least and the most of an amount, for the message."""
    if not given.kind.numeric:
        return ""
    low, high = (shown_value(one, given.kind, english=True) for one in (given.low, given.high))
    return f" ({low} to {high})"


def fits(given: Input, value: Value) -> bool:
    """Whether a value is of the input's kind and range."""
    kind = given.kind
    if kind.name == "truth":
        return isinstance(value, bool)
    if kind.numeric:
        return isinstance(value, int) and not isinstance(value, bool) and given.low <= value <= given.high
    if kind.name == "code":
        return isinstance(value, str) and value in kind.codes
    return not isinstance(value, str | int) and value is not None
