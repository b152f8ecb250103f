"""The people of a synthetic county: households drawn one by one, each from its own number, so any can be had alone."""

import random
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate

from shuzhi.engines.county import tables
from shuzhi.engines.county.identity import id_number, phone
from shuzhi.engines.county.registry_records import Area, CountyRegistry

AS_OF = date(2026, 1, 1)
"""The day on which ages and groups of the demo county are right."""

_SIZES = (1,) * 9 + (2,) * 13 + (3,) * 11 + (4,) * 9 + (5,) * 2 + (6,)
"""Sizes of 45 households that hold 120 people; the turn below deals them out without clumps."""
_TURN = 17
_MOST_MEMBERS = 6


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist. groups: elderly, disabled, low_income, migrant, minor, veteran."""

    id: str
    name: str
    sex: str
    birth: date
    area: str
    phone: str
    id_number: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Household:
    """People at one address. income: 1.0 is the city's average."""

    id: str
    area: str
    address: str
    income: float
    members: tuple[Person, ...]


def people(
    seed: int, registry: CountyRegistry, households: int = 45_000, *, as_of: date = AS_OF
) -> Iterator[Household]:
    """Every household in order of its number; 45,000 households hold exactly 120,000 people."""
    population = Population(seed, registry, households, as_of=as_of)
    return (population.household(number) for number in range(households))


class Population:
    """Any household by its number, without drawing the others: `household(n)` is always the same."""

    def __init__(
        self, seed: int, registry: CountyRegistry, households: int = 45_000, *, as_of: date = AS_OF
    ) -> None:
        if households < len(registry.communities):
            raise ValueError("fewer households than communities")
        self._seed = seed
        self._registry = registry
        self._as_of = as_of
        self.households = households
        names: dict[str, list[str]] = {}
        for row in tables.rows("name_parts"):
            names.setdefault(row["use"], []).append(row["text"])
        self._surnames, self._firsts = names["surname"], names["given_first"]
        self._seconds = {"male": names["given_male"], "female": names["given_female"]}

    @cached_property
    def _starts(self) -> list[int]:
        """First household number of each community, then the total: towns hold more people than villages."""
        weights = [1.5 if area.level == "community" else 0.8 for area in self._registry.communities]
        ends = list(accumulate(weights))
        return [0] + [round(end / ends[-1] * self.households) for end in ends]

    def numbers_in(self, community: int) -> range:
        """Household numbers of the community with this position in `registry.communities`."""
        return range(self._starts[community], self._starts[community + 1])

    def household(self, number: int) -> Household:
        """The household with this number, 0 up to `households` exclusive."""
        if not 0 <= number < self.households:
            raise ValueError(f"no household {number}")
        rng = random.Random((self._seed << 24) ^ (number * 2_654_435_761))  # noqa: S311 - reproducible, no secret
        home = self._registry.communities[bisect_right(self._starts, number) - 1]
        income = round(home.income * rng.lognormvariate(0, 0.35), 3)
        size = _SIZES[number * _TURN % len(_SIZES)]
        surname = self._pick_surname(rng)
        members = tuple(
            self._person(
                rng, number, order, age, surname if order != 1 else self._pick_surname(rng), home, income
            )
            for order, age in enumerate(_ages(rng, size, rural=home.level == "village"))
        )
        return Household(f"H{number:06d}", home.code, self._address(rng, home), income, members)

    def _pick_surname(self, rng: random.Random) -> str:
        # The list is in order of frequency; the square makes the first ones common.
        return self._surnames[int(len(self._surnames) * rng.random() ** 2)]

    def _person(
        self,
        rng: random.Random,
        household: int,
        order: int,
        age: int,
        surname: str,
        home: Area,
        income: float,
    ) -> Person:
        male = rng.random() < 0.5 if order > 1 else (order == 0) ^ (rng.random() < 0.3)
        birth = self._as_of - timedelta(days=age * 365 + age // 4 + rng.randrange(365))
        second = rng.choice(self._seconds["male" if male else "female"])
        given = second if rng.random() < 0.2 else rng.choice(self._firsts) + second
        return Person(
            id=f"H{household:06d}-{order + 1}",
            name=surname + given,
            sex="male" if male else "female",
            birth=birth,
            area=home.code,
            phone=phone(household * _MOST_MEMBERS + order),
            id_number=id_number(home.code[:6], birth, rng.randrange(500) * 2 + male),
            groups=_groups(rng, age, male=male, income=income, town=home.level == "community"),
        )

    def _address(self, rng: random.Random, home: Area) -> str:
        here = self._registry.places_by_area.get(home.code, {})
        if home.level == "village":
            hamlet = rng.choice(here["hamlet"])
            return f"{hamlet.name}{rng.randint(1, 60)}号"
        estate = rng.choice(here["estate"])
        return f"{estate.name}{rng.randint(1, 28)}栋{rng.randint(1, 18)}0{rng.randint(1, 4)}室"


def _ages(rng: random.Random, size: int, *, rural: bool) -> list[int]:
    """Ages of a household of this size: the first two are usually a couple, then children, then grandparents."""
    old = rng.random() < (0.62 if rural else 0.34)
    if size == 1:
        return [rng.randint(66, 92) if old else rng.randint(21, 62)]
    if size == 2:
        first = rng.randint(61, 86) if old else rng.randint(24, 62)
        return [first, max(20, first - rng.randint(-2, 5))]
    parent = rng.randint(26, 47)
    couple = [parent, max(22, parent - rng.randint(-2, 4))]
    children = [max(0, parent - rng.randint(23, 32)) for _ in range(1 if size == 3 else 2)]
    grandparents = [parent + rng.randint(23, 30) for _ in range(size - 2 - len(children))]
    return couple + children + grandparents


def _groups(rng: random.Random, age: int, *, male: bool, income: float, town: bool) -> tuple[str, ...]:
    drawn = (
        ("elderly", age >= 65),
        ("disabled", rng.random() < (0.09 if age >= 65 else 0.03)),
        ("low_income", income < 0.45),
        ("migrant", town and 18 <= age < 60 and rng.random() < 0.18),
        ("minor", age < 18),
        ("veteran", male and age >= 20 and rng.random() < 0.05),
    )
    return tuple(name for name, belongs in drawn if belongs)
