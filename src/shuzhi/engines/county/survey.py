"""The synthetic county as a population for simulation: columns by the names that rule books ask for.

Nobody in it exists. Three wages in a hundred are unknown, as in real registers.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from shuzhi.engines.county.circumstances import Home, age_of, circumstances
from shuzhi.engines.county.people import AS_OF, Household

SHARE_UNKNOWN_WAGES = 0.03
TOWN_DIGITS, CODE_DIGITS = 9, 12  # of an area's code
FEN = 100
_BANDS = ((35, "-34"), (50, "35-49"), (65, "50-64"), (80, "65-79"), (200, "80+"))
_OLD, _GRANDPARENT, _ADULT = 65, 60, 18
CellKind = Literal["number", "truth", "date", "code"]
Cell = bool | int | str | date | None

PERSON_COLUMNS: dict[str, CellKind] = {
    "出生日期": "date",
    "本市户籍": "truth",
    "依法生育": "truth",
    "工资": "number",
    "月收入": "number",
    "年经营净收入": "number",
    "残疾等级": "code",
    "残疾类别": "code",
    "家庭类别": "code",
    "特困供养": "truth",
    "工伤护理费": "truth",
    "缴费月数": "number",
    "已领月数": "number",
    "非本人意愿": "truth",
    "已登记失业": "truth",
}
HOUSEHOLD_COLUMNS: dict[str, CellKind] = {
    "area": "code",
    "household_type": "code",
    "age_band": "code",
    "people": "number",
    "income": "number",
    "weight": "number",
    "货币财产": "number",
    "住房面积": "number",
    "落户日期": "date",
    "其他住房保障": "truth",
}


@dataclass(frozen=True, slots=True)
class Survey:
    """Columns of persons, one household's after another's, and of households; None is unknown. Money in fen."""

    persons: dict[str, list[Cell]]
    households: dict[str, list[Cell]]


def survey(seed: int, homes: Iterable[Household], *, as_of: date = AS_OF) -> Survey:
    """Every household as it lives on a day. `people` of a household counts its rows among the persons."""
    found = Survey({name: [] for name in PERSON_COLUMNS}, {name: [] for name in HOUSEHOLD_COLUMNS})
    for household in homes:
        rng = rng_of(seed, household)
        home = circumstances(household, rng, as_of=as_of)
        known = [rng.random() >= SHARE_UNKNOWN_WAGES for _member in household.members]
        for row in _members(home, known):
            for name, cell in zip(PERSON_COLUMNS, row, strict=True):
                found.persons[name].append(cell)
        for name, cell in zip(HOUSEHOLD_COLUMNS, _household(home, all(known), as_of), strict=True):
            found.households[name].append(cell)
    return found


def rng_of(seed: int, home: Household) -> random.Random:
    """The source of all that is drawn about a household, whatever stands before it."""
    return random.Random(f"facts-{seed}-{home.id}")  # noqa: S311 - reproducible, no secret


def _members(home: Home, known: list[bool]) -> Iterable[tuple[Cell, ...]]:
    """In the order of PERSON_COLUMNS."""
    for person, life, sure in zip(home.household.members, home.lives, known, strict=True):
        wage = life.wage * FEN if sure else None
        yield (
            *(person.birth, life.registered, life.lawful, wage, wage, life.farm * FEN),
            *(life.grade, life.kind or None, life.means, life.destitute, life.injured),
            *(life.paid, life.drawn, life.involuntary, life.enrolled),
        )


def _household(home: Home, known: bool, as_of: date) -> tuple[Cell, ...]:
    """In the order of HOUSEHOLD_COLUMNS."""
    people = home.household.members
    ages = [age_of(person, as_of) for person in people]
    monthly = sum(life.wage * FEN + life.farm * FEN // 12 for life in home.lives)
    return (
        *(
            home.household.area[:TOWN_DIGITS].ljust(CODE_DIGITS, "0"),
            _type(ages),
            _band(max(ages)),
            len(people),
        ),
        *(monthly if known else None, 1, home.savings * FEN, round(home.floor_m2 * 100)),
        *(home.moved_in, home.housed),
    )


def _type(ages: list[int]) -> str:
    """Who lives together: alone, old_alone, couple, with_children, three_generations, adults."""
    if len(ages) == 1:
        return "old_alone" if ages[0] >= _OLD else "alone"
    if min(ages) < _ADULT:
        return "three_generations" if max(ages) >= _GRANDPARENT else "with_children"
    return "couple" if len(ages) == 2 else "adults"


def _band(age: int) -> str:
    return next(name for limit, name in _BANDS if age < limit)
