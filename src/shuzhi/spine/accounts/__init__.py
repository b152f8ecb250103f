"""Staff accounts, the roles they hold, their passwords, and the keys of other systems."""

from shuzhi.spine.accounts.cards import AccountCard, GrantCard, KeyCard, NewAccountCard, NewKeyCard
from shuzhi.spine.accounts.keys import KeyNotValid, application_keys, authenticate, create_key, revoke_key
from shuzhi.spine.accounts.passwords import (
    WeakPassword,
    WrongPassword,
    change_password,
    password_is_due,
    reset_password,
)
from shuzhi.spine.accounts.people import (
    UsernameTaken,
    accounts,
    create_account,
    deactivate_account,
    edit_account,
    find_account,
    get_account,
    reactivate_account,
    reset_second_factor,
    unlock,
)
from shuzhi.spine.accounts.roles import (
    GrantToSelf,
    LastAdministrator,
    TwoAdministrators,
    grant_role,
    grantable_roles,
    revoke_role,
    role_label,
)

__all__ = [
    "AccountCard",
    "GrantCard",
    "GrantToSelf",
    "KeyCard",
    "KeyNotValid",
    "LastAdministrator",
    "NewAccountCard",
    "NewKeyCard",
    "TwoAdministrators",
    "UsernameTaken",
    "WeakPassword",
    "WrongPassword",
    "accounts",
    "application_keys",
    "authenticate",
    "change_password",
    "create_account",
    "create_key",
    "deactivate_account",
    "edit_account",
    "find_account",
    "get_account",
    "grant_role",
    "grantable_roles",
    "password_is_due",
    "reactivate_account",
    "reset_password",
    "reset_second_factor",
    "revoke_key",
    "revoke_role",
    "role_label",
    "unlock",
]
