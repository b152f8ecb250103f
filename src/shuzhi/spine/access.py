"""Who may do what, and where. Roles are bundles of permissions; a grant gives a role a scope."""

from collections.abc import Mapping

from shuzhi.spine.actors import Actor, Grant
from shuzhi.spine.errors import AccessDenied

PUBLIC = frozenset({"intake.report", "intake.track", "intake.rate", "notices.subscribe", "policy.answer"})

_DESK = frozenset({"registry.read", "intake.read", "casework.read", "knowledge.read"})

ROLES: Mapping[str, frozenset[str]] = {
    "citizen": PUBLIC,
    "call_taker": PUBLIC
    | _DESK
    | {"intake.receive", "intake.contact", "casework.triage", "casework.answer", "knowledge.write"},
    "dispatcher": PUBLIC
    | _DESK
    | {
        "intake.receive",
        "intake.contact",
        "intake.import",
        "casework.triage",
        "casework.answer",
        "casework.refer",
        "casework.reject",
        "casework.dispatch",
        "casework.merge",
        "casework.rule_return",
        "casework.approve_extension",
        "casework.remind",
        "casework.reopen",
        "casework.terminate",
        "statistics.read",
        "insight.read",
        "insight.edit",
        "knowledge.write",
        "knowledge.review",
    },
    "unit_officer": _DESK
    | {
        "intake.contact",
        "casework.sign_in",
        "casework.handle",
        "casework.return",
        "casework.suspend",
        "insight.carry_out",
        "knowledge.write",
    },
    "unit_head": _DESK
    | {
        "intake.contact",
        "casework.sign_in",
        "casework.handle",
        "casework.return",
        "casework.suspend",
        "casework.export",
        "insight.carry_out",
        "statistics.read",
        "knowledge.write",
        "knowledge.review",
    },
    "reviewer": _DESK
    | {"casework.review", "casework.confirm_rejection", "casework.approve_extension", "knowledge.review"},
    "callback_agent": _DESK | {"intake.contact", "casework.callback", "casework.close", "casework.reopen"},
    "supervisor": _DESK
    | {
        "casework.supervise",
        "casework.automate",
        "casework.escalate",
        "casework.remind",
        "casework.adjudicate",
        "casework.confirm_rejection",
        "casework.approve_extension",
        "casework.export",
        "casework.reopen",
        "casework.terminate",
        "statistics.read",
        "insight.read",
        "insight.edit",
        "insight.draft",
        "insight.assign",
        "ledger.read",
    },
    "analyst": frozenset(
        {
            "registry.read",
            "casework.read",
            "statistics.read",
            "insight.read",
            "insight.edit",
            "insight.draft",
            "insight.assign",
            "ledger.read",
            "policy.read",
        }
    ),
    "leader": frozenset(
        {
            "registry.read",
            "casework.read",
            "statistics.read",
            "insight.read",
            "insight.decide",
            "insight.assign",
            "ledger.read",
            "policy.read",
        }
    ),
    "policy_officer": frozenset(
        {
            "registry.read",
            "policy.read",
            "policy.propose",
            "policy.approve",
            "policy.decide",
            "policy.pay",
        }
    ),
    "registry_steward": frozenset(
        {
            "registry.read",
            "registry.edit",
            "registry.import",
            "intake.models",
            "knowledge.read",
            "knowledge.write",
            "knowledge.import",
        }
    ),
    "application": frozenset({"intake.report", "intake.track", "registry.read"}),
    "integration": frozenset({"notices.webhooks"}),
    # Three separate administrators (GB/T 22239-2019, 8.1.5): no account may hold two of them.
    "system_admin": frozenset(
        {
            "spine.outbox",
            "spine.settings",
            "ledger.operate",
            "notices.webhooks",
            "registry.read",
            "registry.edit",
            "registry.import",
        }
    ),
    "security_admin": frozenset(
        {"spine.accounts", "spine.grants", "spine.api_keys", "ledger.erase", "intake.erase"}
    ),
    "audit_admin": frozenset({"spine.audit", "ledger.read"}),
}
ADMINISTRATORS = frozenset({"system_admin", "security_admin", "audit_admin"})
PLATFORM = "platform"


def area_prefix(area: str) -> str:
    """The leading digits that an area and everything below it share: "990102000000" gives "990102".

    Statistical division codes are grouped 2-2-2-3-3 digits (National Bureau of Statistics).
    """
    code = area
    for group in (3, 3, 2, 2):
        if code.endswith("0" * group) and len(code) > group:
            code = code[:-group]
        else:
            break
    return code


def _in_scope(grant: Grant, unit: str, area: str) -> bool:
    if grant.unit and grant.unit != unit:
        return False
    return not grant.area or (bool(area) and area.startswith(area_prefix(grant.area)))


def permissions(by: Actor, *, unit: str = "", area: str = "") -> frozenset[str]:
    """Everything that an actor may do for this unit and area."""
    if any(grant.role == PLATFORM for grant in by.grants):
        return frozenset().union(*ROLES.values())
    return frozenset(
        permission
        for grant in by.grants
        if _in_scope(grant, unit, area)
        for permission in ROLES.get(grant.role, frozenset())
    )


def allows(by: Actor, permission: str, *, unit: str = "", area: str = "") -> bool:
    if any(grant.role == PLATFORM for grant in by.grants):
        return True
    return any(
        permission in ROLES.get(grant.role, frozenset()) and _in_scope(grant, unit, area)
        for grant in by.grants
    )


def allows_somewhere(by: Actor, permission: str) -> bool:
    """Whether any of the actor's grants carries the permission, whatever its scope: for menus and list pages."""
    return any(
        grant.role == PLATFORM or permission in ROLES.get(grant.role, frozenset()) for grant in by.grants
    )


def require(by: Actor, permission: str, *, unit: str = "", area: str = "") -> None:
    if not allows(by, permission, unit=unit, area=area):
        raise AccessDenied(permission=permission)


def require_somewhere(by: Actor, permission: str) -> None:
    if not allows_somewhere(by, permission):
        raise AccessDenied(permission=permission)


def scopes(by: Actor, permission: str) -> tuple[Grant, ...]:
    """The grants that carry a permission: a list page shows what any of them covers."""
    return tuple(
        grant
        for grant in by.grants
        if grant.role == PLATFORM or permission in ROLES.get(grant.role, frozenset())
    )
