"""The synthetic county as a population for simulation: persons and households with the facts that books ask for.

Everything here is drawn: nobody of it exists. Three wages in a hundred are unknown, as in real registers.
"""

import csv
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from shuzhi.engines.county import Household, Person, people, registry
from shuzhi.engines.population import FitReport, fitted_weights

AS_OF = date(2026, 1, 1)
MEAN_WAGE_FEN = 520_000
UNKNOWN_WAGES = 0.03
RURAL_BUSINESS_FEN = 1_400_000

PERSON_COLUMNS = {
    "person_id": "BIGINT",
    "household_id": "BIGINT",
    "出生日期": "DATE",
    "本市户籍": "BOOLEAN",
    "依法生育": "BOOLEAN",
    "工资": "BIGINT",
    "月收入": "BIGINT",
    "年经营净收入": "BIGINT",
    "残疾等级": "VARCHAR",
    "残疾类别": "VARCHAR",
    "家庭类别": "VARCHAR",
    "特困供养": "BOOLEAN",
    "工伤护理费": "BOOLEAN",
    "缴费月数": "BIGINT",
    "已领月数": "BIGINT",
    "非本人意愿": "BOOLEAN",
    "已登记失业": "BOOLEAN",
}
HOUSEHOLD_COLUMNS = {
    "household_id": "BIGINT",
    "area": "VARCHAR",
    "household_type": "VARCHAR",
    "age_band": "VARCHAR",
    "people": "BIGINT",
    "income": "BIGINT",
    "weight": "BIGINT",
    "货币财产": "BIGINT",
    "住房面积": "BIGINT",
    "落户日期": "DATE",
    "其他住房保障": "BOOLEAN",
}
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: sampled households, the households that they stand for, how near the totals are."""

    households: int
    stands_for: int
    fit: FitReport | None


def write_county(
    folder: Path, *, seed: int, households: int, totals: Mapping[str, Mapping[str, int]] | None = None
) -> Written:
    """Persons and households of the county as Parquet, in the order of `household_id`.

    totals: published numbers of households by label of `area`, `household_type` or `age_band`; the weights of the
    sampled households are fitted to them. Without totals every household stands for itself.
    """
    folder.mkdir(parents=True, exist_ok=True)
    persons: list[Row] = []
    homes: list[Row] = []
    for number, household in enumerate(people(seed, registry(seed), households, as_of=AS_OF)):
        rng = random.Random(seed * 1_000_003 + number)  # noqa: S311 - reproducible, no secret
        members = [_person(rng, person, household) for person in household.members]
        for place, member in enumerate(members):
            persons.append({"person_id": number * 10 + place, "household_id": number, **member})
        homes.append({"household_id": number, **_household(rng, household, members)})
    report = None
    if totals:
        traits = {kind: [str(home[kind]) for home in homes] for kind in totals}
        weights, report = fitted_weights(traits, totals, rng=np.random.default_rng(seed))
        homes = [{**home, "weight": int(weight)} for home, weight in zip(homes, weights, strict=True)]
    _write(folder / "persons.parquet", PERSON_COLUMNS, persons)
    _write(folder / "households.parquet", HOUSEHOLD_COLUMNS, homes)
    return Written(len(homes), sum(int(str(home["weight"])) for home in homes), report)


def read_totals(path: Path) -> dict[str, dict[str, int]]:
    """Published totals from a CSV with the columns kind, label, households."""
    found: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kind = row["kind"]
            if kind not in ("area", "household_type", "age_band"):
                raise ValueError(f"{path}: `{kind}` is none of area, household_type, age_band")
            found.setdefault(kind, {})[row["label"]] = int(row["households"])
    return found


def _age(person: Person) -> int:
    return (
        AS_OF.year - person.birth.year - ((AS_OF.month, AS_OF.day) < (person.birth.month, person.birth.day))
    )


def _person(rng: random.Random, person: Person, household: Household) -> Row:
    age, rural = _age(person), "migrant" not in person.groups and rng.random() < 0.35
    works = 18 <= age < 60 and rng.random() < 0.82
    wage: int | None = round(MEAN_WAGE_FEN * household.income * rng.lognormvariate(-0.2, 0.6)) if works else 0
    disabled = "disabled" in person.groups
    lost_work = 18 <= age < 60 and not works and rng.random() < 0.4
    if rng.random() < UNKNOWN_WAGES:
        wage = None
    return {
        "出生日期": person.birth,
        "本市户籍": "migrant" not in person.groups,
        "依法生育": True,
        "工资": wage,
        "月收入": wage,
        "年经营净收入": round(RURAL_BUSINESS_FEN * rng.random()) if rural and age >= 18 else 0,
        "残疾等级": rng.choice(("一级", "二级", "三级", "四级")) if disabled else "无",
        "残疾类别": rng.choice(("视力", "听力", "肢体", "肢体", "智力", "精神")) if disabled else None,
        "家庭类别": ("低保" if rng.random() < 0.4 else "低收入") if "low_income" in person.groups else "一般",
        "特困供养": False,
        "工伤护理费": disabled and rng.random() < 0.03,
        "缴费月数": rng.randint(0, 240) if 18 <= age < 60 else 0,
        "已领月数": rng.randint(0, 4) if lost_work else 0,
        "非本人意愿": lost_work and rng.random() < 0.7,
        "已登记失业": lost_work and rng.random() < 0.8,
    }


def _household(rng: random.Random, household: Household, members: list[Row]) -> Row:
    wages = [member["工资"] for member in members]
    yearly = sum(int(str(member["年经营净收入"])) for member in members)
    ages = [_age(person) for person in household.members]
    return {
        "area": household.area[:9],
        "household_type": _type(ages),
        "age_band": _band(max(ages)),
        "people": len(members),
        "income": None if None in wages else sum(int(str(wage)) for wage in wages) + yearly // 12,
        "weight": 1,
        "货币财产": round(4_000_000 * household.income * rng.lognormvariate(0, 1)),
        "住房面积": round(3_000 * len(members) * household.income * rng.lognormvariate(0, 0.4)),
        "落户日期": date(rng.randint(1990, 2025), rng.randint(1, 12), rng.randint(1, 28)),
        "其他住房保障": rng.random() < 0.02,
    }


def _type(ages: list[int]) -> str:
    """Who lives together: alone, old_alone, couple, with_children, three_generations, adults."""
    if len(ages) == 1:
        return "old_alone" if ages[0] >= 65 else "alone"
    if min(ages) < 18:
        return "three_generations" if max(ages) >= 60 else "with_children"
    return "couple" if len(ages) == 2 else "adults"


def _band(age: int) -> str:
    return next(
        name
        for limit, name in ((35, "-34"), (50, "35-49"), (65, "50-64"), (80, "65-79"), (200, "80+"))
        if age < limit
    )


def _write(path: Path, columns: Mapping[str, str], rows: list[Row]) -> None:
    """Rows as Parquet, through a CSV beside it that goes away again."""
    table = path.with_suffix(".csv")
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows(_cells(row, columns) for row in rows)
    shape = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    source = f"read_csv('{table}', header = false, nullstr = '', columns = {{{shape}}})"
    duckdb.connect().execute(f"COPY (SELECT * FROM {source} ORDER BY 1) TO '{path}' (FORMAT parquet)")  # noqa: S608
    table.unlink()


def _cells(row: Row, columns: Mapping[str, str]) -> Iterator[object]:
    for name in columns:
        value = row[name]
        yield "" if value is None else str(value).lower() if isinstance(value, bool) else value
