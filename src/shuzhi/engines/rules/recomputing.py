"""A decision that anyone can compute again: the book's text, the facts, and the values that were claimed.

A claim is JSON: `{"digest", "as_of", "known_on", "situation", "values": {"household": {rule: value}, "members":
[{"id", rule: value, …}]}}`, with the situation and the values in the shape of `calculate`. `known_on` null means
everything in the book was known.
"""

from dataclasses import dataclass
from datetime import date

from .book import Book
from .calculating import Json, calculate
from .findings import InputRefused
from .reading import read_book


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A value that the book does not give; `member` is empty for the household."""

    rule: str
    member: str
    claimed: object
    computed: object


class AnotherBook(ValueError):
    """The text is not the book that the claim names."""

    def __init__(self, claimed: str, found: str) -> None:
        self.claimed, self.found = claimed, found
        super().__init__(f"the claim names the book {claimed}, the text is {found}")


def claim(book: Book, situation: Json, *, as_of: date, known_on: date | None = None) -> Json:
    """What a decision rests on and gives, ready to be sealed. Raises InputRefused."""
    return {
        "digest": book.digest,
        "as_of": as_of.isoformat(),
        "known_on": known_on.isoformat() if known_on else None,
        "situation": situation,
        "values": _values(book, situation, as_of, known_on),
    }


def recompute(text: str, claimed: object) -> tuple[Discrepancy, ...]:
    """Every claimed value that the book does not give for these facts; empty when all hold.

    Raises BookRefused, AnotherBook, or InputRefused when the claim has not its form.
    """
    if not isinstance(claimed, dict) or not isinstance(claimed.get("values"), dict):
        raise InputRefused("A claim has digest, as_of, situation and values.")
    book = read_book(text)
    if claimed.get("digest") != book.digest:
        raise AnotherBook(str(claimed.get("digest"))[:64], book.digest)
    found = _values(book, claimed.get("situation"), _day(claimed, "as_of"), _day_or_none(claimed, "known_on"))
    values = claimed["values"]
    wrong = _differing("", values.get("household", {}), found["household"])
    listed = values.get("members", [])
    people = {member["id"]: member for member in found["members"]}
    for member in listed if isinstance(listed, list) else [None]:
        name = str(member.get("id")) if isinstance(member, dict) else ""
        if name not in people:
            raise InputRefused(f"The claim names the member `{name[:40]}`, who is not in the situation.")
        wrong += _differing(name, member, people[name])
    return tuple(wrong)


def _values(book: Book, situation: object, as_of: date, known_on: date | None) -> Json:
    result = calculate(book, [situation], as_of=as_of, known_on=known_on)["results"][0]
    if "error" in result:
        raise InputRefused(result["error"])
    return {"household": result["household"], "members": result["members"]}


def _differing(member: str, claimed: object, computed: Json) -> list[Discrepancy]:
    if not isinstance(claimed, dict):
        raise InputRefused("Claimed values are objects with a value for each rule.")
    return [
        Discrepancy(str(rule)[:40], member, value, computed.get(rule))
        for rule, value in claimed.items()
        if rule != "id" and not (rule in computed and _same(value, computed[rule]))
    ]


def _same(claimed: object, computed: object) -> bool:
    """Equal, and both a truth or neither: 1 yuan is not `true`."""
    return claimed == computed and isinstance(claimed, bool) == isinstance(computed, bool)


def _day(claimed: Json, key: str) -> date:
    try:
        return date.fromisoformat(str(claimed.get(key)))
    except ValueError:
        raise InputRefused(f"`{key}` of the claim is no day, as in 2025-07-01.") from None


def _day_or_none(claimed: Json, key: str) -> date | None:
    return None if claimed.get(key) is None else _day(claimed, key)
