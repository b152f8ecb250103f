"""Formulas and names in words, Chinese and English."""

from . import tree as t
from .binding import Program
from .kinds import Kind, Value, shown_value

_SIGNS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}
_FUNCTIONS = {
    "years": ("周岁数", "full years"),
    "months": ("满月数", "full months"),
    "days": ("天数", "days"),
}


_ENGLISH_UNITS = {
    "元": "yuan",
    "岁": "years",
    "年": "years",
    "月": "months",
    "个月": "months",
    "天": "days",
    "日": "days",
    "人": "people",
    "次": "times",
    "件": "cases",
}
_ENGLISH_PERIODS = {"月": "month", "年": "year", "季": "quarter", "日": "day", "天": "day", "人": "person"}


def unit_in(unit: str, *, english: bool) -> str:
    """A unit of a book in the reader's language; one that has no English name stays as it is.

    >>> unit_in("元/月", english=True), unit_in("m²", english=True), unit_in("元/月", english=False)
    ('yuan a month', 'm²', '元/月')
    """
    if not english:
        return unit
    what, slash, per = unit.partition("/")
    told = _ENGLISH_UNITS.get(what, what)
    return f"{told} a {_ENGLISH_PERIODS.get(per, per)}" if slash else told


def amount_in(value: Value, kind: Kind, unit: str, *, english: bool) -> str:
    """An amount with its unit: 1,200.00 yuan a month, 90%.

    >>> from .kinds import RATE
    >>> amount_in(900_000, RATE, "%", english=False)
    '90%'
    """
    shown = shown_value(value, kind, english=english)
    return shown if kind.name == "rate" else f"{shown} {unit_in(unit, english=english)}".strip()


def label_of(program: Program, name: str, *, english: bool) -> str:
    """The name of a fact, parameter or rule in the reader's language; the book's own name if it has no other."""
    book = program.book
    if not english:
        return name
    for named in (book.inputs.get(name), book.params.get(name), book.ladders.get(name), book.rules.get(name)):
        if named is not None and named.en:
            return named.en
    return name


def worded(tree: t.Tree, program: Program, *, english: bool) -> str:
    """A formula in words: names of the book, amounts as written by people."""

    def say(part: t.Tree) -> str:
        return worded(part, program, english=english)

    match tree:
        case t.Const(value, kind, _, name):
            if name == "as_of":
                return shown_value(value, kind)
            shown = shown_value(value, kind, english=english)
            return f"{label_of(program, name, english=english)} {shown}" if name else shown
        case t.Ref(_, name) | t.ParamRef(name):
            return label_of(program, name, english=english)
        case t.Compare(op, left, right):
            return f"{say(left)} {_SIGNS.get(op, op)} {say(right)}"
        case t.Arith(op, left, right):
            return f"({say(left)} {'×' if op == '*' else op} {say(right)})"
        case t.Not(item):
            return f"not ({say(item)})" if english else f"不满足（{say(item)}）"
        case t.Among(item, values):
            listed = (
                ", ".join(str(value) for value in values) if english else "、".join(str(v) for v in values)
            )
            return f"{say(item)} in {listed}" if english else f"{say(item)}属于{listed}"
        case t.Logic(op, items):
            word = {"and": ("且", "and"), "or": ("或", "or")}[op][english]
            return f" {word} ".join(f"({say(item)})" for item in items)
        case t.Span(unit, start, end):
            zh, en = _FUNCTIONS[unit]
            return f"{en} from {say(start)} to {say(end)}" if english else f"{say(start)}至{say(end)}的{zh}"
        case t.Round(over, under):
            return say(over) if under is None else f"{say(over)} ÷ {say(under)}"
        case t.Members(op, item, where):
            return _members(op, say(item), say(where) if where else "", english)
        case t.Case(branches, otherwise):
            parts = "; ".join(f"{say(test)} → {say(value)}" for test, value in branches)
            return f"[{parts}; {'else' if english else '否则'} {say(otherwise)}]"
        case t.Negative(item):
            return f"-{say(item)}"
        case t.Absolute(item):
            return f"|{say(item)}|"
        case t.Extreme(op, items):
            return f"{op}({', '.join(say(item) for item in items)})"
        case t.Ladder(op, item, table):
            return f"{label_of(program, table, english=english)}[{say(item)}]"
        case _:
            return "as of" if english else "当日"


def _members(op: str, item: str, where: str, english: bool) -> str:
    if english:
        chosen = f" where {where}" if where else ""
        return f"{op} of {item} over members{chosen}" if op != "count" else f"number of members{chosen}"
    chosen = f"（{where}）" if where else ""
    word = {"sum": f"{item}合计", "count": "人数", "any": f"有人{item}", "all": f"人人{item}"}[op]
    return f"家庭成员{chosen}{word}"
