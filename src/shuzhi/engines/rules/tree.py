"""The typed tree of a formula: the one meaning that both interpreters read.

Every node has `kind` and `bound`, the largest absolute integer it can be (0 where it is no number).
"""

from dataclasses import dataclass
from typing import Literal

from .kinds import Kind, Value

Entity = Literal["person", "household"]


@dataclass(frozen=True, slots=True)
class Const:
    value: Value
    kind: Kind
    bound: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Ref:
    """An input or a rule of a person or of the household."""

    entity: Entity
    name: str
    kind: Kind
    bound: int = 0


@dataclass(frozen=True, slots=True)
class ParamRef:
    name: str
    kind: Kind
    bound: int = 0


@dataclass(frozen=True, slots=True)
class AsOf:
    """The date of the question; an argument, never the clock."""

    kind: Kind
    bound: int = 0


@dataclass(frozen=True, slots=True)
class Arith:
    op: Literal["+", "-", "*"]
    left: "Tree"
    right: "Tree"
    kind: Kind
    bound: int


@dataclass(frozen=True, slots=True)
class Negative:
    item: "Tree"
    kind: Kind
    bound: int


@dataclass(frozen=True, slots=True)
class Absolute:
    item: "Tree"
    kind: Kind
    bound: int


@dataclass(frozen=True, slots=True)
class Round:
    """half_up(over * times, under * by) * step; half away from zero; unknown when `under` is 0."""

    over: "Tree"
    under: "Tree | None"
    times: int
    by: int
    step: int
    kind: Kind
    bound: int


@dataclass(frozen=True, slots=True)
class Compare:
    op: Literal["<", "<=", ">", ">=", "==", "!="]
    left: "Tree"
    right: "Tree"
    kind: Kind
    bound: int = 0


@dataclass(frozen=True, slots=True)
class Among:
    item: "Tree"
    values: tuple[Value, ...]
    kind: Kind
    bound: int = 0


@dataclass(frozen=True, slots=True)
class Logic:
    op: Literal["and", "or"]
    items: tuple["Tree", ...]
    kind: Kind
    bound: int = 0


@dataclass(frozen=True, slots=True)
class Not:
    item: "Tree"
    kind: Kind
    bound: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """The first branch whose condition is true; unknown as soon as an unknown condition is met."""

    branches: tuple[tuple["Tree", "Tree"], ...]
    otherwise: "Tree"
    kind: Kind
    bound: int


@dataclass(frozen=True, slots=True)
class Extreme:
    op: Literal["min", "max"]
    items: tuple["Tree", ...]
    kind: Kind
    bound: int


@dataclass(frozen=True, slots=True)
class Span:
    """Completed years, completed months or days from one date to another."""

    unit: Literal["years", "months", "days"]
    start: "Tree"
    end: "Tree"
    kind: Kind
    bound: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """`bracket`: the value of the last step reached; `marginal`: each slice at its own rate (unrounded)."""

    op: Literal["bracket", "marginal"]
    item: "Tree"
    table: str
    kind: Kind
    bound: int
    steps: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True, slots=True)
class Members:
    """sum, count, any or all of `item` over the members for whom `where` holds."""

    op: Literal["sum", "count", "any", "all"]
    item: "Tree"
    where: "Tree | None"
    kind: Kind
    bound: int


Tree = (
    Const
    | Ref
    | ParamRef
    | AsOf
    | Arith
    | Negative
    | Absolute
    | Round
    | Compare
    | Among
    | Logic
    | Not
    | Case
    | Extreme
    | Span
    | Ladder
    | Members
)


def children(tree: Tree) -> tuple[Tree, ...]:
    """The direct parts of a node, in reading order."""
    match tree:
        case Arith(_, left, right) | Compare(_, left, right) | Span(_, left, right):
            return (left, right)
        case Negative(item) | Absolute(item) | Not(item) | Among(item) | Ladder(_, item):
            return (item,)
        case Round(over, under):
            return (over,) if under is None else (over, under)
        case Logic(_, items) | Extreme(_, items):
            return items
        case Case(branches, otherwise):
            return (*(part for branch in branches for part in branch), otherwise)
        case Members(_, item, where):
            return (item,) if where is None else (item, where)
        case _:
            return ()


def nodes(tree: Tree) -> list[Tree]:
    """The node and everything below it."""
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(reversed(children(node)))
    return found
