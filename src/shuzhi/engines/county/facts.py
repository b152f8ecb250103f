"""What offices know about a synthetic county's people, with the gaps and mistakes of real registers, and the truth.

The truth (how people live, and who is entitled to what by that) is worked out here by hand, apart from any rule
book, so that a product that finds people can be held against it. It is never part of what the registers say.
Nobody has asked after the wages and savings of homes that are not poor: of those, nothing is known and no truth kept.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from shuzhi.engines.county.circumstances import LOW_INCOME, Life, age_of, circumstances
from shuzhi.engines.county.people import AS_OF, Household, Person
from shuzhi.engines.county.survey import rng_of

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
_OLD, _CHILD = 65, 3
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
        self.rng = rng_of(seed, home)
        self.as_of = as_of
        self.home = circumstances(home, self.rng, as_of=as_of)
        self.known = KnownHome(home)
        self.recorded = self.rng.random() >= SHARE_WITHOUT_RECORD

    def work(self) -> KnownHome:
        home = self.known.household
        for person, life in zip(home.members, self.home.lives, strict=True):
            age = age_of(person, self.as_of)
            if age >= _OLD - 1:
                self._old_age(person, life, age)
            if age <= _CHILD:
                self._child(person, life)
            if life.kind:
                self._disabled(person, life)
        if home.income < LOW_INCOME:
            self._poor()
        if self.rng.random() < SHARE_CONSENTING:
            self.known.consents = tuple(person.id for person in home.members)
        paid = [key for key in self.known.entitled if self.rng.random() < SHARE_RECEIVING]
        self.known.receiving = frozenset(paid)
        for book, whose in paid:
            person_id = "" if whose == home.id else whose
            self._keep(Statement(home.id, person_id, f"{RECEIVES}.{book}", True, "民政.发放", self._lately()))
        return self.known

    def _old_age(self, person: Person, life: Life, age: int) -> None:
        self._say(person.id, "本市户籍", life.registered, "公安.人口")
        amount = next((yuan for least, yuan in _AGES if age >= least), 0)
        if life.registered and amount:
            self.known.entitled["old_age_allowance_shanghai", person.id] = amount

    def _child(self, person: Person, life: Life) -> None:
        self._say(person.id, "依法生育", life.lawful, "卫健.生育登记")
        if life.lawful and (yuan := _childcare(person.birth, self.as_of)):
            self.known.entitled["childcare_allowance", person.id] = yuan

    def _disabled(self, person: Person, life: Life) -> None:
        self._say(person.id, "残疾等级", life.grade, "残联.残疾人证")
        self._say(person.id, "残疾类别", life.kind, "残联.残疾人证")
        self._say(person.id, "家庭类别", life.means, "民政.救助")
        self._say(person.id, "特困供养", life.destitute, "民政.救助")
        self._say(person.id, "工伤护理费", life.injured, "人社.工伤")
        care = _CARE.get(life.grade, 180 if life.grade == "三级" and life.kind in ("智力", "精神") else 0)
        yuan = 0 if life.destitute else _LIVING.get(life.means, 0) + (0 if life.injured else care)
        if yuan:
            self.known.entitled["disability_allowances", person.id] = yuan

    def _poor(self) -> None:
        home, lives = self.known.household, self.home.lives
        for person, life in zip(home.members, lives, strict=True):
            self._say(person.id, "工资", life.wage, "人社.工资")
            self._say(person.id, "年经营净收入", life.farm, "申报")
        self._say("", "货币财产", self.home.savings, "民政.核对")
        heads = len(home.members)
        monthly, yearly = sum(life.wage for life in lives), sum(life.farm for life in lives)
        per_head = _half_up((monthly * 100 + _half_up(yearly * 100 / 12)) / heads) / 100
        if per_head < _STANDARD and self.home.savings / heads <= _STANDARD * _MONTHS_OF_SAVINGS:
            self.known.entitled["minimum_living", home.id] = round((_STANDARD - per_head) * heads, 2)

    def _say(self, person: str, name: str, value: Value, source: str) -> None:
        """Write a true fact into the register, wrongly once in a while."""
        told: Value = value
        if self.rng.random() < SHARE_WRONG:
            told = not value if isinstance(value, bool) else value * 3 if isinstance(value, int) else value
        self._keep(Statement(self.known.household.id, person, name, told, source, self._lately()))

    def _keep(self, statement: Statement) -> None:
        if self.recorded:
            self.known.told.append(statement)

    def _lately(self) -> date:
        return self.as_of - timedelta(days=self.rng.randrange(1, 60))


def _half_up(number: float) -> int:
    return int(number + 0.5)


def _childcare(birth: date, on: date) -> int:
    """Yuan for this year: 3,600; for births before 2025, 300 for each month up to the third birthday."""
    if birth > on:
        return 0
    if birth >= date(2025, 1, 1):
        return 3600 if (on.year - birth.year, (on.month, on.day)) < (_CHILD, (birth.month, birth.day)) else 0
    passed = (2025 - birth.year) * 12 + 1 - birth.month - (birth.day > 1)
    return 300 * min(12, max(0, 36 - passed - 12 * (on.year - 2025)))
