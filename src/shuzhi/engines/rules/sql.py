"""The second interpreter: one ANSI SQL text in stages, for a whole population, baseline and reform in one pass.

The tables: persons (person_id, household_id, and a column per person input) and households (household_id,
and a column per household input). Types: BIGINT in the steps of the kind (money in fen, measures in
hundredths, rates in ppm), BOOLEAN, DATE, text. NULL is unknown.

What the walk would refuse is unknown here: a value outside its input's range or codes, the sums of a household
of more than 200. One bad row stops nobody else, and no sum can overflow; `faults_query` counts such rows.
"""

from collections.abc import Sequence

from . import tree as t
from .binding import Program
from .calls import MAX_MEMBERS
from .dialects import Dialect
from .plan import Column, Plan, plan_of
from .populations import Tables, accepted
from .signs import never_negative
from .sqltext import Writer


def query(
    program: Program,
    targets: Sequence[str],
    *,
    dialect: Dialect,
    reform: Program | None = None,
    tables: Tables | None = None,
    carry: Sequence[str] = (),
) -> str:
    """A SELECT with one row per household (or person) and a column per target.

    targets: rules of one entity. reform: its values come beside as `<name>__reform`.
    carry: inputs of the same entity to pass through, for grouping. Raises ValueError on an unknown name or
    a mix of entities. The caller chooses `tables`; they are program text, never a user's words.
    """
    programs = [program] if reform is None else [program, reform]
    entities = {program.book.rules[name].entity for name in targets if name in program.book.rules}
    if len(entities) != 1 or not set(targets) <= set(program.book.rules):
        raise ValueError("targets must be rules of one entity")
    plan = plan_of(programs, targets)
    return _Stages(plan, dialect, tables or Tables(), program).text(entities.pop(), targets, carry)


class _Stages:
    def __init__(self, plan: Plan, dialect: Dialect, tables: Tables, program: Program) -> None:
        self.plan, self.dialect, self.tables, self.program = plan, dialect, tables, program
        self.positive: set[str] = set()
        self.parts: list[str] = []
        self.now = {"person": "p0", "household": "h0"}

    def text(self, entity: t.Entity, targets: Sequence[str], carry: Sequence[str]) -> str:
        carried = {name: self._carried(name, entity) for name in carry}
        self._inputs()
        stages = sorted({column.stage for column in self.plan.columns.values() if column.source is None})
        for number, stage in enumerate(stages, 1):
            columns = [c for c in self.plan.columns.values() if c.stage == stage and c.source is None]
            if columns[0].members is not None:
                self._sums(number, columns)
            else:
                self._expressions(number, columns)
        head = "WITH " + ",\n".join(self.parts)
        return (
            f"{head}\nSELECT {', '.join(self._output(entity, targets, carried))}\nFROM {self.now[entity]}\n"
        )

    def _carried(self, name: str, entity: t.Entity) -> str:
        given = self.program.book.inputs.get(name)
        if given is None or given.entity != entity:
            raise ValueError(f"{name} is no {entity} input")
        found = self.plan.known(name)
        if isinstance(found, t.Ref):
            return found.name
        column = f"i{len(self.plan.columns)}"
        ref = t.Ref(entity, column, given.kind)
        self.plan.add(Column(column, entity, (0, 0, 0), ref, source=given), name)
        return column

    def _output(self, entity: t.Entity, targets: Sequence[str], carried: dict[str, str]) -> list[str]:
        ids = ["household_id"] if entity == "household" else ["person_id", "household_id"]
        named = [f"{column} AS {self.dialect.column(name)}" for name, column in carried.items()]
        for ending, rules in zip(("", "__reform"), self.plan.rules, strict=False):
            named += [f"{rules[name].name} AS {self.dialect.column(name + ending)}" for name in targets]
        return ids + named

    def _inputs(self) -> None:
        for entity, source in (("person", self.tables.persons), ("household", self.tables.households)):
            names = ["person_id", "household_id"] if entity == "person" else ["household_id"]
            for column in self.plan.columns.values():
                if column.source is not None and column.entity == entity:
                    names.append(f"{accepted(column.source, self.dialect)} AS {column.name}")
                    if column.source.kind.numeric and column.source.low >= 0:
                        self.positive.add(column.name)
            self._part(self.now[entity], names, source)

    def _expressions(self, number: int, columns: list[Column]) -> None:
        """One stage of rules of one entity; persons see their household by a join, only when they need it."""
        entity = columns[0].entity
        writer = Writer(self.dialect, lambda r: f"{r.entity[0]}.{r.name}", self.positive)
        named = [f"{writer.write(column.tree)} AS {column.name}" for column in columns]
        source = f"{self.now[entity]} {entity[0]}"
        refs = [node for c in columns for node in t.nodes(c.tree) if isinstance(node, t.Ref)]
        if entity == "person" and any(ref.entity == "household" for ref in refs):
            source += f" LEFT JOIN {self.now['household']} h ON h.household_id = p.household_id"
        self._stage(entity, number, [f"{entity[0]}.*", *named], source)
        self.positive |= {
            c.name for c in columns if c.tree.kind.numeric and never_negative(c.tree, self.positive)
        }

    def _sums(self, number: int, columns: list[Column]) -> None:
        """One grouping of persons, joined to every household, those without members included."""
        grouped = ", ".join(f"{self._sum(column)} AS {column.name}" for column in columns)
        self._part(f"g{number}", ["household_id", grouped], f"{self.now['person']} GROUP BY household_id")
        named = [f"{self._present(column)} AS {column.name}" for column in columns]
        join = f"{self.now['household']} h LEFT JOIN g{number} g ON g.household_id = h.household_id"
        self._stage("household", number, ["h.*", *named], join)
        self._mark_sums(columns)

    def _stage(self, entity: str, number: int, columns: list[str], source: str) -> None:
        name = f"{entity[0]}{number}"
        self._part(name, columns, source)
        self.now[entity] = name

    def _part(self, name: str, columns: Sequence[str], source: str) -> None:
        """One named part; every word of it is ours, a checked name of the book, or the caller's table."""
        self.parts.append(f"{name} AS (\n  SELECT {', '.join(columns)}\n  FROM {source})")  # noqa: S608

    def _mark_sums(self, sums: list[Column]) -> None:
        for column in sums:
            item = column.members.item if column.members else None
            if isinstance(item, t.Const) or (isinstance(item, t.Ref) and item.name in self.positive):
                self.positive.add(column.name)

    def _sum(self, column: Column) -> str:
        """Sums, counts, any and all that stay unknown when an unknown member could matter."""
        assert column.members is not None
        op, item = column.members.op, column.members.item
        if isinstance(item, t.Const) and op == "count":
            return f"CASE WHEN COUNT(*) <= {MAX_MEMBERS} THEN COUNT(*) END"
        value = item.name if isinstance(item, t.Ref) else Writer(self.dialect, _no_name, ()).write(item)
        if op in ("sum", "count"):
            whole = f"COUNT({value}) = COUNT(*) AND COUNT(*) <= {MAX_MEMBERS}"
            return f"CASE WHEN {whole} THEN CAST(SUM({value}) AS BIGINT) END"
        decisive, rest = (value, "FALSE") if op == "any" else (f"NOT {value}", "TRUE")
        found = f"MAX(CASE WHEN {decisive} THEN 2 WHEN {value} IS NULL THEN 1 ELSE 0 END)"
        return f"CASE {found} WHEN 2 THEN {'TRUE' if op == 'any' else 'FALSE'} WHEN 0 THEN {rest} END"

    def _present(self, column: Column) -> str:
        """The sum of a household; one without members has sum 0, any false, all true."""
        assert column.members is not None
        empty = {"sum": "0", "count": "0", "any": "FALSE", "all": "TRUE"}[column.members.op]
        return f"CASE WHEN g.household_id IS NULL THEN {empty} ELSE g.{column.name} END"


def _no_name(ref: t.Ref) -> str:
    raise ValueError(f"{ref.name} is no constant")
