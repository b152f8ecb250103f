"""The columns that a question needs, each distinct tree once: what a reform does not touch is shared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from . import tree as t
from .binding import Program
from .book import Input
from .kinds import TRUTH

Stage = tuple[int, int, int]
"""(round, phase, step). A round is one pass from persons to households: first what households know before any
sum (phase 0), then persons (1), then every sum in one grouping (2), then households (3). A person's rule that
reads a household's sum opens the next round; so a book without such a rule groups its persons exactly once."""

_GIVEN, _PERSONS, _SUMS, _HOUSEHOLDS = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Column:
    """One column: an input, a sum over members (`of` is the person's column), or an expression.

    `stage` says when: columns are computed in the order of their stages and read only earlier ones.
    """

    name: str
    entity: t.Entity
    stage: Stage
    tree: t.Tree
    source: Input | None = None
    members: t.Members | None = None


@dataclass
class Plan:
    """Columns by name, in order of need, and for each program the column of every rule."""

    columns: dict[str, Column] = field(default_factory=dict)
    rules: list[dict[str, t.Ref]] = field(default_factory=list)
    _known: dict[object, t.Ref] = field(default_factory=dict)

    def add(self, column: Column, key: object) -> t.Ref:
        ref = t.Ref(column.entity, column.name, column.tree.kind, column.tree.bound)
        self.columns[column.name] = column
        self._known[key] = ref
        return ref

    def known(self, key: object) -> t.Ref | None:
        return self._known.get(key)


def plan_of(programs: Sequence[Program], targets: Iterable[str]) -> Plan:
    """The plan of one or two programs (baseline, reform) for the named rules and what those need."""
    plan, wanted = Plan(), tuple(targets)
    for program in programs:
        _Planner(plan, program).run(wanted)
    return plan


class _Planner:
    def __init__(self, plan: Plan, program: Program) -> None:
        self.plan, self.program = plan, program
        self.bound = {rule.rule.name: rule for rule in program.rules}
        self.refs: dict[str, t.Ref] = {}

    def run(self, targets: Sequence[str]) -> None:
        needed = set(targets)
        for name in reversed(self.bound):
            if name in needed:
                parts = t.nodes(self.bound[name].tree)
                needed |= {part.name for part in parts if isinstance(part, t.Ref)}
        for name, bound in self.bound.items():
            if name in needed:
                self.refs[name] = self.column(bound.rule.entity, bound.tree)
        self.plan.rules.append({name: self.refs[name] for name in targets})

    def column(self, entity: t.Entity, tree: t.Tree) -> t.Ref:
        """The column of a tree: found again when an equal tree has one."""
        mapped = self.mapped(entity, tree)
        if isinstance(mapped, t.Ref) and mapped.entity == entity:
            return mapped
        key = (entity, mapped)
        found = self.plan.known(key)
        if found is not None:
            return found
        used = [self.plan.columns[n.name].stage for n in t.nodes(mapped) if isinstance(n, t.Ref)]
        name = f"c{len(self.plan.columns)}"
        return self.plan.add(Column(name, entity, _after(entity, used), mapped), key)

    def mapped(self, entity: t.Entity, tree: t.Tree) -> t.Tree:
        """The tree over columns; what would be written out twice becomes a column of its own."""
        match tree:
            case t.Ref(_, name):
                return self.refs[name] if name in self.refs else self._input(name)
            case t.Members():
                return self._members(tree)
            case t.Arith(_, left, right) | t.Compare(_, left, right):
                return replace(tree, left=self.mapped(entity, left), right=self.mapped(entity, right))
            case t.Span(_, start, end):
                return replace(tree, start=self.once(entity, start), end=self.once(entity, end))
            case t.Negative(item) | t.Absolute(item) | t.Not(item) | t.Among(item):
                return replace(tree, item=self.mapped(entity, item))
            case t.Ladder(_, item):
                return replace(tree, item=self.once(entity, item))
            case t.Round(over, under):
                divisor = self.once(entity, under) if under else None
                return replace(tree, over=self.once(entity, over), under=divisor)
            case t.Logic(_, items):
                return replace(tree, items=tuple(self.mapped(entity, item) for item in items))
            case t.Extreme(_, items):
                return replace(tree, items=tuple(self.once(entity, item) for item in items))
            case t.Case(branches, otherwise):
                pairs = tuple((self.once(entity, c), self.mapped(entity, v)) for c, v in branches)
                return replace(tree, branches=pairs, otherwise=self.mapped(entity, otherwise))
            case _:
                return tree

    def once(self, entity: t.Entity, tree: t.Tree) -> t.Tree:
        """The mapped tree, or the column of it when it is long enough to grow by repetition."""
        heavy = any(isinstance(n, t.Round | t.Extreme | t.Case | t.Ladder | t.Span) for n in t.nodes(tree))
        return self.column(entity, tree) if heavy and not _short(tree) else self.mapped(entity, tree)

    def _input(self, name: str) -> t.Ref:
        found = self.plan.known(name)
        if found is not None:
            return found
        given = self.program.book.inputs[name]
        bound = max(abs(given.low), abs(given.high))
        ref = t.Ref(given.entity, f"i{len(self.plan.columns)}", given.kind, bound)
        return self.plan.add(Column(ref.name, given.entity, _first(given.entity), ref, source=given), name)

    def _members(self, tree: t.Members) -> t.Ref:
        item, where = tree.item, tree.where
        if where is not None:
            item = _chosen(tree, item, where)
        counted = replace(tree, item=item, where=None)
        if not isinstance(item, t.Const):
            counted = replace(counted, item=self.column("person", item))
        key = ("members", tree.op, counted.item)
        found = self.plan.known(key)
        if found is not None:
            return found
        turn = self.plan.columns[counted.item.name].stage[0] if isinstance(counted.item, t.Ref) else 0
        column = Column(f"g{len(self.plan.columns)}", "household", (turn, _SUMS, 0), tree, members=counted)
        return self.plan.add(column, key)


def _first(entity: t.Entity) -> Stage:
    return (0, _PERSONS if entity == "person" else _GIVEN, 0)


def _after(entity: t.Entity, used: Sequence[Stage]) -> Stage:
    """The first stage of an entity's columns that comes after all that an expression reads."""
    turn, phase, step = max(used, default=_first(entity))
    if entity == "person":
        if phase > _PERSONS:
            return (turn + 1, _PERSONS, 1)
        return (turn, _PERSONS, step + 1 if phase == _PERSONS else 1)
    return (turn, _GIVEN if phase == _GIVEN else _HOUSEHOLDS, step + 1)


def _short(tree: t.Tree) -> bool:
    """A comparison of completed years with a number is one comparison of dates: it may be repeated."""
    return isinstance(tree, t.Compare) and isinstance(tree.left, t.Span) and isinstance(tree.right, t.Const)


def _chosen(tree: t.Members, item: t.Tree, where: t.Tree) -> t.Tree:
    """A member's share: the item when chosen, the neutral value when not, unknown when that matters."""
    neutral = t.Const({"sum": 0, "count": 0, "any": False, "all": True}[tree.op], item.kind)
    if tree.op == "any":
        return t.Logic("and", (where, item), TRUTH)
    if tree.op == "all":
        return t.Logic("or", (t.Not(where, TRUTH), item), TRUTH)
    if tree.op == "count":
        return t.Case(((where, item),), neutral, item.kind, item.bound)
    zero = t.Compare("==", item, neutral, TRUTH)
    nothing = t.Logic("or", (t.Not(where, TRUTH), zero), TRUTH)
    return t.Case(((nothing, neutral),), item, item.kind, item.bound)
