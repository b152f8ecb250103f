"""The demo county's accounts: one for each duty, an officer for every unit. The password is public: demo only."""

from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from django.contrib.auth.hashers import make_password
from django.db import transaction

from shuzhi.engines import county
from shuzhi.spine import accounts
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import NotFound

PASSWORD = "Yunjiang-Bridge-26"  # noqa: S105  (printed by `make demo`; the accounts exist in the demo county only)
BECAUSE = "demo county"

# Who logs in as what, in the order of the story.
DUTIES = {
    "calltaker": "call_taker",
    "dispatcher": "dispatcher",
    "reviewer": "reviewer",
    "callback": "callback_agent",
    "supervisor": "supervisor",
    "leader": "leader",
    "steward": "registry_steward",
    "sysadmin": "system_admin",
    "secadmin": "security_admin",
    "auditadmin": "audit_admin",
}


@dataclass(frozen=True)
class Colleague:
    """An account as a history refers to it."""

    reference: str
    label: str


@dataclass(frozen=True)
class Staff:
    """Who works in the demo county: by duty, and the officer of each unit."""

    duties: dict[str, Colleague]
    officers: dict[str, Colleague]


@transaction.atomic
def hire(place: county.CountyRegistry) -> Staff:
    """Open the accounts, all or none; names come from the synthetic county. Accounts that stand already are kept."""
    by_role = {account.role: account for account in reversed(place.staff)}
    duties = {
        role: open_account(username, by_role[role].name, by_role[role].unit, role)
        for username, role in DUTIES.items()
    }
    officers = {}
    for account in place.staff:
        if account.role == "unit_officer" and account.unit not in officers:
            username = f"officer-{account.unit.replace('_', '-')}"
            officers[account.unit] = open_account(
                username, account.name, account.unit, "unit_officer", scope=account.unit
            )
    for account in place.staff:
        if account.role == "unit_head" and account.unit == next(iter(officers)):
            open_account(
                f"head-{account.unit.replace('_', '-')}",
                account.name,
                account.unit,
                "unit_head",
                scope=account.unit,
            )
    return Staff(duties, officers)


@cache
def _hashed() -> str:
    """Everybody here has the one password that the demo prints; to hash it for each of them takes half a minute."""
    return make_password(PASSWORD)


def open_account(username: str, name: str, unit: str, role: str, *, scope: str = "") -> Colleague:
    """The account of that name, opened unless it is there."""
    with suppress(NotFound):
        return Colleague(f"staff:{accounts.find_account(username, by=SYSTEM).id}", name)
    made = accounts.create_account(username, name=name, unit=unit, hashed=_hashed(), by=SYSTEM).account
    accounts.grant_role(made.id, role=role, unit=scope, because=BECAUSE, by=SYSTEM)
    return Colleague(f"staff:{made.id}", name)
