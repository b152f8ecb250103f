"""The first interpreter: trees compiled to closures that answer for one household, unknown included."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import tree as t
from .binding import Program
from .kinds import Value
from .situation import Situation, check_situation
from .spans import SPANS, half_up

Facts = dict[str, Any]
Step = Callable[[Facts, Facts, Sequence[Facts]], Any]
"""(the person's facts, the household's facts, every member's facts) -> value; None is unknown."""

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_ARITH: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Every input and rule by name, of the household and of each member; None is unknown."""

    household: Mapping[str, Value]
    members: tuple[Mapping[str, Value], ...]


class Walker:
    """A program made ready to be asked many times."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._steps = [(bound.rule.name, bound.rule.entity, compiled(bound.tree)) for bound in program.rules]
        inputs = program.book.inputs.values()
        self._person: Facts = {given.name: None for given in inputs if given.entity == "person"}
        self._household: Facts = {given.name: None for given in inputs if given.entity == "household"}

    def walk(self, situation: Situation) -> Outcome:
        """Every rule's value. Raises InputRefused for values that the book does not accept."""
        check_situation(self.program.book, situation)
        return self.answer(situation)

    def answer(self, situation: Situation) -> Outcome:
        """As `walk`, for a situation that was checked before."""
        household = {**self._household, **situation.household}
        members = [{**self._person, **member} for member in situation.members]
        for name, entity, step in self._steps:
            if entity == "household":
                household[name] = step(household, household, members)
            else:
                for member in members:
                    member[name] = step(member, household, members)
        return Outcome(household, tuple(members))


def picked(outcome: Outcome, target: str, member: int | None) -> Value:
    """One rule's value: of the household, or of a member (the first when none is named)."""
    if target in outcome.household:
        return outcome.household[target]
    return outcome.members[member or 0][target]


def compiled(tree: t.Tree) -> Step:
    """The closure of a tree."""
    match tree:
        case t.Const(value):
            return lambda m, h, ms: value
        case t.Ref("person", name):
            return lambda m, h, ms: m[name]
        case t.Ref(_, name):
            return lambda m, h, ms: h[name]
        case t.Arith(op, left, right):
            return _both(_ARITH[op], compiled(left), compiled(right))
        case t.Compare(op, left, right):
            return _both(_COMPARE[op], compiled(left), compiled(right))
        case t.Span(unit, start, end):
            return _both(SPANS[unit], compiled(start), compiled(end))
        case t.Negative(item):
            return _one(operator.neg, compiled(item))
        case t.Absolute(item):
            return _one(abs, compiled(item))
        case t.Not(item):
            return _one(operator.not_, compiled(item))
        case t.Among(item, values):
            return _one(lambda value: value in values, compiled(item))
        case t.Ladder(op, item, _, _, _, steps):
            if steps is None:
                return lambda m, h, ms: None
            known = steps
            ladder = bracket if op == "bracket" else marginal
            return _one(lambda value: ladder(value, known), compiled(item))
        case t.Round():
            return _round(tree)
        case t.Logic(op, items):
            return _logic(op == "and", [compiled(item) for item in items])
        case t.Case(branches, otherwise):
            return _case([(compiled(c), compiled(v)) for c, v in branches], compiled(otherwise))
        case t.Extreme(op, items):
            return _extreme(min if op == "min" else max, [compiled(item) for item in items])
        case t.Members():
            return _members(tree)
        case _:
            raise ValueError(f"{type(tree).__name__} is not bound to a date")


def bracket(value: int, steps: Sequence[tuple[int, int]]) -> int:
    """The value of the last step reached, 0 below the first."""
    found = 0
    for reached, amount in steps:
        if value < reached:
            break
        found = amount
    return found


def marginal(value: int, steps: Sequence[tuple[int, int]]) -> int:
    """Each slice times its own rate, in the product of both scales (not yet rounded)."""
    total = 0
    for index, (reached, rate) in enumerate(steps):
        top = min(value, steps[index + 1][0]) if index + 1 < len(steps) else value
        if top <= reached:
            break
        total += (top - reached) * rate
    return total


def _one(work: Callable[[Any], Any], item: Step) -> Step:
    def step(m: Facts, h: Facts, ms: Sequence[Facts]) -> Any:
        value = item(m, h, ms)
        return None if value is None else work(value)

    return step


def _both(work: Callable[[Any, Any], Any], left: Step, right: Step) -> Step:
    def step(m: Facts, h: Facts, ms: Sequence[Facts]) -> Any:
        a = left(m, h, ms)
        if a is None:
            return None
        b = right(m, h, ms)
        return None if b is None else work(a, b)

    return step


def _round(tree: t.Round) -> Step:
    over, under = compiled(tree.over), compiled(tree.under) if tree.under else None
    times, by, size = tree.times, tree.by, tree.step

    def step(m: Facts, h: Facts, ms: Sequence[Facts]) -> Any:
        a = over(m, h, ms)
        b = 1 if under is None else under(m, h, ms)
        if a is None or b is None:
            return None
        result = half_up(a * times, b * by)
        return None if result is None else result * size

    return step


def _logic(both: bool, items: list[Step]) -> Step:
    """Kleene: `and` is false at the first false, `or` true at the first true, whatever is unknown."""
    decisive = not both

    def step(m: Facts, h: Facts, ms: Sequence[Facts]) -> Any:
        unknown = False
        for item in items:
            value = item(m, h, ms)
            if value is decisive:
                return decisive
            unknown = unknown or value is None
        return None if unknown else both

    return step


def _case(branches: list[tuple[Step, Step]], otherwise: Step) -> Step:
    def step(m: Facts, h: Facts, ms: Sequence[Facts]) -> Any:
        for condition, value in branches:
            met = condition(m, h, ms)
            if met is None:
                return None
            if met:
                return value(m, h, ms)
        return otherwise(m, h, ms)

    return step


def _extreme(work: Callable[[list[Any]], Any], items: list[Step]) -> Step:
    def step(m: Facts, h: Facts, ms: Sequence[Facts]) -> Any:
        values = [item(m, h, ms) for item in items]
        return None if None in values else work(values)

    return step


def _members(tree: t.Members) -> Step:
    item, where, op = compiled(tree.item), compiled(tree.where) if tree.where else None, tree.op
    neutral: Any = {"sum": 0, "count": 0, "any": False, "all": True}[op]

    def values(h: Facts, ms: Sequence[Facts]) -> list[Any]:
        found = []
        for m in ms:
            chosen = True if where is None else where(m, h, ms)
            value = item(m, h, ms) if chosen is not False else neutral
            found.append(None if chosen is None and value != neutral else value)
        return found

    def step(m: Facts, h: Facts, ms: Sequence[Facts]) -> Any:
        found = values(h, ms)
        if op in ("any", "all"):
            decisive = op == "any"
            return decisive if decisive in found else None if None in found else not decisive
        return None if None in found else sum(found)

    return step
