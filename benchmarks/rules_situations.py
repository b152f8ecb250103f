"""Do 200 households get from us what OpenFisca gives them, rule by rule?

Data: households of one to six with wages, ages and roles from a seed, written as one JSON file in the shape of
OpenFisca (persons beside households, facts by month) and read as it is by `shuzhi rules calculate`. Law: the country
template of OpenFisca for January 2017, in `rules.py`. Peer: openfisca-core, in its own environment, named by OPENFISCA_PYTHON.
OpenFisca computes in 32-bit floats, so its amounts are held against ours to half a fen and one part in a million.

    OPENFISCA_PYTHON=/some/where/bin/python python -m benchmarks.rules_situations
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

MONTH, DAY, HOUSEHOLDS = "2017-01", "2017-01-01", 200
RULES = {
    "basic_income": "basic_income",
    "income_tax": "income_tax",
    "pension": "pension",
    "contribution": "social_security_contribution",
    "allowance": "parenting_allowance",
}
"""Rules of our book, with the variables of the country template."""


def situations(seed: int = 200) -> dict[str, Any]:
    """Persons and households as OpenFisca writes them; `adult` is a fact for us and a role for OpenFisca."""
    rng = random.Random(seed)
    persons: dict[str, Any] = {}
    homes: dict[str, Any] = {}
    for home in range(HOUSEHOLDS):
        who: dict[str, list[str]] = {"adults": [], "children": []}
        for number in range(rng.randint(1, 6)):
            name, adult = f"p{home}_{number}", number == 0 or rng.random() < 0.4
            who["adults" if adult else "children"].append(name)
            year = rng.randint(1930, 1998) if adult else rng.randint(2000, 2016)
            wage = rng.choice([0, 0, 350, rng.randint(1, 2_500_000) / 100]) if adult else 0
            born = f"{year}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
            persons[name] = {"salary": {MONTH: wage}, "birth": {MONTH: born}, "adult": {MONTH: adult}}
        homes[f"h{home}"] = who
    return {"persons": persons, "households": homes}


def peer(source: str, target: str) -> None:
    """Every rule by OpenFisca. Runs in the environment that has it."""
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_country_template import CountryTaxBenefitSystem

    given = json.loads(Path(source).read_text(encoding="utf-8"))
    for person in given["persons"].values():
        del person["adult"]
    simulation = SimulationBuilder().build_from_entities(CountryTaxBenefitSystem(), given)
    found: dict[str, dict[str, float]] = {}
    for name in RULES.values():
        values = simulation.calculate(name, MONTH)
        ids = simulation.get_variable_population(name).ids
        found[name] = {key: float(value) for key, value in zip(ids, values, strict=True)}
    Path(target).write_text(json.dumps(found), encoding="utf-8")


def ours(found: dict[str, Any], rule: str) -> dict[str, float]:
    """The values of a rule by id, of persons or of households."""
    homes = found["results"]
    if rule in homes[0]["household"]:
        return {home["id"]: home["household"][rule] for home in homes}
    return {person["id"]: person[rule] for home in homes for person in home["members"]}


def main() -> int:
    """Print the table; 1 when a value differs."""
    from benchmarks.rules import BOOK
    from benchmarks.table import Figure, at_least, show

    other = os.environ.get("OPENFISCA_PYTHON")
    if not other:
        print("NOT RUN: OPENFISCA_PYTHON names no interpreter with openfisca-country-template")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        book, source, here, there = (
            f"{folder}/{n}" for n in ("book.yaml", "in.json", "ours.json", "peer.json")
        )
        Path(book).write_text(BOOK, encoding="utf-8")
        Path(source).write_text(json.dumps(situations()), encoding="utf-8")
        words = ["rules", "calculate", book, "--in", source, "--date", DAY, "--out", here]
        subprocess.run([sys.executable, "-m", "shuzhi", *words], check=True)
        subprocess.run([other, __file__, source, there], check=True)
        found, wanted = (json.loads(Path(path).read_text(encoding="utf-8")) for path in (here, there))
    figures: list[Figure] = []
    for rule, variable in RULES.items():
        mine, theirs = ours(found, rule), wanted[variable]
        same = sum(abs(mine[key] - value) <= 0.005 + 1e-6 * abs(value) for key, value in theirs.items())
        figures.append(at_least(f"{rule}: equal, of {len(theirs):,}", same, len(theirs), ""))
    return show(f"Rules: {HOUSEHOLDS} households, rule by rule as OpenFisca", figures)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        peer(*sys.argv[1:])
    else:
        raise SystemExit(main())
