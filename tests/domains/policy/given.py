"""People with facts, as offices hand them over."""

import io
from datetime import date

from tests.factories import VILLAGE
from tests.made_once import made_once

from shuzhi.domains.policy import services as policy
from shuzhi.domains.registry import services as registry
from shuzhi.spine.actors import SYSTEM

OLD_AGE, LIVING = "old_age_allowance_shanghai", "minimum_living"
JANUARY = date(2026, 1, 1)
FIRST_PHONE = 13900000000


def load(dataset: str, header: str, rows: list[str]) -> None:
    report = registry.import_csv(dataset, io.BytesIO("\n".join([header, *rows]).encode()), by=SYSTEM)
    assert report.quarantined == 0, report


@made_once
def given_old_people(
    count: int = 3, *, birth: str = "1940-01-01", consent: bool = True, phone: bool = True
) -> None:
    """That many people of 86 years, registered here, each alone: H0-1, H1-1, …"""
    people = [
        f"H{n}-1,H{n},{VILLAGE},老人{n},{birth},{FIRST_PHONE + n if phone else ''}" for n in range(count)
    ]
    load("people", "code,household,area,name,birth,phone", people)
    load(
        "facts",
        "household,person,name,value,source,since",
        [f"H{n},H{n}-1,本市户籍,是,公安.人口,{JANUARY}" for n in range(count)],
    )
    if consent:
        load("consents", "person,purpose,since", [f"H{n}-1,policy,{JANUARY}" for n in range(count)])


@made_once
def given_poor_household(*, wage: int = 800) -> None:
    """P-1 lives alone on a wage; the minimum is 1,200 yuan."""
    load("people", "code,household,area,name,birth,phone", [f"P-1,P,{VILLAGE},赵六,1980-01-01,13911112222"])
    facts = [
        f"P,P-1,工资,{wage},人社.工资,2026-04-01",
        "P,P-1,年经营净收入,0,申报,2026-04-01",
        "P,,货币财产,0,民政.核对,2026-04-01",
    ]
    load("facts", "household,person,name,value,source,since", facts)
    load("consents", "person,purpose,since", ["P-1,policy,2026-01-01"])


@made_once
def given_granted(count: int = 3) -> None:
    """Old people who were found, told, said yes, and are granted."""
    given_old_people(count)
    policy.sweep(OLD_AGE, by=SYSTEM)
    policy.offer(OLD_AGE, by=SYSTEM)
    for card in policy.entitlements(code=OLD_AGE, state="offered", by=SYSTEM):
        policy.record_visit(card.id, accepted=True, by=SYSTEM)
