"""What would change an answer: a date to wait for, a fact that could differ; and what a reform of a book did."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from . import tree as t
from .binding import bind
from .book import Book, Input
from .kinds import Value, shown_value
from .situation import Situation
from .spans import SPANS
from .walking import Outcome, Walker

HORIZON_YEARS = 40


@dataclass(frozen=True, slots=True)
class Change:
    """The answer becomes `after` from `on` (a day to wait for), or when `name` is `value` (never a fixed fact)."""

    on: date | None
    name: str
    member: int | None
    value: Value
    before: Value
    after: Value
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A rule whose value differs between two replays; `member` None for the household."""

    rule: str
    member: int | None
    before: Value
    after: Value


def nearest_changes(
    book: Book, situation: Situation, target: str, *, as_of: date, member: int | None = None
) -> tuple[Change, ...]:
    """The next day on which the answer changes by itself, then the smallest change of each single fact.

    Dates such as a birth and inputs marked `fixed` are only ever waited for, never proposed.
    """
    walker = Walker(bind(book, as_of=as_of))
    before = _pick(walker.walk(situation), target, member)
    found = [_dated(book, situation, target, as_of, member, before)]
    ask = _Ask(walker, situation, target, member, before)
    for name, whose in _facts(book, situation, target):
        found.append(ask.smallest(book.inputs[name], whose))
    return tuple(change for change in found if change is not None)


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
            if before.household[rule.name] != after.household[rule.name]:
                found.append(
                    Difference(rule.name, None, before.household[rule.name], after.household[rule.name])
                )
            continue
        for number, (old, new) in enumerate(zip(before.members, after.members, strict=True)):
            if old[rule.name] != new[rule.name]:
                found.append(Difference(rule.name, number, old[rule.name], new[rule.name]))
    return tuple(found)


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
        then = _pick(Walker(bind(book, as_of=day, known_on=known_then)).walk(situation), target, member)
        now = _pick(Walker(bind(book, as_of=day, known_on=known_now)).walk(situation), target, member)
        if not isinstance(then, int) or not isinstance(now, int):
            return None
        owed += now - then
    return owed


def _pick(outcome: Outcome, target: str, member: int | None) -> Value:
    if target in outcome.household:
        return outcome.household[target]
    return outcome.members[member or 0][target]


def _facts(book: Book, situation: Situation, target: str) -> Iterator[tuple[str, int | None]]:
    """The facts that the target can depend on, of the household and of each member."""
    needed, waiting = set(), [target]
    while waiting:
        name = waiting.pop()
        if name in needed:
            continue
        needed.add(name)
        rule = book.rules.get(name)
        for version in rule.versions if rule else ():
            waiting += [node.name for node in t.nodes(version.content.tree) if isinstance(node, t.Ref)]
    for given in book.inputs.values():
        if given.name not in needed:
            continue
        if given.entity == "household":
            yield given.name, None
        else:
            yield from ((given.name, number) for number in range(len(situation.members)))


class _Ask:
    """Tries other values of one fact at a time."""

    def __init__(
        self, walker: Walker, situation: Situation, target: str, member: int | None, before: Value
    ) -> None:
        self.walker, self.situation, self.target = walker, situation, target
        self.member, self.before = member, before

    def smallest(self, given: Input, whose: int | None) -> Change | None:
        facts = self.situation.household if whose is None else self.situation.members[whose]
        now = facts.get(given.name)
        if given.fixed or now is None:
            return None
        if isinstance(now, bool):
            return self._change(given, whose, not now, now)
        if isinstance(now, str):
            tried = (self._change(given, whose, code, now) for code in given.kind.codes if code != now)
            return next((change for change in tried if change is not None), None)
        if not isinstance(now, int):
            return None
        both = [
            value
            for value in (self._edge(given, whose, now, end) for end in (given.low, given.high))
            if value is not None
        ]
        best = min(both, key=lambda value: abs(value - now), default=None)
        return None if best is None else self._change(given, whose, best, now)

    def _turned(self, given: Input, whose: int | None, value: Value) -> bool:
        """Whether the answer turns: granted or not for a truth, paid or not for an amount."""
        after = self._after(given, whose, value)
        return after is not None and bool(after) != bool(self.before)

    def _after(self, given: Input, whose: int | None, value: Value) -> Value:
        return _pick(
            self.walker.answer(self.situation.with_value(given.name, whose, value)), self.target, self.member
        )

    def _edge(self, given: Input, whose: int | None, now: int, end: int) -> int | None:
        """The value nearest to `now` on the way to `end` that turns the answer, by halving."""
        if end == now or not self._turned(given, whose, end):
            return None
        same, turned = now, end
        while abs(turned - same) > 1:
            middle = (same + turned) // 2
            same, turned = (same, middle) if self._turned(given, whose, middle) else (middle, turned)
        return turned

    def _change(self, given: Input, whose: int | None, value: Value, now: Value) -> Change | None:
        if not self._turned(given, whose, value):
            return None
        after = self._after(given, whose, value)
        zh, en = (shown_value(value, given.kind, english=english) for english in (False, True))
        old_zh, old_en = (shown_value(now, given.kind, english=english) for english in (False, True))
        label = given.en or given.name
        return Change(
            None,
            given.name,
            whose,
            value,
            self.before,
            after,
            f"如果{given.name}是{zh}（现为{old_zh}），结果会改变",
            f"if {label} were {en} (now {old_en}), the answer would change",
        )


def _dated(
    book: Book, situation: Situation, target: str, as_of: date, member: int | None, before: Value
) -> Change | None:
    """The first day after `as_of` with another answer, if nothing but time changes."""
    for day in sorted(_days(book, situation, as_of)):
        after = _pick(Walker(bind(book, as_of=day)).answer(situation), target, member)
        if after is not None and after != before:
            return Change(
                day,
                "as_of",
                member,
                day,
                before,
                after,
                f"从{day.year}年{day.month}月{day.day}日起，结果会改变",
                f"from {day.day} {day:%B %Y} the answer changes",
            )
    return None


def _days(book: Book, situation: Situation, as_of: date) -> set[date]:
    """Every day on which something can turn: new versions, and ages or periods reaching a written limit."""
    last = date(min(as_of.year + HORIZON_YEARS, date.max.year), 1, 1)
    days: set[date] = set()
    for versions in _versions(book):
        for start, until in versions:
            days |= {start} | ({until + timedelta(days=1)} if until else set())
    starts = {
        value
        for facts in (situation.household, *situation.members)
        for value in facts.values()
        if isinstance(value, date)
    }
    for unit, limit in _limits(book):
        for start in starts:
            for count in (limit, limit + 1):
                reached = _reached(SPANS[unit], start, count, as_of)
                if reached is not None:
                    days.add(reached)
    return {day for day in days if as_of < day <= last}


def _versions(book: Book) -> Iterator[list[tuple[date, date | None]]]:
    yield from ([(v.start, v.until) for v in param.versions] for param in book.params.values())
    yield from ([(v.start, v.until) for v in ladder.versions] for ladder in book.ladders.values())
    yield from ([(v.start, v.until) for v in rule.versions] for rule in book.rules.values())


def _limits(book: Book) -> set[tuple[str, int]]:
    """Every (unit, number) that a span of time is measured against, with the values of parameters and tables."""
    units = {
        node.unit
        for rule in book.rules.values()
        for version in rule.versions
        for node in t.nodes(version.content.tree)
        if isinstance(node, t.Span)
    }
    numbers: set[int] = set()
    for rule in book.rules.values():
        for version in rule.versions:
            for node in t.nodes(version.content.tree):
                if isinstance(node, t.Const) and type(node.value) is int and node.kind.name == "count":
                    numbers.add(node.value)
    for param in book.params.values():
        numbers |= {
            v.content for v in param.versions if type(v.content) is int and param.kind.name == "count"
        }
    for ladder in book.ladders.values():
        if ladder.reached.name == "count":
            numbers |= {low for v in ladder.versions for low, _ in v.content}
    return {(unit, number) for unit in units for number in numbers if abs(number) < 5_000}


def _reached(span: Callable[[date, date], int], start: date, count: int, after: date) -> date | None:
    """The first day on which `count` units have passed since `start`; None when long past or never."""
    low, high = after.toordinal(), min(date.max.toordinal(), after.toordinal() + 366 * HORIZON_YEARS)
    if span(start, date.fromordinal(low)) >= count or span(start, date.fromordinal(high)) < count:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if span(start, date.fromordinal(middle)) >= count else (middle, high)
    return date.fromordinal(high)
