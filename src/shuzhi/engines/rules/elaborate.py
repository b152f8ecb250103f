"""From `ast` to the typed tree: names, kinds, units and the proof that no integer can overflow."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from . import tree as t
from .calls import call
from .findings import Fault, Place
from .kinds import CODE, COUNT, DATE, LITERAL, MAX_INTEGER, RATE, TRUTH, Kind, day_of, merged, scaled
from .syntax import parse_formula, position

_COMPARISONS: dict[type[ast.cmpop], Literal["<", "<=", ">", ">=", "==", "!="]] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What a formula may speak of: whose rule it is, and every name of the book as a node."""

    entity: t.Entity
    lookup: Callable[[str], t.Tree | None]
    ladder: Callable[[str], tuple[Kind, Kind, int] | None]
    names: tuple[str, ...]


def elaborate(text: str, place: Place, scope: Scope, declared: Kind | None) -> t.Tree:
    """The typed tree of a formula.

    declared: the kind that the rule promises, None to infer it. Raises Fault with the place and how to mend.
    """
    parsed = parse_formula(text, place)
    worker = Elaborator(place, text, scope)
    tree = worker.visit(parsed)
    if tree.kind.name == "literal":
        tree = worker.coerced(tree, declared or COUNT, parsed)
    if tree.kind.name == "product":
        raise worker.fault(parsed, "unit", "A product of two fractions is not rounded.", "write round(…, 2).")
    if declared is not None and merged(tree.kind, declared) is None:
        raise worker.fault(
            parsed,
            "kind",
            f"The rule promises {declared.shown()}, the formula gives {tree.kind.shown()}.",
            "change `type:` or the formula.",
        )
    return tree


class Elaborator:
    """Walks one parsed formula; `inside` tells whether it stands between the brackets of `for m in members`."""

    def __init__(self, place: Place, text: str, scope: Scope) -> None:
        self.place, self.text, self.scope = place, text, scope
        self.member: str | None = None
        self.numbers: dict[str, int] = {}

    def fault(self, node: ast.AST, code: str, message: str, mend: str) -> Fault:
        return Fault(position(node, self.place, self.text), code, message, mend)

    def visit(self, node: ast.expr) -> t.Tree:
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name(name):
                return self._name(node, name)
            case ast.Attribute():
                return self._attribute(node)
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.UnaryOp(ast.Not(), operand):
                return t.Not(self.truth(operand), TRUTH)
            case ast.UnaryOp(_, operand):
                item = self.number(operand)
                return t.Negative(item, item.kind, item.bound)
            case ast.BoolOp(op, values):
                word: Literal["and", "or"] = "and" if isinstance(op, ast.And) else "or"
                return t.Logic(word, tuple(self.truth(value) for value in values), TRUTH)
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp(test, body, orelse):
                condition = self.truth(test)
                return self.case([(condition, self.visit(body))], self.visit(orelse), node)
            case ast.Call():
                return call(self, node)
            case _:
                raise self.fault(
                    node, "formula", "This stands in the wrong place.", "see the examples in the guide."
                )

    def truth(self, node: ast.expr) -> t.Tree:
        tree = self.visit(node)
        if tree.kind.name != "truth":
            raise self.fault(
                node, "kind", f"A condition is wanted, this is {tree.kind.shown()}.", "compare it: x > 0."
            )
        return tree

    def number(self, node: ast.expr) -> t.Tree:
        tree = self.visit(node)
        if not tree.kind.numeric:
            raise self.fault(
                node,
                "kind",
                f"A number is wanted, this is {tree.kind.shown()}.",
                "use a number or an amount.",
            )
        return tree

    def bounded(self, node: ast.AST, bound: int) -> int:
        if bound >= MAX_INTEGER:
            raise self.fault(
                node, "overflow", "The result can be too large to be exact.", "declare a smaller `max:`."
            )
        return bound

    def _constant(self, node: ast.Constant) -> t.Tree:
        value = node.value
        if isinstance(value, bool):
            return t.Const(value, TRUTH)
        if isinstance(value, int) and abs(value) <= 10**12:
            return t.Const(Decimal(value), LITERAL)
        written = ast.get_source_segment(self.text.strip(), node) or ""
        if isinstance(value, float) and len(written) <= 16 and written.replace(".", "").isdigit():
            return t.Const(Decimal(written), LITERAL)
        if (
            isinstance(value, str)
            and len(value) <= 40
            and value.isprintable()
            and not set(value) & set("\\'\"")
        ):
            return t.Const(value, replace(CODE, codes=(value,)))
        raise self.fault(
            node, "formula", "This value is not part of the language.", "write a number or a short word."
        )

    def _name(self, node: ast.Name, name: str) -> t.Tree:
        if name in self.numbers:
            return t.Const(Decimal(self.numbers[name]), LITERAL)
        if name == "as_of":
            return t.AsOf(DATE)
        found = self.scope.lookup(name)
        if found is None:
            near = [known for known in self.scope.names if set(known) & set(name)][:4]
            raise self.fault(
                node,
                "unknown-name",
                f"`{name[:30]}` is nowhere in this book.",
                f"add it to inputs, params or rules{', or did you mean ' + ', '.join(near) if near else ''}.",
            )
        if isinstance(found, t.Ref) and found.entity == "person" and self.scope.entity == "household":
            raise self.fault(
                node,
                "whose",
                f"`{name}` belongs to a person; this rule is about the household.",
                f"say how: sum(m.{name} for m in members).",
            )
        return found

    def _attribute(self, node: ast.Attribute) -> t.Tree:
        if not isinstance(node.value, ast.Name) or node.value.id != self.member:
            raise self.fault(
                node,
                "formula",
                "A dot only follows the member of a `for`.",
                "write m.月收入 for m in members.",
            )
        found = self.scope.lookup(node.attr)
        if not isinstance(found, t.Ref) or found.entity != "person":
            raise self.fault(
                node,
                "unknown-name",
                f"`{node.attr[:30]}` is nothing of a person.",
                "add it under inputs as person.",
            )
        return found

    def _arithmetic(self, node: ast.BinOp) -> t.Tree:
        if isinstance(node.op, ast.Div):
            raise self.fault(node, "rounding", "A division stands outside `round`.", "write round(a / b, 2).")
        left, right = self.number(node.left), self.number(node.right)
        if isinstance(node.op, ast.Mult):
            return self.product(left, right, node)
        left, right, kind = self.same(left, right, node)
        op: Literal["+", "-"] = "+" if isinstance(node.op, ast.Add) else "-"
        return t.Arith(op, left, right, kind, self.bounded(node, left.bound + right.bound))

    def product(self, left: t.Tree, right: t.Tree, node: ast.AST) -> t.Tree:
        """a * b: kinds multiply; whole numbers keep the other's kind and free its period."""
        if left.kind.name == right.kind.name == "literal":
            left = self._free(left, node)
        left, right = self._free(left, node), self._free(right, node)
        if left.kind.name == "count" and not left.kind.unit:
            left, right = right, left
        if left.kind.unit and right.kind.unit:
            raise self.fault(
                node, "unit", f"{left.kind.shown()} times {right.kind.shown()} has no unit.", "use a rate."
            )
        bound = self.bounded(node, left.bound * right.bound)
        if right.kind.name == "count":
            return t.Arith("*", left, right, replace(left.kind, period=""), bound)
        if left.kind.name == "product" or right.kind.name == "product":
            raise self.fault(node, "rounding", "Two fractions were multiplied before.", "round in between.")
        unit = left.kind.unit or right.kind.unit
        return t.Arith("*", left, right, Kind("product", left.kind.scale * right.kind.scale, unit), bound)

    def _free(self, tree: t.Tree, node: ast.AST) -> t.Tree:
        if tree.kind.name != "literal":
            return tree
        whole = all(
            scaled(part.value, COUNT) is not None
            for part in t.nodes(tree)
            if isinstance(part, t.Const) and isinstance(part.value, Decimal)
        )
        return self.coerced(tree, COUNT if whole else RATE, node)

    def same(self, left: t.Tree, right: t.Tree, node: ast.AST) -> tuple[t.Tree, t.Tree, Kind]:
        """Both sides in one kind: a written number takes the kind of the other side; units must agree."""
        if left.kind.name == "literal" and right.kind.name == "literal":
            return left, right, LITERAL
        if left.kind.name == "literal":
            left = self.coerced(left, right.kind, node)
        elif right.kind.name == "literal":
            right = self.coerced(right, left.kind, node)
        if left.kind.name == "date":
            right = self.day(right, node)
        elif right.kind.name == "date":
            left = self.day(left, node)
        kind = merged(left.kind, right.kind)
        if kind is None:
            raise self.fault(
                node,
                "unit",
                f"{left.kind.shown()} and {right.kind.shown()} do not go together.",
                "bring both to one kind, unit and period (month × 12 = year).",
            )
        return left, right, kind

    def day(self, tree: t.Tree, node: ast.AST) -> t.Tree:
        """A written day as a date; any other tree as it is."""
        if not isinstance(tree, t.Const) or not isinstance(tree.value, str):
            return tree
        day = day_of(tree.value)
        if day is None:
            raise self.fault(node, "kind", "A date is wanted.", "write '2025-07-01'.")
        return t.Const(day, DATE)

    def coerced(self, tree: t.Tree, kind: Kind, node: ast.AST) -> t.Tree:
        """A tree of written numbers in a given kind."""
        if not kind.numeric:
            raise self.fault(node, "kind", f"A number meets {kind.shown()}.", "compare like with like.")
        match tree:
            case t.Const(Decimal() as value):
                steps = scaled(value, kind)
                if steps is None:
                    raise self.fault(
                        node, "kind", f"{value} has more decimals than {kind.shown()} keeps.", "round it."
                    )
                return t.Const(steps, kind, self.bounded(node, abs(steps)))
            case t.Negative(item):
                inner = self.coerced(item, kind, node)
                return t.Negative(inner, kind, inner.bound)
            case t.Case(branches, otherwise):
                parts = [(c, self.coerced(v, kind, node)) for c, v in branches]
                return self.case(parts, self.coerced(otherwise, kind, node), node)
            case t.Arith(op, left, right) if op != "*":
                a, b = self.coerced(left, kind, node), self.coerced(right, kind, node)
                return t.Arith(op, a, b, kind, a.bound + b.bound)
            case t.Extreme(op, items):
                done = tuple(self.coerced(item, kind, node) for item in items)
                return t.Extreme(op, done, kind, max(item.bound for item in done))
            case _:
                return tree

    def case(self, branches: list[tuple[t.Tree, t.Tree]], otherwise: t.Tree, node: ast.AST) -> t.Tree:
        """if/else and decision tables: every result of one kind."""
        results = self.alike([*(value for _, value in branches), otherwise], node)
        kind = results[0].kind
        for result in results:
            kind = merged(kind, result.kind) or kind
        pairs = tuple(zip((condition for condition, _ in branches), results[:-1], strict=True))
        return t.Case(pairs, results[-1], kind, max(result.bound for result in results))

    def alike(self, trees: list[t.Tree], node: ast.AST) -> list[t.Tree]:
        """All trees in the kind of the first that is no written number."""
        model = next((tree for tree in trees if tree.kind.name != "literal"), None)
        if model is None:
            return trees
        return [self.same(tree, model, node)[0] for tree in trees]

    def _comparison(self, node: ast.Compare) -> t.Tree:
        parts: list[t.Tree] = []
        left_node = node.left
        for op, right_node in zip(node.ops, node.comparators, strict=True):
            parts.append(self._compared(left_node, op, right_node, node))
            left_node = right_node
        return parts[0] if len(parts) == 1 else t.Logic("and", tuple(parts), TRUTH)

    def _compared(self, left_node: ast.expr, op: ast.cmpop, right_node: ast.expr, node: ast.AST) -> t.Tree:
        if isinstance(op, ast.In | ast.NotIn):
            among = self._among(left_node, right_node, node)
            return t.Not(among, TRUTH) if isinstance(op, ast.NotIn) else among
        left, right, kind = self.same(self.visit(left_node), self.visit(right_node), node)
        if kind.name == "literal":
            left, right = self.coerced(left, RATE, node), self.coerced(right, RATE, node)
        self._known_codes(left, right, node)
        sign = _COMPARISONS[type(op)]
        if kind.name in ("truth", "code") and sign not in ("==", "!="):
            raise self.fault(node, "kind", f"{kind.shown()} has no order.", "use ==, != or in.")
        return t.Compare(sign, left, right, TRUTH)

    def _among(self, left_node: ast.expr, right_node: ast.expr, node: ast.AST) -> t.Tree:
        if not isinstance(right_node, ast.Tuple) or not right_node.elts:
            raise self.fault(node, "formula", "`in` wants a list of words.", 'write x in ("一级", "二级").')
        item = self.visit(left_node)
        values: list[t.Tree] = []
        for element in right_node.elts:
            value = self.same(item, self.visit(element), node)[1]
            self._known_codes(item, value, node)
            values.append(value)
        if not all(isinstance(value, t.Const) for value in values):
            raise self.fault(node, "formula", "`in` wants written values.", 'write x in ("一级", "二级").')
        return t.Among(item, tuple(v.value for v in values if isinstance(v, t.Const)), TRUTH)

    def _known_codes(self, left: t.Tree, right: t.Tree, node: ast.AST) -> None:
        for known, word in ((left, right), (right, left)):
            written = word.value if isinstance(word, t.Const) else None
            if isinstance(written, str) and known.kind.codes and written not in known.kind.codes:
                raise self.fault(
                    node,
                    "code",
                    f"`{written}` is none of {', '.join(known.kind.codes)}.",
                    "correct the word, or add it to `codes:` of the input.",
                )
