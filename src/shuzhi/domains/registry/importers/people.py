"""People and households: one row per person, what names a person sealed on the way in."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from shuzhi.domains.registry.importers import values as cell
from shuzhi.domains.registry.importers.geography import full_code
from shuzhi.domains.registry.importers.loading import BATCH, Given, Loader, Outcome
from shuzhi.domains.registry.importers.values import RowRefused
from shuzhi.domains.registry.models import Area, Household, Membership, Person
from shuzhi.engines.tabular import Field
from shuzhi.spine.sealing import lookup_hash, seal

_SEXES = {"男": "male", "女": "female", "": ""}
_FILLER = re.compile(r"[\s\-]+|^\+86")


class _Fingerprinted:
    """A record with a keyed hash of everything it says, by which a later file is found to say the same."""

    @cached_property
    def fingerprint(self) -> str:
        return lookup_hash(repr(self))


@dataclass(frozen=True)
class _Home(_Fingerprinted):
    code: str
    area: str
    address: str
    income: float | None


@dataclass(frozen=True)
class _Somebody(_Fingerprinted):
    """A row as read: plain words that live only until they are sealed."""

    code: str
    home: _Home
    name: str
    sex: str
    birth: date | None
    phone: str
    id_number: str
    groups: tuple[str, ...]


class PeopleLoader(Loader):
    fields = (
        Field("code", ("人员编号", "人口编号", "编号", "person", "person_id", "id")),
        Field("household", ("户编号", "户号", "household_id")),
        Field("area", ("区划代码", "所属社区", "所属区划", "area_code")),
        Field("address", ("住址", "地址")),
        Field("income", ("收入水平", "收入")),
        Field("name", ("姓名",)),
        Field("sex", ("性别", "gender")),
        Field("birth", ("出生日期", "生日", "birthday")),
        Field("phone", ("电话", "手机", "手机号", "联系电话")),
        Field("id_number", ("证件号码", "身份证号", "身份证号码")),
        Field("groups", ("重点群体", "人群", "群体")),
    )
    required = ("code", "household", "area", "name")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._areas = frozenset(Area.objects.values_list("code", flat=True))
        self._homes: dict[str, str] = {}
        self._seen: dict[str, str] = {}

    def outcomes(self, rows: Iterable[Given]) -> Iterator[Outcome]:
        waiting = iter(rows)
        while chunk := list(islice(waiting, BATCH)):
            read: list[tuple[Given, _Somebody | RowRefused]] = [
                (given, self._judge(given)) for given in chunk
            ]
            changed = self._write([one for _given, one in read if isinstance(one, _Somebody)])
            for given, one in read:
                if isinstance(one, RowRefused):
                    yield Outcome(given.row, False, one)
                else:
                    yield Outcome(given.row, one.code in changed)
                    changed.discard(one.code)

    def _judge(self, given: Given) -> _Somebody | RowRefused:
        try:
            somebody = self._read(given.values)
            self._agree(somebody)
        except RowRefused as refusal:
            return refusal
        return somebody

    def _read(self, values: Mapping[str, str]) -> _Somebody:
        home = _Home(
            code=cell.code(values, "household", longest=32),
            area=cell.known({"area": full_code(values["area"])}, "area", self._areas),
            address=cell.optional(values, "address", longest=200),
            income=cell.amount(values, "income"),
        )
        return _Somebody(
            code=cell.code(values, "code", longest=32),
            home=home,
            name=cell.needed(values, "name", longest=64),
            sex=cell.choice(values, "sex", _SEXES),
            birth=cell.optional_day(values, "birth"),
            phone=_FILLER.sub("", cell.optional(values, "phone", longest=32)),
            id_number=cell.optional(values, "id_number", longest=32).upper(),
            groups=tuple(sorted(self._group(word) for word in cell.words(values, "groups"))),
        )

    def _group(self, word: str) -> str:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", word):
            raise RowRefused("groups", _("“%(text)s” is not the code of a group") % {"text": word})
        return word

    def _agree(self, somebody: _Somebody) -> None:
        """Rows of one file that speak of the same household or person must say the same."""
        home = somebody.home
        if self._seen.setdefault(somebody.code, somebody.fingerprint) != somebody.fingerprint:
            why = _("“%(key)s” stands in this file twice, with different cells") % {"key": somebody.code}
            raise RowRefused("code", why)
        if self._homes.setdefault(home.code, home.fingerprint) != home.fingerprint:
            why = _("household %(code)s has another area, address or income in an earlier row") % {
                "code": home.code
            }
            raise RowRefused("household", why)

    def _write(self, people: list[_Somebody]) -> set[str]:
        """Write those who are new or different; returns their codes."""
        homes = self._write_homes({one.home.code: one.home for one in people})
        codes = [one.code for one in people]
        there = {row.code: row for row in Person.objects.filter(code__in=codes)}
        changed: dict[str, _Somebody] = {}
        for one in people:
            row = there.get(one.code)
            if row is None or row.fingerprint != one.fingerprint:
                changed[one.code] = one
        rows = [self._row(one, there.get(code), homes[one.home.code]) for code, one in changed.items()]
        Person.objects.bulk_create([row for row in rows if row.pk is None])
        known = [row for row in rows if row.code in there]
        Person.objects.bulk_update(known, _PERSON_COLUMNS, batch_size=100)
        Membership.objects.filter(person__in=known).delete()
        Membership.objects.bulk_create(
            Membership(person=row, group=group) for row in rows for group in changed[row.code].groups
        )
        return set(changed)

    def _write_homes(self, homes: Mapping[str, _Home]) -> dict[str, Household]:
        there = {row.code: row for row in Household.objects.filter(code__in=homes)}
        fresh: list[Household] = []
        for code, home in homes.items():
            row = there.setdefault(code, Household(code=code))
            if row.fingerprint == home.fingerprint:
                continue
            row.area, row.address, row.income = home.area, seal(home.address), home.income
            row.fingerprint = home.fingerprint
            if row.pk is None:
                fresh.append(row)
            else:
                row.save()
        Household.objects.bulk_create(fresh)
        return there

    def _row(self, one: _Somebody, row: Person | None, home: Household) -> Person:
        row = row or Person(code=one.code)
        row.household, row.area, row.sex, row.birth = home, one.home.area, one.sex, one.birth
        row.name, row.phone, row.id_number = seal(one.name), seal(one.phone), seal(one.id_number)
        row.phone_hash, row.id_hash = lookup_hash(one.phone), lookup_hash(one.id_number)
        row.fingerprint = one.fingerprint
        return row


_PERSON_COLUMNS = [field.name for field in Person._meta.concrete_fields if field.name not in ("id", "code")]
