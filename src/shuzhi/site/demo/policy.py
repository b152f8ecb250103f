"""The policy room of the demo county: books, facts with consents, two officers, people found, a version that waits."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from shuzhi.domains.policy import services as policy
from shuzhi.domains.registry import services as registry
from shuzhi.engines import county
from shuzhi.site.demo import staff
from shuzhi.site.demo.registry import table_lines
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM, Actor, ActorKind, Grant

OFFICERS = {"policy": "苏敏（演示）", "policy2": "陶然（演示）"}
FOUND_UNDER = (
    "old_age_allowance_shanghai",
    "childcare_allowance",
    "disability_allowances",
    "minimum_living",
)
TOLD_AT_FIRST, ONE_IN_SAYS_YES = 40, 4
ROLE = "policy_officer"
_PROPOSED = "old_age_allowance_shanghai"


def load(place: county.CountyRegistry, *, households: int, on: date) -> dict[str, dict[str, float]]:
    """Facts, consents and books; people are found and the first of them told. Returns the truth: book -> who -> yuan.

    The truth is of those who consented and are not paid yet. It goes to a file that the product never reads.
    """
    policy.load_shipped_books(by=SYSTEM)
    policy.keep_population(seed=place.seed, households=households, by=SYSTEM)
    known = county.facts(place.seed, county.people(place.seed, place, households=households), as_of=on)
    truth: dict[str, dict[str, float]] = {}
    consenting: list[str] = []
    registry.import_csv("facts", _facts(_noting(known, truth, consenting)), by=SYSTEM)
    registry.import_csv("consents", _consents(consenting, on), by=SYSTEM)
    return truth


def begin() -> None:
    """Open the officers' accounts, look for people, tell the first, and let a version wait for a second person."""
    first = _officers()
    for code in FOUND_UNDER:
        policy.sweep(code, by=SYSTEM)
        policy.offer(code, limit=TOLD_AT_FIRST, by=SYSTEM)
        for card in policy.entitlements(code=code, state="offered", by=SYSTEM)[::ONE_IN_SAYS_YES]:
            policy.record_visit(card.id, accepted=True, by=SYSTEM)
    if not policy.waiting_versions(by=SYSTEM):
        text = policy.text_of(_PROPOSED, 1, by=SYSTEM)
        policy.propose_book(
            _PROPOSED,
            text=text + "\n# 演示：拟提高标准，待第二人批准\n",
            starts_on=clock.today() + timedelta(days=30),
            because="演示",
            by=first,
        )


def keep_truth(truth: dict[str, dict[str, float]], folder: Path) -> None:
    (folder / "entitled.json").write_text(json.dumps(truth, ensure_ascii=False), encoding="utf-8")


def _officers() -> Actor:
    made = [staff.open_account(name, told, "civil_affairs", ROLE) for name, told in OFFICERS.items()]
    number = made[0].reference.partition(":")[2]
    return Actor(ActorKind.STAFF, number, made[0].label, (Grant(ROLE),))


def _noting(
    known: Iterable[county.KnownHome], truth: dict[str, dict[str, float]], consenting: list[str]
) -> Iterator[county.KnownHome]:
    for home in known:
        for (book, whose), yuan in home.entitled.items():
            if home.consents and (book, whose) not in home.receiving:
                truth.setdefault(book, {})[whose] = yuan
        consenting += home.consents
        yield home


def _facts(known: Iterable[county.KnownHome]) -> Iterator[bytes]:
    yield table_lines([("household", "person", "name", "value", "source", "since")])
    for home in known:
        yield table_lines(
            (one.household, one.person, one.name, _cell(one.value), one.source, one.since)
            for one in home.told
        )


def _consents(consenting: list[str], on: date) -> Iterator[bytes]:
    since = on - timedelta(days=90)
    yield table_lines([("person", "purpose", "since")])
    yield table_lines((code, "policy", since) for code in consenting)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "是" if value else "否"
    return value
