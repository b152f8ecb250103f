"""How fast and how lean is a reform over a population, and an answer for one household?

Data: synthetic persons (two or three per household; three wages in ten are 0), from a hash, written once as
Parquet. Law: the country template of OpenFisca for January 2017, written as a book; reform: income tax 17 % for
15 %. Peer: openfisca-core with openfisca-country-template in its own environment (AGPL, for this only):

    python -m venv /some/where && /some/where/bin/pip install openfisca-core openfisca-country-template
    OPENFISCA_PYTHON=/some/where/bin/python make bench NAME=rules

Each measurement is its own process, ours and the peer's in turn, three times each; memory is the process peak.
Ours starts from the Parquet file, the peer from arrays in memory, which favours the peer. Ours reads the file part by
part (households do not depend on each other) and answers over columns in memory, so its memory does not grow with the population. `--large` adds 25 and
50 million persons (ours only; 50 million under a 2 GB limit of the database) and how evenly the time grows; `--sweep`
asks a shipped book for a whole city, today and on tomorrow's birthdays, in one pass.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.rules_peer import report

if TYPE_CHECKING:
    from benchmarks.table import Figure, at_least, below, show

DAY = date(2017, 1, 1)
ROUNDS = 3
PEER = str(Path(__file__).with_name("rules_peer.py"))
BOOK = """
policy: Country template
law: {title: Country template of OpenFisca, from: 2017-01-01}
inputs:
  person.salary: {type: money, max: 1000000}
  person.birth: {type: date}
  person.adult: {type: truth}
params:
  tax_rate: {type: rate, law: "1", 2017-01-01: 0.15}
  majority: {type: count, law: "2", 2017-01-01: 18}
  retirement: {type: count, law: "3", 2017-01-01: 62}
  basic: {unit: 元, law: "4", 2017-01-01: 600}
  parenting: {unit: 元, law: "5", 2017-01-01: 600}
  threshold: {unit: 元, law: "5", 2017-01-01: 500}
  scale: {type: rate, reached: money, law: "6", 2017-01-01: [[0, 0.02], [6000, 0.06], [12400, 0.12]]}
rules:
  pension: {of: person, type: money, law: "3", is: "1 if years(birth, as_of) >= retirement else 0"}
  basic_income: {of: person, type: money, law: "4", is: "basic if years(birth, as_of) >= majority else 0"}
  income_tax: {of: person, type: money, law: "1", is: "round((salary + pension) * tax_rate, 2)"}
  contribution: {of: person, type: money, law: "6", is: "round(marginal(salary, scale), 2)"}
  net: {of: person, type: money, law: "7", is: salary + pension + basic_income - income_tax - contribution}
  household_income: {of: household, type: money, law: "5", is: "sum(m.salary for m in members)"}
  single: {of: household, law: "5", is: "count(m for m in members if m.adult) == 1"}
  under_8: {of: household, law: "5", is: "any(years(m.birth, as_of) < 8 for m in members)"}
  under_6: {of: household, law: "5", is: "any(years(m.birth, as_of) < 6 for m in members)"}
  has_child: {of: household, law: "5", is: single and under_8 or under_6}
  allowance: {of: household, type: money, law: "5", is: "parenting if household_income <= threshold and has_child else 0"}
  disposable: {of: household, type: money, law: "7", is: "sum(m.net for m in members) + allowance"}
"""
GOALS = {1_000_000: (7.0, 1 / 3), 5_000_000: (8.0, 1 / 4)}
"""Persons: at least so many times faster than the peer, at most this share of its memory."""
HOUSEHOLDS_AT_ONCE = 6_000  # their columns stay in the processor's own memory
LARGE = {25_000_000: (8.0, 800, None), 50_000_000: (16.0, 2_000, "2GB")}
"""Persons: seconds, megabytes of the process, limit given to the database."""


def make(people: int, folder: str) -> None:
    """Write the population as Parquet, and as arrays for the peer when it is small enough."""
    import duckdb
    import numpy as np

    connection = duckdb.connect()
    rows = f"""SELECT i AS person_id, i * 2 // 5 AS household_id,
        CASE WHEN hash(i) % 10 < 3 THEN 0 ELSE CAST(hash(i + 7) % 1500000 AS BIGINT) END AS salary,
        DATE '1930-01-01' + CAST(hash(i + 13) % 31000 AS INTEGER) AS birth,
        (i * 2 // 5 <> (i - 1) * 2 // 5) OR hash(i + 5) % 2 = 0 AS adult FROM range({people}) r(i)"""
    connection.execute(f"COPY ({rows}) TO '{folder}/persons.parquet' (FORMAT parquet)")
    households = f"SELECT i AS household_id FROM range({(people - 1) * 2 // 5 + 1}) r(i)"
    connection.execute(f"COPY ({households}) TO '{folder}/households.parquet' (FORMAT parquet)")
    if people <= max(GOALS):
        columns = connection.execute(
            f"SELECT * FROM '{folder}/persons.parquet' ORDER BY person_id"
        ).fetchnumpy()
        for name, values in columns.items():
            np.save(f"{folder}/{name}.npy", np.asarray(values))


def ours(folder: str, limit: str) -> None:
    """Over Parquet, part by part, baseline and reform in one pass, on two threads: cost, winners and losers."""
    from concurrent.futures import ThreadPoolExecutor

    from shuzhi.engines.rules import Asked, People, bind, read_book
    from shuzhi.site.simulating import Population

    population = Population(Path(folder))
    if limit:
        population.tables.limit(memory=limit)
    started = time.perf_counter()
    book = read_book(BOOK)
    before, after = (bind(one, as_of=DAY) for one in (book, read_book(BOOK.replace("0.15", "0.17"))))
    asked = Asked.of(before, ["disposable"], reform=after)

    def answer(part: People) -> list[int]:
        found = asked.answer(part)
        old, new = (found[name].values for name in ("disposable", "disposable__reform"))
        change = new - old
        return [len(change), *(int(one.sum()) for one in (change, change > 0, change < 0, old))]

    figures = [0] * 5
    with ThreadPoolExecutor(2) as pool:
        for people, _homes in population.people(book):
            for found in pool.map(answer, people.parts(HOUSEHOLDS_AT_ONCE)):
                figures = [total + value for total, value in zip(figures, found, strict=True)]
    report(started, figures)


def one_household() -> dict[str, float]:
    """Milliseconds: 3 persons x 12 rules with the full explanation; every shipped book for one citizen."""
    from shuzhi.engines.rules import Explainer, Situation, bind, read_book, shipped_book, shipped_books

    explainer = Explainer(bind(read_book(BOOK), as_of=DAY))
    people = tuple(
        {"salary": s, "birth": date(b, 5, 5), "adult": b < 2000}
        for s, b in ((1_000_00, 1980), (0, 1984), (0, 2012))
    )
    situation = Situation({}, people)
    every = [(Explainer(bind(b, as_of=date(2026, 1, 1))), b) for b in map(shipped_book, shipped_books())]

    def answer_all() -> None:
        for ready, book in every:
            outcome = ready.walker.walk(book.cases[0].situation)
            for grant in book.grants:
                ready.of_outcome(outcome, grant.rule, 0)

    return {
        "one household, 12 rules, explained": _median_ms(
            lambda: explainer.explain(situation, "disposable", member=0)
        ),
        "one citizen, every shipped book": _median_ms(answer_all),
    }


def _median_ms(work: Any) -> float:
    times = []
    for _ in range(200):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def _child(python: str, *arguments: str, program: str = __file__) -> dict[str, Any]:
    done = subprocess.run([python, program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1]) if done.stdout.strip() else {}
    return found


def _side_by_side(people: int, folder: str, other: str) -> list[Figure]:
    runs: dict[str, list[dict[str, Any]]] = {"ours": [], "peer": []}
    for _ in range(ROUNDS):
        runs["ours"].append(_child(sys.executable, "ours", folder, ""))
        runs["peer"].append(_child(other, folder, program=PEER))
    figures, middle = [], {}
    for who, found in runs.items():
        for key, unit in (("seconds", "s"), ("cpu_seconds", "s"), ("megabytes", "MB")):
            values = [run[key] for run in found]
            middle[who, key] = statistics.median(values)
            spread = f" ({min(values):.2f} to {max(values):.2f})"
            figures.append(Figure(f"{people:,} {who} {key}{spread}", middle[who, key], unit))
    fast, lean = GOALS[people]
    ratio = middle["peer", "seconds"] / middle["ours", "seconds"]
    share = 100 * middle["ours", "megabytes"] / middle["peer", "megabytes"]
    gap = abs(1 - runs["ours"][0]["figures"][1] / runs["peer"][0]["figures"][1])
    return [
        *figures,
        at_least(f"{people:,} persons, faster than OpenFisca", ratio, fast, "times"),
        below(f"{people:,} persons, share of its memory", share, 100 * lean, "%"),
        below(f"{people:,} persons, difference of the reform's cost", gap * 1e6, 10, "ppm"),
    ]


def _large(folder: str) -> list[Figure]:
    figures, per_million = [], []
    for people, (limit_s, limit_mb, cap) in LARGE.items():
        _child(sys.executable, "make", str(people), folder)
        run = _child(sys.executable, "ours", folder, cap or "")
        per_million.append(run["seconds"] / people * 1e6)
        figures.append(below(f"{people:,} persons from Parquet", run["seconds"], limit_s, "s"))
        figures.append(below(f"{people:,} persons, memory", run["megabytes"], limit_mb, "MB"))
    growth = max(per_million) / min(per_million)
    return [*figures, below("seconds per million persons, largest over smallest", growth, 1.25, "times")]


def sweep(folder: str) -> None:
    """Who is entitled today, and whose answer turns tomorrow: one pass over a city of 1.2 million."""
    import duckdb

    from shuzhi.engines.rules import DUCKDB, Tables, bind, query, shipped_book

    connection = duckdb.connect()
    rows = """SELECT i AS person_id, i * 2 // 5 AS household_id, hash(i + 5) % 4 > 0 AS 本市户籍,
        DATE '1920-01-01' + CAST(hash(i + 13) % 38000 AS INTEGER) AS 出生日期 FROM range(1200000) r(i)"""
    connection.execute(f"COPY ({rows}) TO '{folder}/city.parquet' (FORMAT parquet)")
    connection.execute("SET threads = 2")
    started = time.perf_counter()
    book = shipped_book("old_age_allowance_shanghai")
    today, tomorrow = (bind(book, as_of=date(2026, 11, day)) for day in (1, 2))
    source = f"read_parquet('{folder}/city.parquet')"
    tables = Tables(source, f"(SELECT DISTINCT household_id FROM {source})")
    text = query(today, ["高龄津贴"], dialect=DUCKDB, reform=tomorrow, tables=tables)
    row = connection.execute(
        f"SELECT COUNT(*), SUM(高龄津贴), COUNT(*) FILTER (高龄津贴__reform <> 高龄津贴) FROM ({text})"
    ).fetchone()
    report(started, row)


def main() -> int:
    """Print the table; 1 when a goal is missed."""
    goals = (0.6, 5.0)
    figures = [
        below(what, ms, goal, "ms") for (what, ms), goal in zip(one_household().items(), goals, strict=True)
    ]
    other = os.environ.get("OPENFISCA_PYTHON")
    with tempfile.TemporaryDirectory() as folder:
        for people in GOALS if other else ():
            _child(sys.executable, "make", str(people), folder)
            figures += _side_by_side(people, folder, str(other))
        if "--sweep" in sys.argv:
            run = _child(sys.executable, "sweep", folder)
            figures.append(below("sweep of 1,200,000 persons, today and tomorrow", run["seconds"], 5, "s"))
        if "--large" in sys.argv:
            figures += _large(folder)
    if not other:
        print("NOT RUN: OPENFISCA_PYTHON names no interpreter with openfisca-country-template")
    return show("Rules: a reform over a population, an answer for a household", figures)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", people, folder]:
            make(int(people), folder)
        case ["ours", folder, limit]:
            ours(folder, limit)
        case ["sweep", folder]:
            sweep(folder)
        case _:
            from benchmarks.table import Figure, at_least, below, show

            raise SystemExit(main())
