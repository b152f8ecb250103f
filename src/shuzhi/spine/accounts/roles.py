"""Who holds which role. Three separate administrators keep each other in check (GB/T 22239-2019, 8.1.5)."""

import re

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shuzhi.spine import access, audit, clock
from shuzhi.spine.accounts.finding import locked_account
from shuzhi.spine.actors import Actor, ActorKind
from shuzhi.spine.errors import InvalidInput, NotFound, Refused
from shuzhi.spine.events import RoleGranted, RoleRevoked
from shuzhi.spine.models import RoleGrant
from shuzhi.spine.outbox import announce

ROLE_LABELS: dict[str, str | Promise] = {
    "application": _("Another department's system"),
    "integration": _("Connects other systems"),
    "call_taker": _("Call taker"),
    "dispatcher": _("Dispatcher"),
    "unit_officer": _("Unit officer"),
    "unit_head": _("Unit head"),
    "reviewer": _("Reviewer"),
    "callback_agent": _("Call-back agent"),
    "supervisor": _("Supervisor"),
    "analyst": _("Analyst"),
    "leader": _("Leader"),
    "policy_officer": _("Policy officer"),
    "registry_steward": _("Registry steward"),
    "system_admin": _("System administrator"),
    "security_admin": _("Security administrator"),
    "audit_admin": _("Audit administrator"),
}
_NOT_FOR_STAFF = frozenset({"citizen", "application"})
_AREA = re.compile(r"\d{6}(\d{6})?")


class TwoAdministrators(Refused):
    code = "two-administrators"
    message = _(
        "This account already is %(held)s. System, security and audit administration stay with three persons:"
        " choose another account, or revoke %(held)s first."
    )


class LastAdministrator(Refused):
    code = "last-administrator"
    message = _("This is the last active %(role)s. Grant the role to somebody else first.")


class GrantToSelf(Refused):
    code = "grant-to-self"
    message = _(
        "A security administrator cannot change his or her own roles. Ask another security administrator."
    )


def role_label(role: str) -> str:
    """A role in the words of the county and of the reader's language."""
    return str(ROLE_LABELS.get(role, role))


def grantable_roles() -> tuple[str, ...]:
    return tuple(role for role in access.ROLES if role not in _NOT_FOR_STAFF)


def _check_scope(role: str, unit: str, area: str) -> None:
    if role not in grantable_roles():
        raise InvalidInput(field="role", why=gettext("there is no such role"))
    if role in access.ADMINISTRATORS and (unit or area):
        raise InvalidInput(field="role", why=gettext("an administrator's role has no unit and no area"))
    if area and not _AREA.fullmatch(area):
        raise InvalidInput(field="area", why=gettext("an area code has 6 or 12 digits"))
    if len(unit) > 32:
        raise InvalidInput(field="unit", why=gettext("a unit code has at most 32 characters"))


def lock_administrators() -> None:
    """Let one change at a time touch who administers. Taken before any account's row, so that two cannot deadlock."""
    rows = RoleGrant.objects.select_for_update().filter(role__in=access.ADMINISTRATORS)
    list(rows.order_by("pk").values_list("pk", flat=True))


def check_others_hold(user_id: int, roles: set[str]) -> None:
    """Refuse to take administration from its last active holder. Call lock_administrators first."""
    for role in sorted(roles & access.ADMINISTRATORS):
        if not RoleGrant.objects.filter(role=role, user__is_active=True).exclude(user_id=user_id).exists():
            raise LastAdministrator(role=role_label(role))


@transaction.atomic
def grant_role(user_id: int, *, role: str, unit: str = "", area: str = "", because: str, by: Actor) -> None:
    """Give an account a role for a unit, an area, or (both empty) everywhere. Granting twice changes nothing."""
    access.require(by, "spine.grants")
    _refuse_self(user_id, by)
    _check_scope(role, unit, area)
    user = locked_account(user_id)
    held = set(user.grants.values_list("role", flat=True)) & access.ADMINISTRATORS
    if role in access.ADMINISTRATORS and held - {role}:
        raise TwoAdministrators(held=role_label(min(held - {role})))
    _grant, created = RoleGrant.objects.get_or_create(
        user=user,
        role=role,
        unit=unit,
        area=area,
        defaults={"granted_by": by.reference, "granted_at": clock.now()},
    )
    if created:
        audit.record(
            by, "accounts.grant", f"user:{user.pk}", role=role, unit=unit, area=area, because=because
        )
        announce(RoleGranted(user_id=user.pk, role=role, unit=unit, area=area), by=by)


@transaction.atomic
def revoke_role(user_id: int, *, role: str, unit: str = "", area: str = "", because: str, by: Actor) -> None:
    """Take back a role; its effect ends with the next request of the person."""
    access.require(by, "spine.grants")
    _refuse_self(user_id, by)
    lock_administrators()
    user = locked_account(user_id)
    grant = user.grants.filter(role=role, unit=unit, area=area).first()
    if grant is None:
        raise NotFound(what=gettext("The grant"))
    if user.is_active:
        check_others_hold(user.pk, {role})
    grant.delete()
    audit.record(by, "accounts.revoke", f"user:{user.pk}", role=role, unit=unit, area=area, because=because)
    announce(RoleRevoked(user_id=user.pk, role=role, unit=unit, area=area), by=by)


def _refuse_self(user_id: int, by: Actor) -> None:
    if by.kind is ActorKind.STAFF and by.id == str(user_id):
        raise GrantToSelf
