"""How the synthetic people live: one truth, from which registers are filled and over which reforms are simulated."""

import random
from dataclasses import dataclass
from datetime import date

from shuzhi.engines.county.people import Household, Person

ADULT, RETIRED = 18, 60
LOW_INCOME, VERY_LOW_INCOME = 0.45, 0.3  # of the city's average
_SHARE_REGISTERED, _SHARE_LAWFUL = 0.96, 0.97
_SHARE_WORKING, _SHARE_FARMING = 0.85, 0.35
_SHARE_PENSIONED = 0.9
_WAGE, _PENSION, _FARM = 4_200, 2_400, 14_000  # yuan a month, a month, a year at the city's average income
_SAVINGS, _FLOOR = 25_000, 30  # yuan a household, square metres a head
_SHARE_DESTITUTE, _SHARE_INJURED, _SHARE_HOUSED = 0.01, 0.02, 0.02
_SHARE_LOST, _SHARE_INVOLUNTARY, _SHARE_ENROLLED = 0.4, 0.7, 0.8
_GRADES = ("一级", "二级", "三级", "四级")
_KINDS = ("视力", "听力", "肢体", "肢体", "智力", "精神")


@dataclass(frozen=True, slots=True)
class Life:
    """One person. wage: yuan a month, or the pension.   farm: net yuan a year.   paid, drawn: months of unemployment insurance."""

    registered: bool
    lawful: bool
    wage: int
    farm: int
    grade: str
    kind: str
    means: str
    destitute: bool
    injured: bool
    paid: int
    drawn: int
    involuntary: bool
    enrolled: bool


@dataclass(frozen=True, slots=True)
class Home:
    """A household and how it lives. savings: yuan.   floor_m2: square metres that it owns."""

    household: Household
    lives: tuple[Life, ...]
    savings: int
    floor_m2: float
    moved_in: date
    housed: bool


def circumstances(home: Household, rng: random.Random, *, as_of: date) -> Home:
    """The household as it is on a day; `rng` alone decides, so that any household can be had without the others."""
    farms = rng.random() < _SHARE_FARMING
    lives = tuple(_life(person, home, farms, rng, as_of) for person in home.members)
    size = len(home.members)
    return Home(
        household=home,
        lives=lives,
        savings=round(_SAVINGS * home.income * rng.lognormvariate(0, 1)),
        floor_m2=round(_FLOOR * size * home.income * rng.lognormvariate(0, 0.4), 2),
        moved_in=date(rng.randint(1990, as_of.year - 1), rng.randint(1, 12), rng.randint(1, 28)),
        housed=rng.random() < _SHARE_HOUSED,
    )


def age_of(person: Person, on: date) -> int:
    """Completed years."""
    return on.year - person.birth.year - ((on.month, on.day) < (person.birth.month, person.birth.day))


def _life(person: Person, home: Household, farms: bool, rng: random.Random, as_of: date) -> Life:
    of_age = ADULT <= age_of(person, as_of) < RETIRED
    works = of_age and rng.random() < _SHARE_WORKING
    monthly = _WAGE if works else 0
    if age_of(person, as_of) >= RETIRED and rng.random() < _SHARE_PENSIONED:
        monthly = _PENSION
    lost = of_age and not works and rng.random() < _SHARE_LOST
    disabled = "disabled" in person.groups
    income = home.income
    return Life(
        registered="migrant" not in person.groups and rng.random() < _SHARE_REGISTERED,
        lawful=rng.random() < _SHARE_LAWFUL,
        wage=round(income * monthly * rng.lognormvariate(-0.15, 0.5)),
        farm=round(income * _FARM * rng.random()) if works and farms else 0,
        grade=rng.choice(_GRADES) if disabled else "无",
        kind=rng.choice(_KINDS) if disabled else "",
        means="低保" if income < VERY_LOW_INCOME else "低收入" if income < LOW_INCOME else "一般",
        destitute=disabled and rng.random() < _SHARE_DESTITUTE,
        injured=disabled and rng.random() < _SHARE_INJURED,
        paid=rng.randint(0, 240) if of_age else 0,
        drawn=rng.randint(0, 4) if lost else 0,
        involuntary=lost and rng.random() < _SHARE_INVOLUNTARY,
        enrolled=lost and rng.random() < _SHARE_ENROLLED,
    )
