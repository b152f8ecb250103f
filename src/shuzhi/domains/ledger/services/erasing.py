"""The right to be forgotten in a log that forgets nothing: keys are destroyed, leaves stay valid and say nothing."""

from django.db import transaction

from shuzhi.domains.ledger import leaves, vault
from shuzhi.domains.ledger.leaves import Draft
from shuzhi.domains.ledger.models import INDEX_BITS, Entry
from shuzhi.domains.ledger.refusals import NothingToErase
from shuzhi.domains.ledger.services import logs
from shuzhi.engines.ledger import Reference, leaf_hash
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import Actor


def erase_demand(demand_id: int, *, because: str, by: Actor) -> int:
    """Destroy what opens the entries about a demand and say so in the log; returns how many entries were erased.

    The key goes first, while the log is held, so that nothing is sealed with a fresh one meanwhile. Should the machine
    stop in between, a second call finds the rows and finishes.
    """
    access.require(by, "ledger.erase")
    subject = leaves.subject_of_demand(demand_id)
    if not Entry.objects.filter(subject=subject).exclude(sealed=b"").exists():
        raise NothingToErase(subject=subject)
    return _say_erased(subject, because, by)


@transaction.atomic
def _say_erased(subject: str, because: str, by: Actor) -> int:
    log = logs.locked_log()
    vault.destroy(subject)
    rows = list(Entry.objects.filter(subject=subject).exclude(sealed=b"").order_by("id"))
    Entry.objects.filter(pk__in=[row.pk for row in rows]).update(sealed=b"")
    today = clock.now().astimezone(leaves.BEIJING).date()
    logs.append(
        log,
        [
            Draft(
                organ=logs.own_organ(),
                series="erasures",
                type=leaves.ERASED,
                day=today,
                ref=_reference(row) if row.pk >> INDEX_BITS == log.pk else None,
            )
            for row in rows
        ],
    )
    audit.record(by, "ledger.erase", subject, entries=len(rows), because=because[:200])
    return len(rows)


def _reference(row: Entry) -> Reference:
    """A reference names an entry of the same log; what an older log holds is erased without one."""
    return Reference("erases", row.pk & (1 << INDEX_BITS) - 1, leaf_hash(bytes(row.leaf)))
