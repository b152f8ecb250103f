"""Formula text to a bounded `ast`: parsed by the standard library, walked, never evaluated or executed."""

import ast
import unicodedata
from keyword import iskeyword

from .findings import Fault, Place

MAX_FORMULA = 1_500
MAX_BRACKETS = 30
MAX_TREE_DEPTH = 40
MAX_NAME = 20
FUNCTIONS = (
    "min",
    "max",
    "round",
    "abs",
    "years",
    "months",
    "days",
    "marginal",
    "bracket",
    "sum",
    "count",
    "any",
    "all",
    "mean",
)
RESERVED = {*FUNCTIONS, "members", "as_of", "household", "person", "unknown"}

_ALLOWED = (
    ast.Expression,
    ast.BoolOp,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.IfExp,
    ast.Call,
    ast.Name,
    ast.Attribute,
    ast.Constant,
    ast.GeneratorExp,
    ast.comprehension,
    ast.Tuple,
    ast.And,
    ast.Or,
    ast.Not,
    ast.USub,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
    ast.Eq,
    ast.NotEq,
    ast.In,
    ast.NotIn,
    ast.Load,
    ast.Store,
)


def check_name(name: str, place: Place) -> None:
    """Refuse a name that a formula could not say, that Unicode would rewrite, or that a database would cut."""
    if not name.isidentifier() or iskeyword(name) or name.startswith("_"):
        raise Fault(
            place, "name", f"`{name[:30]}` is no name.", "use letters, digits and _, no space or dash."
        )
    if unicodedata.normalize("NFKC", name) != name:
        raise Fault(
            place, "name", f"`{name}` is written with look-alike letters.", "type it in ordinary letters."
        )
    if len(name) > MAX_NAME:
        raise Fault(place, "name", f"`{name}` is longer than {MAX_NAME} characters.", "choose a short name.")
    if name in RESERVED:
        raise Fault(place, "name", f"`{name}` is a word of the language.", "choose another name.")


def parse_formula(text: str, place: Place) -> ast.expr:
    """The expression of a formula, of allowed node kinds only and of bounded size and depth."""
    if len(text) > MAX_FORMULA:
        raise Fault(
            place, "formula", f"The formula is longer than {MAX_FORMULA} characters.", "split the rule."
        )
    depth = 0
    for character in text:
        depth += character in "([{"
        depth -= character in ")]}"
        if depth > MAX_BRACKETS:
            raise Fault(place, "formula", "The brackets nest too deep.", "split the rule.")
    try:
        tree = ast.parse(" ".join(text.split("\n")).strip(), mode="eval")
    except SyntaxError as error:
        raise Fault(
            Place(place.line, place.column + max((error.offset or 1) - 1, 0)),
            "formula",
            f"The formula cannot be read: {error.msg}.",
            "check brackets, quotes and operators.",
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise Fault(place, "formula", "The formula cannot be read.", "split the rule.") from None
    _check_nodes(tree, place, text)
    return tree.body


def position(node: ast.AST, place: Place, text: str) -> Place:
    """Where a node stands in the file; `col_offset` counts UTF-8 bytes, people count characters."""
    offset = getattr(node, "col_offset", 0)
    characters = len(text.strip().encode()[:offset].decode(errors="ignore"))
    return Place(place.line, place.column + characters)


def _check_nodes(tree: ast.AST, place: Place, text: str) -> None:
    waiting: list[tuple[ast.AST, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAX_TREE_DEPTH:
            raise Fault(place, "formula", "The formula nests too deep.", "split the rule.")
        if not isinstance(node, _ALLOWED):
            raise Fault(
                position(node, place, text),
                "formula",
                f"`{type(node).__name__}` is not part of the formula language.",
                "use + - * /, comparisons, and/or/not, if/else and: " + ", ".join(FUNCTIONS) + ".",
            )
        waiting.extend((child, depth + 1) for child in ast.iter_child_nodes(node))
