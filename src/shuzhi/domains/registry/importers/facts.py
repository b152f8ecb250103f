"""Facts about people and what they allow: one row per statement, as offices hand them over."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from shuzhi.domains.registry.importers import values as cell
from shuzhi.domains.registry.importers.loading import BATCH, Given, Loader, Outcome
from shuzhi.domains.registry.importers.values import RowRefused
from shuzhi.domains.registry.models import Consent, Fact, Household, Person
from shuzhi.engines.tabular import Field

_WORDS = {"是": True, "true": True, "否": False, "false": False}
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?")


def value_of(text: str) -> bool | int | float | str:
    """A cell as a fact: yes or no, a number, or else a word or day as written.

    >>> value_of("是"), value_of("800.5"), value_of("低保")
    (True, 800.5, '低保')
    """
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text


class _ChunkLoader(Loader):
    """Reads and writes a chunk of rows at a time: files of facts are long."""

    def outcomes(self, rows: Iterable[Given]) -> Iterator[Outcome]:
        waiting = iter(rows)
        while chunk := list(islice(waiting, BATCH)):
            yield from self._take(chunk)

    def _take(self, chunk: list[Given]) -> Iterator[Outcome]:
        read: list[tuple[Given, Any]] = []
        for given in chunk:
            try:
                read.append((given, self.read(given.values)))
            except RowRefused as refusal:
                yield Outcome(given.row, False, refusal)
        changed = self.write([record for _given, record in read])
        for given, record in read:
            yield Outcome(given.row, self.key(record) in changed)

    def read(self, values: Mapping[str, str]) -> Any:
        raise NotImplementedError

    def key(self, record: Any) -> tuple[str, ...]:
        raise NotImplementedError

    def write(self, records: list[Any]) -> set[tuple[str, ...]]:
        """Write what is new or different; returns the keys of that."""
        raise NotImplementedError


class FactLoader(_ChunkLoader):
    fields = (
        Field("household", ("户编号", "户号", "household_id")),
        Field("person", ("人员编号", "人口编号", "person_id")),
        Field("name", ("事实", "指标", "fact")),
        Field("value", ("值", "内容")),
        Field("source", ("来源", "数据来源")),
        Field("since", ("生效日期", "自", "from")),
    )
    required = ("household", "name", "value", "source", "since")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._homes = frozenset(Household.objects.values_list("code", flat=True))
        self._people = dict(Person.objects.values_list("code", "household__code"))

    def read(self, values: Mapping[str, str]) -> Fact:
        home = cell.known(values, "household", self._homes)
        person = cell.known(values, "person", self._people, required=False)
        if person and self._people[person] != home:
            raise RowRefused("person", _("this person belongs to another household"))
        return Fact(
            household=home,
            person=person,
            name=cell.needed(values, "name", longest=48),
            value=value_of(cell.needed(values, "value", longest=64)),
            source=cell.needed(values, "source", longest=64),
            since=cell.day(values, "since"),
        )

    def key(self, record: Fact) -> tuple[str, ...]:
        return record.household, record.person, record.name, record.since.isoformat()

    def write(self, records: list[Fact]) -> set[tuple[str, ...]]:
        homes = {record.household for record in records}
        there = {self.key(row): row.value for row in Fact.objects.filter(household__in=homes)}
        changed = {self.key(one): one for one in records if there.get(self.key(one)) != one.value}
        Fact.objects.bulk_create(
            changed.values(),
            update_conflicts=True,
            update_fields=["value", "source"],
            unique_fields=["household", "person", "name", "since"],
            batch_size=BATCH // 7,
        )
        return set(changed)


class ConsentLoader(_ChunkLoader):
    fields = (
        Field("person", ("人员编号", "人口编号", "person_id")),
        Field("purpose", ("用途", "目的")),
        Field("since", ("同意日期", "自", "from")),
        Field("until", ("撤回日期", "至", "to")),
    )
    required = ("person", "purpose", "since")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._people = frozenset(Person.objects.values_list("code", flat=True))

    def read(self, values: Mapping[str, str]) -> Consent:
        return Consent(
            person=cell.known(values, "person", self._people),
            purpose=cell.code(values, "purpose", longest=24),
            since=cell.day(values, "since"),
            until=cell.optional_day(values, "until"),
        )

    def key(self, record: Consent) -> tuple[str, ...]:
        return record.person, record.purpose

    def write(self, records: list[Consent]) -> set[tuple[str, ...]]:
        there: dict[tuple[str, ...], tuple[date, date | None]] = {
            self.key(row): (row.since, row.until)
            for row in Consent.objects.filter(person__in={record.person for record in records})
        }
        changed = {
            self.key(one): one for one in records if there.get(self.key(one)) != (one.since, one.until)
        }
        Consent.objects.bulk_create(
            changed.values(),
            update_conflicts=True,
            update_fields=["since", "until"],
            unique_fields=["person", "purpose"],
            batch_size=BATCH // 5,
        )
        return set(changed)
