"""What the world sees of accounts and keys: never a password, never a secret twice."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class GrantCard:
    role: str
    unit: str
    area: str
    granted_by: str
    granted_at: datetime


@dataclass(frozen=True)
class AccountCard:
    """`locked` is true while wrong passwords keep the account shut; `password_due` when the next log-in asks for a new one."""

    id: int
    username: str
    name: str
    unit: str
    phone: str
    active: bool
    locked: bool
    password_due: bool
    second_factor: bool
    grants: tuple[GrantCard, ...]


@dataclass(frozen=True)
class NewAccountCard:
    """`initial_password` is shown once and must be changed at the first log-in; empty when the caller chose one."""

    account: AccountCard
    initial_password: str


@dataclass(frozen=True)
class KeyCard:
    """`scopes` are roles, each with an optional place: "call_taker", "unit_officer@unit:U07", "dispatcher@area:990102000000"."""

    key_id: str
    name: str
    scopes: tuple[str, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    valid: bool


@dataclass(frozen=True)
class NewKeyCard:
    """`secret` is the whole key for the Authorization header; it cannot be shown again."""

    card: KeyCard
    secret: str
