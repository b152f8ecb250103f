"""Why an answer is what it is: conditions with the household's own values, the law beside each, zh and en."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from . import tree as t
from .binding import BoundRule, Program
from .book import Input
from .kinds import Value, shown_value
from .situation import Situation
from .walking import Outcome, Step, Walker, compiled, picked
from .wording import label_of, worded


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that could still change the answer; `member` counts from 0, None for the household."""

    name: str
    member: int | None
    ask: str


@dataclass(frozen=True, slots=True)
class Why:
    """One step of the explanation: `status` is because, not_because or not_yet_known."""

    name: str
    member: int | None
    value: Value
    status: str
    zh: str
    en: str
    law: str
    parts: tuple["Why", ...] = ()


class Explainer:
    """Explains the rules of one program; sentences and closures are prepared once and used many times."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.walker = Walker(program)
        self._rules = {bound.rule.name: _Prepared(bound, self) for bound in program.rules}

    def explain(self, situation: Situation, target: str, *, member: int | None = None) -> Why:
        """The tree of reasons for one rule; `member` is wanted when the rule is of a person."""
        return self.of_outcome(self.walker.walk(situation), target, member)

    def of_outcome(self, outcome: Outcome, target: str, member: int | None = None) -> Why:
        """As `explain`, for an outcome that is at hand."""
        return self._rules[target].why(outcome, member)

    def missing(self, situation: Situation, target: str, *, member: int | None = None) -> tuple[Missing, ...]:
        """The unknown facts that can still change the answer; none when it is known.

        First the question whose answer most often settles everything, then the one that most conditions need.
        """
        listed = self.lacking(self.walker.walk(situation), target, member=member)

        def rank(one: Missing) -> float:
            return -self._settled(situation, target, member, (one.name, one.member))

        return tuple(sorted(listed, key=rank))

    def lacking(self, outcome: Outcome, target: str, *, member: int | None = None) -> tuple[Missing, ...]:
        """The same facts, the one that most conditions need first; nothing is tried, so that it costs next to nothing."""
        found = Counter(self._open(target, outcome, member))
        inputs = self.program.book.inputs
        places = {name: at for at, name in enumerate(inputs)}

        def rank(key: tuple[str, int | None]) -> tuple[int, int, int]:
            return (-found[key], places[key[0]], key[1] or 0)

        return tuple(Missing(name, whose, inputs[name].ask) for name, whose in sorted(found, key=rank))

    def _settled(
        self, situation: Situation, target: str, member: int | None, key: tuple[str, int | None]
    ) -> float:
        """The share of answers to a question after which nothing more needs to be asked."""
        name, whose = key
        tried = _possible(self.program.book.inputs[name], self.program.as_of)
        known = [
            picked(self.walker.answer(situation.with_value(name, whose, value)), target, member) is not None
            for value in tried
        ]
        return sum(known) / len(known)

    def _open(self, name: str, outcome: Outcome, member: int | None) -> Iterator[tuple[str, int | None]]:
        facts = outcome.household if member is None else outcome.members[member]
        if facts[name] is not None:
            return
        if name in self.program.book.inputs:
            yield name, member
            return
        yield from self._open_tree(self._rules[name].bound.tree, outcome, member)

    def _open_tree(
        self, tree: t.Tree, outcome: Outcome, member: int | None
    ) -> Iterator[tuple[str, int | None]]:
        """The unknown leaves below a tree whose value is unknown; a decided part asks nothing."""
        if isinstance(tree, t.Ref):
            yield from self._open(tree.name, outcome, None if tree.entity == "household" else member)
            return
        if isinstance(tree, t.Members):
            for number in range(len(outcome.members)):
                parts = [part for part in (tree.where, tree.item) if part is not None]
                if tree.where is not None and self.value(tree.where, outcome, number) is False:
                    continue
                for part in parts:
                    if self.value(part, outcome, number) is None:
                        yield from self._open_tree(part, outcome, number)
            return
        for part in t.children(tree):
            if self.value(part, outcome, member) is None:
                yield from self._open_tree(part, outcome, member)

    def value(self, tree: t.Tree, outcome: Outcome, member: int | None) -> Value:
        """The value of any part of a formula in an outcome."""
        facts = {} if member is None else outcome.members[member]
        found: Value = compiled(tree)(
            dict(facts), dict(outcome.household), [dict(m) for m in outcome.members]
        )
        return found

    def rule(self, name: str) -> "_Prepared | None":
        """The prepared rule of that name, if it is a rule."""
        return self._rules.get(name)


def _possible(given: Input, as_of: date) -> tuple[Value, ...]:
    """Answers that stand for all: both truths, every code, the ends and the middle of a range."""
    match given.kind.name:
        case "truth":
            return (True, False)
        case "code":
            return given.kind.codes
        case "date":
            return tuple(as_of.replace(year=as_of.year - age, day=1) for age in (1, 20, 50, 80))
        case _:
            return (given.low, given.low + (given.high - given.low) // 2, given.high)


class _Prepared:
    """A rule with its conditions cut out: each operand of its outermost and/or, or of its if."""

    def __init__(self, bound: BoundRule, owner: Explainer) -> None:
        self.bound, self.owner = bound, owner
        self.conditions = [_Condition(part, bound.law, owner) for part in _conditions(bound.tree)]
        self.uses = list(dict.fromkeys(n.name for n in t.nodes(bound.tree) if isinstance(n, t.Ref)))
        self.constants = {
            node.name: shown_value(node.value, node.kind)
            for node in t.nodes(bound.tree)
            if isinstance(node, t.Const) and node.name
        }

    def why(self, outcome: Outcome, member: int | None) -> Why:
        rule = self.bound.rule
        whose = member if rule.entity == "person" else None
        facts = outcome.household if whose is None else outcome.members[whose]
        value = facts[rule.name]
        parts = [condition.why(outcome, member) for condition in self.conditions]
        told = {part.name for part in parts}
        for name in self.uses:
            prepared = self.owner.rule(name)
            if (
                prepared is not None
                and name not in told
                and not (prepared.bound.rule.entity == "person" and member is None)
            ):
                parts.append(prepared.why(outcome, member))
        law = f"{self.owner.program.book.law.title}{self.bound.law}"
        zh, en = self._sentence(value, outcome, whose)
        return Why(rule.name, whose, value, _status(value), zh, en, law, tuple(parts))

    def _sentence(self, value: Value, outcome: Outcome, member: int | None) -> tuple[str, str]:
        rule = self.bound.rule
        zh = rule.say or f"{rule.name}：{{{rule.name}}}"
        en = rule.say_en or f"{rule.en or rule.name}: {{{rule.name}}}"
        return self._filled(zh, outcome, member, False), self._filled(en, outcome, member, True)

    def _filled(self, template: str, outcome: Outcome, member: int | None, english: bool) -> str:
        """`{name}` by its value; plain replacement, so a template can name values and nothing else."""
        if "{" not in template:
            return template
        book = self.owner.program.book
        facts: Mapping[str, Any] = outcome.household if member is None else outcome.members[member]
        for name in (self.bound.rule.name, *self.uses):
            if f"{{{name}}}" in template:
                kind = book.inputs[name].kind if name in book.inputs else book.rules[name].kind
                value = facts[name] if name in facts else outcome.household.get(name)
                template = template.replace(f"{{{name}}}", shown_value(value, kind, english=english))
        for name, shown in self.constants.items():
            template = template.replace(f"{{{name}}}", shown)
        return template


class _Condition:
    """One condition of a rule, with its sentence in the words of the book."""

    def __init__(self, tree: t.Tree, law: str, owner: Explainer) -> None:
        self.tree, self.owner = tree, owner
        self.law = f"{owner.program.book.law.title}{law}"
        self.step: Step = compiled(tree)
        self.name = tree.name if isinstance(tree, t.Ref) else worded(tree, owner.program, english=False)
        self.en = worded(tree, owner.program, english=True)
        self.refs = [node for node in t.nodes(tree) if isinstance(node, t.Ref)]
        self.over_members = any(isinstance(node, t.Members) for node in t.nodes(tree))
        self.entity = "person" if any(ref.entity == "person" for ref in self.refs) else "household"

    def why(self, outcome: Outcome, member: int | None) -> Why:
        if isinstance(self.tree, t.Ref) and (prepared := self.owner.rule(self.tree.name)) is not None:
            return prepared.why(outcome, member)
        facts: Any = outcome.household if member is None else outcome.members[member]
        value = self.step(facts, outcome.household, outcome.members)  # type: ignore[arg-type]
        zh, en = self.name, self.en
        if not self.over_members:
            zh, en = self._values(zh, facts, outcome, False), self._values(en, facts, outcome, True)
        whose = member if self.entity == "person" and not self.over_members else None
        return Why(self.name, whose, value, _status(value), zh, en, self.law)

    def _values(self, text: str, facts: Any, outcome: Outcome, english: bool) -> str:
        shown = []
        for ref in self.refs:
            value = outcome.household.get(ref.name) if ref.entity == "household" else facts.get(ref.name)
            label = label_of(self.owner.program, ref.name, english=english)
            shown.append(f"{label} {shown_value(value, ref.kind, english=english)}")
        return f"{text} ({', '.join(shown)})" if english else f"{text}（{'，'.join(shown)}）"


def _conditions(tree: t.Tree) -> list[t.Tree]:
    match tree:
        case t.Logic(_, items):
            return [part for item in items for part in (_conditions(item) if _same(tree, item) else [item])]
        case t.Case(branches):
            return list(dict.fromkeys(part for test, _ in branches[:6] for part in _conditions(test)))
        case t.Compare() | t.Among() | t.Not() | t.Ref() if tree.kind.name == "truth":
            return [tree]
        case _:
            return []


def _same(tree: t.Logic, item: t.Tree) -> bool:
    return isinstance(item, t.Logic) and item.op == tree.op


def _status(value: Value) -> str:
    if value is None:
        return "not_yet_known"
    return "because" if value is not False and value != 0 else "not_because"
