"""What differs between two dates, two outcomes, or two states of knowledge."""

from dataclasses import dataclass
from datetime import date

from .binding import bind
from .book import Book, Rule
from .kinds import Value, shown_value
from .situation import Situation
from .walking import Outcome, Walker, picked


@dataclass(frozen=True, slots=True)
class Difference:
    """A rule whose value differs between two replays; `member` None for the household."""

    rule: str
    member: int | None
    before: Value
    after: Value
    zh: str = ""
    en: str = ""


def compare_dates(book: Book, situation: Situation, *, first: date, second: date) -> tuple[Difference, ...]:
    """Which rules give another value on the second date, for the same facts."""
    return differences(
        Walker(bind(book, as_of=first)).walk(situation),
        Walker(bind(book, as_of=second)).walk(situation),
        book,
    )


def differences(before: Outcome, after: Outcome, book: Book) -> tuple[Difference, ...]:
    """The rules whose values differ between two outcomes of the same household."""
    found = []
    for rule in book.rules.values():
        if rule.entity == "household":
            found.append(_difference(rule, None, before.household[rule.name], after.household[rule.name]))
            continue
        for number, (old, new) in enumerate(zip(before.members, after.members, strict=True)):
            found.append(_difference(rule, number, old[rule.name], new[rule.name]))
    return tuple(difference for difference in found if difference.before != difference.after)


def _difference(rule: Rule, member: int | None, before: Value, after: Value) -> Difference:
    old, new = (shown_value(value, rule.kind) for value in (before, after))
    old_en, new_en = (shown_value(value, rule.kind, english=True) for value in (before, after))
    whose = ("", "") if member is None else (f"第{member + 1}人的", f" of member {member + 1}")
    more = ("", "")
    if rule.kind.numeric and isinstance(before, int) and isinstance(after, int) and before != after:
        by = shown_value(abs(after - before), rule.kind)
        more = (
            f"，{'增加' if after > before else '减少'}{by}",
            f", {by} {'more' if after > before else 'less'}",
        )
    return Difference(
        rule.name,
        member,
        before,
        after,
        f"{whose[0]}{rule.name}由{old}变为{new}{more[0]}",
        f"{rule.en or rule.name}{whose[1]} changes from {old_en} to {new_en}{more[1]}",
    )


def back_payment(
    book: Book,
    situation: Situation,
    target: str,
    *,
    months: tuple[date, ...],
    known_then: date,
    known_now: date,
    member: int | None = None,
) -> int | None:
    """What is still owed (fen; negative: overpaid): each day replayed as published now less as published then.

    None when any replay is unknown: nothing is paid or reclaimed on a guess.
    """
    owed = 0
    for day in months:
        then = picked(Walker(bind(book, as_of=day, known_on=known_then)).walk(situation), target, member)
        now = picked(Walker(bind(book, as_of=day, known_on=known_now)).walk(situation), target, member)
        if not isinstance(then, int) or not isinstance(now, int):
            return None
        owed += now - then
    return owed
