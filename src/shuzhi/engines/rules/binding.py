"""A book on one date: parameters and formulas in force are put in, so a program is a list of closed trees."""

from dataclasses import dataclass, replace
from datetime import date

from . import tree as t
from .book import Book, Rule, in_force
from .kinds import DATE


@dataclass(frozen=True, slots=True)
class BoundRule:
    rule: Rule
    tree: t.Tree
    text: str
    law: str


@dataclass(frozen=True, slots=True)
class Program:
    """The rules of a book in order of need, on `as_of`, as published by `known_on`.

    `gaps` names the parameters and rules that have no value on that date: what needs them is unknown.
    """

    book: Book
    as_of: date
    known_on: date | None
    rules: tuple[BoundRule, ...]
    gaps: tuple[str, ...]


def bind(book: Book, *, as_of: date, known_on: date | None = None) -> Program:
    """The program of a book for one date."""
    binder = _Binder(book, as_of, known_on)
    rules = tuple(binder.rule(rule) for rule in book.rules.values())
    return Program(book, as_of, known_on, rules, tuple(dict.fromkeys(binder.gaps)))


class _Binder:
    def __init__(self, book: Book, as_of: date, known_on: date | None) -> None:
        self.book, self.as_of, self.known_on = book, as_of, known_on
        self.gaps: list[str] = []

    def rule(self, rule: Rule) -> BoundRule:
        version = in_force(rule.versions, as_of=self.as_of, known_on=self.known_on)
        if version is None:
            self.gaps.append(rule.name)
            return BoundRule(rule, t.Const(None, rule.kind), "", rule.law)
        return BoundRule(rule, self.tree(version.content.tree), version.content.text, version.law)

    def tree(self, node: t.Tree) -> t.Tree:
        match node:
            case t.ParamRef(name, kind):
                version = in_force(self.book.params[name].versions, as_of=self.as_of, known_on=self.known_on)
                if version is None:
                    self.gaps.append(name)
                return t.Const(version.content if version else None, kind, node.bound, name)
            case t.AsOf():
                return t.Const(self.as_of, DATE, 0, "as_of")
            case t.Ladder(_, item, table):
                steps = in_force(self.book.ladders[table].versions, as_of=self.as_of, known_on=self.known_on)
                if steps is None:
                    self.gaps.append(table)
                return replace(node, item=self.tree(item), steps=steps.content if steps else None)
            case t.Arith(_, left, right) | t.Compare(_, left, right):
                return replace(node, left=self.tree(left), right=self.tree(right))
            case t.Span(_, start, end):
                return replace(node, start=self.tree(start), end=self.tree(end))
            case t.Negative(item) | t.Absolute(item) | t.Not(item) | t.Among(item):
                return replace(node, item=self.tree(item))
            case t.Round(over, under):
                return replace(node, over=self.tree(over), under=self.tree(under) if under else None)
            case t.Logic(_, items) | t.Extreme(_, items):
                return replace(node, items=tuple(self.tree(item) for item in items))
            case t.Case(branches, otherwise):
                pairs = tuple((self.tree(condition), self.tree(value)) for condition, value in branches)
                return replace(node, branches=pairs, otherwise=self.tree(otherwise))
            case t.Members(_, item, where):
                return replace(node, item=self.tree(item), where=self.tree(where) if where else None)
            case _:
                return node
