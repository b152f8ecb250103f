"""The audit trail: nobody but its own administrator reads it, and nobody cuts into the months that the law asks for."""

from datetime import UTC, datetime, timedelta

import pytest

from shuzhi.site import wiring
from shuzhi.spine import audit, clock
from shuzhi.spine.actors import SYSTEM, Actor, ActorKind, Grant
from shuzhi.spine.errors import AccessDenied, InvalidInput
from shuzhi.spine.models import AuditEntry

pytestmark = pytest.mark.django_db
AUDITOR = Actor(ActorKind.STAFF, "3", "Auditor", (Grant("audit_admin"),))
SEPTEMBER = datetime(
    2026, 9, 1, 2, tzinfo=UTC
)  # the six months before have 184 days, as many as any six months
SIX_MONTHS_AGO = datetime(2026, 3, 1, 2, tzinfo=UTC)


def given_entry(at: datetime) -> int:
    with clock.stopped_at(at):
        audit.record(SYSTEM, "casework.view", "work_order:17")
    return AuditEntry.objects.latest("id").pk


def left() -> set[int]:
    return set(AuditEntry.objects.filter(action="casework.view").values_list("pk", flat=True))


def test_what_is_six_months_old_cannot_be_deleted_and_what_is_older_can():
    older, old, recent = (
        given_entry(at)
        for at in (SIX_MONTHS_AGO - timedelta(days=1), SIX_MONTHS_AGO, SEPTEMBER - timedelta(days=1))
    )
    with clock.stopped_at(SEPTEMBER):
        for moment in (SEPTEMBER, SIX_MONTHS_AGO + timedelta(minutes=1)):
            with pytest.raises(InvalidInput):
                audit.delete_older_than(moment, by=AUDITOR)
        assert left() == {older, old, recent}

        assert audit.delete_older_than(SIX_MONTHS_AGO, by=AUDITOR) == 1

    assert left() == {old, recent}
    assert AuditEntry.objects.filter(action="spine.audit.delete", by=AUDITOR.reference).exists()


def test_the_platforms_own_chores_delete_nothing_of_the_trail(settings, tmp_path):
    settings.SHUZHI_DATA_DIR = tmp_path
    kept = {given_entry(SEPTEMBER - timedelta(days=days)) for days in (1, 200, 2000)}

    with clock.stopped_at(SEPTEMBER):
        for chore in (*wiring.CHORES, *wiring.HOURLY):
            chore()

    assert left() == kept


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "supervisor", "leader"])
def test_nobody_else_reads_or_cuts_the_trail(role):
    by = Actor(ActorKind.STAFF, "9", role, (Grant(role),))

    with pytest.raises(AccessDenied):
        audit.entries(by=by)
    with pytest.raises(AccessDenied):
        audit.delete_older_than(SIX_MONTHS_AGO, by=by)


def test_reading_the_trail_is_in_the_trail():
    audit.entries(by=AUDITOR, who="staff:7")

    assert AuditEntry.objects.get(action="spine.audit.read").by == AUDITOR.reference
