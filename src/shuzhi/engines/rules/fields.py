"""Typed access to the nodes of a book: each method either gives the wanted value or says what to write."""

from datetime import date
from decimal import Decimal

from .findings import Fault, Place
from .kinds import CODE, COUNT, DATE, MONEY, RATE, TRUTH, Kind, day_of, scaled
from .yamltext import Node, Scalar

_PLAIN_UNITS = {"岁", "月", "年", "天", "日", "人", "次", "个月", "件"}
_PERIODS = {"月": "month", "年": "year"}
_KINDS = {
    "money": MONEY,
    "rate": RATE,
    "count": COUNT,
    "int": COUNT,
    "truth": TRUTH,
    "bool": TRUTH,
    "date": DATE,
}


def mapping(node: Node, *, allowed: tuple[str, ...] | None, where: str) -> dict[str, Node]:
    """The node as a mapping with no key outside `allowed` (None: any)."""
    if not isinstance(node.value, dict):
        raise Fault(node.place, "shape", f"{where} wants `name: value` lines.", "indent them under the name.")
    for key in node.value:
        if allowed is not None and key not in allowed and not is_date(key):
            place = (node.key_places or {}).get(key, node.place)
            raise Fault(
                place, "unknown-key", f"{where} has no `{key[:30]}`.", f"there are: {', '.join(allowed)}."
            )
    return node.value


def is_date(key: str) -> bool:
    """Whether a key is a day, as in `2025-07-01: 1200`."""
    return day_of(key) is not None


def items(node: Node | None) -> tuple[Node, ...]:
    """The node as a list; no node is an empty list."""
    if node is None:
        return ()
    if not isinstance(node.value, tuple):
        raise Fault(node.place, "shape", "A list is wanted.", "write [a, b] or lines with a dash.")
    return node.value


def words(node: Node | None) -> tuple[str, ...]:
    """The node as a list of words."""
    return tuple(text(item) for item in items(node))


def text(node: Node | None, default: str | None = None, *, owner: Node | None = None, key: str = "") -> str:
    """The node as text; `default` when there is no node."""
    if node is None:
        if default is not None:
            return default
        place = owner.place if owner else Place(1, 1)
        raise Fault(place, "missing", f"`{key}:` is missing.", f"add `{key}: …`.")
    if isinstance(node.value, dict | tuple) or node.value is None:
        raise Fault(node.place, "shape", "A text is wanted.", "write it in one line.")
    if isinstance(node.value, str) and not node.value.isprintable():
        raise Fault(node.place, "shape", "The text holds invisible characters.", "retype it.")
    return str(node.value)


def day(node: Node | None, default: date | None = None) -> date:
    """The node as a day."""
    if node is None and default is not None:
        return default
    if node is None or not isinstance(node.value, date):
        raise Fault(node.place if node else Place(1, 1), "date", "A day is wanted.", "write 2025-07-01.")
    return node.value


def truth(node: Node | None, default: bool) -> bool:
    """The node as true or false."""
    if node is None:
        return default
    if not isinstance(node.value, bool):
        raise Fault(node.place, "shape", "true or false is wanted.", "write true or false.")
    return node.value


def citation(node: Node | None, owner: Node, name: str) -> str:
    """The article that a rule or an amount rests on; never empty."""
    if node is None or node.value is None or not text(node).strip():
        raise Fault(owner.place, "citation", f"`{name}` cites no law.", "add `law: 第六条`.")
    return text(node)


def kind_of(fields: dict[str, Node], owner: Node) -> Kind | None:
    """The kind that `type:`, `unit:`, `period:` and `codes:` declare; None when nothing is declared."""
    kind_name = text(fields.get("type"), "")
    unit = text(fields.get("unit"), "")
    if not kind_name and not unit:
        return None
    if kind_name == "code":
        codes = words(fields.get("codes"))
        return Kind(CODE.name, codes=codes)
    base, _, per = unit.partition("/")
    if not kind_name:
        kind_name = (
            "money"
            if base == "元"
            else "rate"
            if unit == "%"
            else "count"
            if unit in _PLAIN_UNITS
            else "measure"
        )
    if kind_name == "measure":
        if not unit:
            raise Fault(owner.place, "unit", "A measure needs its unit.", "add `unit: m²`.")
        return Kind("measure", 100, unit)
    if kind_name not in _KINDS:
        raise Fault(
            owner.place,
            "kind",
            f"There is no type `{kind_name[:30]}`.",
            f"use {', '.join(_KINDS)}, measure or code.",
        )
    period = text(fields.get("period"), _PERIODS.get(per, ""))
    if period not in ("", "month", "year"):
        raise Fault(owner.place, "kind", "A period is month or year.", "write `period: month`.")
    found = _KINDS[kind_name]
    return Kind(found.name, found.scale, found.unit, period) if kind_name == "money" else found


def value_of(node: Node, kind: Kind, *, percent: bool = False) -> Scalar:
    """A written value in the steps of its kind (1200 yuan is 120000 fen); refused when it does not fit."""
    value = node.value
    if isinstance(value, dict | tuple):
        raise Fault(node.place, "shape", "One value is wanted.", "write a number, word or day.")
    if kind.numeric and isinstance(value, int | Decimal) and not isinstance(value, bool):
        steps = scaled(Decimal(value) / (100 if percent else 1), kind)
        if steps is not None:
            return steps
    if kind.name == "truth" and isinstance(value, bool):
        return value
    if kind.name == "date" and isinstance(value, date):
        return value
    if kind.name == "code" and isinstance(value, str | int) and not isinstance(value, bool):
        if kind.codes and str(value) not in kind.codes:
            raise Fault(
                node.place, "code", f"`{value}` is none of {', '.join(kind.codes)}.", "correct the word."
            )
        return str(value)
    raise Fault(
        node.place, "kind", f"`{str(value)[:30]}` is no {kind.shown()}.", "write a value of that type."
    )
