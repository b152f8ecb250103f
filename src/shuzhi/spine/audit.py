"""The audit trail: who saw, exported or changed what. Read by the audit administrator only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shuzhi.spine import access, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput
from shuzhi.spine.models import AuditEntry

KEPT_AT_LEAST = timedelta(days=184)  # the longest six months: Cybersecurity Law (as amended 2025), art. 23


@dataclass(frozen=True)
class AuditCard:
    id: int
    at: datetime
    by: str
    label: str
    action: str
    subject: str
    outcome: str
    address: str
    details: dict[str, object]


def record(
    by: Actor, action: str, subject: str, *, outcome: str = "done", address: str = "", **details: object
) -> None:
    """Note an access: `action` as "casework.view", `subject` as "work_order:17". Details hold codes and counts only."""
    AuditEntry.objects.create(
        at=clock.now(),
        by=by.reference,
        label=by.label,
        action=action,
        subject=subject,
        outcome=outcome,
        address=address,
        details=details,
    )


def entries(
    *,
    by: Actor,
    who: str = "",
    action: str = "",
    subject: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before_id: int | None = None,
    limit: int = 100,
) -> list[AuditCard]:
    """The newest entries first. Reading the trail is itself recorded."""
    access.require(by, "spine.audit")
    rows = AuditEntry.objects.order_by("-id")
    if who:
        rows = rows.filter(by=who)
    if action:
        rows = rows.filter(action=action)
    if subject:
        rows = rows.filter(subject=subject)
    if since:
        rows = rows.filter(at__gte=since)
    if until:
        rows = rows.filter(at__lt=until)
    if before_id:
        rows = rows.filter(id__lt=before_id)
    found = [_card(row) for row in rows[:limit]]
    record(by, "spine.audit.read", "audit", found=len(found))
    return found


def delete_older_than(moment: datetime, *, by: Actor) -> int:
    """Drop entries from before a moment; refuses to cut into the six months that the law asks for."""
    access.require(by, "spine.audit")
    if moment > clock.now() - KEPT_AT_LEAST:
        raise InvalidInput(field="moment", why=f"entries are kept at least {KEPT_AT_LEAST.days} days")
    deleted, _models = AuditEntry.objects.filter(at__lt=moment).delete()
    record(by, "spine.audit.delete", "audit", deleted=deleted)
    return deleted


def _card(row: AuditEntry) -> AuditCard:
    return AuditCard(
        row.id, row.at, row.by, row.label, row.action, row.subject, row.outcome, row.address, row.details
    )
