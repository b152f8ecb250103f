"""What would change an answer: a date to wait for, or a fact that could differ."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from . import tree as t
from .binding import bind
from .book import Book, Input
from .kinds import YUAN, Value, shown_value
from .situation import Situation
from .spans import SPANS
from .walking import Walker, picked

HORIZON_YEARS = 40
BIRTH = "出生"
"""A date so named begins an age."""


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


def nearest_changes(
    book: Book, situation: Situation, target: str, *, as_of: date, member: int | None = None
) -> tuple[Change, ...]:
    """The next day on which the answer changes by itself, then the smallest change of each single fact.

    Dates such as a birth and inputs marked `fixed` are only ever waited for, never proposed.
    """
    walker = Walker(bind(book, as_of=as_of))
    before = picked(walker.walk(situation), target, member)
    found = [_dated(book, situation, target, as_of, member, before)]
    ask = _Ask(walker, situation, target, member, before)
    for name, whose in _facts(book, situation, target):
        found.append(ask.smallest(book.inputs[name], whose))
    return tuple(change for change in found if change is not None)


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
        return picked(
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
        zh, en = (_if_it_were(given, value, now, english=english) for english in (False, True))
        return Change(None, given.name, whose, value, self.before, after, zh, en)


def _if_it_were(given: Input, value: Value, now: Value, *, english: bool) -> str:
    new, old = (shown_value(v, given.kind, english=english) for v in (value, now))
    step = _step(value, now, given, english=english)
    if english:
        told = f"{step} ({new}, now {old})" if step else f"{new} (now {old})"
        return f"if {given.en or given.name} were {told}, the answer would change"
    told = f"{step}（{new}，现为{old}）" if step else f"是“{new}”（现为“{old}”）"
    return f"如果{given.name}{told}，结果会改变"


def _step(value: Value, now: Value, given: Input, *, english: bool) -> str:
    """How far a number is from the one that turns the answer; nothing for other kinds."""
    if isinstance(value, bool) or not isinstance(value, int) or not isinstance(now, int):
        return ""
    size = shown_value(abs(value - now), given.kind, english=english)
    unit = given.kind.unit
    if english:
        return f"{size} {'yuan ' if unit == YUAN else ''}{'lower' if value < now else 'higher'}"
    return f"{'减少' if value < now else '增加'}{size}{unit}"


def _dated(
    book: Book, situation: Situation, target: str, as_of: date, member: int | None, before: Value
) -> Change | None:
    """The first day after `as_of` with another answer, if nothing but time changes."""
    days = _days(book, situation, as_of)
    for day in sorted(days):
        after = picked(Walker(bind(book, as_of=day)).answer(situation), target, member)
        if after is not None and after != before:
            zh, en = days[day]
            return Change(
                day,
                "as_of",
                member,
                day,
                before,
                after,
                f"从{day.year}年{day.month}月{day.day}日起{zh}，结果会改变",
                f"from {day.day} {day:%B %Y}{en} the answer changes",
            )
    return None


def _days(book: Book, situation: Situation, as_of: date) -> dict[date, tuple[str, str]]:
    """Every day on which something can turn, and why: new versions, ages or periods reaching a written limit."""
    last = date(min(as_of.year + HORIZON_YEARS, date.max.year), 1, 1)
    days: dict[date, tuple[str, str]] = {}
    for versions in _versions(book):
        for start, until in versions:
            days[start] = ("（新规定施行）", ", when a new rule takes effect,")
            if until:
                days[until + timedelta(days=1)] = ("（原规定失效）", ", when a rule ends,")
    starts = {
        (name, value)
        for facts in (situation.household, *situation.members)
        for name, value in facts.items()
        if isinstance(value, date)
    }
    for unit, limit in _limits(book):
        for name, start in starts:
            for count in (limit, limit + 1):
                reached = _reached(SPANS[unit], start, count, as_of)
                if reached is not None:
                    days[reached] = _anniversary(book.inputs[name], unit, count)
    return {day: why for day, why in days.items() if as_of < day <= last}


def _anniversary(given: Input, unit: str, count: int) -> tuple[str, str]:
    """Why a day matters: an age reached, or a time since another day."""
    if given.name.startswith(BIRTH) and unit == "years":
        return (f"（满{count}周岁）", f", at the age of {count},")
    zh = {"years": "年", "months": "个月", "days": "天"}[unit]
    return (f"（距{given.name}满{count}{zh}）", f", {count} {unit} after {given.en or given.name},")


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
