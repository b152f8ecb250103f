"""Situations as JSON in, every rule's value as JSON out: the shape of `shuzhi rules calculate`.

In: `{"situations": [{"id": "a", "household": {"家庭财产": 5000}, "members": [{"id": "p1", "月收入": 800.5}]}]}`.
Amounts are in the unit of the book (yuan, m², 0.9 for 90 %), dates are "2025-07-01"; null or absent is unknown.
Other shapes that systems write are in `shapes`.

Out: `{"policy", "digest", "as_of", "demo", "gaps", "results": [{"id", "household": {rule: value}, "members":
[{"id", rule: value, …}], "missing": {rule: [{"name", "member"}]}}]}` with null for unknown. A situation that
the book refuses has `{"id", "error"}` instead, and the others are still answered.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from .binding import bind
from .book import Book, Input
from .explaining import Explainer, Missing
from .findings import InputRefused
from .kinds import Kind, Value, day_of, scaled
from .shapes import one_shape, situations_in
from .situation import Situation
from .walking import Outcome

Json = dict[str, Any]


def calculate(book: Book, situations: object, *, as_of: date, known_on: date | None = None) -> Json:
    """Every rule for every situation. Raises InputRefused when the whole is no list of situations."""
    explainer = Explainer(bind(book, as_of=as_of, known_on=known_on))
    listed = situations_in(book, situations)
    return {
        "policy": book.policy,
        "digest": book.digest,
        "as_of": as_of.isoformat(),
        "demo": not book.verified,
        "gaps": list(explainer.program.gaps),
        "results": [_result(explainer, item, number) for number, item in enumerate(listed, 1)],
    }


def situation_of(book: Book, given: object) -> tuple[Situation, tuple[str, ...]]:
    """A JSON situation in the steps of the book, with the members' ids. Raises InputRefused."""
    if not isinstance(given, dict):
        raise InputRefused("A situation is an object with `household` and `members`.")
    unknown = set(given) - {"id", "household", "members", "persons"}
    if unknown:
        raise InputRefused(f"A situation has no {', '.join(sorted(map(str, unknown))[:5])}.")
    household = given.get("household") or {}
    people = given.get("members", given.get("persons")) or []
    if isinstance(people, dict):
        people = [{"id": key, **_object(value)} for key, value in people.items()]
    if not isinstance(people, list):
        raise InputRefused("`members` is a list of objects.")
    ids = tuple(str(_object(person).get("id", number)) for number, person in enumerate(people, 1))
    if len(set(ids)) != len(ids):
        raise InputRefused("Two members have the same id.")
    members = tuple(_facts(book, {k: v for k, v in person.items() if k != "id"}) for person in people)
    return Situation(_facts(book, _object(household)), members), ids


def _object(value: object) -> Json:
    if not isinstance(value, dict):
        raise InputRefused("An object with names and values is wanted.")
    return value


def _facts(book: Book, given: Mapping[str, object]) -> dict[str, Value]:
    facts: dict[str, Value] = {}
    for name, value in given.items():
        known = book.inputs.get(name)
        if known is None:
            raise InputRefused(f"`{str(name)[:40]}` is no input of {book.policy}.")
        facts[name] = None if value is None else _step(known, value)
    return facts


def _step(given: Input, value: object) -> Value:
    kind = given.kind
    if kind.numeric and isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            steps = scaled(Decimal(str(value)[:30]), kind)
        except (InvalidOperation, ValueError, OverflowError):
            steps = None
        if steps is not None:
            return steps
    elif kind.name == "date" and isinstance(value, str):
        if (day := day_of(value)) is not None:
            return day
    elif (kind.name == "truth" and isinstance(value, bool)) or (
        kind.name == "code" and isinstance(value, str)
    ):
        return value
    raise InputRefused(f"`{given.name}`: {str(value)[:40]!r} is no {kind.shown()}{_wanted(given)}.")


def _wanted(given: Input) -> str:
    """How a value of an input is written, for the message."""
    kind = given.kind
    if kind.name == "code":
        return f"; one of {', '.join(kind.codes)}"
    if kind.numeric:
        decimals = len(str(kind.scale)) - 1
        return f" with at most {decimals} decimals" if decimals else " (a whole number)"
    return "; write 2025-07-01" if kind.name == "date" else "; write true or false"


def _result(explainer: Explainer, given: object, number: int) -> Json:
    name = str(given.get("id", number)) if isinstance(given, dict) else str(number)
    try:
        book, as_of = explainer.program.book, explainer.program.as_of
        situation, ids = situation_of(book, one_shape(book, given, as_of))
        outcome = explainer.walker.walk(situation)
    except InputRefused as refusal:
        return {"id": name, "error": str(refusal)}
    rules = explainer.program.book.rules.values()
    household = {r.name: plain(outcome.household[r.name], r.kind) for r in rules if r.entity == "household"}
    members = [
        {"id": key, **{r.name: plain(facts[r.name], r.kind) for r in rules if r.entity == "person"}}
        for key, facts in zip(ids, outcome.members, strict=True)
    ]
    return {
        "id": name,
        "household": household,
        "members": members,
        "missing": _missing(explainer, outcome, ids),
    }


def _missing(explainer: Explainer, outcome: Outcome, ids: tuple[str, ...]) -> Json:
    found: dict[str, dict[Missing, None]] = {}
    for rule in explainer.program.book.rules.values():
        for member in [None] if rule.entity == "household" else range(len(ids)):
            facts = outcome.household if member is None else outcome.members[member]
            if facts[rule.name] is None:
                lacking = explainer.lacking(outcome, rule.name, member=member)
                found.setdefault(rule.name, {}).update(dict.fromkeys(lacking))
    return {
        rule: [{"name": m.name, "member": None if m.member is None else ids[m.member]} for m in listed]
        for rule, listed in found.items()
    }


def plain(value: Value, kind: Kind) -> object:
    """A value for JSON: numbers in the book's unit, dates as text."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        whole, rest = divmod(value, kind.scale)
        return whole if rest == 0 else float(Decimal(value) / kind.scale)
    return value.isoformat() if isinstance(value, date) else str(value)
