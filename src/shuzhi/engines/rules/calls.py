"""The functions of the formula language, elaborated; there are no others."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, cast

from . import tree as t
from .kinds import COUNT, MAX_INTEGER, RATE, TRUTH, Kind
from .syntax import FUNCTIONS

if TYPE_CHECKING:
    from .elaborate import Elaborator

MAX_MEMBERS = 200
MAX_MONTHS = 36


def call(worker: Elaborator, node: ast.Call) -> t.Tree:
    """The typed tree of one call; Fault when the function, or what it is given, is not of the language."""
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in FUNCTIONS or node.keywords:
        raise worker.fault(
            node, "formula", f"`{name[:30]}` is no function.", f"there are: {', '.join(FUNCTIONS)}."
        )
    if len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp):
        return _over(worker, node, name, node.args[0])
    arity = {"round": 2, "abs": 1, "years": 2, "months": 2, "days": 2, "bracket": 2, "marginal": 2}.get(name)
    if name in ("min", "max") and len(node.args) >= 2:
        return _extreme(worker, node, cast(Literal["min", "max"], name))
    if arity != len(node.args):
        raise worker.fault(node, "formula", f"`{name}` is given the wrong things.", _EXAMPLES[name])
    if name == "round":
        return _round(worker, node)
    if name == "abs":
        item = worker.number(node.args[0])
        return t.Absolute(item, item.kind, item.bound)
    if name in ("bracket", "marginal"):
        return _ladder(worker, node, cast(Literal["bracket", "marginal"], name))
    return _span(worker, node, cast(Literal["years", "months", "days"], name))


_EXAMPLES = {
    "round": "write round(a / b, 2).",
    "abs": "write abs(a - b).",
    "min": "write min(a, b).",
    "max": "write max(a, b).",
    "years": "write years(出生日期, as_of).",
    "months": "write months(出生日期, as_of).",
    "days": "write days(出生日期, as_of).",
    "bracket": "write bracket(缴费年数, 期限表).",
    "marginal": "write round(marginal(收入, 税率表), 2).",
    "sum": "write sum(m.月收入 for m in members).",
    "count": "write count(m for m in members if m.在校).",
    "any": "write any(m.在校 for m in members).",
    "all": "write all(m.在校 for m in members).",
    "mean": "write round(mean(m.月收入 for m in members), 2).",
}


def _extreme(worker: Elaborator, node: ast.Call, name: Literal["min", "max"]) -> t.Tree:
    items = worker.alike([worker.visit(arg) for arg in node.args], node)
    kind = items[0].kind
    if not (kind.numeric or kind.name == "date"):
        raise worker.fault(node, "kind", f"{kind.shown()} has no order.", _EXAMPLES[name])
    return t.Extreme(name, tuple(items), kind, max(item.bound for item in items))


def _span(worker: Elaborator, node: ast.Call, unit: Literal["years", "months", "days"]) -> t.Tree:
    start, end = (worker.day(worker.visit(arg), arg) for arg in node.args)
    if start.kind.name != "date" or end.kind.name != "date":
        raise worker.fault(node, "kind", f"`{unit}` counts between two dates.", _EXAMPLES[unit])
    return t.Span(unit, start, end, COUNT, {"years": 10_000, "months": 120_000, "days": 4_000_000}[unit])


def _ladder(worker: Elaborator, node: ast.Call, op: Literal["bracket", "marginal"]) -> t.Tree:
    table = node.args[1]
    found = worker.scope.ladder(table.id) if isinstance(table, ast.Name) else None
    if found is None or not isinstance(table, ast.Name):
        raise worker.fault(node, "unknown-name", "This table is nowhere in `params:`.", _EXAMPLES[op])
    reached, kind, bound = found
    item, _, _ = worker.same(worker.number(node.args[0]), t.Const(0, reached), node)
    if op == "bracket":
        return t.Ladder(op, item, table.id, kind, bound)
    if kind != RATE:
        raise worker.fault(node, "kind", "`marginal` wants a table of rates.", "declare `value: rate`.")
    product = Kind("product", reached.scale * kind.scale, reached.unit)
    return t.Ladder(op, item, table.id, product, worker.bounded(node, item.bound * bound))


def _round(worker: Elaborator, node: ast.Call) -> t.Tree:
    inner, places_node = node.args
    places = places_node.value if isinstance(places_node, ast.Constant) else None
    if not isinstance(places, int) or isinstance(places, bool) or not 0 <= places <= 6:
        raise worker.fault(node, "formula", "`round` wants how many decimals, 0 to 6.", _EXAMPLES["round"])
    under: t.Tree | None = None
    if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Div):
        over, under = worker.number(inner.left), worker.number(inner.right)
        over = worker.coerced(over, COUNT, node) if over.kind.name == "literal" else over
        under = worker.coerced(under, COUNT, node) if under.kind.name == "literal" else under
    elif _is_mean(inner):
        over, under = _mean(worker, inner)
    else:
        over = worker.number(inner)
    return _rounded(worker, node, over, under, places)


def _rounded(worker: Elaborator, node: ast.Call, over: t.Tree, under: t.Tree | None, places: int) -> t.Tree:
    scale_under = under.kind.scale if under else 1
    if under is not None and under.kind.unit and under.kind.unit != over.kind.unit:
        raise worker.fault(
            node, "unit", f"{over.kind.shown()} / {under.kind.shown()} has no unit.", "divide like by like."
        )
    unit = "" if under is not None and under.kind.unit else over.kind.unit
    kind = _result(unit, places, over.kind)
    if 10**places > kind.scale:
        raise worker.fault(
            node, "kind", f"{kind.shown()} keeps fewer decimals than {places}.", "round to fewer."
        )
    times, by = scale_under * 10**places, over.kind.scale
    while times % 10 == 0 and by % 10 == 0:
        times, by = times // 10, by // 10
    worker.bounded(node, 2 * over.bound * times + 2 * (under.bound if under else 1) * by)
    step = kind.scale // 10**places
    bound = worker.bounded(node, (over.bound * times // by + 1) * step)
    return t.Round(over, under, times, by, step, kind, bound)


def _result(unit: str, places: int, over: Kind) -> Kind:
    if unit == "元":
        return Kind("money", 100, unit)
    if unit:
        return Kind("measure", 100, unit)
    if places == 0 and over.name in ("count", "literal"):
        return COUNT
    return COUNT if places == 0 else RATE


def _is_mean(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "mean"


def _mean(worker: Elaborator, node: ast.expr) -> tuple[t.Tree, t.Tree]:
    assert isinstance(node, ast.Call)
    if len(node.args) != 1 or not isinstance(node.args[0], ast.GeneratorExp):
        raise worker.fault(node, "formula", "`mean` goes over the members.", _EXAMPLES["mean"])
    return _over(worker, node, "sum", node.args[0]), _over(worker, node, "count", node.args[0])


def _over(worker: Elaborator, node: ast.Call, name: str, over: ast.GeneratorExp) -> t.Tree:
    if name not in ("sum", "count", "any", "all"):
        raise worker.fault(
            node, "formula", f"`{name}` does not go over members.", _EXAMPLES.get(name, "use sum.")
        )
    if len(over.generators) != 1 or worker.member is not None:
        raise worker.fault(node, "formula", "One `for` at a time.", _EXAMPLES[name])
    loop = over.generators[0]
    op = cast(Literal["sum", "count", "any", "all"], name)
    if not isinstance(loop.target, ast.Name) or len(loop.ifs) > 1:
        raise worker.fault(node, "formula", "One name and at most one `if`.", _EXAMPLES[name])
    if isinstance(loop.iter, ast.Name) and loop.iter.id == "members":
        return _members(worker, node, op, over, loop.target.id)
    if (
        isinstance(loop.iter, ast.Call)
        and isinstance(loop.iter.func, ast.Name)
        and loop.iter.func.id == "months"
    ):
        return _months(worker, node, op, over, loop.target.id)
    raise worker.fault(node, "formula", "A `for` goes over members or months(12).", _EXAMPLES[name])


def _members(
    worker: Elaborator,
    node: ast.Call,
    op: Literal["sum", "count", "any", "all"],
    over: ast.GeneratorExp,
    member: str,
) -> t.Tree:
    if worker.scope.entity != "household":
        raise worker.fault(
            node,
            "whose",
            "A rule about one person cannot add up members.",
            "make a household rule and use its name.",
        )
    worker.member = member
    condition = over.generators[0].ifs
    where = worker.truth(condition[0]) if condition else None
    if op == "count":
        item: t.Tree = t.Const(1, COUNT, 1)
    else:
        item = worker.number(over.elt) if op == "sum" else worker.truth(over.elt)
    worker.member = None
    if item.kind.name == "literal":
        item = worker.coerced(item, COUNT, node)
    kind = TRUTH if op in ("any", "all") else item.kind
    return t.Members(op, item, where, kind, worker.bounded(node, item.bound * MAX_MEMBERS))


def _months(
    worker: Elaborator,
    node: ast.Call,
    op: Literal["sum", "count", "any", "all"],
    over: ast.GeneratorExp,
    name: str,
) -> t.Tree:
    call_node = over.generators[0].iter
    assert isinstance(call_node, ast.Call)
    limit = call_node.args[0] if len(call_node.args) == 1 else None
    length = limit.value if isinstance(limit, ast.Constant) else None
    if not isinstance(length, int) or not 1 <= length <= MAX_MONTHS:
        raise worker.fault(
            node, "formula", f"months(n) wants a written number up to {MAX_MONTHS}.", "write months(12)."
        )
    condition, items = over.generators[0].ifs, []
    for month in range(length):
        worker.numbers[name] = month
        items.append(_month(worker, node, op, over.elt, condition))
    del worker.numbers[name]
    if op in ("any", "all"):
        return t.Logic("or" if op == "any" else "and", tuple(items), TRUTH)
    total = items[0]
    for item in items[1:]:
        total = t.Arith("+", total, item, replace(total.kind, period=""), total.bound + item.bound)
    if total.bound >= MAX_INTEGER:
        worker.bounded(node, total.bound)
    return total


def _month(
    worker: Elaborator,
    node: ast.Call,
    op: Literal["sum", "count", "any", "all"],
    element: ast.expr,
    condition: list[ast.expr],
) -> t.Tree:
    where = worker.truth(condition[0]) if condition else None
    if op in ("any", "all"):
        item = worker.truth(element)
        if where is None:
            return item
        return (
            t.Logic("and", (where, item), TRUTH)
            if op == "any"
            else t.Logic("or", (t.Not(where, TRUTH), item), TRUTH)
        )
    value: t.Tree = t.Const(1, COUNT, 1) if op == "count" else worker.number(element)
    value = worker.coerced(value, COUNT, node) if value.kind.name == "literal" else value
    if where is None:
        return value
    return worker.case([(where, value)], t.Const(0, value.kind, 0), node)
