"""Decision tables and exclusive entitlements, turned into ordinary trees and formulas."""

import re
from collections.abc import Iterable, Sequence

from . import fields as f
from . import tree as t
from .elaborate import Elaborator, Scope, elaborate
from .findings import Fault
from .kinds import TRUTH, Kind
from .syntax import parse_formula
from .yamltext import Node

MAX_ROWS = 200
_COMPARED = re.compile(r"(<=|>=|<|>)\s*(-?[0-9]+(?:\.[0-9]+)?)\Z")
_PLAIN = re.compile(r"(-?[0-9]{1,12}(\.[0-9]{1,6})?|true|false)\Z")
_RANGE = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)\.\.(-?[0-9]+(?:\.[0-9]+)?)\Z")


def table_tree(fields: dict[str, Node], owner: Node, scope: Scope, kind: Kind) -> t.Tree:
    """The first row whose cells all hold; `otherwise` when none does; unknown at an undecided row."""
    columns = f.words(fields.get("columns"))
    rows = f.items(fields.get("rows"))
    if not columns or not 1 <= len(rows) <= MAX_ROWS:
        raise Fault(owner.place, "table", "A table needs `columns:` and 1 to 200 `rows:`.", "add them.")
    branches: list[tuple[t.Tree, t.Tree]] = []
    for row in rows:
        cells = f.items(row)
        if len(cells) != len(columns) + 1:
            raise Fault(
                row.place,
                "table",
                f"The row has {len(cells)} cells, {len(columns) + 1} are wanted.",
                "add or remove a cell.",
            )
        parts = [_cell(name, cell) for name, cell in zip(columns, cells, strict=False)]
        condition = " and ".join(part for part in parts if part) or "True"
        branches.append((elaborate(condition, row.place, scope, TRUTH), _result(cells[-1], kind)))
    otherwise = fields.get("otherwise")
    if otherwise is None:
        raise Fault(
            owner.place, "table", "The table does not say what holds otherwise.", "add `otherwise: 0`."
        )
    worker = Elaborator(owner.place, "0", scope)
    return worker.case(branches, _result(otherwise, kind), parse_formula("0", owner.place))


def exclusive_formulas(fields: dict[str, Node], owner: Node) -> Iterable[tuple[str, str]]:
    """One rule 实发_X for each excluded X: the first that is above 0, or the highest (the earlier on a tie)."""
    among, take = f.words(fields.get("among")), f.text(fields.get("take"), "highest")
    if len(among) < 2 or take not in ("highest", "first"):
        raise Fault(
            owner.place, "shape", "Two rules and `take: highest` or `first`.", "write `among: [甲, 乙]`."
        )
    for index, name in enumerate(among):
        earlier, later = among[:index], among[index + 1 :]
        if take == "first":
            parts = [f"{other} <= 0" for other in earlier]
        else:
            parts = [f"{name} > {other}" for other in earlier] + [f"{name} >= {other}" for other in later]
        yield f"实发_{name}", f"{name} if {' and '.join(parts)} else 0" if parts else f"{name} if True else 0"


def table_from_rows(name: str, rows: Sequence[Sequence[object]], *, of: str, kind: str, law: str) -> str:
    """The YAML of a decision table from the rows of a spreadsheet: a heading, then one row per line."""
    heading, *body = rows
    lines = [f"  {name}:", f"    of: {of}", f"    type: {kind}", f"    law: {law}"]
    lines.append(f"    columns: [{', '.join(str(cell) for cell in heading[:-1])}]")
    lines += ["    otherwise: 0", "    rows:"]
    lines += [f"      - [{', '.join(_written(cell) for cell in row)}]" for row in body]
    return "\n".join(lines) + "\n"


def _written(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return str(int(cell)) if cell == int(cell) else str(cell)
    text = str(cell if cell is not None else "*").replace('"', "").replace("\\", "").strip() or "*"
    return text if _PLAIN.match(text) else f'"{text}"'


def _cell(name: str, cell: Node) -> str:
    value = cell.value
    if value == "*":
        return ""
    if isinstance(value, bool):
        return name if value else f"not {name}"
    if not isinstance(value, str):
        return f"{name} == {value}"
    if compared := _COMPARED.match(value):
        return f"{name} {compared[1]} {compared[2]}"
    if between := _RANGE.match(value):
        return f"{between[1]} <= {name} <= {between[2]}"
    options = [part.strip() for part in value.split("|")]
    if any(set(option) & set("\"'\\") for option in options):
        raise Fault(cell.place, "table", "A cell holds a quote.", "write the word alone.")
    if len(options) > 1:
        return f"{name} in ({', '.join(repr(option) for option in options)},)"
    return f"{name} == {value!r}"


def _result(cell: Node, kind: Kind) -> t.Tree:
    value = f.value_of(cell, kind)
    return t.Const(value, kind, abs(value) if isinstance(value, int) and kind.numeric else 0)
