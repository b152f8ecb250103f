"""The same plan over columns in memory: a whole population at once, with the walk's three values to the fen."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import tree as t
from .arrays import (
    Groups,
    Known,
    both,
    chosen,
    either,
    known_everywhere,
    negated,
    reached,
    rounded,
    sliced,
    spanned,
    truth,
)
from .binding import Program
from .book import Input
from .calls import MAX_MEMBERS
from .kinds import Kind, Value
from .plan import Column, Plan, plan_of
from .signs import never_negative
from .spans import latest_start

EPOCH = date(1970, 1, 1).toordinal()
_COMPARE = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
_ARITH = {"+": np.add, "-": np.subtract, "*": np.multiply}


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of words: `places` in `words`, (n_rows,)."""

    places: NDArray[np.integer[Any]]
    words: tuple[str, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Coded":
        """The words of a column in their own order; equal words share a place."""
        listed = list(texts)
        words = tuple(sorted(set(listed)))
        found = {word: place for place, word in enumerate(words)}
        return cls(np.array([found[text] for text in listed], dtype=np.int32), words)


@dataclass(frozen=True, slots=True)
class Given:
    """A column of facts. values: numbers in the steps of their kind (fen), truths, days since 1970, or words.

    known: where there is a value, None when everywhere.   All of shape (n_rows,).
    """

    values: NDArray[Any] | Coded
    known: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class People:
    """A population: households with `members` persons each, whose rows follow one another. members: (n_households,).

    A fact that a book asks for and that has no column here is unknown for everybody.
    """

    members: NDArray[np.int64]
    persons: Mapping[str, Given]
    households: Mapping[str, Given]

    def parts(self, each: int) -> Iterator["People"]:
        """The population in parts of `each` households, small enough for the processor's own memory."""
        ends = np.concatenate(([0], np.cumsum(self.members)))
        for first in range(0, len(self.members), each):
            last = min(first + each, len(self.members))
            persons = slice(int(ends[first]), int(ends[last]))
            yield People(
                self.members[first:last],
                {name: _cut(given, persons) for name, given in self.persons.items()},
                {name: _cut(given, slice(first, last)) for name, given in self.households.items()},
            )


@dataclass(frozen=True, slots=True)
class Asked:
    """What `answer_people` is asked, planned once for all parts of a population."""

    targets: tuple[str, ...]
    plan: Plan

    @classmethod
    def of(cls, program: Program, targets: Sequence[str], *, reform: Program | None = None) -> "Asked":
        programs = [program] if reform is None else [program, reform]
        return cls(tuple(targets), plan_of(programs, targets))

    def answer(self, people: People) -> dict[str, Given]:
        """The column of every target, and of the reform's as `<name>__reform`."""
        found = _Columns(people)
        for column in self.plan.columns.values():
            found.add(column)
        return {
            name + ending: found.whole(rules[name])
            for ending, rules in zip(("", "__reform"), self.plan.rules, strict=False)
            for name in self.targets
        }


def answer_people(
    program: Program, targets: Sequence[str], people: People, *, reform: Program | None = None
) -> dict[str, Given]:
    """The column of every target, and of the reform's as `<name>__reform`: one plan, shared where nothing changes."""
    return Asked.of(program, targets, reform=reform).answer(people)


class _Columns:
    def __init__(self, people: People) -> None:
        self.people, self.groups = people, Groups.of(people.members)
        self.rows = {"household": len(people.members), "person": int(people.members.sum())}
        self.known: dict[str, Known] = {}
        self.entity: t.Entity = "household"
        self.positive: set[str] = set()
        self.words: dict[str, int] = {}

    def add(self, column: Column) -> None:
        self.entity = column.entity
        if column.source is not None:
            self.known[column.name] = self._input(column.source)
            if column.source.kind.numeric and column.source.low >= 0:
                self.positive.add(column.name)
        elif column.members is not None:
            self.known[column.name] = self._members(column.members)
            item = column.members.item
            if isinstance(item, t.Const) or (isinstance(item, t.Ref) and item.name in self.positive):
                self.positive.add(column.name)
        else:
            self.known[column.name] = self.value(column.tree)
            if column.tree.kind.numeric and never_negative(column.tree, self.positive):
                self.positive.add(column.name)

    def whole(self, ref: t.Ref) -> Given:
        """A column in full length, unknown numbers as 0."""
        found, rows = self.known[ref.name], self.rows[ref.entity]
        values = np.broadcast_to(np.asarray(found.values), rows)
        known = None if found.known is None else np.broadcast_to(np.asarray(found.known), rows)
        if known is not None:
            values = np.where(known, values, np.zeros(1, values.dtype))
        return Given(Coded(values, tuple(self.words)) if ref.kind.name == "code" else values, known)

    def value(self, tree: t.Tree) -> Known:
        """The column of a bound tree without Members (the plan has made columns of those)."""
        match tree:
            case t.Const(value, kind):
                return self._constant(value, kind)
            case t.Ref(entity, name):
                return self._ref(entity, name)
            case t.Arith(op, left, right):
                return self._applied(_ARITH[op], left, right)
            case t.Negative(item):
                return self._applied(np.negative, item)
            case t.Absolute(item):
                return self._applied(np.abs, item)
            case t.Not(item):
                return negated(self.value(item))
            case t.Compare():
                return self._compare(tree)
            case t.Among(item, values):
                found = self.value(item)
                hits = [found.values == self._constant(value, item.kind).values for value in values]
                return truth(np.logical_or.reduce(hits), found.known)
            case t.Logic(op, items):
                return (both if op == "and" else either)([self.value(item) for item in items])
            case t.Case(branches, otherwise):
                pairs = [(self.value(condition), self.value(value)) for condition, value in branches]
                return chosen(pairs, self.value(otherwise))
            case t.Extreme(op, items):
                columns = [self.value(item) for item in items]
                work = np.minimum if op == "min" else np.maximum
                values = columns[0].values
                for column in columns[1:]:
                    values = work(values, column.values)
                return Known(values, known_everywhere(columns))
            case t.Round():
                return self._round(tree)
            case t.Span(unit, start, end):
                first, last = self.value(start), self.value(end)
                return Known(spanned(unit, first.values, last.values), known_everywhere((first, last)))
            case t.Ladder(op, item, _, _, _, steps):
                found = self.value(item)
                if steps is None:
                    return self._constant(None, tree.kind)
                return Known((reached if op == "bracket" else sliced)(found.values, steps), found.known)
            case _:
                raise ValueError(f"{type(tree).__name__} has no column of its own")

    def _ref(self, entity: t.Entity, name: str) -> Known:
        found = self.known[name]
        if entity == self.entity or entity == "person":
            return found
        known = None if found.known is None else self.groups.spread(found.known)
        return Known(self.groups.spread(found.values), known)

    def _applied(self, work: np.ufunc, *trees: t.Tree) -> Known:
        columns = [self.value(tree) for tree in trees]
        return Known(work(*(column.values for column in columns)), known_everywhere(columns))

    def _compare(self, tree: t.Compare) -> Known:
        if isinstance(tree.left, t.Span) and isinstance(tree.right, t.Const):
            short = self._birthday(tree.left, tree.op, tree.right.value)
            if short is not None:
                return short
        left, right = self.value(tree.left), self.value(tree.right)
        return truth(_COMPARE[tree.op](left.values, right.values), known_everywhere((left, right)))

    def _birthday(self, span: t.Span, op: str, count: Value) -> Known | None:
        """`years(d, as_of) >= 80` as one comparison of days: no calendar sums per row."""
        end = span.end.value if isinstance(span.end, t.Const) else None
        if not isinstance(end, date) or not isinstance(count, int):
            return None
        days = [latest_start(span.unit, end, number) for number in (count, count + 1)]
        if days[0] is None or days[1] is None:
            return None
        start = self.value(span.start)
        at_least, more = (start.values <= _days(day) for day in days if day is not None)
        values = {
            ">=": lambda: at_least,
            ">": lambda: more,
            "<": lambda: ~at_least,
            "<=": lambda: ~more,
            "==": lambda: at_least & ~more,
            "!=": lambda: ~at_least | more,
        }[op]()
        return truth(values, start.known)

    def _round(self, tree: t.Round) -> Known:
        over = self.value(tree.over)
        n = over.values if tree.times == 1 else over.values * tree.times
        signed = not never_negative(tree.over, self.positive)
        if tree.under is None:
            found, known = rounded(n, tree.by, signed=signed), over.known
        else:
            under = self.value(tree.under)
            divides = np.not_equal(under.values, 0)
            d = np.where(divides, under.values, 1) * tree.by
            signed = signed or not never_negative(tree.under, self.positive)
            found, known = rounded(n, d, signed=signed), known_everywhere((over, under, Known(None, divides)))
        return Known(found if tree.step == 1 else found * tree.step, known)

    def _members(self, members: t.Members) -> Known:
        """Sums, counts, any and all that stay unknown when an unknown member could matter."""
        counts, groups = self.people.members, self.groups
        small = counts <= MAX_MEMBERS
        few = None if small.all() else small
        if isinstance(members.item, t.Const) and members.op == "count":
            return Known(counts, few)
        self.entity = "person"
        item = self.value(members.item)
        values = np.broadcast_to(np.asarray(item.values), self.rows["person"])
        sure = None
        if item.known is not None:
            column = np.broadcast_to(np.asarray(item.known), self.rows["person"])
            sure = groups.folded(np.logical_and, column, True)
        if members.op in ("sum", "count"):
            if sure is not None:
                values = np.where(column, values, 0)
            return Known(groups.folded(np.add, values, 0), few if sure is None else sure & small)
        if members.op == "any":
            hit = groups.folded(np.logical_or, values, False)
            return Known(hit, None if sure is None else sure | hit)
        missed = ~values if sure is None else ~values & column
        miss = groups.folded(np.logical_or, missed, False)
        return Known(~miss if sure is None else ~miss & sure, None if sure is None else sure | miss)

    def _input(self, given: Input) -> Known:
        """The column of an input where it holds a value that the book accepts."""
        columns = self.people.persons if given.entity == "person" else self.people.households
        found = columns.get(given.name)
        if found is None:
            return self._constant(None, given.kind)
        if isinstance(found.values, Coded):
            places = [self._word(word) if word in given.kind.codes else -1 for word in found.values.words]
            values = np.array([*places, -1], dtype=np.int16)[found.values.places]
            good = values >= 0
        elif given.kind.numeric:
            values = found.values
            good = (values >= given.low) & (values <= given.high)
        else:
            kind = np.bool_ if given.kind.name == "truth" else None
            return truth(found.values, found.known) if kind else Known(found.values, found.known)
        known = found.known if good.all() else good if found.known is None else good & found.known
        return Known(values if known is None else np.where(known, values, 0), known)

    def _constant(self, value: Value, kind: Kind) -> Known:
        if value is None:
            return Known(np.False_ if kind.name == "truth" else 0, np.False_)
        if isinstance(value, bool):
            return Known(np.bool_(value))
        if isinstance(value, date):
            return Known(_days(value))
        return Known(self._word(value) if isinstance(value, str) else value)

    def _word(self, word: str) -> int:
        return self.words.setdefault(word, len(self.words))


def _days(day: date) -> int:
    return day.toordinal() - EPOCH


def _cut(given: Given, rows: slice) -> Given:
    found = given.values
    values = Coded(found.places[rows], found.words) if isinstance(found, Coded) else found[rows]
    return Given(values, None if given.known is None else given.known[rows])
