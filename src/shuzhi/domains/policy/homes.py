"""From what the registry knows of a household to what a book asks: names, freshness, consent, who is whom."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from shuzhi.domains.registry import services as registry
from shuzhi.domains.registry.cards import FactCard, HomeFacts
from shuzhi.engines import rules
from shuzhi.spine.actors import SYSTEM

PURPOSE = "policy"
RECEIVES = "已在领取"
"""Fact of a person or household, with the book's code after a dot: another office pays it already."""

DIED = "死亡日期"
"""Fact of a person: from that day on the person is no longer counted, and nobody decides for the dead."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One household as a book sees it. members: their codes, in the order of the situation."""

    household: str
    area: str
    members: tuple[str, ...]
    usable: tuple[bool, ...]
    receiving: frozenset[str]
    situation: Json

    @property
    def wholly_usable(self) -> bool:
        """Whether everybody allowed the use of the facts, which a rule about the household needs."""
        return bool(self.usable) and all(self.usable)


def cases(
    code: str, book: rules.Book, *, on: date, households: Collection[str] | None = None
) -> Iterator[Case]:
    """The households of which the county knows some fact that the book asks for."""
    chosen = None if households is None else sorted(households)
    paid = f"{RECEIVES}.{code}"
    homes = registry.homes_with_facts(
        names=[*book.inputs, paid, DIED], on=on, purpose=PURPOSE, households=chosen, by=SYSTEM
    )
    return (case_of(home, book, on=on, paid=paid) for home in homes)


def case_of(home: HomeFacts, book: rules.Book, *, on: date, paid: str = "") -> Case:
    living = [one for one in home.members if DIED not in one.facts]
    receiving = {one.code for one in living if paid in one.facts}
    return Case(
        household=home.code,
        area=home.area,
        members=tuple(one.code for one in living),
        usable=tuple(one.consented for one in living),
        receiving=frozenset(receiving | ({home.code} if paid in home.facts else set())),
        situation={
            "household": _facts(book, home.facts, "household", on),
            "members": [_facts(book, one.facts, "person", on) for one in living],
        },
    )


def _facts(book: rules.Book, facts: Mapping[str, FactCard], entity: str, on: date) -> Json:
    """The facts that the book asks for and that are fresh enough; the others stay unknown."""
    found: Json = {}
    for name, fact in facts.items():
        given = book.inputs.get(name)
        if given is None or given.entity != entity:
            continue
        if given.fresh_days is not None and fact.since + timedelta(days=given.fresh_days) < on:
            continue
        found[name] = fact.value
    return found
