"""Text to a checked Book, or to findings with line, column and how to mend."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar

from . import fields as f
from . import tree as t
from .articles import read_articles, unused_articles
from .book import Book, Formula, Grant, Input, LadderParam, Law, Param, Rule, Version
from .caselines import read_cases
from .decisions import exclusive_formulas, table_tree
from .elaborate import Scope, elaborate
from .findings import MAX_FINDINGS, BookRefused, Fault, Finding, Place
from .kinds import COUNT, Kind, merged
from .syntax import check_name
from .yamltext import Node, read_yaml

SECTIONS = (
    "policy",
    "en",
    "law",
    "articles",
    "inputs",
    "params",
    "tables",
    "rules",
    "exclusive",
    "grants",
    "cases",
    "case_tables",
)
MAX_RULES = 400
MAX_STEPS = 60
DEFAULT_HIGH = {"money": 10**10, "measure": 10**8, "rate": 10**7, "count": 10**6}
"""Largest input unless `max:` says otherwise: 100 million yuan, a million square metres, 1000 %, a million."""

Content = TypeVar("Content")
Other = TypeVar("Other")


def read_book(text: str, *, name: str = "book") -> Book:
    """The checked book of a YAML text.

    Raises BookRefused with every finding (at most 50), in the order of the file.
    """
    return read_nodes(read_yaml(text, name=name), text=text, name=name)


def read_nodes(root: Node, *, text: str, name: str) -> Book:
    """As `read_book`, from the nodes of the text."""
    return _Reader(root, text, name).read()


@dataclass(frozen=True, slots=True)
class _Draft:
    """A rule before its formulas are elaborated."""

    name: str
    node: Node
    entity: t.Entity
    declared: Kind | None
    law: str
    fields: dict[str, Node]
    formulas: tuple[Version[Callable[[Scope], t.Tree]], ...]
    texts: tuple[str, ...]


class _Reader:
    def __init__(self, root: Node, text: str, name: str) -> None:
        self.root, self.text, self.name = root, text, name
        self.findings: list[Finding] = []
        self.places: dict[str, Place] = {}
        self.inputs: dict[str, Input] = {}
        self.params: dict[str, Param] = {}
        self.ladders: dict[str, LadderParam] = {}
        self.drafts: dict[str, _Draft] = {}
        self.rules: dict[str, Rule] = {}
        self.under_way: list[str] = []
        self.failed: set[str] = set()

    def read(self) -> Book:
        try:
            sections = f.mapping(self.root, allowed=SECTIONS, where="A book")
            self.law = self._law(sections)
        except Fault as fault:
            raise BookRefused(self.name, (fault.finding,)) from None
        self._each(sections.get("inputs"), "inputs", self._input)
        self._each(sections.get("params"), "params", self._param)
        self._each(sections.get("tables"), "tables", self._table)
        self._each(sections.get("rules"), "rules", self._rule)
        self._try(lambda: self._exclusive(sections.get("exclusive")))
        for name in list(self.drafts):
            self._try(lambda name=name: self._finished(name))  # type: ignore[misc]
        grants = self._try(lambda: self._grants(sections.get("grants"))) or ()
        articles = self._try(lambda: read_articles(sections.get("articles"))) or {}
        citing: tuple[Param | LadderParam | Rule, ...] = (
            *self.params.values(),
            *self.ladders.values(),
            *self.rules.values(),
        )
        self.findings += unused_articles(sections.get("articles"), articles, citing)
        book = Book(
            policy=f.text(sections.get("policy"), "?"),
            en=f.text(sections.get("en"), ""),
            law=self.law,
            articles=articles,
            inputs=self.inputs,
            params=self.params,
            ladders=self.ladders,
            rules=self.rules,
            grants=grants,
            cases=(),
            digest=hashlib.sha256(self.text.encode(errors="replace")).hexdigest(),
            text=self.text,
        )
        cases = [] if self.findings else read_cases(book, sections, self.findings)
        if self.findings:
            raise BookRefused(self.name, tuple(sorted(self.findings)[:MAX_FINDINGS]))
        return replace(book, cases=tuple(cases))

    def _try(self, work: Callable[[], Content]) -> Content | None:
        try:
            return work()
        except Fault as fault:
            self.findings.append(fault.finding)
            return None

    def _each(self, node: Node | None, where: str, work: Callable[[str, Node, Place], None]) -> None:
        if node is None or node.value is None:
            return
        entries = self._try(lambda: f.mapping(node, allowed=None, where=where)) or {}
        for key, child in entries.items():
            place = (node.key_places or {})[key]
            self._try(lambda key=key, child=child, place=place: work(key, child, place))  # type: ignore[misc]

    def _claim(self, name: str, place: Place) -> None:
        check_name(name, place)
        if name in self.places:
            line = self.places[name].line
            raise Fault(place, "name", f"`{name}` is already defined in line {line}.", "rename one of them.")
        if len(self.places) >= MAX_RULES:
            raise Fault(place, "too-large", f"More than {MAX_RULES} names.", "split the book.")
        self.places[name] = place

    def _law(self, sections: dict[str, Node]) -> Law:
        f.text(sections.get("policy"), owner=self.root, key="policy")
        node = sections.get("law")
        if node is None:
            raise Fault(
                self.root.place, "citation", "The book cites no law.", "add `law: {title: …, from: …}`."
            )
        names = ("title", "number", "from", "published", "checked_on", "verified", "url")
        law = f.mapping(node, allowed=names, where="`law`")
        start = f.day(law.get("from") or Node(None, node.place))
        return Law(
            title=f.citation(law.get("title"), node, "law"),
            number=f.text(law.get("number"), ""),
            start=start,
            published=f.day(law.get("published"), start),
            checked_on=f.day(law["checked_on"]) if "checked_on" in law else None,
            verified=f.truth(law.get("verified"), False),
            url=f.text(law.get("url"), ""),
        )

    def _input(self, key: str, node: Node, place: Place) -> None:
        whose, dot, name = key.partition(".")
        if not dot or whose not in ("person", "household"):
            raise Fault(place, "whose", f"`{key[:30]}` does not say whose.", "write person.… or household.….")
        self._claim(name, place)
        names = ("type", "unit", "period", "codes", "min", "max", "source", "fresh", "ask", "en", "fixed")
        fields = f.mapping(node, allowed=names, where="An input")
        kind = f.kind_of(fields, node)
        if kind is None:
            raise Fault(node.place, "kind", f"`{name}` has no type.", "add `type: money`.")
        if kind.name == "code" and not kind.codes:
            raise Fault(node.place, "code", f"`{name}` lists no codes.", "add `codes: [一级, 二级]`.")
        high = f.value_of(fields["max"], kind) if "max" in fields else DEFAULT_HIGH.get(kind.name, 0)
        low = f.value_of(fields["min"], kind) if "min" in fields else 0
        assert isinstance(high, int)
        assert isinstance(low, int)
        entity: t.Entity = "person" if whose == "person" else "household"
        self.inputs[name] = Input(
            name,
            entity,
            kind,
            low,
            high,
            f.text(fields.get("source"), ""),
            _fresh(fields.get("fresh")),
            f.text(fields.get("ask"), ""),
            f.text(fields.get("en"), ""),
            f.truth(fields.get("fixed"), kind.name == "date"),
        )

    def _param(self, name: str, node: Node, place: Place) -> None:
        self._claim(name, place)
        names = ("unit", "type", "period", "codes", "law", "source", "verified", "published", "en", "reached")
        fields = f.mapping(node, allowed=names, where="A parameter")
        law, en = f.citation(fields.get("law"), node, name), f.text(fields.get("en"), "")
        kind = f.kind_of(fields, node) or COUNT
        percent = f.text(fields.get("unit"), "") == "%"
        if "reached" in fields:
            reached = f.kind_of({"type": fields["reached"]}, node) or COUNT
            steps = self._versions(fields, node, law, lambda n: _steps(n, reached, kind, percent))
            self.ladders[name] = LadderParam(name, reached, kind, steps, law, en)
            return
        values = self._versions(fields, node, law, lambda n: f.value_of(n, kind, percent=percent))
        self.params[name] = Param(name, kind, values, law, en, f.text(fields.get("unit"), ""))

    def _versions(
        self, fields: dict[str, Node], node: Node, law: str, content: Callable[[Node], Content]
    ) -> tuple[Version[Content], ...]:
        """The dated entries of a parameter or rule, ascending; overlapping dates are refused."""
        verified = f.truth(fields.get("verified"), self.law.verified)
        found = []
        for key, child in fields.items():
            if not f.is_date(key):
                continue
            start = date.fromisoformat(key)
            names = ("value", "is", "until", "published", "law", "verified", "source")
            more = f.mapping(child, allowed=names, where="A version") if isinstance(child.value, dict) else {}
            inner = more.get("value") or more.get("is") or child
            published = f.day(
                more.get("published"),
                f.day(
                    fields.get("published"),
                    min(start, self.law.published) if start <= self.law.start else start,
                ),
            )
            until = f.day(more["until"]) if "until" in more else None
            if until is not None and until < start:
                raise Fault(
                    child.place, "dates", f"It ends on {until}, before it starts.", "correct `until:`."
                )
            found.append(
                Version(
                    start,
                    until,
                    published,
                    content(inner),
                    f.text(more.get("law"), law),
                    f.truth(more.get("verified"), verified),
                )
            )
        if not found:
            raise Fault(node.place, "dates", "It has no dated value.", "write `2025-07-01: 1200`.")
        ordered = sorted(found, key=lambda version: version.start)
        for earlier, later in pairwise(ordered):
            if earlier.until is not None and earlier.until >= later.start:
                raise Fault(
                    node.place,
                    "dates",
                    f"The version of {earlier.start} runs through {earlier.until}, but another starts on {later.start}.",
                    f"end it on {later.start - timedelta(days=1)}.",
                )
        return tuple(ordered)

    def _entity(self, fields: dict[str, Node], node: Node, name: str) -> t.Entity:
        whose = f.text(fields.get("of"), "")
        if whose not in ("person", "household"):
            raise Fault(
                node.place, "whose", f"`{name}` does not say of whom.", "add `of: person` or `of: household`."
            )
        return "person" if whose == "person" else "household"

    def _rule(self, name: str, node: Node, place: Place) -> None:
        self._claim(name, place)
        names = (
            "of",
            "type",
            "unit",
            "period",
            "codes",
            "law",
            "is",
            "say",
            "say_en",
            "en",
            "verified",
            "published",
        )
        fields = f.mapping(node, allowed=names, where="A rule")
        law = f.citation(fields.get("law"), node, name)
        declared, entity = f.kind_of(fields, node), self._entity(fields, node, name)
        if "is" in fields:
            if isinstance(fields["is"].value, dict):
                fields = {**fields, **f.mapping(fields["is"], allowed=(), where="`is`")}
            else:
                fields = {**fields, self.law.start.isoformat(): fields["is"]}
        versions = self._versions(fields, node, law, lambda n: n)
        dated = "is" not in fields or isinstance(fields["is"].value, dict)
        formulas = tuple(
            _with_content(v, _formula(v.content, declared), start=v.start if dated else date.min)
            for v in versions
        )
        texts = tuple(f.text(version.content) for version in versions)
        self.drafts[name] = _Draft(name, node, entity, declared, law, fields, formulas, texts)

    def _table(self, name: str, node: Node, place: Place) -> None:
        self._claim(name, place)
        names = (
            "of",
            "type",
            "unit",
            "period",
            "codes",
            "law",
            "columns",
            "rows",
            "otherwise",
            "say",
            "say_en",
            "en",
        )
        fields = f.mapping(node, allowed=names, where="A table")
        law = f.citation(fields.get("law"), node, name)
        kind = f.kind_of(fields, node)
        if kind is None:
            raise Fault(node.place, "kind", f"`{name}` has no type.", "add `type: money`.")
        version = Version(
            date.min,
            None,
            self.law.published,
            lambda scope: table_tree(fields, node, scope, kind),
            law,
            self.law.verified,
        )
        entity = self._entity(fields, node, name)
        self.drafts[name] = _Draft(name, node, entity, kind, law, fields, (version,), ("table",))

    def _exclusive(self, node: Node | None) -> None:
        for item in f.items(node):
            fields = f.mapping(item, allowed=("among", "take", "law", "name"), where="An exclusion")
            law = f.citation(fields.get("law"), item, "exclusive")
            for name, formula in exclusive_formulas(fields, item):
                source = formula.split(" ")[0]
                if source not in self.drafts:
                    raise Fault(
                        item.place, "unknown-name", f"`{source}` is no rule.", "name rules of this book."
                    )
                self._claim(name, item.place)
                draft = self.drafts[source]
                content = _formula(Node(formula, item.place), draft.declared)
                version = Version(date.min, None, self.law.published, content, law, self.law.verified)
                self.drafts[name] = _Draft(
                    name, item, draft.entity, draft.declared, law, {}, (version,), (formula,)
                )

    def _finished(self, name: str) -> Rule | None:
        """Elaborate a rule and, first, every rule that it names; a circle is refused with its path."""
        if name in self.rules or name in self.failed:
            return self.rules.get(name)
        draft = self.drafts[name]
        if name in self.under_way:
            circle = " → ".join([*self.under_way[self.under_way.index(name) :], name])
            raise Fault(
                draft.node.place, "circle", f"The rules need each other: {circle}.", "break the circle."
            )
        if len(self.under_way) > 60:
            raise Fault(draft.node.place, "too-deep", "The chain of rules is too long.", "merge rules.")
        self.under_way.append(name)
        try:
            rule = self._elaborated(draft)
        except Fault:
            self.failed.add(name)
            raise
        finally:
            self.under_way.pop()
        self.rules[name] = rule
        return rule

    def _elaborated(self, draft: _Draft) -> Rule:
        scope = Scope(draft.entity, self._lookup, self._ladder, tuple(self.places))
        versions: list[Version[Formula]] = []
        kind, bound = draft.declared, 0
        for version, text in zip(draft.formulas, draft.texts, strict=True):
            tree = version.content(scope)
            same = merged(kind, tree.kind) if kind else tree.kind
            if same is None:
                raise Fault(draft.node.place, "kind", "The versions give different kinds.", "add `type:`.")
            kind, bound = same, max(bound, tree.bound)
            versions.append(_with_content(version, Formula(text, tree), start=version.start))
        assert kind is not None
        say, say_en = (f.text(draft.fields.get(key), "") for key in ("say", "say_en"))
        en = f.text(draft.fields.get("en"), "")
        final = draft.declared if draft.declared and draft.declared.name != "code" else kind
        return Rule(draft.name, draft.entity, final, tuple(versions), draft.law, say, say_en, en, bound)

    def _lookup(self, name: str) -> t.Tree | None:
        if (given := self.inputs.get(name)) is not None:
            return t.Ref(given.entity, name, given.kind, max(abs(given.low), abs(given.high)))
        if (param := self.params.get(name)) is not None:
            sizes = [abs(v.content) for v in param.versions if isinstance(v.content, int)]
            return t.ParamRef(name, param.kind, max(sizes, default=0))
        if name not in self.drafts:
            return None
        rule = self._finished(name)
        if rule is None:
            place = self.places[name]
            raise Fault(place, "unknown-name", f"`{name}` has a fault of its own.", "mend that first.")
        return t.Ref(rule.entity, name, rule.kind, rule.bound)

    def _ladder(self, name: str) -> tuple[Kind, Kind, int] | None:
        ladder = self.ladders.get(name)
        if ladder is None:
            return None
        bound = max(abs(value) for version in ladder.versions for _, value in version.content)
        return ladder.reached, ladder.kind, bound

    def _grants(self, node: Node | None) -> tuple[Grant, ...]:
        if node is None:
            return ()
        found = []
        for item in node.value if isinstance(node.value, tuple) else (node,):
            fields = f.mapping(item, allowed=("rule", "each", "once_per", "review"), where="A grant")
            rule = f.text(fields.get("rule"), owner=item, key="rule")
            if rule not in self.rules:
                if self.findings:
                    return ()
                raise Fault(
                    item.place, "unknown-name", f"`{rule[:30]}` is no rule.", "name a rule of this book."
                )
            if self.rules[rule].kind.name != "money":
                raise Fault(item.place, "kind", f"`{rule}` is no amount.", "grant a rule of type money.")
            each = f.text(fields.get("each"), "once")
            review = f.text(fields.get("review"), "human")
            if each not in ("month", "quarter", "year", "once") or review not in ("human", "none"):
                raise Fault(
                    item.place,
                    "shape",
                    "Unknown `each:` or `review:`.",
                    "each: month; review: human or none.",
                )
            found.append(Grant(rule, each, f.words(fields.get("once_per")), review))
        return tuple(found)


def _with_content(version: Version[Other], content: Content, *, start: date) -> Version[Content]:
    return Version(start, version.until, version.published, content, version.law, version.verified)


def _formula(node: Node, declared: Kind | None) -> Callable[[Scope], t.Tree]:
    place = Place(node.place.line, node.place.column + node.quoted)
    written = "True" if node.value is True else "False" if node.value is False else f.text(node)
    return lambda scope: elaborate(written, place, scope, declared)


def _fresh(node: Node | None) -> int | None:
    if node is None:
        return None
    written = f.text(node)
    if not (written.endswith("d") and written[:-1].isdigit() and len(written) <= 5):
        raise Fault(node.place, "shape", "How fresh is written in days.", "write `fresh: 90d`.")
    return int(written[:-1])


def _steps(node: Node, reached: Kind, kind: Kind, percent: bool) -> tuple[tuple[int, int], ...]:
    rows = f.items(node)
    if not 1 <= len(rows) <= MAX_STEPS:
        raise Fault(node.place, "shape", f"A table has 1 to {MAX_STEPS} steps.", "write [[0, 0], [1, 12]].")
    steps: list[tuple[int, int]] = []
    for row in rows:
        cells = f.items(row)
        if len(cells) != 2:
            raise Fault(row.place, "shape", "A step is [from, value].", "write [1, 12].")
        low, value = f.value_of(cells[0], reached), f.value_of(cells[1], kind, percent=percent)
        if not isinstance(low, int) or not isinstance(value, int):
            raise Fault(row.place, "kind", "Steps hold numbers.", "write [1, 12].")
        if steps and low <= steps[-1][0]:
            raise Fault(row.place, "shape", "The steps do not ascend.", "sort them.")
        steps.append((low, value))
    return tuple(steps)
