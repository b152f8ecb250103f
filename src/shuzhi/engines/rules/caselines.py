"""The cases of a book: written out one by one, or as tables with one row per case."""

from . import fields as f
from .book import Book, BookCase
from .findings import Fault, Finding
from .kinds import Value
from .situation import Situation, fits
from .syntax import MAX_NAME
from .yamltext import Node

UNKNOWN = "unknown"


def read_cases(book: Book, sections: dict[str, Node], findings: list[Finding]) -> list[BookCase]:
    """Every case of the book; faults go to `findings`."""
    found: list[BookCase] = []
    try:
        for number, node in enumerate(f.items(sections.get("cases")), 1):
            found.append(_case(book, node, number))
        for node in f.items(sections.get("case_tables")):
            found.extend(_table(book, node))
    except Fault as fault:
        findings.append(fault.finding)
    return found


def _case(book: Book, node: Node, number: int) -> BookCase:
    fields = f.mapping(node, allowed=None, where="A case")
    expected = f.mapping(fields["expect"], allowed=None, where="`expect`") if "expect" in fields else {}
    household: dict[str, Value] = {}
    alone: dict[str, Value] = {}
    for name, child in fields.items():
        if name not in ("name", "as_of", "members", "expect"):
            given = book.inputs.get(name)
            (alone if given and given.entity == "person" else household)[name] = _value(book, name, child)
    members, wanted = [], []
    for child in f.items(fields.get("members")):
        facts = f.mapping(child, allowed=None, where="A member")
        members.append({name: _value(book, name, node) for name, node in facts.items() if name != "expect"})
        wants = f.mapping(facts["expect"], allowed=None, where="`expect`") if "expect" in facts else {}
        wanted.append({name: _expected(book, name, node) for name, node in wants.items()})
    if alone and members:
        raise Fault(node.place, "case", "A person's facts stand outside `members`.", "move them inside.")
    return BookCase(
        name=f.text(fields.get("name"), f"case {number}"),
        place=node.place,
        as_of=f.day(fields.get("as_of"), book.law.start),
        situation=Situation(household, tuple(members) if "members" in fields else (alone,)),
        expect={name: _expected(book, name, child) for name, child in expected.items() if name != "missing"},
        member_expect=tuple(wanted),
        missing=f.words(expected["missing"]) if "missing" in expected else None,
    )


def _table(book: Book, node: Node) -> list[BookCase]:
    fields = f.mapping(node, allowed=("as_of", "columns", "rows", "name"), where="A case table")
    columns = f.words(fields.get("columns"))
    found = []
    for row in f.items(fields.get("rows")):
        cells = f.items(row)
        if len(cells) != len(columns):
            raise Fault(row.place, "case", f"{len(columns)} cells are wanted.", "add or remove a cell.")
        facts: dict[str, dict[str, Value]] = {"person": {}, "household": {}}
        expect: dict[str, Value] = {}
        as_of, name = f.day(fields.get("as_of"), book.law.start), f"line {row.place.line}"
        for column, cell in zip(columns, cells, strict=True):
            if column == "as_of":
                as_of = f.day(cell)
            elif column == "name":
                name = f.text(cell)
            elif column.startswith("="):
                expect[column[1:]] = _expected(book, column[1:], cell)
            else:
                value = _value(book, column, cell)
                facts[book.inputs[column].entity][column] = value
        situation = Situation(facts["household"], (facts["person"],))
        found.append(BookCase(name, row.place, as_of, situation, expect, (), None))
    return found


def _value(book: Book, name: str, node: Node) -> Value:
    given = book.inputs.get(name)
    if given is None:
        raise Fault(
            node.place, "unknown-name", f"`{name[:MAX_NAME]}` is no input.", "use a name of `inputs:`."
        )
    if node.value is None:
        return None
    value = f.value_of(node, given.kind)
    if not fits(given, value):
        raise Fault(
            node.place, "kind", f"`{name}` does not accept {node.value}.", "see its type, min and max."
        )
    return value


def _expected(book: Book, name: str, node: Node) -> Value:
    rule = book.rules.get(name)
    if rule is None:
        raise Fault(node.place, "unknown-name", f"`{name[:MAX_NAME]}` is no rule.", "use a name of `rules:`.")
    if node.value == UNKNOWN:
        return None
    return f.value_of(node, rule.kind)
