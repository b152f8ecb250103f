"""A reform over a population of Parquet files: the engine writes the SQL, DuckDB runs it part by part."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from shuzhi.engines import rules
from shuzhi.engines.rules import DUCKDB, Book, Tables, simulation

GROUPS = ("area", "age_band", "household_type")
TYPES = {"truth": "BOOLEAN", "date": "DATE", "code": "VARCHAR"}
DIGESTED = 1 << 20


@dataclass
class Population:
    """Two Parquet files, in the order of `household_id`; what a book asks and they lack is unknown for everybody."""

    folder: Path
    connection: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)

    def __post_init__(self) -> None:
        self.files = {name: self.folder / f"{name}.parquet" for name in ("persons", "households")}
        for path in self.files.values():
            if not path.exists():
                raise FileNotFoundError(
                    f"{path}: a population is two files, persons.parquet and households.parquet"
                )
        self.connection.execute("SET preserve_insertion_order = false")

    def digest(self) -> str:
        """SHA-256 over both files."""
        found = hashlib.sha256()
        for path in self.files.values():
            with path.open("rb") as file:
                while chunk := file.read(DIGESTED):
                    found.update(chunk)
        return found.hexdigest()

    def lacks(self, book: Book) -> list[str]:
        """The inputs of the book that no column holds."""
        return [
            given.name
            for given in book.inputs.values()
            if given.name not in self._columns("persons" if given.entity == "person" else "households")
        ]

    def tables(self, book: Book) -> Tables:
        """The files with an empty column for each input that they lack."""
        sources = []
        for entity, name in (("person", "persons"), ("household", "households")):
            known = self._columns(name)
            empty = [
                f"CAST(NULL AS {TYPES.get(given.kind.name, 'BIGINT')}) AS {DUCKDB.column(given.name)}"
                for given in book.inputs.values()
                if given.entity == entity and given.name not in known
            ]
            source = f"read_parquet({_quoted(self.files[name])})"
            sources.append(f"(SELECT {', '.join(['*', *empty])} FROM {source}) {name}")  # noqa: S608
        return Tables(*sources)

    def faults(self, book: Book, day: date) -> dict[str, int]:
        """What is wrong with the population, counted by name; empty when nothing is."""
        names, text = rules.faults_query(
            rules.bind(book, as_of=day), dialect=DUCKDB, tables=self.tables(book)
        )
        row = self.connection.execute(text).fetchone() or ()
        return {name: count for name, count in zip(names, row, strict=True) if count}

    def parts(self, book: Book) -> Iterator[Tables]:
        """The population cut into parts that fit into memory."""
        source = f"read_parquet({_quoted(self.files['households'])})"
        row = self.connection.execute(
            f"SELECT MIN(household_id), MAX(household_id), COUNT(*) FROM {source}"  # noqa: S608
        ).fetchone()
        first, last, count = row if row and row[2] else (0, -1, 0)
        return self.tables(book).slices(first, last, households=count)

    def _columns(self, name: str) -> set[str]:
        source = f"read_parquet({_quoted(self.files[name])})"
        found = self.connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()  # noqa: S608
        return {row[0] for row in found}


def outcomes(
    population: Population, before: Book, after: Book, rule: str, *, day: date
) -> simulation.Outcomes:
    """What both laws give every household, in one pass; a person's rule is added up over the household."""
    programs = [rules.bind(book, as_of=day) for book in (before, after)]
    found: dict[str, list[NDArray[Any]]] = {}
    for part in population.parts(before):
        text = rules.query(programs[0], [rule], dialect=DUCKDB, reform=programs[1], tables=part)
        household = before.rules[rule].entity == "household"
        for name, column in (
            population.connection.execute(_joined(text, rule, part, household)).fetchnumpy().items()
        ):
            found.setdefault(name, []).append(column)
    columns = {
        name: np.ma.concatenate(arrays)  # type: ignore[no-untyped-call]
        for name, arrays in found.items()
    }
    return _outcomes(columns)


def _joined(text: str, rule: str, part: Tables, household: bool) -> str:
    """The answers beside who the household is."""
    old, new = DUCKDB.column(rule), DUCKDB.column(f"{rule}__reform")
    if not household:
        summed = (
            f"CASE WHEN COUNT({c}) = COUNT(*) THEN CAST(SUM({c}) AS BIGINT) END AS {c}" for c in (old, new)
        )
        text = f"SELECT household_id, {', '.join(summed)} FROM ({text}) GROUP BY household_id"  # noqa: S608
    groups = ", ".join(f"h.{name}" for name in GROUPS)
    return (
        f"SELECT q.{old} AS before, q.{new} AS after, h.people, h.income, h.weight, {groups}"  # noqa: S608
        f" FROM ({text}) q JOIN {part.households.removesuffix(' part')} h USING (household_id) ORDER BY household_id"
    )


def _outcomes(columns: Mapping[str, Any]) -> simulation.Outcomes:
    def whole(name: str) -> NDArray[np.int64]:
        return np.asarray(np.ma.filled(columns[name], 0), dtype=np.int64)

    def present(name: str) -> NDArray[np.bool_]:
        return ~np.ma.getmaskarray(columns[name])

    weights, incomes, known = whole("weight"), whole("income"), present("income")
    groups = {name: np.ma.filled(columns[name], "?").astype(str) for name in GROUPS}
    if known.any():
        groups["decile"] = _deciles(incomes, whole("people"), weights, known)
    return simulation.Outcomes(
        before=whole("before"),
        after=whole("after"),
        known=present("before") & present("after"),
        weights=weights,
        people=whole("people"),
        incomes=incomes,
        income_known=known,
        groups=groups,
    )


def _deciles(
    incomes: NDArray[np.int64],
    people: NDArray[np.int64],
    weights: NDArray[np.int64],
    known: NDArray[np.bool_],
) -> NDArray[np.str_]:
    """01 to 10 by income per head, ? where it is unknown."""
    heads = incomes[known] // np.maximum(people[known], 1)
    found = np.full(len(incomes), "?", dtype="<U2")
    found[known] = [f"{d:02}" for d in simulation.deciles(heads.tolist(), weights[known].tolist())]
    return found


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def shown(summary: simulation.Summary, kinds: Sequence[str]) -> dict[str, Any]:
    """The summary for JSON: amounts in fen, shares as numbers."""
    whole = _effect(summary.effect)
    return {
        **whole,
        "cost_90_percent": [round(summary.cost.low), round(summary.cost.high)],
        "by": {
            kind: {k: _effect(e) for k, e in summary.by[kind].items()} for kind in kinds if kind in summary.by
        },
        "before": _inequality(summary.before),
        "after": _inequality(summary.after),
    }


def _effect(effect: simulation.Effect) -> dict[str, int]:
    names = (
        "units",
        "unknown",
        "winners",
        "losers",
        "unchanged",
        "cost_before_fen",
        "cost_after_fen",
        "cost_fen",
    )
    return {name: getattr(effect, name) for name in names}


def _inequality(found: simulation.Inequality | None) -> dict[str, Any] | None:
    if found is None:
        return None
    names = ("theil", "poverty_share", "poverty_depth", "poverty_severity")
    spread = {"gini": found.gini.figure, "gini_90_percent": [found.gini.low, found.gini.high]}
    return {**spread, **{name: getattr(found, name) for name in names}}
