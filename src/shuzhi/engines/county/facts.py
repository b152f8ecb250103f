"""What offices know about a synthetic county's people, with the gaps and mistakes of real registers, and the truth.

The truth (all facts as they are, and who is entitled to what by them) is worked out here by hand, apart from any rule
book, so that a product that finds people can be held against it. It is never part of what the registers say.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from shuzhi.engines.county.people import AS_OF, Household, Person

PURPOSE = "policy"
SHARE_WITHOUT_RECORD = 0.02  # households whose papers no office has entered
SHARE_WRONG = 0.002  # statements that are not true
SHARE_CONSENTING = 0.95
SHARE_RECEIVING = 0.7  # of the entitled
RECEIVES = "已在领取"
_AGES = ((100, 600), (90, 350), (80, 180), (70, 150), (65, 75))  # yuan a month, old-age allowance
_CARE = {"一级": 350, "二级": 180}
_LIVING = {"低保": 450, "低收入": 320}
_STANDARD, _MONTHS_OF_SAVINGS = 1200, 24  # yuan a month and head, minimum living guarantee
_WAGE = 3600  # yuan a month at the city's average income
_ADULT, _RETIRED, _OLD, _CHILD = 18, 60, 65, 3
_POOR = 0.45
Value = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Statement:
    """A row of a register. person: "" when it is about the household."""

    household: str
    person: str
    name: str
    value: Value
    source: str
    since: date


@dataclass(slots=True)
class KnownHome:
    """A household as the offices see it, and as it is.

    entitled: (book, person or household) -> yuan for one period, by the true facts.   receiving: those paid already.
    """

    household: Household
    told: list[Statement] = field(default_factory=list)
    consents: tuple[str, ...] = ()
    entitled: dict[tuple[str, str], float] = field(default_factory=dict)
    receiving: frozenset[tuple[str, str]] = frozenset()


def facts(seed: int, homes: Iterable[Household], *, as_of: date = AS_OF) -> Iterator[KnownHome]:
    """Every household with its statements, consents and truth; a household's are the same whatever stands before it."""
    return (_Clerk(seed, home, as_of).work() for home in homes)


class _Clerk:
    def __init__(self, seed: int, home: Household, as_of: date) -> None:
        self.rng = random.Random(f"facts-{seed}-{home.id}")  # noqa: S311 - reproducible, no secret
        self.as_of = as_of
        self.known = KnownHome(home)
        self.recorded = self.rng.random() >= SHARE_WITHOUT_RECORD

    def work(self) -> KnownHome:
        home = self.known.household
        for person in home.members:
            age = _age(person.birth, self.as_of)
            if age >= _OLD - 1:
                self._old_age(person, age)
            if age <= _CHILD:
                self._child(person)
            if "disabled" in person.groups:
                self._disabled(person)
        if home.income < _POOR:
            self._poor()
        if self.rng.random() < SHARE_CONSENTING:
            self.known.consents = tuple(person.id for person in home.members)
        paid = [key for key in self.known.entitled if self.rng.random() < SHARE_RECEIVING]
        self.known.receiving = frozenset(paid)
        for book, whose in paid:
            person_id = "" if whose == home.id else whose
            self._keep(Statement(home.id, person_id, f"{RECEIVES}.{book}", True, "民政.发放", self._lately()))
        return self.known

    def _old_age(self, person: Person, age: int) -> None:
        registered = self._say(person.id, "本市户籍", self.rng.random() < 0.94, "公安.人口")
        amount = next((yuan for least, yuan in _AGES if age >= least), 0)
        if registered and amount:
            self.known.entitled["old_age_allowance_shanghai", person.id] = amount

    def _child(self, person: Person) -> None:
        lawful = self._say(person.id, "依法生育", self.rng.random() < 0.97, "卫健.生育登记")
        if lawful and (yuan := _childcare(person.birth, self.as_of)):
            self.known.entitled["childcare_allowance", person.id] = yuan

    def _disabled(self, person: Person) -> None:
        grade = self._say(
            person.id, "残疾等级", self.rng.choice(("一级", "二级", "三级", "四级")), "残联.残疾人证"
        )
        kind = self._say(
            person.id, "残疾类别", self.rng.choice(("视力", "听力", "肢体", "智力", "精神")), "残联.残疾人证"
        )
        income = self.known.household.income
        means = "低保" if income < 0.3 else "低收入" if income < _POOR else "一般"
        self._say(person.id, "家庭类别", means, "民政.救助")
        destitute = self._say(person.id, "特困供养", self.rng.random() < 0.01, "民政.救助")
        injured = self._say(person.id, "工伤护理费", self.rng.random() < 0.02, "人社.工伤")
        care = _CARE.get(str(grade), 180 if grade == "三级" and kind in ("智力", "精神") else 0)
        yuan = 0 if destitute else _LIVING.get(means, 0) + (0 if injured else care)
        if yuan:
            self.known.entitled["disability_allowances", person.id] = yuan

    def _poor(self) -> None:
        home = self.known.household
        monthly = yearly = 0.0
        for person in home.members:
            works = _ADULT <= _age(person.birth, self.as_of) < _RETIRED
            wage = round(home.income * _WAGE * self.rng.uniform(0.5, 1.5)) if works else 0
            farm = round(home.income * 9000 * self.rng.random()) if works else 0
            monthly += self._number(person.id, "工资", wage, "人社.工资")
            yearly += self._number(person.id, "年经营净收入", farm, "申报")
        savings = self._number("", "货币财产", round(self.rng.lognormvariate(9, 1)), "民政.核对")
        heads = len(home.members)
        per_head = _half_up((monthly * 100 + _half_up(yearly * 100 / 12)) / heads) / 100
        if per_head < _STANDARD and savings / heads <= _STANDARD * _MONTHS_OF_SAVINGS:
            self.known.entitled["minimum_living", home.id] = round((_STANDARD - per_head) * heads, 2)

    def _number(self, person: str, name: str, value: int, source: str) -> int:
        self._say(person, name, value, source)
        return value

    def _say(self, person: str, name: str, value: Value, source: str) -> Value:
        """Write a true fact into the register, wrongly once in a while; returns the truth."""
        told: Value = value
        if self.rng.random() < SHARE_WRONG:
            told = not value if isinstance(value, bool) else value * 3 if isinstance(value, int) else value
        self._keep(Statement(self.known.household.id, person, name, told, source, self._lately()))
        return value

    def _keep(self, statement: Statement) -> None:
        if self.recorded:
            self.known.told.append(statement)

    def _lately(self) -> date:
        return self.as_of - timedelta(days=self.rng.randrange(1, 60))


def _age(birth: date, on: date) -> int:
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _half_up(number: float) -> int:
    return int(number + 0.5)


def _childcare(birth: date, on: date) -> int:
    """Yuan for this year: 3,600; for births before 2025, 300 for each month up to the third birthday."""
    if birth > on:
        return 0
    if birth >= date(2025, 1, 1):
        return 3600 if _age(birth, on) < _CHILD else 0
    passed = (2025 - birth.year) * 12 + 1 - birth.month - (birth.day > 1)
    return 300 * min(12, max(0, 36 - passed - 12 * (on.year - 2025)))
