"""One tree as one SQL expression, with the same three values and the same integers as the walk."""

from collections.abc import Callable, Collection
from datetime import date

from . import tree as t
from .dialects import Dialect
from .kinds import Kind, Value
from .signs import never_negative
from .spans import latest_start

Name = Callable[[t.Ref], str]


class Writer:
    """Writes expressions for one dialect; `name` gives the column of a reference."""

    def __init__(self, dialect: Dialect, name: Name, positive: Collection[str]) -> None:
        self.dialect, self.name, self.positive = dialect, name, positive

    def write(self, tree: t.Tree) -> str:
        """The text of a bound tree without Members (the plan has made columns of those)."""
        match tree:
            case t.Const(value, kind):
                return self.constant(value, kind)
            case t.Ref():
                return self.name(tree)
            case t.Arith(op, left, right):
                return f"({self.write(left)} {op} {self.write(right)})"
            case t.Negative(item):
                return f"(- {self.write(item)})"
            case t.Absolute(item):
                return f"ABS({self.write(item)})"
            case t.Not(item):
                return f"(NOT {self.write(item)})"
            case t.Compare():
                return self._compare(tree)
            case t.Among(item, values):
                listed = ", ".join(self.constant(value, item.kind) for value in values)
                return f"({self.write(item)} IN ({listed}))"
            case t.Logic(op, items):
                return "(" + f" {op.upper()} ".join(self.write(item) for item in items) + ")"
            case t.Case():
                return self._case(tree)
            case t.Extreme(op, items):
                texts = [self.write(item) for item in items]
                known = " AND ".join(f"{text} IS NOT NULL" for text in texts)
                word = "LEAST" if op == "min" else "GREATEST"
                return f"CASE WHEN {known} THEN {word}({', '.join(texts)}) END"
            case t.Round():
                return self._round(tree)
            case t.Span(unit, start, end):
                return self._span(unit, self.write(start), self.write(end))
            case t.Ladder():
                return self._ladder(tree)
            case _:
                raise ValueError(f"{type(tree).__name__} has no expression of its own")

    def constant(self, value: Value, kind: Kind) -> str:
        """A literal with its type, so that no database counts in 32 bits or guesses the type of NULL."""
        sql_type = {"truth": "BOOLEAN", "date": "DATE", "code": self.dialect.text_type}.get(
            kind.name, "BIGINT"
        )
        if value is None:
            return f"CAST(NULL AS {sql_type})"
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, date):
            return f"DATE '{value.isoformat()}'"
        if isinstance(value, str):
            return f"'{value}'"
        return f"CAST({value} AS BIGINT)"

    def _compare(self, tree: t.Compare) -> str:
        if (
            isinstance(tree.left, t.Span)
            and isinstance(tree.left.end, t.Const)
            and isinstance(tree.right, t.Const)
        ):
            short = self._birthday(tree.left, tree.op, tree.right.value)
            if short is not None:
                return short
        op = {"==": "=", "!=": "<>"}.get(tree.op, tree.op)
        return f"({self.write(tree.left)} {op} {self.write(tree.right)})"

    def _birthday(self, span: t.Span, op: str, count: Value) -> str | None:
        """`years(d, as_of) >= 80` as one comparison of dates: no calendar sums per row."""
        end = span.end.value if isinstance(span.end, t.Const) else None
        if not isinstance(end, date) or not isinstance(count, int):
            return None
        start = self.write(span.start)
        at_least, more = (latest_start(span.unit, end, n) for n in (count, count + 1))
        if at_least is None or more is None:
            return None
        first, second = f"DATE '{at_least}'", f"DATE '{more}'"
        return {
            ">=": f"({start} <= {first})",
            ">": f"({start} <= {second})",
            "<": f"({start} > {first})",
            "<=": f"({start} > {second})",
            "==": f"({start} <= {first} AND {start} > {second})",
            "!=": f"({start} > {first} OR {start} <= {second})",
        }[op]

    def _case(self, tree: t.Case) -> str:
        parts = []
        for condition, value in tree.branches:
            met = self.write(condition)
            parts.append(f"WHEN {met} THEN {self.write(value)}")
            if not isinstance(condition, t.Const):
                parts.append(f"WHEN ({met}) IS NULL THEN {self.constant(None, tree.kind)}")
        return f"CASE {' '.join(parts)} ELSE {self.write(tree.otherwise)} END"

    def _round(self, tree: t.Round) -> str:
        over, under = self.write(tree.over), self.write(tree.under) if tree.under else ""
        n = f"{over} * {tree.times}" if tree.times != 1 else over
        d = str(tree.by) if not under else f"{under} * {tree.by}" if tree.by != 1 else under
        sizes = not under or (tree.under is not None and never_negative(tree.under, self.positive))
        bottom = f"(2 * {d})" if sizes else f"(2 * ABS({d}))"
        bottom = bottom if not under else f"NULLIF({bottom}, 0)"
        half = d if sizes else f"ABS({d})"
        if sizes and never_negative(tree.over, self.positive):
            result = self._divide(f"(2 * {n} + {half})", bottom)
        else:
            size = self._divide(f"(2 * ABS({n}) + {half})", bottom)
            minus = f"({n} < 0)" if sizes else f"(({n} < 0) <> ({d} < 0))"
            result = f"(CASE WHEN {minus} THEN -1 ELSE 1 END * {size})"
        return f"({result} * {tree.step})" if tree.step != 1 else result

    def _divide(self, a: str, b: str) -> str:
        return self.dialect.divide.format(a=a, b=b)

    def _span(self, unit: str, start: str, end: str) -> str:
        if unit == "days":
            return self.dialect.days.format(a=start, b=end)

        def part(name: str, of: str) -> str:
            return f"CAST(EXTRACT({name} FROM {of}) AS BIGINT)"

        years = f"({part('YEAR', end)} - {part('YEAR', start)})"
        if unit == "months":
            months = f"({part('MONTH', end)} - {part('MONTH', start)})"
            before = f"{part('DAY', end)} < {part('DAY', start)}"
            return f"({years} * 12 + {months} - CASE WHEN {before} THEN 1 ELSE 0 END)"
        late, soon = (f"{part('MONTH', d)} * 100 + {part('DAY', d)}" for d in (end, start))
        return f"({years} - CASE WHEN {late} < {soon} THEN 1 ELSE 0 END)"

    def _ladder(self, tree: t.Ladder) -> str:
        if tree.steps is None:
            return self.constant(None, tree.kind)
        item = self.write(tree.item)
        if tree.op == "bracket":
            steps = " ".join(
                f"WHEN {item} >= {low} THEN CAST({value} AS BIGINT)" for low, value in reversed(tree.steps)
            )
            return f"CASE {steps} WHEN {item} IS NOT NULL THEN CAST(0 AS BIGINT) END"
        slices = []
        for index, (low, rate) in enumerate(tree.steps):
            top = item
            if index + 1 < len(tree.steps):
                top = f"LEAST({item}, {tree.steps[index + 1][0]})"
            slices.append(
                f"CASE WHEN {item} > {low} THEN ({top} - {low}) * CAST({rate} AS BIGINT) ELSE 0 END"
            )
        return f"CASE WHEN {item} IS NOT NULL THEN {' + '.join(slices)} END"
